"""Order by relevance and by difference from what stands above: maximal marginal relevance (MMR).

Each place goes to the candidate with the greatest ``(1 - diversity) * relevance - diversity * similarity``, where the
similarity is the greatest cosine to an item placed above (Carbonell and Goldstein 1998, whose lambda is 1 - diversity).
The first place goes to the most relevant.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpsuite import ConfigError, UsageError

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much an item resembles what stands above it.

    Attributes:
        similarity: the greatest cosine.
        to: the place among the candidates of the item it belongs to.
        penalty: what it costs: diversity * similarity.
    """

    similarity: float
    to: int
    penalty: float


class Preference:
    """Which candidate comes next, given those that are placed; the last placed can be taken back.

    Args:
        relevance: of each candidate; on the scale of a cosine, so probabilities. Among equals the first comes first.
        vectors: of each candidate; None for one that has none, which is taken to resemble every other as two
            candidates do on average, so that it neither gains nor loses.
        diversity: from 0, by relevance alone, to 1, by difference alone.

    Raises:
        ConfigError: diversity is not from 0 to 1.
        UsageError: the vectors differ in length or are not finite.
    """

    def __init__(
        self, relevance: Sequence[float], vectors: Sequence[Any | None] | None = None, diversity: float = 0.0
    ) -> None:
        if not 0 <= diversity <= 1:
            raise ConfigError(f"diversity is {diversity}. Give a number from 0 (none) to 1 (nothing else).")
        self.relevance: Floats = np.asarray(relevance, dtype=np.float64)
        self.diversity = diversity if vectors is not None and any(vector is not None for vector in vectors) else 0.0
        self._plain_order = np.argsort(-self.relevance, kind="stable")
        self._placed: list[int] = []
        # One entry for each place filled, so that taking back is to drop the last.
        self._likest: list[tuple[Floats, NDArray[np.intp]]] = []
        if self.diversity:
            self._units, self._known = _unit_rows(vectors or ())
            self._average = _average_cosine(self._units[self._known])

    def push(self, candidate: int) -> None:
        """Place a candidate."""
        self._placed.append(candidate)
        if not self.diversity:
            return
        found = self._similarities(candidate)
        to = np.full(len(found), candidate)
        if self._likest:
            before, whom = self._likest[-1]
            found, to = np.where(found > before, found, before), np.where(found > before, to, whom)
        self._likest.append((found, to))

    def pop(self) -> int:
        """Take the last placed back."""
        if self.diversity:
            self._likest.pop()
        return self._placed.pop()

    def order(self) -> NDArray[np.intp]:
        """All candidates, the preferred first; those that are placed are among them."""
        if not self._likest:
            return self._plain_order
        marginal = (1 - self.diversity) * self.relevance - self.diversity * self._likest[-1][0]
        return np.argsort(-marginal, kind="stable")

    def likeness(self, candidate: int) -> Likeness | None:
        """What a candidate resembles among the placed; None where nothing is placed or diversity is not asked for."""
        if not self._likest:
            return None
        similarities, whom = self._likest[-1]
        similarity = float(similarities[candidate])
        return Likeness(similarity, int(whom[candidate]), self.diversity * similarity)

    def _similarities(self, candidate: int) -> Floats:
        if not self._known[candidate]:
            return np.full(len(self._known), self._average)
        return np.where(self._known, self._units @ self._units[candidate], self._average)


def mmr(
    relevance: Sequence[float], vectors: Sequence[Any | None], *, diversity: float, top: int | None = None
) -> list[tuple[int, Likeness | None]]:
    """The order by maximal marginal relevance.

    Args:
        relevance: of each candidate, from 0 to 1.
        vectors: of each candidate, None for one that has none.
        diversity: from 0 to 1.
        top: how many places to fill; all when None.

    Returns:
        For each place, which candidate stands there and what it resembles above it.
    """
    preference = Preference(relevance, vectors, diversity)
    left = set(range(len(relevance)))
    found = []
    for _ in range(len(left) if top is None else min(top, len(left))):
        candidate = next(int(place) for place in preference.order() if int(place) in left)
        found.append((candidate, preference.likeness(candidate)))
        preference.push(candidate)
        left.remove(candidate)
    return found


@dataclass(frozen=True, slots=True)
class Freshness:
    """A boost for what is new, in log-odds.

    Attributes:
        by: for an item of age 0.
        half_life: the age in days at which half of it is left.
    """

    by: float
    half_life: float

    def __post_init__(self) -> None:
        if not self.half_life > 0:
            raise ConfigError(f"The half-life of freshness is {self.half_life}. Give days, above 0.")

    def boost(self, age: float | None) -> float:
        """What an item of this age gets; nothing where the age is not known."""
        return 0.0 if age is None else self.by * 2.0 ** (-max(0.0, age) / self.half_life)


def _unit_rows(vectors: Iterable[Any | None]) -> tuple[Floats, NDArray[np.bool_]]:
    """The vectors at length 1, a row each, and which of them there are; zeros where there is none."""
    rows = [None if vector is None else np.asarray(vector, dtype=np.float64).ravel() for vector in vectors]
    sizes = {row.size for row in rows if row is not None}
    if len(sizes) > 1:
        raise UsageError(f"Item vectors have lengths {sorted(sizes)}. Make them all with one model.")
    width = sizes.pop()
    table = np.stack([np.zeros(width) if row is None else row for row in rows])
    if not np.isfinite(table).all():
        raise UsageError("An item vector holds NaN or infinity. Make the vectors anew.")
    lengths = np.linalg.norm(table, axis=1)
    known = lengths > 0
    return table / np.where(known, lengths, 1.0)[:, None], known


def _average_cosine(units: Floats) -> float:
    """Over all pairs of different rows; 0 where there is no pair."""
    n = len(units)
    if n < 2:
        return 0.0
    whole = units.sum(axis=0)
    return float((whole @ whole - n) / (n * (n - 1)))
