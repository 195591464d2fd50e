"""The rule that no two neighbours are of one group, and how often it must be broken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from nlpsuite_recommend.arrange.pins import Pinned


class Adjacent:
    """No two neighbours are of one group."""

    def __init__(self, column: str, groups: Sequence[str | None], pins: Pinned) -> None:
        self.name = f"never_adjacent {column}"
        self._groups, self._pins, self._places = groups, pins.at, pins.places
        there = [group for place, group in enumerate(groups) if place not in pins.held_back]
        self._pool = len(there)
        self._left = Counter(group for group in there if group is not None)
        self._sizes = Counter(self._left.values())
        self._largest = max(self._sizes, default=0)
        self._placed: list[int] = []

    def cost(self, candidate: int, place: int) -> int:
        """1 if the candidate is of one group with the last, else 0."""
        return int(bool(self._placed) and self._same(self._placed[-1], candidate))

    def bound(self) -> int:
        """How many pairs of one group there will be at least."""
        last = self._groups[self._placed[-1]] if self._placed else None
        slots = self._places - len(self._placed)
        return _fewest_pairs(slots, self._pool, self._most(None), None if last is None else self._left[last])

    def bound_after(self, candidate: int, place: int) -> int:
        """As `bound`, below this candidate."""
        group = self._groups[candidate]
        remain = None if group is None else self._left[group] - 1
        bound = _fewest_pairs(self._places - place - 1, self._pool - 1, self._most(group), remain)
        pinned = self._pins.get(place + 1)
        return max(bound, 1) if pinned is not None and self._same(candidate, pinned) else bound

    def push(self, candidate: int, place: int) -> None:
        """Take note that a candidate was placed."""
        self._count(candidate, -1)
        self._placed.append(candidate)

    def pop(self, candidate: int, place: int) -> None:
        """Take note that the last one was taken back."""
        self._placed.pop()
        self._count(candidate, 1)

    def breach(self, candidate: int, place: int) -> str:
        """What is wrong with this candidate at the next place."""
        return f'stands below another of "{self._groups[candidate]}"'

    def _same(self, first: int, second: int) -> bool:
        return self._groups[first] is not None and self._groups[first] == self._groups[second]

    def _count(self, candidate: int, change: int) -> None:
        self._pool += change
        group = self._groups[candidate]
        if group is None:
            return
        self._sizes[self._left[group]] -= 1
        self._left[group] += change
        self._sizes[self._left[group]] += 1
        self._largest = max(self._largest, self._left[group])
        if not self._sizes[self._largest]:
            self._largest -= 1

    def _most(self, less_one: str | None) -> int:
        """The size of the largest group left, after one of a group was taken."""
        alone = less_one is not None and self._left[less_one] == self._largest and self._sizes[self._largest] == 1
        return self._largest - alone


def _fewest_pairs(slots: int, pool: int, most: int, last: int | None) -> int:
    """The fewest neighbours of one group when slots are filled from a pool.

    Args:
        slots: how many places are left.
        pool: how many candidates are left.
        most: the size of the largest group among them.
        last: how many of the group of the item above are among them; None where that has no group.
    """
    fewest = slots - 2 * (pool - most) - 1
    if last is not None:
        fewest = max(fewest, slots - 2 * (pool - last))
    return max(0, fewest)
