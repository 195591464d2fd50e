"""Text scores: all candidates that share a history are scored at once, and long histories are cut for each."""

from __future__ import annotations

import numpy as np
import pytest
from nlpsuite_recommend.readers import Item, Past, Reader
from nlpsuite_recommend.scoring import Window, cosine, text_scores

from nlpsuite import UsageError

ITEMS = [Item("t", "tide"), Item("j", "jazz"), Item("n", "new")]
READER = Reader("r", (Past("tides of old", "h1"), Past("jazz of old", "h2"), Past("no vector", "h3")))
VECTORS = {"t": [1.0, 0.0], "j": [0.0, 1.0], "h1": [1.0, 0.1], "h2": [0.1, 1.0]}


class Scorer:
    def __init__(self):
        self.calls = []

    def __call__(self, history, texts):
        self.calls.append((history, list(texts)))
        return np.full(len(texts), 0.25)


def test_one_call_scores_all_that_share_a_history():
    scorer = Scorer()
    found = text_scores(READER, ITEMS, scorer)
    assert found.values == (0.25, 0.25, 0.25)
    assert scorer.calls == [("tides of old\njazz of old\nno vector", ["tide", "jazz", "new"])]


def test_with_vectors_each_candidate_gets_the_history_that_resembles_it():
    scorer = Scorer()
    found = text_scores(READER, ITEMS, scorer, window=Window(budget=13), vectors=VECTORS)
    assert dict(scorer.calls) == {"tides of old": ["tide"], "jazz of old": ["jazz"], "no vector": ["new"]}
    assert [summary.left_out for summary in found.summaries] == [2, 2, 2]


def test_a_piece_without_a_vector_counts_as_the_average_piece():
    reader = Reader("r", (Past("unknown", "h3"), Past("unlike", "h2"), Past("like", "h1", weight=0.9)))
    scorer = Scorer()
    vectors = {"t": [1.0, 0.0], "h1": [1.0, 0.0], "h2": [0.0, 1.0]}
    text_scores(reader, ITEMS[:1], scorer, window=Window(budget=12), vectors=vectors)
    assert scorer.calls[0][0] == "unknown\nlike"


def test_a_history_that_fits_is_scored_in_one_call_whatever_the_vectors():
    scorer = Scorer()
    text_scores(READER, ITEMS, scorer, window=Window(budget=100), vectors=VECTORS)
    assert len(scorer.calls) == 1


def test_a_reader_without_history_is_not_scored():
    for history in [(), (Past("forgotten", weight=0.0),)]:
        scorer = Scorer()
        assert text_scores(Reader("r", history), ITEMS, scorer).values is None
        assert not scorer.calls


@pytest.mark.parametrize("answer", [[0.5], [0.5, 0.5, 1.5], [0.5, 0.5, float("nan")], [0.5, 0.5, -0.1]])
def test_answers_that_are_no_probabilities_are_refused(answer):
    with pytest.raises(UsageError, match="text score gave"):
        text_scores(READER, ITEMS, lambda history, texts: answer)


def test_the_cosine():
    assert cosine([1.0, 1.0], [2.0, 2.0]) == pytest.approx(1.0)
    assert cosine([1.0, 0.0], [0.0, 0.0]) == 0.0
    with pytest.raises(UsageError, match="lengths 1 and 2"):
        cosine([1.0], [1.0, 2.0])
