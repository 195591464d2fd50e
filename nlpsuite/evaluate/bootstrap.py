"""Intervals by the bootstrap (Efron 1979): the examples are drawn anew many times, and the score with them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
LEVEL = 0.95

Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A score with its 95 % interval.

    Attributes:
        value: on all examples.
        low, high: percentiles 2.5 and 97.5 of the resampled scores.
        n: how many examples it rests on; how many clusters, where these were drawn.
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
    score: Callable[[Indices], float],
    n: int,
    seed: int = 1,
    resamples: int = RESAMPLES,
    *,
    clusters: Sequence[Hashable] | None = None,
    centred_in: tuple[float, float] | None = None,
) -> Estimate:
    """A score on all of `n` examples, with its interval.

    Args:
        score: gives the score of the examples at the given indices. Draws for which it is NaN do not count.
        n: how many examples there are; at least 1.
        seed: of the resampling.
        resamples: how often.
        clusters: of each example, to which it belongs. All examples of a cluster are drawn together.
        centred_in: the score's least and greatest value, if the draws are to be moved to have their mean at the value.
            A draw holds fewer different examples, so it says of scores that count different things only how they
            spread.
    """
    chance = np.random.default_rng(seed)
    members = None if clusters is None else _Members(clusters)
    units = n if members is None else len(members)
    drawn = np.empty(resamples)
    for draw in range(resamples):
        chosen = chance.integers(0, units, units)
        drawn[draw] = score(chosen if members is None else members.of(chosen))
    value = float(score(np.arange(n)))
    return Estimate(value, *_interval(drawn, value, centred_in), units)


class _Members:
    """Which examples belong to which cluster; clusters are numbered in the order in which they first occur."""

    def __init__(self, clusters: Sequence[Hashable]) -> None:
        number = {name: place for place, name in enumerate(dict.fromkeys(clusters))}
        of_example = np.array([number[name] for name in clusters])
        self._by_cluster = np.argsort(of_example, kind="stable")
        self._sizes = np.bincount(of_example)
        self._starts = np.cumsum(self._sizes) - self._sizes

    def __len__(self) -> int:
        return len(self._sizes)

    def of(self, chosen: Indices) -> Indices:
        """The examples of the chosen clusters."""
        sizes = self._sizes[chosen]
        ends = np.cumsum(sizes)
        shift = np.repeat(self._starts[chosen] - ends + sizes, sizes)
        members: Indices = self._by_cluster[shift + np.arange(ends[-1])]
        return members


def _interval(drawn: NDArray[np.float64], value: float, centred_in: tuple[float, float] | None) -> tuple[float, float]:
    tail = (1 - LEVEL) / 2
    known = drawn[~np.isnan(drawn)]
    if not len(known):
        return value, value
    low, high = (float(edge) for edge in np.quantile(known, [tail, 1 - tail]))
    if centred_in is None:
        return low, high
    moved = value - float(known.mean())
    return max(low + moved, centred_in[0]), min(high + moved, centred_in[1])
