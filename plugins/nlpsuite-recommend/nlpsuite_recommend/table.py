"""All groups in one row of numbers, so that a metric is taken of thousands at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from nlpsuite import InputError
from nlpsuite_recommend.groups import Group

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


class Table:
    """The items of all groups, group by group, the highest score first; tied items form a block.

    Args:
        groups: sound ones (`check_groups`).
        k: how many places count.
        catalogue: ids of all items there are; those that occur in the groups when None.

    Attributes:
        groups: how many there are.
        k: as given.
        owner, place: the group of each item, and its place there, counted from 0.
        item: which of `names` each is.
        taken, gains: of each item, by its label.
        best_gains: those of the order that is best for the group.
        on_top: whether an item was ranked among the first k.
        ranked: how many items of each group were ranked.
        block: to which block an item belongs.
        block_first, block_size, block_owner: of each block, its first place, its size and its group.
        names: of the items in the catalogue.

    Raises:
        InputError: an item is not in the catalogue.
    """

    def __init__(self, groups: Sequence[Group], k: int, catalogue: Collection[str] | None) -> None:
        self.k = k
        self.groups = len(groups)
        sizes = np.array([len(group.items) for group in groups])
        self.owner: Places = np.repeat(np.arange(self.groups), sizes)
        self.place: Places = np.arange(len(self.owner)) - (np.cumsum(sizes) - sizes)[self.owner]
        scores = np.concatenate([np.asarray(group.scores, dtype=np.float64) for group in groups])
        order = np.lexsort((-scores, self.owner))
        self._number_items(groups, order, catalogue)
        self._add_labels(np.concatenate([np.asarray(group.labels, dtype=np.float64) for group in groups])[order])
        self._add_blocks(scores[order])
        self.ranked = np.array([len(group.items) if group.ranked is None else group.ranked for group in groups])
        self.on_top = self.place < np.minimum(self.k, self.ranked)[self.owner]

    def per_group(self, values: Floats) -> Floats:
        """Sums over each group."""
        return np.bincount(self.owner, weights=values, minlength=self.groups).astype(np.float64)

    def per_block(self, values: Floats) -> Floats:
        """Sums over each block of tied items."""
        return np.bincount(self.block, weights=values).astype(np.float64)

    def _number_items(self, groups: Sequence[Group], order: Places, catalogue: Collection[str] | None) -> None:
        shown = [name for group in groups for name in group.items]
        known = list(dict.fromkeys(shown if catalogue is None else catalogue))
        number = {name: place for place, name in enumerate(known)}
        strange = next((name for name in shown if name not in number), None)
        if strange is not None:
            raise InputError(f"the item {strange!r} is not in the catalogue", cure="Give a catalogue of all items.")
        self.names = known
        self.item: Places = np.array([number[name] for name in shown])[order]

    def _add_labels(self, labels: Floats) -> None:
        self.taken = labels > 0
        self.gains: Floats = np.exp2(labels) - 1
        self.best_gains = self.gains[np.lexsort((-self.gains, self.owner))]

    def _add_blocks(self, scores: Floats) -> None:
        opens = (self.place == 0) | np.append(True, scores[1:] != scores[:-1])
        self.block: Places = np.cumsum(opens) - 1
        self.block_first = self.place[opens]
        self.block_size = np.bincount(self.block)
        self.block_owner = self.owner[opens]
