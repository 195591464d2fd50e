"""How good rankings are, with intervals: by group, so that a reader counts once however much was shown to them.

A group is what one reader was shown at once. Each metric is taken for every group and then the mean of all groups:

- `auc`: the share of pairs of a taken and a passed-over item that are in the right order.
- `mrr`: one over the place of the first taken item.
- `ndcg@k`: discounted cumulative gain of the first k, over that of the best order (Järvelin and Kekäläinen 2002); the
  gain of a label is 2 ** label - 1, so 1 for an item that was taken.
- `hit_rate@k`: the share of groups with a taken item among the first k.
- `coverage@k`: the share of the catalogue that stands among anybody's first k.
- `novelty@k`: the mean self-information of the first k, -log2 of an item's popularity (Zhou and others 2010).

**Ties.** Items with one score stand in no order, so the first four give the value expected over all orders of them: a
tied pair counts a half in `auc`, gains are averaged over tied places (McSherry and Najork 2008). For coverage and
novelty, tied items keep the order in which they are given.

**Left out.** A group without both kinds of items has no `auc`, one without a taken item no `mrr`, `ndcg` or `hit_rate`,
one whose first k have no known popularity no `novelty`; how many is said.

**Intervals** are of the bootstrap, by reader: all groups of a reader are drawn together. Fewer different readers in a
draw cover fewer items, so draws of `coverage` are moved to have their mean at the value; only their spread is used.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nlpsuite import InputError, UsageError

RESAMPLES = 1000
LEVEL = 0.95
SEED = 1

_AT_ONCE = 500_000
_GRADES = 50

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Group:
    """What one reader was shown at once.

    Attributes:
        reader: the reader's id.
        items: ids, in the order in which tied ones stand.
        scores: of the items; higher is better.
        labels: 1 for an item that was taken, 0 else; or grades of 0 and more.
        ranked: how many items were ranked; the rest, which have the lowest scores, were never seen. All when None.
    """

    reader: str
    items: Sequence[str]
    scores: Sequence[float]
    labels: Sequence[float]
    ranked: int | None = None


class Standing(Protocol):
    """Anything with an id, such as a `Ranked`."""

    @property
    def id(self) -> str:
        """Of the item."""


def group_of(reader: str, ranked: Sequence[Standing], labels: Mapping[str, float]) -> Group:
    """A group out of a ranking, by its places; rules and diversity count that way.

    Args:
        reader: the reader's id.
        ranked: the items in order; those without a label are passed over.
        labels: of all items that were shown. Those that the ranking left out share the last place.
    """
    standing = [entry.id for entry in ranked if entry.id in labels]
    placed = set(standing)
    missing = [name for name in labels if name not in placed]
    scores = [-float(place) for place in range(len(standing))] + [-float(len(standing))] * len(missing)
    items = [*standing, *missing]
    return Group(reader, items, scores, [labels[name] for name in items], len(standing))


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval.

    Attributes:
        value: on all readers.
        low: percentile 2.5 of the resampled values.
        high: percentile 97.5.
        n: how many readers it rests on.
    """

    value: float
    low: float
    high: float
    n: int

    def to_dict(self) -> dict[str, float | int]:
        """As plain values, rounded to six digits."""
        return {name: round(value, 6) for name, value in asdict(self).items()}

    def __str__(self) -> str:
        return f"{self.value:.4f} [{self.low:.4f}, {self.high:.4f}] n={self.n}"


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
    shown = _Shown(groups, k, resamples, catalogue)
    found = _statistics(shown, popularity)
    skipped = {
        statistic.name: f"{statistic.skipped} of {len(groups)} groups left out: {statistic.reason}"
        for statistic in found
        if statistic.skipped
    }
    taken = [statistic for statistic in found if statistic.readers]
    metrics = {}
    for statistic, drawn in zip(taken, _drawn(taken, shown.readers, resamples, seed), strict=True):
        low, high = _tails(drawn, statistic.value, 0.0 if statistic.centred else None)
        metrics[statistic.name] = Estimate(statistic.value, low, high, statistic.readers)
    return Report(metrics, len(groups), shown.readers, skipped)


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
        For each metric, the second's value less the first's. An interval without 0 is a difference that chance
        in the choice of readers does not explain.

    Raises:
        InputError: there are no groups, one is faulty, or the two are not of the same readers, items and labels.
        UsageError: k or resamples is below 1, or a popularity is no share.
    """
    _check_same(first, second)
    one, other = _Shown(first, k, resamples, catalogue), _Shown(second, k, resamples, catalogue)
    pairs = zip(_statistics(one, popularity), _statistics(other, popularity), strict=True)
    shared = [pair for pair in ((before.only(after), after.only(before)) for before, after in pairs) if pair[0].readers]
    drawn = _drawn([statistic for pair in shared for statistic in pair], one.readers, resamples, seed)
    found = {}
    for place, (before, after) in enumerate(shared):
        value = after.value - before.value
        low, high = _tails(drawn[2 * place + 1] - drawn[2 * place], value, -1.0 if before.centred else None)
        found[before.name] = Estimate(value, low, high, before.readers)
    return found


class _Shown:
    """All groups in one row of numbers, each group's items by score, the highest first."""

    def __init__(self, groups: Sequence[Group], k: int, resamples: int, catalogue: Collection[str] | None) -> None:
        if k < 1 or resamples < 1:
            raise UsageError(f"k is {k} and resamples is {resamples}. Give at least 1 for both.")
        _check_groups(groups)
        self.k = k
        sizes = np.array([len(group.items) for group in groups])
        number = {name: place for place, name in enumerate(dict.fromkeys(group.reader for group in groups))}
        self.readers = len(number)
        self.reader_of = np.array([number[group.reader] for group in groups])
        self.groups = len(groups)
        owner = np.repeat(np.arange(self.groups), sizes)
        scores = np.concatenate([np.asarray(group.scores, dtype=np.float64) for group in groups])
        labels = np.concatenate([np.asarray(group.labels, dtype=np.float64) for group in groups])
        order = np.lexsort((-scores, owner))
        self.owner, scores, labels = owner, scores[order], labels[order]
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        self.place: Places = np.arange(len(owner)) - starts[owner]
        self.taken = labels > 0
        self.gains: Floats = np.exp2(labels) - 1
        self.best_gains = self.gains[np.lexsort((-self.gains, owner))]
        opens = (self.place == 0) | np.append(True, scores[1:] != scores[:-1])
        self.block: Places = np.cumsum(opens) - 1
        self.block_first = self.place[opens]
        self.block_size = np.bincount(self.block)
        self.block_owner = owner[opens]
        self._items(groups, order, catalogue)

    def _items(self, groups: Sequence[Group], order: Places, catalogue: Collection[str] | None) -> None:
        names = [name for group in groups for name in group.items]
        self.names = list(dict.fromkeys(names)) if catalogue is None else list(dict.fromkeys([*catalogue, *names]))
        self.catalogue = len(self.names) if catalogue is None else len(set(catalogue))
        if len(self.names) > self.catalogue:
            strange = self.names[self.catalogue]
            raise InputError(f"the item {strange!r} is not in the catalogue", cure="Give a catalogue of all items.")
        number = {name: place for place, name in enumerate(self.names)}
        self.item: Places = np.array([number[name] for name in names])[order]
        self.ranked = np.array([len(group.items) if group.ranked is None else group.ranked for group in groups])
        self.on_top = self.place < np.minimum(self.k, self.ranked)[self.owner]

    def per_group(self, values: Floats) -> Floats:
        """Sums over each group."""
        return np.bincount(self.owner, weights=values, minlength=self.groups).astype(np.float64)

    def per_block(self, values: Floats) -> Floats:
        """Sums over each block of tied items."""
        return np.bincount(self.block, weights=values).astype(np.float64)


