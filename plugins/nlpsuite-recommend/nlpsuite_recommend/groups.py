"""What readers were shown and took: the groups that metrics are taken of."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from nlpsuite import InputError

_GRADES = 50


@dataclass(frozen=True, slots=True)
class Group:
    """What one reader was shown at once.

    Attributes:
        reader: the reader's id.
        items: ids, in the order in which tied ones stand.
        scores: of the items; higher is better.
        labels: 1 for an item that was taken, 0 else; or grades of 0 and more.
        ranked: how many items were ranked; the rest, which have the lowest scores, were never seen. All when None.
    """

    reader: str
    items: Sequence[str]
    scores: Sequence[float]
    labels: Sequence[float]
    ranked: int | None = None


class Standing(Protocol):
    """Anything with an id, such as a `Ranked`."""

    @property
    def id(self) -> str:
        """Of the item."""


def group_of(reader: str, ranked: Sequence[Standing], labels: Mapping[str, float]) -> Group:
    """A group out of a ranking, by its places; rules and diversity count that way.

    Args:
        reader: the reader's id.
        ranked: the items in order; those without a label are passed over.
        labels: of all items that were shown. Those that the ranking left out share the last place.
    """
    standing = [entry.id for entry in ranked if entry.id in labels]
    placed = set(standing)
    missing = [name for name in labels if name not in placed]
    scores = [-float(place) for place in range(len(standing))] + [-float(len(standing))] * len(missing)
    items = [*standing, *missing]
    return Group(reader, items, scores, [labels[name] for name in items], len(standing))


def check_groups(groups: Sequence[Group]) -> None:
    """See that metrics can be taken of groups.

    Raises:
        InputError: there are none, or one is faulty.
    """
    if not groups:
        raise InputError("there are no groups to measure", cure="Give readers with labelled candidates.")
    for group in groups:
        n = len(group.items)
        if not n or len(group.scores) != n or len(group.labels) != n:
            problem = (
                f"reader {group.reader!r} has {n} items, {len(group.scores)} scores and {len(group.labels)} labels"
            )
            raise InputError(problem, cure="Give at least one item, and each a score and a label.")
        _check_numbers(group, "score", group.scores, math.isfinite)
        _check_numbers(group, "label", group.labels, lambda label: math.isfinite(label) and 0 <= label <= _GRADES)


def check_same(first: Sequence[Group], second: Sequence[Group]) -> None:
    """See that two rankers can be compared by their groups.

    Raises:
        InputError: the groups are not of the same readers, items and labels.
    """
    cure = "Give both rankers' groups in the same order."
    if len(first) != len(second):
        raise InputError(f"there are {len(first)} groups and {len(second)} to compare with", cure=cure)
    for one, other in zip(first, second, strict=True):
        if one.reader != other.reader:
            raise InputError(f"a group of reader {one.reader!r} stands against one of {other.reader!r}", cure=cure)
        if sorted(zip(one.items, one.labels, strict=False)) != sorted(zip(other.items, other.labels, strict=False)):
            raise InputError(f"the two groups of reader {one.reader!r} differ in items or labels", cure=cure)


def _check_numbers(group: Group, kind: str, values: Sequence[float], right: Callable[[float], bool]) -> None:
    wrong = next((place for place, value in enumerate(values) if not right(float(value))), None)
    if wrong is not None:
        problem = f"reader {group.reader!r} has for the item {group.items[wrong]!r} the {kind} {values[wrong]}"
        raise InputError(problem, field=kind, cure="Give finite numbers; labels of 0 or 1, or small grades.")
