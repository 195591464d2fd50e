"""The order that breaks the fewest rules: place by place, and by trying out orders where that is not enough."""

from __future__ import annotations

from collections.abc import Iterator

from nlpsuite_recommend.arrange.board import Board

EFFORT = 20_000
"""How many placements are tried, at most, to find an order that breaks fewer rules."""


def best_order(board: Board) -> list[int]:
    """The preferred order with the fewest rules broken; the board is empty before and afterwards."""
    lowest = board.bound()
    order, broken = _greedy(board)
    search = _Search(board)
    for allowed in range(lowest, broken + 1) if broken > lowest else ():
        found = search.order(allowed)
        if found is not None:
            return found
    return order


def _greedy(board: Board) -> tuple[list[int], int]:
    """The order filled place by place, and how many rules it breaks."""
    broken = 0
    for place in range(board.pins.places):
        candidate = board.pins.at.get(place)
        if candidate is None:
            candidate = _best(board, place)
        broken += board.cost(candidate, place)
        board.push(candidate)
    return board.clear(), broken


def _best(board: Board, place: int) -> int:
    lowest = board.bound()
    best, least = -1, (0, 0)
    for candidate in board.preferred():
        cost = board.cost(candidate, place)
        whole = cost + board.bound_after(candidate, place)
        if not cost and whole <= lowest:
            return candidate
        if best < 0 or (whole, cost) < least:
            best, least = candidate, (whole, cost)
    return best


class _Search:
    """Depth first, with one effort for all that is allowed in turn."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._effort = EFFORT

    def order(self, allowed: int) -> list[int] | None:
        """The first order that breaks no more rules than allowed; None where none was found."""
        board = self._board
        spent = [0]
        stack = [self._choices(allowed)]
        while stack and len(board.order) < board.pins.places:
            candidate = next(stack[-1], None)
            if candidate is None:
                stack.pop()
                spent.pop()
                if board.order:
                    board.pop()
                continue
            spent.append(spent[-1] + board.cost(candidate, len(board.order)))
            board.push(candidate)
            stack.append(self._choices(allowed - spent[-1]))
        complete = len(board.order) == board.pins.places
        order = board.clear()
        return order if complete else None

    def _choices(self, allowed: int) -> Iterator[int]:
        """What may come next, first what breaks no rule here."""
        board = self._board
        place = len(board.order)
        pinned = board.pins.at.get(place)
        later = []
        for candidate in board.preferred() if pinned is None else [pinned]:
            self._effort -= 1
            if self._effort < 0:
                return
            cost = board.cost(candidate, place)
            if cost + board.bound_after(candidate, place) > allowed:
                continue
            if cost:
                later.append((cost, candidate))
            else:
                yield candidate
        yield from (candidate for _, candidate in sorted(later, key=lambda entry: entry[0]))
