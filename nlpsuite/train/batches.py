"""The order in which training sees its data: shuffled, yet windows of like length side by side."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence

BUCKET_BATCHES = 32
"""How many batches are shuffled, then sorted by length, together."""


def epoch_batches(
    lengths: Sequence[int], batch_size: int, seed: int, epoch: int, groups: Sequence[int] | None = None
) -> list[list[int]]:
    """Indices of the windows of each batch of an epoch; the same for the same seed and epoch.

    Windows are shuffled, sorted by length within buckets of `BUCKET_BATCHES` batches so that little is
    padded, cut into batches, and the batches shuffled.

    Args:
        lengths: of the windows, in tokens.
        batch_size: the most windows of a batch.
        seed: of the whole training.
        epoch: from 0.
        groups: a number for each window; those of one number come into one batch, as far as they fit.
    """
    chance = random.Random(f"{seed}/{epoch}")
    units = _units(range(len(lengths)) if groups is None else groups, batch_size)
    chance.shuffle(units)
    bucket = batch_size * BUCKET_BATCHES
    batches: list[list[int]] = []
    for start in range(0, len(units), bucket):
        part = sorted(units[start : start + bucket], key=lambda unit: max(lengths[index] for index in unit))
        batches += _packed(part, batch_size)
    chance.shuffle(batches)
    return batches


def _units(groups: Sequence[int], most: int) -> list[list[int]]:
    """The indices of each group, in parts of at most `most`."""
    members: dict[int, list[int]] = {}
    for index, group in enumerate(groups):
        members.setdefault(group, []).append(index)
    return [found[first : first + most] for found in members.values() for first in range(0, len(found), most)]


def _packed(units: Iterable[list[int]], most: int) -> Iterator[list[int]]:
    batch: list[int] = []
    for unit in units:
        if batch and len(batch) + len(unit) > most:
            yield batch
            batch = []
        batch = batch + unit
    if batch:
        yield batch
