"""Metrics against what one computes by hand, over all orders where scores are tied; intervals against a plain loop."""

from __future__ import annotations

import math
import time
from itertools import combinations, pairwise, permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nlpsuite_recommend.metrics import Estimate, Group, compare, evaluate, group_of
from nlpsuite_recommend.rank import Parts, Ranked

from nlpsuite import InputError, UsageError

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


def test_the_mean_is_over_groups():
    groups = [group("r", [2, 1], [1, 0]), group("r", [2, 1], [0, 1]), group("s", [2, 1], [1, 0])]
    assert value(groups, "auc") == pytest.approx(2 / 3)
    assert evaluate(groups, resamples=5).metrics["auc"].n == 2


def test_what_is_left_out_is_said():
    groups = [group("r", [2, 1], [1, 0]), group("s", [2, 1], [1, 1]), group("t", [2, 1], [0, 0])]
    report = evaluate(groups, k=K, resamples=5)
    assert report.metrics["auc"].n == 1
    assert report.metrics["mrr"].n == 2
    assert report.skipped["auc"] == "2 of 3 groups left out: all of their items were taken, or none"
    assert report.skipped["mrr"] == "1 of 3 groups left out: none of their items was taken"
    assert (report.groups, report.readers) == (3, 3)
    only = evaluate(groups[2:], k=K, resamples=5)
    assert set(only.metrics) == {f"coverage@{K}"}
    assert set(only.to_dict()["metrics"]) == set(only.metrics)


def test_coverage_counts_what_anybody_sees():
    groups = [group("r", [4, 3, 2, 1], [1, 0, 0, 0]), group("s", [1, 2, 3, 4], [1, 0, 0, 0])]
    assert value(groups, f"coverage@{K}") == 1.0
    assert value(groups[:1], f"coverage@{K}") == 0.75
    assert value(groups[:1], f"coverage@{K}", catalogue="abcdefgh") == 3 / 8
    with pytest.raises(InputError, match="'b' is not in the catalogue"):
        value(groups, f"coverage@{K}", catalogue="a")


def test_the_interval_of_coverage_holds_its_value():
    chance = np.random.default_rng(3)
    groups = [
        Group(str(reader), [str(item) for item in chance.choice(50, 8, replace=False)], list(range(8)), [1] * 8)
        for reader in range(20)
    ]
    found = evaluate(groups, k=K).metrics[f"coverage@{K}"]
    assert found.low < found.value < found.high <= 1


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


def test_items_left_out_of_a_ranking_share_the_last_place_and_nobody_sees_them():
    parts = Parts("text", 0.5, {}, 0.0)
    ranked = [Ranked(name, position, 0.5, parts) for position, name in enumerate("xba", 1)]
    found = group_of("r", ranked, {"a": 0, "b": 0, "c": 1, "d": 0})
    assert (found.items, found.scores, found.labels, found.ranked) == (
        ["b", "a", "c", "d"],
        [0.0, -1.0, -2.0, -2.0],
        [0, 0, 1, 0],
        2,
    )
    metrics = evaluate([found], k=K, resamples=5).metrics
    assert metrics["auc"].value == pytest.approx(0.5 / 3)
    assert [metrics[name].value for name in ("mrr", f"ndcg@{K}", f"hit_rate@{K}")] == [0.0, 0.0, 0.0]
    assert metrics[f"coverage@{K}"].value == 0.5
    assert evaluate([group_of("r", [], {"a": 1, "b": 0})], resamples=5).metrics["coverage@10"].value == 0.0


def many(readers, seed, gain=1.0, size=10):
    chance = np.random.default_rng(seed)
    groups = []
    for reader in range(readers):
        labels = np.random.default_rng(reader).integers(0, 2, size)
        names = [str(name) for name in np.random.default_rng(reader).choice(3000, size, replace=False)]
        groups.append(
            Group(f"r{reader // 2}", names, (gain * labels + chance.normal(size=size)).tolist(), labels.tolist())
        )
    return groups


def test_the_interval_draws_readers_with_all_their_groups():
    groups = many(12, 1)
    found = evaluate(groups, k=K, resamples=400, seed=9).metrics["auc"]
    alone = {name: [] for name in dict.fromkeys(one.reader for one in groups)}
    for one in groups:
        report = evaluate([one], k=K, resamples=1)
        alone[one.reader] += [report.metrics["auc"].value] if "auc" in report.metrics else []
    chance = np.random.default_rng(9)
    drawn = []
    for readers in chance.integers(0, len(alone), (400, len(alone))):
        values = [value for reader in readers for value in list(alone.values())[reader]]
        drawn.append(np.mean(values))
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])))


