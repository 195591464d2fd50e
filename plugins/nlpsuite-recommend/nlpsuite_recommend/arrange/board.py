"""An order in the making: what is placed, what is free, and what the rules say to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nlpsuite_recommend.arrange.constraints import Constraint
from nlpsuite_recommend.arrange.pins import Pinned
from nlpsuite_recommend.diversity import Preference


class Board:
    """Keeps the preference and all rules at the same candidate.

    Args:
        candidates: how many there are.
        preference: over them; nothing placed yet.
        pins: what stands at fixed places.
        constraints: the other rules.

    Attributes:
        order: what is placed so far.
    """

    def __init__(
        self, candidates: int, preference: Preference, pins: Pinned, constraints: Sequence[Constraint]
    ) -> None:
        self.preference, self.pins, self.constraints = preference, pins, constraints
        self.order: list[int] = []
        self._free = np.ones(candidates, dtype=bool)
        self._free[[*pins.at.values(), *pins.held_back]] = False

    def preferred(self) -> list[int]:
        """The free candidates, the most preferred first."""
        order = self.preference.order()
        found: list[int] = order[self._free[order]].tolist()
        return found

    def cost(self, candidate: int, place: int) -> int:
        """How many rules a candidate breaks at the next place."""
        return sum(rule.cost(candidate, place) for rule in self.constraints)

    def bound(self) -> int:
        """How often rules will be broken at least."""
        return sum(rule.bound() for rule in self.constraints)

    def bound_after(self, candidate: int, place: int) -> int:
        """How often rules will be broken at least below a candidate, if it takes the next place."""
        return sum(rule.bound_after(candidate, place) for rule in self.constraints)

    def push(self, candidate: int) -> None:
        """Put a candidate at the next place."""
        for rule in self.constraints:
            rule.push(candidate, len(self.order))
        self.preference.push(candidate)
        self._free[candidate] = False
        self.order.append(candidate)

    def pop(self) -> None:
        """Take the last candidate back."""
        candidate = self.order.pop()
        place = len(self.order)
        self._free[candidate] = place not in self.pins.at
        self.preference.pop()
        for rule in self.constraints:
            rule.pop(candidate, place)

    def clear(self) -> list[int]:
        """Take all candidates back, and give the order in which they stood."""
        order = list(self.order)
        while self.order:
            self.pop()
        return order
