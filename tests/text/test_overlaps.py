"""Which places stay: a choice without overlaps that leaves out nothing that would still fit."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpsuite import choose, longest


@dataclass(frozen=True)
class Place:
    start: int
    end: int


places = st.lists(
    st.builds(lambda start, length: Place(start, start + length), st.integers(0, 30), st.integers(1, 8)), max_size=25
)


def overlap(one, other):
    return one.start < other.end and other.start < one.end


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ([], []),
        ([(2, 4), (0, 2)], [(0, 2), (2, 4)]),
        ([(0, 4), (3, 8)], [(3, 8)]),
        ([(4, 8), (0, 4), (2, 6)], [(0, 4), (4, 8)]),
        ([(3, 5), (0, 9)], [(0, 9)]),
    ],
)
def test_the_longer_ones_win_then_the_earlier_ones(given, kept):
    assert longest(Place(*place) for place in given) == [Place(*place) for place in kept]


def test_a_key_of_ones_own_decides_and_equal_ones_win_in_the_order_given():
    short, long = Place(3, 5), Place(0, 9)
    assert choose([long, short], lambda one: (one.end - one.start,)) == [short]
    assert choose([short, long], lambda _: ()) == [short]
    assert choose([long, short], lambda _: ()) == [long]


@given(places)
def test_longest_leaves_no_overlap_and_drops_nothing_without_one(found):
    kept = longest(found)
    assert kept == sorted(kept, key=lambda one: one.start)
    assert not any(overlap(one, other) for at, one in enumerate(kept) for other in kept[at + 1 :])
    assert all(any(overlap(one, other) for other in kept) for one in found)


@given(places)
def test_choosing_is_the_plain_greedy_choice(found):
    def key(one):
        return (one.end % 3, one.start)

    expected = []
    for one in sorted(found, key=key):
        if not any(overlap(one, other) for other in expected):
            expected.append(one)
    assert choose(found, key) == sorted(expected, key=lambda one: one.start)
