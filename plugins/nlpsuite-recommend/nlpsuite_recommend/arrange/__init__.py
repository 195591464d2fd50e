"""The order of candidates that the rules allow: the preferred one wherever it keeps them, else what had to give.

Pins hold always. Neighbours and limits hold wherever there is an order that keeps them: places are filled from the top,
each with the most preferred candidate that leaves the fewest rules to be broken below, by a bound that is exact for
one rule on its own. Where several rules cross and that is not enough, orders are searched, as far as
`nlpsuite_recommend.arrange.search.EFFORT` allows. Where rules must be broken, as few as possible are, as far down as
possible.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nlpsuite_recommend.arrange.board import Board
from nlpsuite_recommend.arrange.constraints import constraints
from nlpsuite_recommend.arrange.explain import Placed, explained
from nlpsuite_recommend.arrange.pins import Pinned
from nlpsuite_recommend.arrange.search import best_order
from nlpsuite_recommend.diversity import Preference
from nlpsuite_recommend.readers import Item
from nlpsuite_recommend.rules import Rules

__all__ = ["Placed", "arrange"]


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
    pins = Pinned(items, rules, top, excluded or {})
    board = Board(len(items), preference, pins, constraints(items, rules, pins))
    return list(explained(board, best_order(board)))
