"""What the rules did at each place of an order: whom they put there, and which of them had to give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlpsuite_recommend.arrange.board import Board
from nlpsuite_recommend.arrange.constraints import Constraint
from nlpsuite_recommend.diversity import Likeness


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


def explained(board: Board, order: Sequence[int]) -> Iterator[Placed]:
    """The order, filled into an empty board, with what the rules did at each place."""
    held_back: dict[int, str] = {}
    for place, candidate in enumerate(order):
        pinned = place in board.pins.at
        if not pinned:
            _note_held_back(board, candidate, place, held_back)
        rules = [f"pinned to {place + 1}"] if pinned else []
        rules += [held_back[candidate]] if candidate in held_back else []
        relaxed = [*board.pins.relaxed.get(place, []), *_broken(board, candidate, place)]
        likeness = board.preference.likeness(candidate)
        yield Placed(candidate, likeness, tuple(rules), tuple(relaxed))
        board.push(candidate)


def _note_held_back(board: Board, chosen: int, place: int, held_back: dict[int, str]) -> None:
    """Take note of whom the chosen one was put before against the preference, and by which rule."""
    if not board.constraints:
        return
    for candidate in board.preferred():
        if candidate == chosen:
            return
        if candidate not in held_back:
            names = [rule.name for rule in board.constraints if rule.cost(candidate, place)]
            by = " and ".join(names) or "what the rules need further down"
            held_back[candidate] = f"held back from {place + 1} by {by}"


def _broken(board: Board, candidate: int, place: int) -> list[str]:
    return [
        f"{rule.name}: {rule.breach(candidate, place)}, since {_reason(board, rule, place)}"
        for rule in board.constraints
        if rule.cost(candidate, place)
    ]


def _reason(board: Board, rule: Constraint, place: int) -> str:
    if place in board.pins.at:
        return "it is pinned here"
    if all(rule.cost(candidate, place) for candidate in board.preferred()):
        return "no candidate left keeps it"
    return "the order breaks no fewer rules with another candidate here"
