"""The rule that at most so many of one group are among the first places, and how often it must be broken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from nlpsuite_recommend.arrange.pins import Pinned
from nlpsuite_recommend.rules import Limit


class Limited:
    """At most so many of one group among the first places."""

    def __init__(self, limit: Limit, groups: Sequence[str | None], pins: Pinned) -> None:
        self.name = f"limit {limit.column}"
        self._groups, self._pins, self._most = groups, pins.at, limit.most
        self._first = min(limit.in_first, pins.places)
        self._asked = limit.in_first
        self._used: Counter[str] = Counter()
        self._pinned_over: set[int] = set()
        for place in sorted(place for place in pins.at if place < self._first):
            group = groups[pins.at[place]]
            if group is not None:
                self._used[group] += 1
                if self._used[group] > self._most:
                    self._pinned_over.add(place)
        self._slots = sum(place not in pins.at for place in range(self._first))
        self._over = len(self._pinned_over)
        fixed = {*pins.at.values(), *pins.held_back}
        self._capacity = self._room([group for place, group in enumerate(groups) if place not in fixed])

    def cost(self, candidate: int, place: int) -> int:
        """1 if the candidate is one of its group too many, else 0."""
        if place in self._pins:
            return int(place in self._pinned_over)
        group = self._groups[candidate]
        return int(place < self._first and group is not None and self._used[group] >= self._most)

    def bound(self) -> int:
        """How many will be too many at least: free places beyond what fits, and pins."""
        return max(0, self._slots - self._capacity) + self._over

    def bound_after(self, candidate: int, place: int) -> int:
        """As `bound`, below this candidate."""
        cost = self.cost(candidate, place)
        if place in self._pins:
            return self.bound() - cost
        if place >= self._first:
            return 0
        return max(0, self._slots - 1 - self._capacity + (not cost)) + self._over

    def push(self, candidate: int, place: int) -> None:
        """Take note that a candidate was placed."""
        self._take(candidate, place, 1)

    def pop(self, candidate: int, place: int) -> None:
        """Take note that the last one was taken back."""
        self._take(candidate, place, -1)

    def breach(self, candidate: int, place: int) -> str:
        """What is wrong with this candidate at the next place."""
        group = self._groups[candidate]
        return f'more than {self._most} of "{group}" in the first {self._asked}'

    def _room(self, free: Sequence[str | None]) -> int:
        """How many of the free candidates can be taken within the limit."""
        counts = Counter(group for group in free if group is not None)
        room = sum(min(max(self._most - self._used[group], 0), count) for group, count in counts.items())
        return room + sum(group is None for group in free)

    def _take(self, candidate: int, place: int, step: int) -> None:
        if place in self._pins:
            self._over -= step * (place in self._pinned_over)
            return
        if place >= self._first:
            return
        self._slots -= step
        group = self._groups[candidate]
        if group is None:
            self._capacity -= step
            return
        within = self._used[group] < self._most if step > 0 else self._used[group] <= self._most
        self._capacity -= step * within
        self._used[group] += step
