"""The text scores of candidates for a reader, with the history cut to the window first."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nlpsuite import UsageError
from nlpsuite_recommend.history import SEPARATOR, Summary, summarise
from nlpsuite_recommend.readers import Item, Past, Reader

Score = Callable[[str, Sequence[str]], Sequence[float]]
"""Gives, for a history and texts of candidates, the probability of each that the reader takes it; an array will do."""

Vector = Any
"""Numbers of one item: an array or a sequence, as long for every item."""


@dataclass(frozen=True, slots=True)
class Window:
    """What the text score can take of a history; see `summarise`.

    Attributes:
        budget: the most that `measure` may give; None takes everything.
        half_life: of the reader's interest.
        measure: the size of a text.
        separator: between the pieces.
    """

    budget: int | None = None
    half_life: float | None = None
    measure: Callable[[str], int] = len
    separator: str = SEPARATOR

    def summary(
        self, history: Sequence[Past], now: float | None, similarity: Callable[[Past], float] | None = None
    ) -> Summary:
        """A history within the window."""
        return summarise(
            history,
            budget=self.budget,
            now=now,
            similarity=similarity,
            half_life=self.half_life,
            measure=self.measure,
            separator=self.separator,
        )


@dataclass(frozen=True, slots=True)
class TextScores:
    """The text scores of some candidates.

    Attributes:
        values: a probability for each; None where the reader has no history to score against.
        summaries: the history that each was scored against.
    """

    values: tuple[float, ...] | None
    summaries: tuple[Summary, ...]


def text_scores(
    reader: Reader,
    candidates: Sequence[Item],
    score: Score,
    *,
    window: Window | None = None,
    vectors: Mapping[str, Vector] | None = None,
    now: float | None = None,
) -> TextScores:
    """Score candidates by their texts, all that share a history at once.

    Where the history does not fit the window and there are vectors, each candidate gets the pieces that resemble it.

    Args:
        reader: whose history it is.
        candidates: what to score.
        score: the text score.
        window: what of the history the text score can take.
        vectors: of items, by id.
        now: in seconds since 1970.

    Raises:
        UsageError: the text score gave too few values, or one that is no probability.
    """
    window = window or Window()
    whole = window.summary(reader.history, now)
    if not whole.text:
        return TextScores(None, (whole,) * len(candidates))
    if vectors and (whole.left_out or whole.shortened):
        summaries = tuple(
            window.summary(reader.history, now, _likeness(reader, candidate, vectors)) for candidate in candidates
        )
    else:
        summaries = (whole,) * len(candidates)
    alike: dict[str, list[int]] = {}
    for place, summary in enumerate(summaries):
        alike.setdefault(summary.text, []).append(place)
    values = [0.0] * len(candidates)
    for history, places in alike.items():
        found = _checked(score(history, [candidates[place].text for place in places]), len(places))
        for place, value in zip(places, found, strict=True):
            values[place] = value
    return TextScores(tuple(values), summaries)


def _likeness(reader: Reader, candidate: Item, vectors: Mapping[str, Vector]) -> Callable[[Past], float] | None:
    """The cosine of a piece to the candidate; pieces without a vector are taken as the average piece."""
    if candidate.id not in vectors:
        return None
    known = {
        past.item: cosine(vectors[past.item], vectors[candidate.id])
        for past in reader.history
        if past.item is not None and past.item in vectors
    }
    if not known:
        return None
    average = math.fsum(known.values()) / len(known)
    return lambda past: average if past.item is None else known.get(past.item, average)


def cosine(first: Vector, second: Vector) -> float:
    """The cosine between two vectors; 0 where one of them is all zeros."""
    import numpy as np

    one, other = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if one.shape != other.shape:
        raise UsageError(f"Item vectors have lengths {one.size} and {other.size}. Make them all with one model.")
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / size if size else 0.0


def _checked(found: Sequence[float], expected: int) -> list[float]:
    values = [float(value) for value in found]
    if len(values) != expected:
        raise UsageError(f"The text score gave {len(values)} values for {expected} candidates. It must give one each.")
    wrong = next((value for value in values if not 0 <= value <= 1), None)
    if wrong is not None:
        raise UsageError(f"The text score gave {wrong}. It must give probabilities, from 0 to 1.")
    return values
