"""How far two runs of one model say the same."""

from __future__ import annotations

import pytest

from nlpsuite.application import HeadKind
from nlpsuite.document import Span
from nlpsuite.evaluate.agreement import agreement
from nlpsuite.result import HeadResult


def said(*labels: str, score: float = 0.9, spans: tuple[Span, ...] = ()) -> HeadResult:
    return HeadResult("head", labels[0] if labels else "", score, labels, {}, spans=spans)


def test_labels_and_sets_of_labels_agree_where_they_are_equal():
    assert agreement(HeadKind.SINGLE_LABEL, [said("a"), said("b")], [said("a"), said("c")]) == 0.5
    assert agreement(HeadKind.MULTI_LABEL, [said("a", "b"), said("a")], [said("b", "a"), said("a", "b")]) == 0.5
    assert agreement(HeadKind.SINGLE_LABEL, [], []) == 1.0


def test_pair_scores_agree_on_one_side_of_a_half():
    pairs = [(0.6, 0.9), (0.4, 0.6)]
    one, other = ([said(score=pair[side]) for pair in pairs] for side in (0, 1))
    assert agreement(HeadKind.PAIR_SCORE, one, other) == 0.5


def test_entities_agree_by_text_place_and_type():
    one = [said(spans=(Span(0, 3, "PER", 0.9), Span(5, 9, "ORG", 0.8))), said()]
    other = [said(spans=(Span(0, 3, "PER", 0.9),)), said(spans=(Span(5, 9, "ORG", 0.8),))]
    assert agreement(HeadKind.TOKEN_LABELS, one, other) == pytest.approx(0.5)
    assert agreement(HeadKind.TOKEN_LABELS, [said()], [said()]) == 1.0