class _Statistic(Protocol):
    """A metric that can be taken of any draw of readers."""

    name: str
    value: float
    readers: int
    skipped: int
    reason: str
    centred: bool

    def of(self, times: Floats) -> Floats:
        """Its value when readers are drawn so many times: a row for each draw, a column for each reader."""

    def only(self, other: Any) -> _Statistic:
        """The same for the groups alone that the other has too."""


class _Mean:
    """The mean over groups; NaN where a group has no value."""

    centred = False

    def __init__(self, name: str, values: Floats, shown: _Shown, reason: str) -> None:
        self.name, self.reason, self._values, self._shown = name, reason, values, shown
        there = ~np.isnan(values)
        self.skipped = int((~there).sum())
        self._sums = np.bincount(shown.reader_of[there], weights=values[there], minlength=shown.readers)
        self._counts = np.bincount(shown.reader_of[there], minlength=shown.readers).astype(np.float64)
        self.readers = int((self._counts > 0).sum())
        self.value = float(self._sums.sum() / self._counts.sum()) if self.readers else math.nan

    def of(self, times: Floats) -> Floats:
        return _ratio(times @ self._sums, times @ self._counts)

    def only(self, other: _Mean) -> _Mean:
        values = np.where(np.isnan(other._values), np.nan, self._values)
        return _Mean(self.name, values, self._shown, self.reason)