def test_every_possible_draw_of_two_readers():
    groups = [group("r", [2, 1], [1, 0]), group("s", [2, 1], [0, 1])]
    found = evaluate(groups, resamples=4000).metrics["auc"]
    assert found == Estimate(0.5, 0.0, 1.0, 2)
    assert {np.mean(pair) for pair in product([1.0, 0.0], repeat=2)} == {0.0, 0.5, 1.0}


def test_the_same_seed_gives_the_same_interval():
    groups = many(40, 1)
    assert evaluate(groups) == evaluate(groups)
    assert evaluate(groups).metrics["auc"] != evaluate(groups, seed=2).metrics["auc"]


def test_a_comparison_is_paired():
    first, second = many(200, 1, gain=1.0), many(200, 2, gain=1.5)
    found = compare(first, second, k=K, popularity={"1": 0.5})
    one, other = evaluate(first, k=K).metrics, evaluate(second, k=K).metrics
    for name in one:
        assert found[name].value == pytest.approx(other[name].value - one[name].value)
    assert 0 < found["auc"].low < found["auc"].value < found["auc"].high
    same = compare(first, first, k=K)
    assert {(entry.value, entry.low, entry.high) for entry in same.values()} == {(0.0, 0.0, 0.0)}
    noise = np.random.default_rng(1)
    near = [
        Group(one.reader, one.items, [score + noise.normal() / 100 for score in one.scores], one.labels)
        for one in first
    ]
    paired, alone = compare(first, near, k=K)["auc"], evaluate(first, k=K).metrics["auc"]
    assert paired.high - paired.low < (alone.high - alone.low) / 3


def test_only_the_same_groups_are_compared():
    first = [group("r", [2, 1], [1, 0])]
    for second in (
        [*first, *first],
        [group("s", [2, 1], [1, 0])],
        [group("r", [2, 1], [0, 1])],
        [group("r", [2, 1], [1, 0], "xy")],
    ):
        with pytest.raises(InputError, match="same order"):
            compare(first, second)
    assert compare(first, [Group("r", ["b", "a"], [2, 1], [0, 1])])["auc"].value == -1.0


@pytest.mark.parametrize(
    ("groups", "problem"),
    [
        ([], "no groups"),
        ([group("r", [], [])], "0 items"),
        ([group("r", [1, 2], [1])], "1 labels"),
        ([group("r", [1, math.nan], [1, 0])], "'b' the score nan"),
        ([group("r", [1, 2], [1, -1])], "'b' the label -1"),
        ([group("r", [1, 2], [1, math.inf])], "the label inf"),
    ],
)
def test_faulty_groups_are_named(groups, problem):
    with pytest.raises(InputError, match=problem):
        evaluate(groups)


def test_settings_out_of_range_are_refused():
    for wrong in ({"k": 0}, {"resamples": 0}):
        with pytest.raises(UsageError, match="at least 1"):
            evaluate([group("r", [2, 1], [1, 0])], **wrong)


def test_five_thousand_readers_take_less_than_two_seconds():
    groups = [
        Group(str(number), one.items, one.scores, one.labels) for number, one in enumerate(many(5000, 1, size=20))
    ]
    popularity = {str(name): (name + 1) / 3000 for name in range(3000)}
    taken = []
    while len(taken) < 3 and min(taken, default=9) > 2:
        start = time.process_time()
        report = evaluate(groups, popularity=popularity)
        taken.append(time.process_time() - start)
    assert min(taken) < 2
    assert report.readers == 5000
    assert set(report.metrics) == {"auc", "mrr", "ndcg@10", "hit_rate@10", "coverage@10", "novelty@10"}


def test_long_ties_are_exact():
    labels = [1] * 2 + [0] * 8
    found = evaluate([Group("r", [str(n) for n in range(10)], [0.0] * 10, labels)], k=4, resamples=2).metrics
    places = list(combinations(range(1, 11), 2))
    assert found["mrr"].value == pytest.approx(sum(1 / one for one, _ in places) / len(places))
    assert found["hit_rate@4"].value == pytest.approx(sum(one <= 4 for one, _ in places) / len(places))
