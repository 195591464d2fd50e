"""Vectors of items, kept on disk so that an item's text is embedded once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlpsuite import Embedder, cache_dir, cached_vectors
from nlpsuite_recommend.readers import Item

Vectors = NDArray[np.float32]


def item_vectors(items: Iterable[Item], embedder: Embedder, folder: Path | None = None) -> Mapping[str, Vectors]:
    """A vector for each item by its id; only texts that are new or changed are embedded.

    Args:
        items: whose texts to embed.
        embedder: makes the vectors.
        folder: where they are kept; in the suite's cache when None.
    """
    listed = list(items)
    place = folder or cache_dir() / "items"
    table = cached_vectors([item.text for item in listed], embedder.passages, embedder.id, place)
    return {item.id: row for item, row in zip(listed, table, strict=True)}
