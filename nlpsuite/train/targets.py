"""From examples to what the loss needs: a window with a target for every head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from nlpsuite.application import HeadKind
from nlpsuite.data.records import Example
from nlpsuite.engine.windows import PreparedText, Window, WindowMaker
from nlpsuite.evaluate.evaluation import as_document
from nlpsuite.model.heads import HeadConfig

IGNORED = -100
"""The target of what has no gold, as torch's cross-entropy knows it."""

Target = int | float | list[int] | list[float] | None


@dataclass(frozen=True, slots=True)
class Item:
    """One window to learn from.

    Attributes:
        window: what the encoder sees.
        targets: by head; None where the example has no gold for it.
        group: equal for windows that show the same part of the same first text.
    """

    window: Window
    targets: Mapping[str, Target]
    group: int = 0


def make_items(examples: Sequence[Example], heads: Sequence[HeadConfig], maker: WindowMaker) -> list[Item]:
    """Windows with their targets; every window of a text has the text's labels."""
    prepared = maker.prepare([as_document(example) for example in examples])
    items: list[Item] = []
    groups: dict[tuple[str, int], int] = {}
    for example, text in zip(examples, prepared, strict=True):
        whole = {head.name: _target(example, head, text) for head in heads}
        for window in text.windows:
            group = groups.setdefault((example.text, window.first), len(groups))
            items.append(Item(window, _for_window(whole, heads, window), group))
    return items


def target_tensors(items: Sequence[Item], heads: Sequence[HeadConfig], tokens: int) -> dict[str, Tensor]:
    """The targets of a batch, by head.

    Returns:
        Single label: [batch] of indices. Multi-label: [batch, labels] of 0 and 1, NaN without gold.
        Token labels: [batch, tokens] of indices. Pair score: [batch] of 0 to 1, NaN without gold.
    """
    return {head.name: _stack([item.targets[head.name] for item in items], head, tokens) for head in heads}


def _target(example: Example, head: HeadConfig, text: PreparedText) -> Target:
    gold: Any = example.gold.get(head.name)
    if head.kind is HeadKind.TOKEN_LABELS:
        return tags_of_pieces(example, head.labels, text, head.name) if head.name in example.gold else None
    if gold is None:
        return None
    if head.kind is HeadKind.SINGLE_LABEL:
        return head.labels.index(gold)
    if head.kind is HeadKind.MULTI_LABEL:
        return [float(label in gold) for label in head.labels]
    return float(gold)


def tags_of_pieces(example: Example, tags: Sequence[str], text: PreparedText, head: str) -> list[int]:
    """A BIO2 tag for every token of the encoder, from a head's gold spans of the original text."""
    found = [tags.index("O")] * len(text.pieces.ids)
    spans = example.spans.get(head, ())
    for span, inside in zip(spans, text.tokens_under(spans), strict=True):
        for number, index in enumerate(inside):
            found[index] = tags.index(f"{'I' if number else 'B'}-{span.label}")
    return found


def _for_window(whole: Mapping[str, Target], heads: Sequence[HeadConfig], window: Window) -> dict[str, Target]:
    targets = dict(whole)
    for head in heads:
        tags = whole[head.name]
        if head.kind is HeadKind.TOKEN_LABELS and isinstance(tags, list):
            own = [int(tag) for tag in tags[window.first : window.first + window.size]]
            tail = len(window.ids) - window.lead - window.size
            targets[head.name] = [IGNORED] * window.lead + own + [IGNORED] * tail
    return targets


def _stack(targets: Sequence[Target], head: HeadConfig, tokens: int) -> Tensor:
    missing = float("nan")
    if head.kind is HeadKind.SINGLE_LABEL:
        return torch.tensor([IGNORED if target is None else target for target in targets], dtype=torch.long)
    if head.kind is HeadKind.PAIR_SCORE:
        return torch.tensor([missing if target is None else target for target in targets], dtype=torch.float32)
    rows = [target if isinstance(target, list) else None for target in targets]
    if head.kind is HeadKind.MULTI_LABEL:
        filled = [[missing] * len(head.labels) if row is None else row for row in rows]
        return torch.tensor(filled, dtype=torch.float32)
    padded = [[] if row is None else row for row in rows]
    return torch.tensor([[*row, *[IGNORED] * (tokens - len(row))] for row in padded], dtype=torch.long)
