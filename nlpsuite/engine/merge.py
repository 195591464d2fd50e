"""What the windows of one text say, put together again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nlpsuite.engine.torch_engine import Engine, Logits
from nlpsuite.engine.windows import PreparedText, Window

Array = NDArray[np.float32]


def run_texts(engine: Engine, texts: Sequence[PreparedText]) -> list[dict[str, Array]]:
    """Logits of every head for each text: [outputs], or [tokens, outputs] for a token head.

    Windows that are alike are run once.
    """
    windows = [window for text in texts for window in text.windows]
    different = {window.content: window for window in windows}
    found = dict(zip(different, engine.run(list(different.values())), strict=True))
    return [merge(text, [found[window.content] for window in text.windows]) for text in texts]


def merge(text: PreparedText, outputs: Sequence[Logits]) -> dict[str, Array]:
    """Merge the windows of one text.

    Logits of a text are the mean over its windows, each counted by the tokens that none before it had. A token in
    several windows is read from the one in which it has most context on its poorer side.
    """
    return {
        name: _merge_tokens(text, name, outputs) if outputs[0][name].ndim == 2 else _mean(text, name, outputs)
        for name in outputs[0]
    }


def _mean(text: PreparedText, name: str, outputs: Sequence[Mapping[str, Array]]) -> Array:
    if len(outputs) == 1:
        return outputs[0][name]
    sizes = np.array(_new_tokens(text.windows), dtype=np.float32)
    stacked = np.stack([output[name] for output in outputs])
    mean: Array = (stacked * (sizes / sizes.sum())[:, None]).sum(0)
    return mean


def _new_tokens(windows: Sequence[Window]) -> list[int]:
    """How many tokens of each window no window that begins before it has; at least 1. Windows are in order."""
    sizes: list[int] = []
    first = covered = reached = 0
    for window in windows:
        if window.first != first:  # a pair has windows that begin alike, one for each part of its second text
            first, covered = window.first, reached
        end = window.first + window.size
        sizes.append(max(end - max(window.first, covered), 1))
        reached = max(reached, end)
    return sizes


def _merge_tokens(text: PreparedText, name: str, outputs: Sequence[Mapping[str, Array]]) -> Array:
    count = len(text.pieces.ids)
    merged = np.zeros((count, outputs[0][name].shape[-1]), dtype=np.float32)
    context = np.full(count, -1)
    for window, output in zip(text.windows, outputs, strict=True):
        here = np.arange(window.size)
        poorer = np.minimum(here, window.size - 1 - here)
        better = poorer > context[window.first : window.first + window.size]
        places = window.first + here[better]
        merged[places] = output[name][window.lead + here[better]]
        context[places] = poorer[better]
    return merged
