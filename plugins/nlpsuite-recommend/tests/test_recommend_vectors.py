"""Vectors of items."""

from __future__ import annotations

import numpy as np
from nlpsuite_recommend.readers import Item
from nlpsuite_recommend.vectors import item_vectors


class Lengths:
    id = "lengths"

    def __init__(self):
        self.seen = []

    def passages(self, texts):
        self.seen += texts
        return np.array([[len(text)] for text in texts], dtype=np.float32)


def test_items_are_embedded_once_and_a_changed_one_again(tmp_path):
    embedder = Lengths()
    found = item_vectors([Item("a", "tide"), Item("b", "moon!")], embedder, tmp_path)
    assert {name: row.tolist() for name, row in found.items()} == {"a": [4.0], "b": [5.0]}
    item_vectors([Item("a", "tides"), Item("b", "moon!")], embedder, tmp_path)
    assert embedder.seen == ["tide", "moon!", "tides"]