class _Coverage:
    """The share of the catalogue that anybody sees."""

    centred = True
    skipped = 0
    reason = ""

    def __init__(self, shown: _Shown) -> None:
        from scipy.sparse import csr_matrix

        self.name = f"coverage@{shown.k}"
        self.readers = shown.readers
        self._catalogue = shown.catalogue
        seen = np.unique(shown.item[shown.on_top])
        self.value = len(seen) / shown.catalogue
        column = np.searchsorted(seen, shown.item[shown.on_top])
        row = shown.reader_of[shown.owner[shown.on_top]]
        self._sees = csr_matrix(
            (np.ones(len(row), dtype=np.float32), (column, row)), (max(1, len(seen)), shown.readers)
        )

    def of(self, times: Floats) -> Floats:
        seen: Any = self._sees @ (times > 0).astype(np.float32).T
        found: Floats = (seen > 0).sum(axis=0) / self._catalogue
        return found

    def only(self, other: _Coverage) -> _Coverage:
        return self


def _statistics(shown: _Shown, popularity: Mapping[str, float] | None) -> list[_Statistic]:
    none_taken = "none of their items was taken"
    found: list[_Statistic] = [
        _Mean("auc", _auc(shown), shown, "all of their items were taken, or none"),
        _Mean("mrr", _mrr(shown), shown, none_taken),
        _Mean(f"ndcg@{shown.k}", _ndcg(shown), shown, none_taken),
        _Mean(f"hit_rate@{shown.k}", _hit_rate(shown), shown, none_taken),
        _Coverage(shown),
    ]
    if popularity is not None:
        reason = f"no popularity is known of their first {shown.k}"
        found.append(_Mean(f"novelty@{shown.k}", _novelty(shown, popularity), shown, reason))
    return found


def _auc(shown: _Shown) -> Floats:
    sizes = np.bincount(shown.owner, minlength=shown.groups)
    taken = shown.per_group(shown.taken.astype(np.float64))
    middle = shown.block_first + (shown.block_size + 1) / 2
    from_below = sizes[shown.owner] + 1 - middle[shown.block]
    won = shown.per_group(from_below * shown.taken) - taken * (taken + 1) / 2
    pairs = taken * (sizes - taken)
    return _ratio(won, pairs)


def _ndcg(shown: _Shown) -> Floats:
    discount = 1 / np.log2(shown.place + 2.0)
    expected = (shown.per_block(shown.gains) / shown.block_size)[shown.block]
    reached = shown.per_group(expected * discount * shown.on_top)
    best = shown.per_group(shown.best_gains * discount * (shown.place < shown.k))
    return _ratio(reached, best)


def _mrr(shown: _Shown) -> Floats:
    """The first block with a taken item decides: where in it the first one falls is a matter of chance."""
    taken = shown.per_block(shown.taken.astype(np.float64))
    first = _first_blocks(shown, taken)
    found = np.full(shown.groups, np.nan)
    start, left, wanted = shown.block_first[first], shown.block_size[first].astype(np.float64), taken[first]
    ranked = shown.ranked[shown.block_owner[first]]
    still, expected = np.ones(len(first)), np.zeros(len(first))
    for step in range(int((left - wanted).max(initial=-1)) + 1):
        here = np.clip(wanted / np.maximum(left - step, 1), 0.0, 1.0)
        expected += still * here * (start + step < ranked) / (start + step + 1)
        still = still * (1 - here)
    found[shown.block_owner[first]] = expected
    return found


def _hit_rate(shown: _Shown) -> Floats:
    """Sure above the block that the last place cuts through, and a matter of chance in it."""
    from scipy.special import gammaln

    taken = shown.per_block(shown.taken.astype(np.float64))
    first = _first_blocks(shown, taken)
    size, wanted = shown.block_size[first].astype(np.float64), taken[first]
    last = np.minimum(shown.k, shown.ranked[shown.block_owner[first]])
    inside = np.clip(last - shown.block_first[first], 0, size)
    others = size - wanted
    possible = others >= inside
    safe = np.where(possible, others - inside, 0.0)
    # The chance that all of those inside are others: one number of choices over another, as logarithms.
    missed = np.exp(gammaln(others + 1) - gammaln(safe + 1) + gammaln(size - inside + 1) - gammaln(size + 1))
    found = np.full(shown.groups, np.nan)
    found[shown.block_owner[first]] = np.where(possible, 1 - missed, 1.0)
    return found.clip(0.0, 1.0)


