"""Which of several places in a text stay where they overlap."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar


class Placed(Protocol):
    """Anything with a place in a text."""

    @property
    def start(self) -> int:
        """Its first character."""
        ...

    @property
    def end(self) -> int:
        """One past its last character."""
        ...


P = TypeVar("P", bound=Placed)


def longest(placed: Iterable[P]) -> list[P]:
    """Those that do not overlap, in order of their places; the longer ones win, then the earlier ones."""
    return choose(placed, lambda one: (one.start - one.end, one.start))


def choose(placed: Iterable[P], key: Callable[[P], tuple[float, ...]]) -> list[P]:
    """Take each in the order of `key`, unless it overlaps what was taken before; in order of their places."""
    ends: list[int] = []  # of those taken, sorted; as they do not overlap, their starts are sorted too
    taken: list[P] = []
    for one in sorted(placed, key=key):
        place = bisect_left(ends, one.start + 1)
        if place == len(taken) or taken[place].start >= one.end:
            ends.insert(place, one.end)
            taken.insert(place, one)
    return taken
