"""Maximal marginal relevance, against its definition computed one pair at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nlpsuite_recommend.diversity import Freshness, Preference, mmr

from nlpsuite import ConfigError, UsageError


def by_definition(relevance, vectors, diversity):
    """The order, with every similarity computed anew for every place."""

    def cosine(one, other):
        return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other)))

    placed = []
    left = list(range(len(relevance)))
    while left:
        gains = [
            (1 - diversity) * relevance[item]
            - diversity * max((cosine(vectors[item], vectors[above]) for above in placed), default=0.0)
            for item in left
        ]
        if not placed:
            gains = relevance
        best = max(gains)
        # Rounding may part what is equal.
        placed.append(next(item for item, gain in zip(left, gains, strict=True) if gain > best - 1e-12))
        left.remove(placed[-1])
    return placed


@settings(deadline=None)
@given(st.integers(1, 9), st.integers(0, 10_000), st.sampled_from([0.0, 0.2, 0.5, 0.8, 1.0]))
def test_it_is_the_order_of_the_definition(n, seed, diversity):
    chance = np.random.default_rng(seed)
    relevance, vectors = chance.random(n).tolist(), chance.normal(size=(n, 4))
    found = mmr(relevance, list(vectors), diversity=diversity)
    assert [candidate for candidate, _ in found] == by_definition(relevance, vectors, diversity)


def test_each_place_says_what_it_resembles():
    vectors = [[1.0, 0.0], [1.0, 0.01], [0.0, 1.0]]
    found = mmr([0.9, 0.8, 0.5], vectors, diversity=0.5)
    assert [candidate for candidate, _ in found] == [0, 2, 1]
    assert found[0][1] is None
    last = found[2][1]
    assert (last.to, last.similarity) == (0, pytest.approx(1 / math.hypot(1, 0.01)))
    assert last.penalty == pytest.approx(last.similarity / 2)


def test_without_diversity_the_most_relevant_come_first_and_ties_keep_their_order():
    assert [candidate for candidate, _ in mmr([0.5, 0.7, 0.5], [None] * 3, diversity=0.0)] == [1, 0, 2]
    assert [candidate for candidate, _ in mmr([0.5, 0.7, 0.5], [None] * 3, diversity=0.9)] == [1, 0, 2]


def test_an_item_without_a_vector_resembles_the_others_as_two_do_on_average():
    vectors = [np.array([1.0, 0.0]), np.array([0.6, 0.8]), np.array([0.0, 1.0]), None, np.zeros(2)]
    preference = Preference([0.5] * 5, vectors, 0.5)
    preference.push(0)
    average = (0.6 + 0.8 + 0.0) / 3
    assert preference.likeness(1).similarity == pytest.approx(0.6)
    assert preference.likeness(3).similarity == pytest.approx(average)
    assert preference.likeness(4).similarity == pytest.approx(average)


def test_what_is_placed_can_be_taken_back():
    chance = np.random.default_rng(5)
    preference = Preference(chance.random(6), list(chance.normal(size=(6, 3))), 0.6)
    preference.push(2)
    before = preference.order().tolist()
    preference.push(4)
    assert preference.pop() == 4
    assert preference.order().tolist() == before
    preference.pop()
    assert preference.likeness(0) is None


def test_only_as_many_places_as_asked_are_filled():
    assert len(mmr([0.1, 0.2, 0.3], [[1.0], [1.0], [1.0]], diversity=0.5, top=2)) == 2
    assert mmr([], [], diversity=0.5) == []


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(ConfigError, match="from 0"):
        Preference([0.5], [[1.0]], 1.5)
    with pytest.raises(UsageError, match=r"lengths \[1, 2\]"):
        Preference([0.5, 0.5], [[1.0], [1.0, 2.0]], 0.5)
    with pytest.raises(UsageError, match="NaN"):
        Preference([0.5, 0.5], [[1.0], [math.nan]], 0.5)


def test_a_boost_for_the_new_halves_with_each_half_life():
    fresh = Freshness(by=0.8, half_life=3.0)
    assert [fresh.boost(age) for age in (0.0, 3.0, 6.0, -1.0, None)] == [0.8, 0.4, 0.2, 0.8, 0.0]
    with pytest.raises(ConfigError, match="half-life"):
        Freshness(0.8, 0.0)
