"""A history is cut to its window by weight, recency and likeness, in its own order, and says what it left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nlpsuite_recommend.history import HALF_LIFE_DAYS, HALF_LIFE_PIECES, SIMILARITY_STEP, summarise
from nlpsuite_recommend.readers import DAY, Past

from nlpsuite import UsageError

pieces = st.builds(
    Past,
    st.text("ab ", min_size=1, max_size=12).filter(str.strip),
    time=st.one_of(st.none(), st.floats(0, 1e9)),
    weight=st.sampled_from([0.0, 0.5, 1.0, 3.0]),
)


def words(text):
    return len(text.split())


def test_what_fits_is_kept_whole_and_in_order():
    found = summarise([Past("old"), Past("new")], budget=7)
    assert (found.text, found.kept, found.left_out, found.shortened) == ("old\nnew", (0, 1), 0, False)


def test_the_newest_stay_and_the_rest_is_counted():
    history = [Past(f"piece {number}") for number in range(9)]
    found = summarise(history, budget=8, measure=words, separator=" ")
    assert found.text == "piece 5 piece 6 piece 7 piece 8"
    assert (found.kept, found.left_out) == ((5, 6, 7, 8), 5)


def test_a_weight_outlasts_as_many_half_lives_as_it_doubles():
    for days, kept in [(HALF_LIFE_DAYS * 0.9, (0,)), (HALF_LIFE_DAYS * 1.1, (1,))]:
        history = [Past("old", time=0.0, weight=2.0), Past("new", time=days * DAY)]
        assert summarise(history, budget=3).kept == kept


def test_without_times_age_is_counted_in_pieces():
    count = int(HALF_LIFE_PIECES)
    for between, kept in [(count - 2, 0), (count, count + 1)]:
        history = [Past("old", weight=2.0), *[Past("mid", weight=0.1)] * between, Past("new")]
        assert summarise(history, budget=3).kept == (kept,)


def test_what_resembles_the_candidate_stays():
    history = [Past("tide"), Past("jazz")]
    near = {"tide": 2 * SIMILARITY_STEP, "jazz": 0.0}
    assert summarise(history, budget=4).text == "jazz"
    assert summarise(history, budget=4, similarity=lambda past: near[past.text]).text == "tide"


def test_a_piece_without_weight_is_never_kept():
    assert summarise([Past("a", weight=0.0), Past("b")]).kept == (1,)
    assert summarise([Past("a", weight=0.0)], budget=9).left_out == 1


def test_a_single_piece_that_is_too_long_loses_its_end_at_a_word_and_says_so():
    found = summarise([Past("the tide tables of the north")], budget=10)
    assert (found.text, found.shortened, found.left_out) == ("the tide", True, 0)
    assert summarise([Past("the tide tables")], budget=8).text == "the tide"
    assert summarise([Past("潮汐表怎么看才对")], budget=3).text == "潮汐表"


def test_no_history_is_an_empty_summary():
    assert summarise([], budget=5) == summarise([])
    assert summarise([]).text == ""


@pytest.mark.parametrize("wrong", [{"budget": 0}, {"half_life": 0.0}, {"half_life": float("nan")}])
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(UsageError, match="Give"):
        summarise([Past("a")], **wrong)


@given(st.lists(pieces, max_size=12), st.integers(1, 40), st.sampled_from([len, words]))
def test_a_summary_never_exceeds_its_budget_and_loses_no_count(history, budget, measure):
    found = summarise(history, budget=budget, measure=measure)
    assert measure(found.text) <= budget
    assert found.left_out + len(found.kept) == len(history)
    assert list(found.kept) == sorted(set(found.kept))
    assert found == summarise(history, budget=budget, measure=measure)
    if not found.shortened:
        assert found.text == "\n".join(history[place].text for place in found.kept)
