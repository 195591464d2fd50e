"""Vectors on disk: made once, whatever happens to the files."""

from __future__ import annotations

import logging

import numpy as np

from nlpsuite.embedding.cache import MOST_SHARDS, cached_vectors


class Counting:
    def __init__(self):
        self.seen = []

    def __call__(self, texts):
        self.seen += texts
        return np.array([[len(text), sum(map(ord, text))] for text in texts], dtype=np.float32).reshape(-1, 2)


def test_a_text_is_embedded_once_and_a_changed_one_again(tmp_path):
    embed = Counting()
    first = cached_vectors(["a", "bb", "a"], embed, "m", tmp_path)
    assert first.tolist() == [[1, 97], [2, 196], [1, 97]]
    assert embed.seen == ["a", "bb"]
    assert cached_vectors(["bb", "c"], embed, "m", tmp_path).tolist() == [[2, 196], [1, 99]]
    assert embed.seen == ["a", "bb", "c"]


def test_another_model_has_its_own_vectors(tmp_path):
    embed = Counting()
    cached_vectors(["a"], embed, "m", tmp_path)
    cached_vectors(["a"], embed, "n", tmp_path)
    assert embed.seen == ["a", "a"]


def test_a_damaged_file_is_made_anew(tmp_path, caplog):
    embed = Counting()
    cached_vectors(["a", "b"], embed, "m", tmp_path)
    (file,) = tmp_path.rglob("*.safetensors")
    file.write_bytes(file.read_bytes()[:-5])
    with caplog.at_level(logging.WARNING):
        assert len(cached_vectors(["a", "b"], embed, "m", tmp_path)) == 2
    assert "damaged" in caplog.text
    assert embed.seen == ["a", "b"] * 2


def test_many_files_become_one(tmp_path):
    embed = Counting()
    for number in range(MOST_SHARDS + 3):
        cached_vectors([str(number)], embed, "m", tmp_path)
    assert len(list(tmp_path.rglob("*.safetensors"))) <= 3
    cached_vectors([str(number) for number in range(MOST_SHARDS + 3)], embed, "m", tmp_path)
    assert len(embed.seen) == MOST_SHARDS + 3


def test_no_text_is_no_vector(tmp_path):
    assert cached_vectors([], Counting(), "m", tmp_path).shape == (0, 2)
