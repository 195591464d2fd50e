"""Several engines on one encoder over the same windows: what is below the first trained layer is computed once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

import torch

from nlpsuite.engine.merge import Array, merge, run_texts
from nlpsuite.engine.packing import pack
from nlpsuite.engine.torch_engine import Engine, Logits, PackedEngine
from nlpsuite.engine.windows import PreparedText, Window

Content = tuple[tuple[int, ...], tuple[int, ...], int]


def shared_layers(engines: Sequence[Engine]) -> int:
    """How many layers, from the lowest up, are one and the same in all engines; 0 where even what they read differs."""
    packed = [engine for engine in engines if isinstance(engine, PackedEngine)]
    if len(packed) < len(engines) or len({engine.trunk.words.weight.data_ptr() for engine in packed}) > 1:
        return 0
    columns = zip(*(engine.layers for engine in packed), strict=True)
    return sum(1 for _ in takewhile(lambda column: all(layer is column[0] for layer in column), columns))


def run_together(engines: Sequence[Engine], texts: Sequence[Sequence[PreparedText]]) -> list[list[dict[str, Array]]]:
    """What each engine says of its texts, as `run_texts` gives it.

    Args:
        engines: those on one base share its lower layers.
        texts: for each engine; windows that are alike are run once, whoever they are for.
    """
    shared = shared_layers(engines)
    if not shared:
        return [run_texts(engine, own) for engine, own in zip(engines, texts, strict=True)]
    packed = [engine for engine in engines if isinstance(engine, PackedEngine)]
    wanted = [{window.content for text in own for window in text.windows} for own in texts]
    different = {window.content: window for own in texts for text in own for window in text.windows}
    run = _Run(packed, wanted, shared)
    found: list[dict[Content, Logits]] = [{} for _ in engines]
    for group in packed[0].map_groups(run, list(different.values())):
        for known, more in zip(found, group, strict=True):
            known.update(more)
    return [
        [merge(text, [known[window.content] for window in text.windows]) for text in own]
        for known, own in zip(found, texts, strict=True)
    ]


class _Run:
    """Runs a group of windows through the shared layers, and on through each engine's own."""

    def __init__(self, engines: Sequence[PackedEngine], wanted: Sequence[set[Content]], shared: int) -> None:
        self.engines, self.wanted, self.shared = engines, wanted, shared

    @torch.inference_mode()
    def __call__(self, windows: Sequence[Window]) -> list[dict[Content, Logits]]:
        packed = pack(windows, self.engines[0].device)
        x = self.engines[0].lower(packed, self.shared)
        found: list[dict[Content, Logits]] = []
        for engine, wanted in zip(self.engines, self.wanted, strict=True):
            own = [number for number, window in enumerate(windows) if window.content in wanted]
            if not own:
                found.append({})
                continue
            some, rows = packed.some(own)
            logits = engine.upper(x if rows is None else x[rows], some, self.shared)
            found.append({windows[number].content: one for number, one in zip(own, logits, strict=True)})
        return found
