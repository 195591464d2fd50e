"""Draws of clusters against a plain loop; draws without a score, and draws that are moved to the value."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nlpsuite import Estimate, bootstrap

VALUES = np.array([1.0, 5.0, 2.0, 8.0, 3.0, 4.0])
CLUSTERS = ["b", "a", "b", "c", "a", "b"]


def test_clusters_are_drawn_with_all_their_examples():
    drawn = []

    def score(rows):
        drawn.append(rows.tolist())
        return float(VALUES[rows].mean())

    found = bootstrap(score, len(VALUES), seed=4, resamples=200, clusters=CLUSTERS)
    members = [[0, 2, 5], [1, 4], [3]]
    chance = np.random.default_rng(4)
    wanted = [[row for one in chance.integers(0, 3, 3) for row in members[one]] for _ in range(200)]
    assert drawn == [*wanted, [0, 1, 2, 3, 4, 5]]
    low, high = np.quantile([VALUES[rows].mean() for rows in wanted], [0.025, 0.975])
    assert (found.low, found.high) == pytest.approx((low, high))
    assert (found.value, found.n) == (VALUES.mean(), 3)


def test_clusters_of_one_are_the_examples():
    def score(rows):
        return float(VALUES[rows].mean())

    assert bootstrap(score, 6, clusters=range(6)) == bootstrap(score, 6)


def test_a_draw_without_a_score_does_not_count():
    def score(rows):
        return math.nan if 0 in rows else float(VALUES[rows].mean())

    assert bootstrap(score, 6).low > VALUES[1:].min()
    only = bootstrap(lambda rows: 2.0 if len(set(rows.tolist())) == 6 else math.nan, 6, resamples=3)
    assert only == Estimate(2.0, 2.0, 2.0, 6)


def test_draws_are_moved_to_the_value_and_kept_in_range():
    def different(rows):
        return len(set(rows.tolist())) / 6

    plain, moved = bootstrap(different, 6), bootstrap(different, 6, centred_in=(0.0, 1.0))
    assert plain.high < plain.value == 1.0
    assert moved.low - plain.low == pytest.approx(
        1 - np.mean([len(set(rows.tolist())) / 6 for rows in np.random.default_rng(1).integers(0, 6, (1000, 6))])
    )
    assert moved.high == 1.0
    assert bootstrap(different, 6, centred_in=(0.9, 1.0)).low == 0.9


def test_an_estimate_reads_plainly():
    found = Estimate(0.12345678, 0.1, 0.2, 3)
    assert found.to_dict() == {"value": 0.123457, "low": 0.1, "high": 0.2, "n": 3}
    assert str(found) == "0.1235 [0.1000, 0.2000] n=3"
