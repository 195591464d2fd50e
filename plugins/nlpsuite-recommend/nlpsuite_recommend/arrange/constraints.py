"""What rules ask for over the whole order, and the fewest times that it must be broken."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Protocol

from nlpsuite_recommend.arrange.adjacent import Adjacent
from nlpsuite_recommend.arrange.limited import Limited
from nlpsuite_recommend.arrange.pins import Pinned
from nlpsuite_recommend.readers import Item
from nlpsuite_recommend.rules import Rules


class Constraint(Protocol):
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


def constraints(items: Sequence[Item], rules: Rules, pins: Pinned) -> list[Constraint]:
    """What rules ask for over the whole order; pins stand whatever they break."""
    columns = dict.fromkeys([*rules.never_adjacent, *(limit.column for limit in rules.limits)])
    groups = {column: [_group(item.value(column)) for item in items] for column in columns}
    adjacent = [Adjacent(column, groups[column], pins) for column in rules.never_adjacent]
    return [*adjacent, *(Limited(limit, groups[limit.column], pins) for limit in rules.limits)]


def _group(value: Any) -> str | None:
    """What two items share when they have the same value; None where there is none."""
    if value is None or value == "":
        return None
    if isinstance(value, int | float):
        return f"{value:g}"
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)
