"""Groups out of rankings, and groups that cannot be measured."""

from __future__ import annotations

import math

import pytest
from nlpsuite_recommend.groups import Group, group_of
from nlpsuite_recommend.rank import Parts, Ranked
from nlpsuite_recommend.report import compare, evaluate

from nlpsuite import InputError

K = 3


def group(reader, scores, labels, names="abcdefgh"):
    return Group(reader, list(names[: len(scores)]), scores, labels)


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
