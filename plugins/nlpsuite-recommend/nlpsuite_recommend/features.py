"""What the combiner sees of an item and a reader: a few named numbers, each of which may be missing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from nlpsuite import UsageError
from nlpsuite_recommend.readers import Item
from nlpsuite_recommend.records import number_of

Signals = Mapping[str, float | None]

SIGNALS = ("text", "popularity", "freshness", "price", "stock")
"""Those that every combiner knows; an item's further numeric columns join them."""

EDGE = 1e-6
"""Probabilities are kept this far from 0 and 1, so that their log-odds are finite."""


def signals(
    item: Item, *, text: float | None, usual_price: float | None, now: float, columns: Sequence[str] = ()
) -> Signals:
    """The numbers of one item for one reader.

    Args:
        item: the candidate.
        text: the text score, a probability; None for a reader without a history.
        usual_price: what the reader usually pays.
        now: in seconds since 1970.
        columns: further numeric columns to take.

    Returns:
        `text`: log-odds of the text score. `popularity`: as given. `freshness`: minus the logarithm of 1 + age in days.
        `price`: logarithm of 1 + price less that of 1 + the usual one, so that 0 is the reader's usual price and free
        items have a value. `stock`: logarithm of 1 + stock. Columns as they are. None is what is not known.
    """
    age = item.age(now)
    found: dict[str, float | None] = {
        "text": None if text is None else logit(text),
        "popularity": item.popularity,
        "freshness": None if age is None else -math.log1p(age),
        "price": None
        if item.price is None or usual_price is None
        else math.log1p(item.price) - math.log1p(usual_price),
        "stock": None if item.stock is None else math.log1p(max(0.0, item.stock)),
    }
    return found | {column: number_of(item.value(column)) for column in columns}


def logit(probability: float) -> float:
    """The log-odds of a probability, which is kept off 0 and 1 by `EDGE`.

    Raises:
        UsageError: it is not between 0 and 1.
    """
    if not 0 <= probability <= 1:
        raise UsageError(f"A text score is {probability}. Scores must be probabilities, from 0 to 1.")
    kept = min(max(probability, EDGE), 1 - EDGE)
    return math.log(kept) - math.log1p(-kept)


def sigmoid(log_odds: float) -> float:
    """The probability of log-odds, without overflow."""
    if log_odds >= 0:
        return 1 / (1 + math.exp(-log_odds))
    grown = math.exp(log_odds)
    return grown / (1 + grown)
