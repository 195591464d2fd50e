"""Times taken in turn, so that what slows the machine for a while slows all alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from nlpsuite.evaluate.bootstrap import Estimate, bootstrap

Given = TypeVar("Given")


def in_turn(
    contenders: Mapping[str, Callable[[], Given]], runs: int
) -> tuple[dict[str, list[float]], dict[str, Given]]:
    """Seconds of each contender's runs: A B C, A B C, …, and what a run of each before these gave."""
    given = {name: run() for name, run in contenders.items()}
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(runs):
        for name, run in contenders.items():
            began = time.perf_counter()
            run()
            taken[name].append(time.perf_counter() - began)
    return taken, given


def times_as_fast(ours: Sequence[float], theirs: Sequence[float]) -> Estimate:
    """How many times as fast as they we are: the median over rounds of their seconds to ours, with its interval.

    Args:
        ours, theirs: seconds of each round, in order.
    """
    ratios = np.array(theirs) / np.array(ours)
    return bootstrap(lambda rounds: float(np.median(ratios[rounds])), len(ratios))


def fastest(options: Mapping[str, Callable[[], object]], tries: int = 2) -> str:
    """The name of the option that takes least time, its first run not counted."""
    best = {name: min(seconds) for name, seconds in in_turn(options, tries)[0].items()}
    return min(best, key=best.__getitem__)


def median(seconds: Sequence[float]) -> float:
    """The middle of some times."""
    return float(statistics.median(seconds))
