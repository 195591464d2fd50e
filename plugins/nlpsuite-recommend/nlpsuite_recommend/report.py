"""How good rankers are on all groups, with intervals, so that a reader counts once however much was shown to them.

The metrics of `nlpsuite_recommend.metrics` are given as means over the groups that have one; how many have none is
said. `coverage@k` is of all groups together: the share of the catalogue that stands among anybody's first k. There,
tied items keep the order in which they are given.

**Intervals** are of the bootstrap, by reader: all groups of a reader are drawn together. Fewer different readers in a
draw cover fewer items, so draws of `coverage` are moved to have their mean at the value; only their spread is used.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nlpsuite import Estimate, UsageError, bootstrap
from nlpsuite_recommend.groups import Group, check_groups, check_same
from nlpsuite_recommend.metrics import metrics_of
from nlpsuite_recommend.table import Floats, Places, Table

RESAMPLES = 1000
SEED = 1


@dataclass(frozen=True, slots=True)
class Report:
    """Metrics with intervals, and what they leave out.

    Attributes:
        metrics: by name; one that no group has is not there.
        groups: how many there are.
        readers: how many there are.
        skipped: for a metric, how many groups it leaves out and why.
    """

    metrics: Mapping[str, Estimate]
    groups: int
    readers: int
    skipped: Mapping[str, str]

    def to_dict(self) -> dict[str, Any]:
        """As plain values, ready for JSON."""
        return {
            "metrics": {name: estimate.to_dict() for name, estimate in self.metrics.items()},
            "groups": self.groups,
            "readers": self.readers,
            "skipped": dict(self.skipped),
        }


def evaluate(
    groups: Sequence[Group],
    *,
    k: int = 10,
    catalogue: Collection[str] | None = None,
    popularity: Mapping[str, float] | None = None,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Report:
    """All metrics of one ranker.

    Args:
        groups: what readers were shown, with scores and labels.
        k: how many places count.
        catalogue: ids of all items there are; those that occur in the groups when None.
        popularity: for items, the share of readers who know or took them, above 0 and up to 1. An item without one, or
            with 0, does not count in `novelty`, which is left out when this is None.
        resamples: how often readers are drawn anew.
        seed: of the drawing.

    Raises:
        InputError: there are no groups, or one is faulty.
        UsageError: k or resamples is below 1, or a popularity is no share.
    """
    table = _table(groups, k, resamples, catalogue)
    draw = _Drawing([group.reader for group in groups], resamples, seed)
    found, skipped = {}, {}
    for metric in metrics_of(table, popularity):
        without = int(np.isnan(metric.values).sum())
        if without:
            skipped[metric.name] = f"{without} of {len(groups)} groups left out: {metric.reason}"
        if without < len(groups):
            found[metric.name] = draw.mean(metric.values)
    found[f"coverage@{k}"] = draw.coverage(_coverage(table), least=0.0)
    return Report(found, len(groups), len(set(draw.readers)), skipped)


def compare(
    first: Sequence[Group],
    second: Sequence[Group],
    *,
    k: int = 10,
    catalogue: Collection[str] | None = None,
    popularity: Mapping[str, float] | None = None,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> dict[str, Estimate]:
    """How much better the second of two rankers is, by metric, on the same groups; the same readers are drawn for both.

    Args:
        first: groups with the scores of the first ranker.
        second: the same groups, in the same order, with the scores of the second.
        k: as for `evaluate`, like the rest.
        catalogue: ids of all items there are.
        popularity: share of readers by item.
        resamples: how often readers are drawn anew.
        seed: of the drawing.

    Returns:
        For each metric, the second's value less the first's, on the groups where both have one. An interval without 0
        is a difference that chance in the choice of readers does not explain.

    Raises:
        InputError: there are no groups, one is faulty, or the two are not of the same readers, items and labels.
        UsageError: k or resamples is below 1, or a popularity is no share.
    """
    check_same(first, second)
    one, other = _table(first, k, resamples, catalogue), _table(second, k, resamples, catalogue)
    draw = _Drawing([group.reader for group in first], resamples, seed)
    found = {}
    for before, after in zip(metrics_of(one, popularity), metrics_of(other, popularity), strict=True):
        gain = after.values - before.values
        if not np.isnan(gain).all():
            found[before.name] = draw.mean(gain)
    covers, covers_then = _coverage(one), _coverage(other)
    found[f"coverage@{k}"] = draw.coverage(lambda rows: covers_then(rows) - covers(rows), least=-1.0)
    return found


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Estimates over groups, of which each has a reader."""

    readers: Sequence[str]
    resamples: int
    seed: int

    def mean(self, values: Floats) -> Estimate:
        """Of the groups that have a value."""
        estimate = bootstrap(
            lambda rows: _mean(values[rows]), len(values), self.seed, self.resamples, clusters=self.readers
        )
        having = {self.readers[row] for row in np.flatnonzero(~np.isnan(values)).tolist()}
        return replace(estimate, n=len(having))

    def coverage(self, score: Callable[[Places], float], least: float) -> Estimate:
        """Of a share of the catalogue, or a difference of two."""
        return bootstrap(
            score, len(self.readers), self.seed, self.resamples, clusters=self.readers, centred_in=(least, 1.0)
        )


def _table(groups: Sequence[Group], k: int, resamples: int, catalogue: Collection[str] | None) -> Table:
    if k < 1 or resamples < 1:
        raise UsageError(f"k is {k} and resamples is {resamples}. Give at least 1 for both.")
    check_groups(groups)
    return Table(groups, k, catalogue)


def _mean(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else math.nan


def _coverage(table: Table) -> Callable[[Places], float]:
    """A score of groups: the share of the catalogue that anybody sees."""
    item, owner = table.item[table.on_top], table.owner[table.on_top]

    def covered(rows: Places) -> float:
        drawn = np.zeros(table.groups, dtype=bool)
        drawn[rows] = True
        seen = np.zeros(len(table.names), dtype=bool)
        seen[item[drawn[owner]]] = True
        return float(seen.mean())

    return covered
