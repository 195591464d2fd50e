"""The order of candidates that the rules allow: the preferred one wherever it keeps them, else what had to give.

Pins hold always. Neighbours and limits hold wherever there is an order that keeps them: places are filled from the top,
each with the most preferred candidate that leaves the fewest rules to be broken below, by a bound that is exact for
one rule on its own. Where several rules cross and that is not enough, orders are searched, as far as `EFFORT` allows.
Where rules must be broken, as few as possible are, as far down as possible.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from nlpsuite_recommend.diversity import Likeness, Preference
from nlpsuite_recommend.readers import Item
from nlpsuite_recommend.rules import Limit, Rules

EFFORT = 20_000
"""How many placements are tried, at most, to find an order that breaks fewer rules."""

Pins = Mapping[int, int]
"""Candidates by place, both counted from 0."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A candidate at its place.

    Attributes:
        candidate: which one, counted from 0.
        likeness: what it resembles above it, where diversity was asked for.
        rules: which rules put it here.
        relaxed: which rules are not kept here, and why.
    """

    candidate: int
    likeness: Likeness | None
    rules: tuple[str, ...]
    relaxed: tuple[str, ...]


def arrange(
    items: Sequence[Item],
    preference: Preference,
    rules: Rules,
    *,
    top: int | None = None,
    excluded: Mapping[str, str] | None = None,
) -> list[Placed]:
    """Put candidates in order.

    Args:
        items: the candidates, without those that are excluded.
        preference: over the same candidates; nothing placed yet.
        rules: what to keep.
        top: how many places to fill; all when None.
        excluded: why items are missing from `items`, by their ids.
    """
    pins = _Pinned(items, rules, top, excluded or {})
    board = _Board(len(items), preference, pins, _constraints(items, rules, pins))
    order = board.best_order()
    return list(board.explained(order))


class _Constraint(Protocol):
    """A rule over the whole order, with what is placed so far."""

    name: str

    def cost(self, candidate: int, place: int) -> int:
        """1 if the rule is broken by this candidate at the next place, else 0."""

    def bound(self) -> int:
        """How often it will be broken at least."""

    def bound_after(self, candidate: int, place: int) -> int:
        """How often it will be broken at least below this candidate, if it takes the next place."""

    def push(self, candidate: int, place: int) -> None:
        """Take note that a candidate was placed."""

    def pop(self, candidate: int, place: int) -> None:
        """Take note that the last one was taken back."""

    def breach(self, candidate: int, place: int) -> str:
        """What is wrong with this candidate at the next place."""


class _Pinned:
    """Which candidates stand where, whatever else; and what could not be pinned as asked."""

    def __init__(self, items: Sequence[Item], rules: Rules, top: int | None, excluded: Mapping[str, str]) -> None:
        number = {item.id: place for place, item in enumerate(items)}
        self.at: dict[int, int] = {}
        self.relaxed: dict[int, list[str]] = {}
        late = []
        for pin in rules.pins:
            if pin.id not in number:
                reason = excluded.get(pin.id, "it is not among the candidates")
                self._note(pin.position - 1, f'pin "{pin.id}" to {pin.position}: {reason}')
            elif pin.position > len(items):
                late.append(pin)
            else:
                self.at[pin.position - 1] = number[pin.id]
        free = [place for place in range(len(items)) if place not in self.at]
        for pin in sorted(late, key=lambda pin: -pin.position):
            place = free.pop()
            self.at[place] = number[pin.id]
            self._note(place, f"pin to {pin.position}: there are only {len(items)} places")
        asked = len(items) if top is None else min(top, len(items))
        self.held_back = {candidate for place, candidate in self.at.items() if place >= asked}
        self.at = {place: candidate for place, candidate in self.at.items() if place < asked}
        self.places = min(asked, len(items) - len(self.held_back))

    def _note(self, place: int, text: str) -> None:
        self.relaxed.setdefault(place, []).append(text)


class _Adjacent:
    """No two neighbours are of one group."""

    def __init__(self, column: str, groups: Sequence[str | None], pins: _Pinned) -> None:
        self.name = f"never_adjacent {column}"
        self._groups, self._pins, self._places = groups, pins.at, pins.places
        there = [group for place, group in enumerate(groups) if place not in pins.held_back]
        self._pool = len(there)
        self._left = Counter(group for group in there if group is not None)
        self._sizes = Counter(self._left.values())
        self._largest = max(self._sizes, default=0)
        self._placed: list[int] = []

    def cost(self, candidate: int, place: int) -> int:
        return int(bool(self._placed) and self._same(self._placed[-1], candidate))

    def bound(self) -> int:
        last = self._groups[self._placed[-1]] if self._placed else None
        slots = self._places - len(self._placed)
        return _fewest_pairs(slots, self._pool, self._most(None), None if last is None else self._left[last])

    def bound_after(self, candidate: int, place: int) -> int:
        group = self._groups[candidate]
        remain = None if group is None else self._left[group] - 1
        bound = _fewest_pairs(self._places - place - 1, self._pool - 1, self._most(group), remain)
        pinned = self._pins.get(place + 1)
        return max(bound, 1) if pinned is not None and self._same(candidate, pinned) else bound

    def push(self, candidate: int, place: int) -> None:
        self._count(candidate, -1)
        self._placed.append(candidate)

    def pop(self, candidate: int, place: int) -> None:
        self._placed.pop()
        self._count(candidate, 1)

    def breach(self, candidate: int, place: int) -> str:
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


class _Limited:
    """At most so many of one group among the first places."""

    def __init__(self, limit: Limit, groups: Sequence[str | None], pins: _Pinned) -> None:
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
        if place in self._pins:
            return int(place in self._pinned_over)
        group = self._groups[candidate]
        return int(place < self._first and group is not None and self._used[group] >= self._most)

    def bound(self) -> int:
        return max(0, self._slots - self._capacity) + self._over

    def bound_after(self, candidate: int, place: int) -> int:
        cost = self.cost(candidate, place)
        if place in self._pins:
            return self.bound() - cost
        if place >= self._first:
            return 0
        return max(0, self._slots - 1 - self._capacity + (not cost)) + self._over

    def push(self, candidate: int, place: int) -> None:
        self._take(candidate, place, 1)

    def pop(self, candidate: int, place: int) -> None:
        self._take(candidate, place, -1)

    def breach(self, candidate: int, place: int) -> str:
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


class _Board:
    """An order in the making."""

    def __init__(
        self, candidates: int, preference: Preference, pins: _Pinned, constraints: Sequence[_Constraint]
    ) -> None:
        self._preference, self._pins, self._constraints = preference, pins, constraints
        self._free = np.ones(candidates, dtype=bool)
        self._free[[*pins.at.values(), *pins.held_back]] = False
        self._order: list[int] = []
        self._effort = EFFORT

    def best_order(self) -> list[int]:
        """The preferred order with the fewest rules broken; the board is empty again afterwards."""
        lowest = self._bound()
        order, broken = self._greedy()
        if broken > lowest:
            for allowed in range(lowest, broken + 1):
                found = self._search(allowed)
                if found is not None:
                    return found
        return order

    def explained(self, order: Sequence[int]) -> Iterator[Placed]:
        """The order with what the rules did at each place."""
        held_back: dict[int, str] = {}
        for place, candidate in enumerate(order):
            pinned = place in self._pins.at
            if not pinned:
                self._note_held_back(candidate, place, held_back)
            rules = [f"pinned to {place + 1}"] if pinned else []
            rules += [held_back[candidate]] if candidate in held_back else []
            relaxed = [*self._pins.relaxed.get(place, []), *self._broken(candidate, place)]
            likeness = self._preference.likeness(candidate)
            yield Placed(candidate, likeness, tuple(rules), tuple(relaxed))
            self._push(candidate)

    def _greedy(self) -> tuple[list[int], int]:
        broken = 0
        for place in range(self._pins.places):
            candidate = self._pins.at.get(place)
            if candidate is None:
                candidate = self._best(place)
            broken += self._cost(candidate, place)
            self._push(candidate)
        order = list(self._order)
        while self._order:
            self._pop()
        return order, broken

    def _best(self, place: int) -> int:
        lowest = self._bound()
        best, least = -1, (0, 0)
        for candidate in self._preferred():
            cost = self._cost(candidate, place)
            whole = cost + self._bound_after(candidate, place)
            if not cost and whole <= lowest:
                return candidate
            if best < 0 or (whole, cost) < least:
                best, least = candidate, (whole, cost)
        return best

    def _search(self, allowed: int) -> list[int] | None:
        """The first order that breaks no more rules than allowed; None where none was found."""
        spent = [0]
        stack = [self._choices(allowed)]
        while stack and len(self._order) < self._pins.places:
            candidate = next(stack[-1], None)
            if candidate is None:
                stack.pop()
                spent.pop()
                if self._order:
                    self._pop()
                continue
            spent.append(spent[-1] + self._cost(candidate, len(self._order)))
            self._push(candidate)
            stack.append(self._choices(allowed - spent[-1]))
        found = list(self._order) if len(self._order) == self._pins.places else None
        while self._order:
            self._pop()
        return found

    def _choices(self, allowed: int) -> Iterator[int]:
        """What may come next, first what breaks no rule here."""
        place = len(self._order)
        pinned = self._pins.at.get(place)
        later = []
        for candidate in self._preferred() if pinned is None else [pinned]:
            self._effort -= 1
            if self._effort < 0:
                return
            cost = self._cost(candidate, place)
            if cost + self._bound_after(candidate, place) > allowed:
                continue
            if cost:
                later.append((cost, candidate))
            else:
                yield candidate
        yield from (candidate for _, candidate in sorted(later, key=lambda entry: entry[0]))

    def _note_held_back(self, chosen: int, place: int, held_back: dict[int, str]) -> None:
        """Take note of whom the chosen one was put before against the preference, and by which rule."""
        if not self._constraints:
            return
        for candidate in self._preferred():
            if candidate == chosen:
                return
            if candidate not in held_back:
                names = [rule.name for rule in self._constraints if rule.cost(candidate, place)]
                by = " and ".join(names) or "what the rules need further down"
                held_back[candidate] = f"held back from {place + 1} by {by}"

    def _broken(self, candidate: int, place: int) -> list[str]:
        return [
            f"{rule.name}: {rule.breach(candidate, place)}, since {self._reason(rule, place)}"
            for rule in self._constraints
            if rule.cost(candidate, place)
        ]

    def _reason(self, rule: _Constraint, place: int) -> str:
        if place in self._pins.at:
            return "it is pinned here"
        if all(rule.cost(candidate, place) for candidate in self._preferred()):
            return "no candidate left keeps it"
        return "the order breaks no fewer rules with another candidate here"

    def _preferred(self) -> list[int]:
        order = self._preference.order()
        found: list[int] = order[self._free[order]].tolist()
        return found

    def _cost(self, candidate: int, place: int) -> int:
        return sum(rule.cost(candidate, place) for rule in self._constraints)

    def _bound(self) -> int:
        return sum(rule.bound() for rule in self._constraints)

    def _bound_after(self, candidate: int, place: int) -> int:
        return sum(rule.bound_after(candidate, place) for rule in self._constraints)

    def _push(self, candidate: int) -> None:
        for rule in self._constraints:
            rule.push(candidate, len(self._order))
        self._preference.push(candidate)
        self._free[candidate] = False
        self._order.append(candidate)

    def _pop(self) -> None:
        candidate = self._order.pop()
        place = len(self._order)
        self._free[candidate] = place not in self._pins.at
        self._preference.pop()
        for rule in self._constraints:
            rule.pop(candidate, place)


def _constraints(items: Sequence[Item], rules: Rules, pins: _Pinned) -> list[_Constraint]:
    columns = dict.fromkeys([*rules.never_adjacent, *(limit.column for limit in rules.limits)])
    groups = {column: [_group(item.value(column)) for item in items] for column in columns}
    adjacent = [_Adjacent(column, groups[column], pins) for column in rules.never_adjacent]
    return [*adjacent, *(_Limited(limit, groups[limit.column], pins) for limit in rules.limits)]


def _group(value: Any) -> str | None:
    """What two items share when they have the same value; None where there is none."""
    if value is None or value == "":
        return None
    if isinstance(value, int | float):
        return f"{value:g}"
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)


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
