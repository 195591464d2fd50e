"""Long texts: nothing is left out, cuts are at sentences, tokens keep their characters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpsuite.document import Document
from nlpsuite.engine.merge import merge
from nlpsuite.engine.windows import WindowMaker, cut
from nlpsuite.model.tokenizer import TextTokenizer
from tests.tiny import tiny_tokenizer


@pytest.fixture(scope="module")
def tokenizer():
    return TextTokenizer(tiny_tokenizer())


@given(st.integers(0, 300), st.integers(2, 40), st.integers(0, 10), st.sets(st.integers(1, 299)))
def test_ranges_cover_everything_within_the_room(length, room, overlap, breaks):
    ranges = cut(length, room, min(overlap, room // 2), sorted(breaks))
    assert {token for first, last in ranges for token in range(first, last)} == set(range(length))
    assert all(last - first <= room for first, last in ranges)
    assert ranges == sorted(ranges)


def test_without_overlap_no_token_is_read_twice():
    ranges = cut(100, 30, 0, [25, 50, 77])
    assert ranges == [(0, 25), (25, 50), (50, 77), (77, 100)]


def test_windows_are_cut_at_sentence_ends(tokenizer):
    text = "the bank lives. " * 3 + "profit rises strong strong. " + "loss falls. " * 4
    prepared = WindowMaker(tokenizer, 16).prepare([Document(text, lang="en")])[0]
    assert len(prepared.windows) > 1
    for window in prepared.windows[1:]:
        start, _ = prepared.original_span(window.first, window.first)
        assert text[:start].rstrip().endswith(".")


def test_an_empty_text_has_one_window(tokenizer):
    prepared = WindowMaker(tokenizer, 16).prepare([Document("", lang="en")])[0]
    assert [window.ids for window in prepared.windows] == [[2, 3]]


def test_pairs_are_read_whole_with_their_token_types(tokenizer):
    document = Document("profit rises " * 10, pair="loss falls " * 10, lang="en")
    windows = WindowMaker(tokenizer, 16).prepare([document])[0].windows
    assert all(len(window.ids) <= 16 for window in windows)
    assert all(window.types is not None and window.types[0] == 0 and window.types[-1] == 1 for window in windows)
    profit = tokenizer.pieces(["profit"])[0].ids[0]
    falls = tokenizer.pieces(["falls"])[0].ids[0]
    assert sum(window.ids.count(profit) for window in windows) >= 10
    assert sum(window.ids.count(falls) for window in windows) >= 10


def test_a_token_in_two_windows_is_read_where_it_has_more_context(tokenizer):
    text = "profit " * 20
    prepared = WindowMaker(tokenizer, 14, overlap=4).prepare([Document(text, lang="en")])[0]
    outputs = [
        {"tags": np.full((len(window.ids), 2), number, dtype=np.float32)}
        for number, window in enumerate(prepared.windows)
    ]
    merged = merge(prepared, outputs)["tags"][:, 0]
    first, second = prepared.windows[:2]
    shared = range(second.first, first.first + first.size)
    assert len(shared) == 4
    assert merged[shared[0]] == 0
    assert merged[shared[-1]] == 1


def test_a_text_is_the_mean_of_its_windows_by_length(tokenizer):
    prepared = WindowMaker(tokenizer, 14).prepare([Document("profit " * 18, lang="en")])[0]
    assert [window.size for window in prepared.windows] == [12, 6]
    outputs = [
        {"mood": np.array([1.0, 0.0], dtype=np.float32)},
        {"mood": np.array([0.0, 3.0], dtype=np.float32)},
    ]
    assert merge(prepared, outputs)["mood"] == pytest.approx([2 / 3, 1.0])


def test_a_token_that_windows_share_counts_once(tokenizer):
    prepared = WindowMaker(tokenizer, 14, overlap=4).prepare([Document("profit " * 13, lang="en")])[0]
    assert [(window.first, window.size) for window in prepared.windows] == [(0, 12), (8, 5)]
    outputs = [{"mood": np.array([1.0], dtype=np.float32)}, {"mood": np.array([0.0], dtype=np.float32)}]
    assert merge(prepared, outputs)["mood"] == pytest.approx([12 / 13])


def test_windows_over_a_second_text_count_alike(tokenizer):
    document = Document("profit " * 20, pair="loss " * 20, lang="en")
    prepared = WindowMaker(tokenizer, 17, overlap=4).prepare([document])[0]
    sizes = [window.size for window in prepared.windows]
    outputs = [{"mood": np.array([number], dtype=np.float32)} for number in range(len(sizes))]
    assert len({window.first for window in prepared.windows}) < len(sizes)
    assert merge(prepared, outputs)["mood"] == pytest.approx([np.average(range(len(sizes)), weights=sizes)])
