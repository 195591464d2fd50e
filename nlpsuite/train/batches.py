"""The order in which training sees its data: shuffled, yet windows of like length side by side."""

from __future__ import annotations

import random
from collections.abc import Sequence

BUCKET_BATCHES = 32
"""How many batches are shuffled, then sorted by length, together."""


def epoch_batches(lengths: Sequence[int], batch_size: int, seed: int, epoch: int) -> list[list[int]]:
    """Indices of the windows of each batch of an epoch; the same for the same seed and epoch.

    Windows are shuffled, sorted by length within buckets of `BUCKET_BATCHES` batches so that little is
    padded, cut into batches, and the batches shuffled.
    """
    chance = random.Random(f"{seed}/{epoch}")
    order = list(range(len(lengths)))
    chance.shuffle(order)
    bucket = batch_size * BUCKET_BATCHES
    batches = []
    for start in range(0, len(order), bucket):
        part = sorted(order[start : start + bucket], key=lambda index: lengths[index])
        batches += [part[first : first + batch_size] for first in range(0, len(part), batch_size)]
    chance.shuffle(batches)
    return batches
