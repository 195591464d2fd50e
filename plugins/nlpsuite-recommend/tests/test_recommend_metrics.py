"""Metrics against what one computes by hand, over all orders where scores are tied."""

from __future__ import annotations

import math
from itertools import combinations, pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nlpsuite_recommend.groups import Group
from nlpsuite_recommend.report import evaluate

from nlpsuite import UsageError

K = 3


def group(reader, scores, labels, names="abcdefgh"):
    return Group(reader, list(names[: len(scores)]), scores, labels)


def value(groups, name, **settings):
    return evaluate(groups, k=K, resamples=5, **settings).metrics[name].value


def over_all_orders(scores, labels, measure):
    """The mean of a measure over all orders in which higher scores come first."""
    orders = [
        [labels[place] for place in order]
        for order in permutations(range(len(scores)))
        if all(scores[one] >= scores[other] for one, other in pairwise(order))
    ]
    return sum(measure(order) for order in orders) / len(orders)


def reciprocal_rank(order):
    return next((1 / place for place, label in enumerate(order, 1) if label > 0), 0.0)


def hit(order):
    return float(any(label > 0 for label in order[:K]))


def gain(order):
    return sum((2**label - 1) / math.log2(place + 1) for place, label in enumerate(order[:K], 1))


def test_ndcg_by_hand():
    found = value([group("r", [5, 4, 3, 2, 1], [0, 1, 0, 1, 1])], f"ndcg@{K}")
    best = 1 + 1 / math.log2(3) + 1 / 2
    assert found == pytest.approx((1 / math.log2(3)) / best)


def test_grades_gain_two_to_their_power():
    found = value([group("r", [3, 2, 1], [1, 3, 0])], f"ndcg@{K}")
    assert found == pytest.approx((1 + 7 / math.log2(3)) / (7 + 1 / math.log2(3)))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0.1, 0.5, 0.9]), st.sampled_from([0, 1, 2])), min_size=1, max_size=6))
def test_ties_give_what_is_expected_over_all_orders(pairs):
    scores, labels = [score for score, _ in pairs], [label for _, label in pairs]
    found = evaluate([group("r", scores, labels)], k=K, resamples=2).metrics
    if any(labels):
        assert found["mrr"].value == pytest.approx(over_all_orders(scores, labels, reciprocal_rank))
        assert found[f"hit_rate@{K}"].value == pytest.approx(over_all_orders(scores, labels, hit))
        best = gain(sorted(labels, reverse=True))
        assert found[f"ndcg@{K}"].value == pytest.approx(over_all_orders(scores, labels, gain) / best)
    pairs = [(one, other) for one in pairs for other in pairs if one[1] > 0 and other[1] == 0]
    if pairs:
        right = sum(1.0 if one[0] > other[0] else 0.5 if one[0] == other[0] else 0.0 for one, other in pairs)
        assert found["auc"].value == pytest.approx(right / len(pairs))
    else:
        assert "auc" not in found


def test_novelty_is_the_self_information_of_what_is_on_top():
    groups = [group("r", [4, 3, 2, 1], [1, 0, 0, 0])]
    popularity = {"a": 0.5, "b": 0.25, "c": 0.0, "d": 1.0}
    assert value(groups, f"novelty@{K}", popularity=popularity) == pytest.approx((1 + 2) / 2)
    report = evaluate(groups, k=K, popularity={"d": 1.0}, resamples=5)
    assert f"novelty@{K}" not in report.metrics
    assert "no popularity" in report.skipped[f"novelty@{K}"]
    with pytest.raises(UsageError, match="'a' is 7"):
        evaluate(groups, popularity={"a": 7})


def test_tied_items_keep_their_order_for_coverage_and_novelty():
    tied = [Group("r", list("badc"), [1, 1, 1, 1], [1, 0, 0, 0])]
    popularity = {"a": 0.5, "b": 0.5, "c": 0.001, "d": 0.5}
    assert value(tied, f"novelty@{K}", popularity=popularity) == 1.0


def test_long_ties_are_exact():
    labels = [1] * 2 + [0] * 8
    found = evaluate([Group("r", [str(n) for n in range(10)], [0.0] * 10, labels)], k=4, resamples=2).metrics
    places = list(combinations(range(1, 11), 2))
    assert found["mrr"].value == pytest.approx(sum(1 / one for one, _ in places) / len(places))
    assert found["hit_rate@4"].value == pytest.approx(sum(one <= 4 for one, _ in places) / len(places))
