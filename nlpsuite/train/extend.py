"""One more label for a trained head, from a few examples, in seconds.

Only the new label's own weights are learned; the logits of the old labels stay what they were to the last bit. The new
label must win on its examples and lose on texts that the model already answers: a logistic regression with the old
labels' log-sum as offset, in the manner of learning without forgetting (Li and Hoiem 2016, arXiv 1606.09282).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logsumexp

from nlpsuite.application import HeadKind
from nlpsuite.document import Document
from nlpsuite.engine.batching import by_token_budget, collate
from nlpsuite.engine.torch_engine import TorchEngine
from nlpsuite.errors import InputError, UsageError
from nlpsuite.model.bundle import ENCODER, Manifest, read_bundle_weights, save_bundle
from nlpsuite.model.heads import TextHead
from nlpsuite.runtime import LoadedApplication

Floats = NDArray[np.float64]

STRENGTH = 0.02
"""Of the pull of the new weights towards 0, for one text."""

KEPT = 0.99
"""At least this share of the old texts keeps its answer; the new label's bias is lowered until it does."""

LEAST_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Extension:
    """What adding a label came to.

    Attributes:
        manifest: of the new bundle.
        learned: the share of the examples that get the new label.
        kept: the share of the old texts whose answer did not change.
        examples, old: how many there were of each.
    """

    manifest: Manifest
    learned: float
    kept: float
    examples: int
    old: int


def add_label(
    loaded: LoadedApplication,
    folder: Path,
    label: str,
    examples: Sequence[Document],
    old: Sequence[Document],
    out: Path,
) -> Extension:
    """Add a label to an application's first head and save a new bundle.

    Args:
        loaded: the application with the bundle to extend.
        folder: of that bundle.
        label: the new one.
        examples: texts of the new label.
        old: texts that the model answers already, whose answers are to stay.
        out: folder for the new bundle.

    Raises:
        UsageError: the head cannot be extended, or knows the label.
        InputError: there are fewer than three examples, or no old text.
    """
    head = loaded.heads[0]
    if head.kind is not HeadKind.SINGLE_LABEL:
        raise UsageError(f"Labels are added to single-label heads; {head.name} is {head.kind}.")
    if label in (*head.labels, head.none):
        raise UsageError(f"The head {head.name} knows the label {label!r} already. Train it with more texts instead.")
    if len(examples) < LEAST_EXAMPLES or not old:
        problem = f"there are {len(examples)} examples and {len(old)} old texts"
        raise InputError(problem, cure=f"Give at least {LEAST_EXAMPLES} examples and some texts of the old labels.")
    new, before = features(loaded, examples), features(loaded, old)
    weights = read_bundle_weights(folder)
    names = (f"heads.{head.name}.output.weight", f"heads.{head.name}.output.bias")
    matrix, bias = (weights[name].double().numpy() for name in names)
    row, offset = _fit(new, before, matrix, bias)
    extended = _with_row(weights, names, row, offset)
    changed = replace(head, labels=(*head.labels, label))
    heads = (changed.to_dict(), *(dict(other) for other in loaded.manifest.heads[1:]))
    manifest = replace(loaded.manifest, name=out.name, heads=heads, files={}, data=_card(loaded, label, examples))
    carried = [path for path in (folder / ENCODER).rglob("*") if path.is_file()]
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in carried}
    saved = save_bundle(out, manifest, extended, files)
    return Extension(
        saved,
        float((_lead(new, matrix, bias, row) + offset > 0).mean()),
        float((_lead(before, matrix, bias, row) + offset <= 0).mean()),
        len(examples),
        len(old),
    )


def features(loaded: LoadedApplication, documents: Sequence[Document]) -> Floats:
    """What the first head's last projection sees of each document, [documents, features]; the mean over windows."""
    engine = loaded.engine
    if not isinstance(engine, TorchEngine) or engine.dtype is not torch.float32:
        raise UsageError("A label is added in full precision: load the application with dtype fp32.")
    texts = loaded.maker.prepare(documents)
    windows = [window for text in texts for window in text.windows]
    head = engine.network.heads[loaded.heads[0].name]
    assert isinstance(head, TextHead)
    found = np.zeros((len(windows), head.output.in_features))
    with torch.inference_mode():
        for group in by_token_budget([len(window.ids) for window in windows], engine.budget):
            batch = collate([windows[index] for index in group], engine.pad).to(engine.device)
            vectors = engine.network.encoder(batch.ids, batch.mask, batch.types)
            found[group] = head.features(vectors, batch.mask, batch.second).double().cpu().numpy()
    ends = np.cumsum([len(text.windows) for text in texts])
    return np.stack([part.mean(0) for part in np.split(found, ends[:-1])])


def _fit(new: Floats, before: Floats, matrix: Floats, bias: Floats) -> tuple[Floats, float]:
    """The new label's weights and bias."""
    seen = np.concatenate([new, before])
    others = logsumexp(seen @ matrix.T + bias, axis=1)
    target = np.concatenate([np.ones(len(new)), np.zeros(len(before))])
    # Both sides count alike, however many there are of each.
    share = np.concatenate([np.full(len(new), 0.5 / len(new)), np.full(len(before), 0.5 / len(before))])

    def loss(values: Floats) -> tuple[float, Floats]:
        odds = seen @ values[:-1] + values[-1] - others
        chance = expit(odds)
        value = share @ (np.logaddexp(0.0, odds) - target * odds) + STRENGTH * values[:-1] @ values[:-1] / 2
        slope = share * (chance - target)
        return float(value), np.append(seen.T @ slope + STRENGTH * values[:-1], slope.sum())

    found = minimize(loss, np.append(np.zeros(matrix.shape[1]), others.mean()), jac=True, method="L-BFGS-B").x
    row, offset = found[:-1], float(found[-1])
    leads = np.sort(_lead(before, matrix, bias, row) + offset)
    allowed = int(len(leads) * (1 - KEPT))
    return row, offset - max(0.0, float(leads[-1 - allowed]) + 1e-3)


def _lead(seen: Floats, matrix: Floats, bias: Floats, row: Floats) -> Floats:
    """By how much the new label's logit, without its bias, exceeds the best of the old ones."""
    return np.asarray(seen @ row - (seen @ matrix.T + bias).max(1), dtype=np.float64)


def _with_row(
    weights: Mapping[str, torch.Tensor], names: tuple[str, str], row: Floats, offset: float
) -> dict[str, torch.Tensor]:
    matrix, bias = (weights[name] for name in names)
    return {
        **weights,
        names[0]: torch.cat([matrix, torch.from_numpy(row).to(matrix.dtype)[None]]),
        names[1]: torch.cat([bias, torch.tensor([offset], dtype=bias.dtype)]),
    }


def _card(loaded: LoadedApplication, label: str, examples: Sequence[Document]) -> dict[str, Any]:
    before = loaded.manifest.data
    return {**before, "added": [*before.get("added", []), {"label": label, "examples": len(examples)}]}
