"""Intervals by the bootstrap (Efron 1979): the examples are drawn anew many times, and the score with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A score with its 95 % interval.

    Attributes:
        value: on all examples.
        low, high: percentiles 2.5 and 97.5 of the resampled scores.
        n: how many examples.
    """

    value: float
    low: float
    high: float
    n: int

    def to_dict(self) -> dict[str, float | int]:
        """As plain values, rounded to six digits."""
        return {key: round(value, 6) for key, value in asdict(self).items()}

    def __str__(self) -> str:
        return f"{self.value:.4f} [{self.low:.4f}, {self.high:.4f}] n={self.n}"


def bootstrap(
    score: Callable[[NDArray[np.intp]], float], n: int, seed: int = 1, resamples: int = RESAMPLES
) -> Estimate:
    """A score on all of `n` examples, with its interval.

    Args:
        score: gives the score of the examples at the given indices.
        n: how many examples there are; at least 1.
        seed: of the resampling.
        resamples: how often.
    """
    chance = np.random.default_rng(seed)
    drawn = [score(chance.integers(0, n, n)) for _ in range(resamples)]
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Estimate(float(score(np.arange(n))), float(low), float(high), n)
