"""How good rankings are, group by group: one value for each, and NaN for a group that has none.

- `auc`: the share of pairs of a taken and a passed-over item that are in the right order.
- `mrr`: one over the place of the first taken item.
- `ndcg@k`: discounted cumulative gain of the first k, over that of the best order (Järvelin and Kekäläinen 2002); the
  gain of a label is 2 ** label - 1, so 1 for an item that was taken.
- `hit_rate@k`: the share of groups with a taken item among the first k.
- `novelty@k`: the mean self-information of the first k, -log2 of an item's popularity (Zhou and others 2010).

**Ties.** Items with one score stand in no order, so the first four give the value expected over all orders of them: a
tied pair counts a half in `auc`, gains are averaged over tied places (McSherry and Najork 2008). For novelty, tied
items keep the order in which they are given.

**Left out.** A group without both kinds of items has no `auc`, one without a taken item no `mrr`, `ndcg` or `hit_rate`,
one whose first k have no known popularity no `novelty`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nlpsuite import UsageError
from nlpsuite_recommend.table import Floats, Places, Table


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of every group.

    Attributes:
        name: as reports call it.
        values: of each group; NaN where it has none.
        reason: why a group has none.
    """

    name: str
    values: Floats
    reason: str


def metrics_of(table: Table, popularity: Mapping[str, float] | None) -> list[Metric]:
    """All metrics, in the order in which reports show them.

    Args:
        table: of the groups.
        popularity: for items, the share of readers who know or took them; without it there is no `novelty`.

    Raises:
        UsageError: a popularity is no share.
    """
    none_taken = "none of their items was taken"
    found = [
        Metric("auc", auc(table), "all of their items were taken, or none"),
        Metric("mrr", mrr(table), none_taken),
        Metric(f"ndcg@{table.k}", ndcg(table), none_taken),
        Metric(f"hit_rate@{table.k}", hit_rate(table), none_taken),
    ]
    if popularity is not None:
        reason = f"no popularity is known of their first {table.k}"
        found.append(Metric(f"novelty@{table.k}", novelty(table, popularity), reason))
    return found


def auc(table: Table) -> Floats:
    """Area under the ROC curve, from the ranks of what was taken."""
    sizes = np.bincount(table.owner, minlength=table.groups)
    taken = table.per_group(table.taken.astype(np.float64))
    middle = table.block_first + (table.block_size + 1) / 2
    from_below = sizes[table.owner] + 1 - middle[table.block]
    won = table.per_group(from_below * table.taken) - taken * (taken + 1) / 2
    pairs = taken * (sizes - taken)
    return _ratio(won, pairs)


def ndcg(table: Table) -> Floats:
    """Normalised discounted cumulative gain of the first k."""
    discount = 1 / np.log2(table.place + 2.0)
    expected = (table.per_block(table.gains) / table.block_size)[table.block]
    reached = table.per_group(expected * discount * table.on_top)
    best = table.per_group(table.best_gains * discount * (table.place < table.k))
    return _ratio(reached, best)


def mrr(table: Table) -> Floats:
    """Reciprocal rank; the first block with a taken item decides: where in it the first one falls is up to chance."""
    taken = table.per_block(table.taken.astype(np.float64))
    first = _first_blocks(table, taken)
    found = np.full(table.groups, np.nan)
    start, left, wanted = table.block_first[first], table.block_size[first].astype(np.float64), taken[first]
    ranked = table.ranked[table.block_owner[first]]
    still, expected = np.ones(len(first)), np.zeros(len(first))
    for step in range(int((left - wanted).max(initial=-1)) + 1):
        here = np.clip(wanted / np.maximum(left - step, 1), 0.0, 1.0)
        expected += still * here * (start + step < ranked) / (start + step + 1)
        still = still * (1 - here)
    found[table.block_owner[first]] = expected
    return found


def hit_rate(table: Table) -> Floats:
    """A hit is sure above the block that the last place cuts through, and a matter of chance in it."""
    from scipy.special import gammaln

    taken = table.per_block(table.taken.astype(np.float64))
    first = _first_blocks(table, taken)
    size, wanted = table.block_size[first].astype(np.float64), taken[first]
    last = np.minimum(table.k, table.ranked[table.block_owner[first]])
    inside = np.clip(last - table.block_first[first], 0, size)
    others = size - wanted
    possible = others >= inside
    safe = np.where(possible, others - inside, 0.0)
    # The chance that all of those inside are others: one number of choices over another, as logarithms.
    missed = np.exp(gammaln(others + 1) - gammaln(safe + 1) + gammaln(size - inside + 1) - gammaln(size + 1))
    found = np.full(table.groups, np.nan)
    found[table.block_owner[first]] = np.where(possible, 1 - missed, 1.0)
    return found.clip(0.0, 1.0)


def novelty(table: Table, popularity: Mapping[str, float]) -> Floats:
    """Mean self-information of the first k; items without a popularity do not count.

    Raises:
        UsageError: a popularity is no share.
    """
    strange = next((name for name, share in popularity.items() if not 0 <= share <= 1), None)
    if strange is not None:
        raise UsageError(
            f"The popularity of {strange!r} is {popularity[strange]}. Give shares from 0 to 1: counts over all readers."
        )
    surprise = np.array([-math.log2(popularity[name]) if popularity.get(name) else np.nan for name in table.names])
    found = surprise[table.item]
    counted = table.on_top & ~np.isnan(found)
    return _ratio(table.per_group(np.where(counted, found, 0.0)), table.per_group(counted.astype(np.float64)))


def _first_blocks(table: Table, taken: Floats) -> Places:
    """For each group that has a taken item, its first block with one."""
    blocks = np.flatnonzero(taken > 0)
    _, first = np.unique(table.block_owner[blocks], return_index=True)
    return blocks[first]


def _ratio(part: Floats, whole: Floats) -> Floats:
    """One over the other, NaN where the whole is 0."""
    found = np.full(len(whole), np.nan)
    np.divide(part, whole, out=found, where=whole > 0)
    return found