def _first_blocks(shown: _Shown, taken: Floats) -> Places:
    """For each group that has a taken item, its first block with one."""
    blocks = np.flatnonzero(taken > 0)
    _, first = np.unique(shown.block_owner[blocks], return_index=True)
    return blocks[first]


def _novelty(shown: _Shown, popularity: Mapping[str, float]) -> Floats:
    strange = next((name for name, share in popularity.items() if not 0 <= share <= 1), None)
    if strange is not None:
        raise UsageError(
            f"The popularity of {strange!r} is {popularity[strange]}. Give shares from 0 to 1: counts over all readers."
        )
    surprise = np.array([-math.log2(popularity[name]) if popularity.get(name) else np.nan for name in shown.names])
    found = surprise[shown.item]
    counted = shown.on_top & ~np.isnan(found)
    return _ratio(shown.per_group(np.where(counted, found, 0.0)), shown.per_group(counted.astype(np.float64)))


def _ratio(part: Floats, whole: Floats) -> Floats:
    """One over the other, NaN where the whole is 0."""
    found = np.full(len(whole), np.nan)
    np.divide(part, whole, out=found, where=whole > 0)
    return found


def _drawn(statistics: Sequence[_Statistic], readers: int, resamples: int, seed: int) -> list[Floats]:
    parts: list[list[Floats]] = [[] for _ in statistics]
    for times in _draws(readers, resamples, seed):
        for part, statistic in zip(parts, statistics, strict=True):
            part.append(statistic.of(times))
    return [np.concatenate(part) for part in parts]


def _draws(readers: int, resamples: int, seed: int) -> Iterator[Floats]:
    """How often each reader is drawn, some draws at a time; the same draws for the same seed and number of readers."""
    chance = np.random.default_rng(seed)
    rows = max(1, _AT_ONCE // readers)
    for start in range(0, resamples, rows):
        count = min(rows, resamples - start)
        drawn = chance.integers(0, readers, (count, readers)) + np.arange(count)[:, None] * readers
        yield np.bincount(drawn.ravel(), minlength=count * readers).reshape(count, readers).astype(np.float64)


def _tails(drawn: Floats, value: float, centred_above: float | None) -> tuple[float, float]:
    """The interval of drawn values; where a least value is given they are moved to `value`, between it and 1."""
    tail = (1 - LEVEL) / 2
    known = drawn[~np.isnan(drawn)]
    if not len(known):
        return value, value
    low, high = (float(edge) for edge in np.quantile(known, [tail, 1 - tail]))
    if centred_above is None:
        return low, high
    moved = value - float(known.mean())
    return max(low + moved, centred_above), min(high + moved, 1.0)


def _check_groups(groups: Sequence[Group]) -> None:
    if not groups:
        raise InputError("there are no groups to measure", cure="Give readers with labelled candidates.")
    for group in groups:
        n = len(group.items)
        if not n or len(group.scores) != n or len(group.labels) != n:
            problem = (
                f"reader {group.reader!r} has {n} items, {len(group.scores)} scores and {len(group.labels)} labels"
            )
            raise InputError(problem, cure="Give at least one item, and each a score and a label.")
        _check_numbers(group, "score", group.scores, math.isfinite)
        _check_numbers(group, "label", group.labels, lambda label: math.isfinite(label) and 0 <= label <= _GRADES)


def _check_numbers(group: Group, kind: str, values: Sequence[float], right: Callable[[float], bool]) -> None:
    wrong = next((place for place, value in enumerate(values) if not right(float(value))), None)
    if wrong is not None:
        problem = f"reader {group.reader!r} has for the item {group.items[wrong]!r} the {kind} {values[wrong]}"
        raise InputError(problem, field=kind, cure="Give finite numbers; labels of 0 or 1, or small grades.")


def _check_same(first: Sequence[Group], second: Sequence[Group]) -> None:
    cure = "Give both rankers' groups in the same order."
    if len(first) != len(second):
        raise InputError(f"there are {len(first)} groups and {len(second)} to compare with", cure=cure)
    for one, other in zip(first, second, strict=True):
        if one.reader != other.reader:
            raise InputError(f"a group of reader {one.reader!r} stands against one of {other.reader!r}", cure=cure)
        if sorted(zip(one.items, one.labels, strict=False)) != sorted(zip(other.items, other.labels, strict=False)):
            raise InputError(f"the two groups of reader {one.reader!r} differ in items or labels", cure=cure)
