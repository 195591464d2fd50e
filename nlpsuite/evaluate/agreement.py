"""How far two ways to run one model say the same."""

from __future__ import annotations

from collections.abc import Sequence

from nlpsuite.application import HeadKind
from nlpsuite.result import HeadResult

HALF = 0.5


def agreement(kind: HeadKind, first: Sequence[HeadResult], second: Sequence[HeadResult]) -> float:
    """The share of texts for which a head says the same; for one that labels tokens, F1 of the entities of both.

    Args:
        kind: of the head. A pair score says yes from a half on.
        first, second: outcomes for the same texts, in order.
    """
    if kind is HeadKind.TOKEN_LABELS:
        return _entity_f1(first, second)
    if not first:
        return 1.0
    return sum(_said(kind, one) == _said(kind, other) for one, other in zip(first, second, strict=True)) / len(first)


def _said(kind: HeadKind, outcome: HeadResult) -> object:
    if kind is HeadKind.PAIR_SCORE:
        return outcome.score >= HALF
    return outcome.label if kind is HeadKind.SINGLE_LABEL else frozenset(outcome.labels)


def _entity_f1(first: Sequence[HeadResult], second: Sequence[HeadResult]) -> float:
    one, other = _entities(first), _entities(second)
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 1.0


def _entities(outcomes: Sequence[HeadResult]) -> set[tuple[int, int, int, str]]:
    return {
        (number, span.start, span.end, span.label) for number, outcome in enumerate(outcomes) for span in outcome.spans
    }
