"""Ranking as a whole: every place has its reasons, which add up, for readers and items that are known or cold."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nlpsuite_recommend.combine import Combiner, Feature
from nlpsuite_recommend.diversity import Freshness
from nlpsuite_recommend.features import logit, sigmoid
from nlpsuite_recommend.rank import rank
from nlpsuite_recommend.readers import DAY, Item, Past, Reader
from nlpsuite_recommend.rules import parse_rules
from nlpsuite_recommend.scoring import Window

from nlpsuite import ConfigError, UsageError

NOW = 100 * DAY
ITEMS = [
    Item("a", "tide", "North", popularity=0.1, time=NOW),
    Item("b", "tides", "North", popularity=0.9, time=NOW - 10 * DAY, stock=0.0),
    Item("c", "jazz", "South", columns={"section": "local"}),
    Item("d", "moon", "North", popularity=0.4, age_days=2.0),
]
TEXT = {"tide": 0.8, "tides": 0.7, "jazz": 0.3, "moon": 0.6}
READER = Reader("r", (Past("sea", "h"),))
COLD = Reader("cold")
COMBINER = Combiner(
    base=-1.0,
    features=(
        Feature("text", 0.0, 1.0, 1.0, missing=-0.2),
        Feature("popularity", -1.0, 0.5, 0.3, missing=-0.1, floor=0.01),
        Feature("stars", 3.0, 1.0, 0.5),
    ),
    columns=("stars",),
)


def score(history, texts):
    return np.array([TEXT[text] for text in texts])


def never(history, texts):
    raise AssertionError("there is no history to score against")


def ids(ranked):
    return [entry.id for entry in ranked]


def test_the_text_score_alone():
    ranked = rank(READER, ITEMS, score=score, now=NOW)
    assert ids(ranked) == ["a", "b", "d", "c"]
    assert [entry.position for entry in ranked] == [1, 2, 3, 4]
    assert [entry.score for entry in ranked] == pytest.approx([0.8, 0.7, 0.6, 0.3])
    assert {entry.parts.basis for entry in ranked} == {"text"}
    assert ranked[0].parts.contributions == {"text": logit(0.8)}
    assert (ranked[0].parts.history, ranked[0].parts.history_left_out) == (1, 0)
    assert json.loads(json.dumps(ranked[0].to_dict()))["parts"]["text"] == 0.8


def test_the_combiner_explains_each_score():
    ranked = rank(READER, ITEMS, score=score, combiner=COMBINER, now=NOW)
    of = {entry.id: entry for entry in ranked}
    assert of["a"].parts.basis == "combiner"
    assert list(of["a"].parts.contributions) == ["base", "text", "popularity", "stars (missing)"]
    assert of["c"].parts.contributions["popularity (missing)"] == -0.1
    assert "cold item: its popularity is not known" in of["c"].parts.notes[0]
    assert ids(ranked) == sorted(of, key=lambda name: -of[name].score)


def test_boosts_are_parts_of_the_score():
    rules = parse_rules({"boost": [{"column": "section", "equals": "local", "by": 3}]})
    ranked = rank(READER, ITEMS, score=score, rules=rules, freshness=Freshness(0.5, 2.0), now=NOW)
    assert ranked[0].id == "c"
    assert ranked[0].parts.contributions == {"text": logit(0.3), 'boost section = "local"': 3.0}
    of = {entry.id: entry.parts.contributions for entry in ranked}
    assert of["a"]["boost freshness"] == 0.5
    assert of["d"]["boost freshness"] == 0.25
    assert of["b"]["boost freshness"] == pytest.approx(0.5 / 32)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=6),
    st.booleans(),
    st.booleans(),
    st.sampled_from([0.0, 0.4]),
    st.integers(1, 6),
)
def test_contributions_always_sum_to_the_score(scores, cold, combined, diversity, top):
    items = [
        Item(str(place), str(place), "AB"[place % 2], popularity=place / 9 if place % 3 else None)
        for place in range(len(scores))
    ]
    ranked = rank(
        COLD if cold else READER,
        items,
        score=lambda history, texts: [scores[int(text)] for text in texts],
        combiner=COMBINER if combined else None,
        rules=parse_rules(
            {"never_adjacent": ["publisher"], "boost": [{"column": "publisher", "equals": "A", "by": 0.3}]}
        ),
        vectors={"0": [1.0, 0.0], "1": [0.5, 0.5], "2": [0.0, 1.0]},
        diversity=diversity,
        now=NOW,
        top=top,
    )
    assert len(ranked) == min(top, len(items))
    for entry in ranked:
        assert math.fsum(entry.parts.contributions.values()) == entry.parts.log_odds
        assert entry.score == sigmoid(entry.parts.log_odds)
        assert json.dumps(entry.to_dict(), allow_nan=False)


def test_a_cold_reader_gets_what_is_popular_and_is_told():
    ranked = rank(COLD, ITEMS, score=never, now=NOW)
    assert ids(ranked) == ["b", "c", "d", "a"]
    assert {entry.parts.basis for entry in ranked} == {"popularity"}
    assert ranked[0].score == pytest.approx(0.9)
    assert ranked[0].parts.text is None
    assert ranked[0].parts.notes == ("cold reader: no history, so no text score",)
    assert "the candidates' median" in ranked[1].parts.notes[1]
    assert ranked[1].score == pytest.approx(0.4)


def test_popularity_in_counts_is_set_against_the_largest():
    items = [Item("a", "x", popularity=50.0), Item("b", "y", popularity=0.0), Item("c", "z", popularity=200.0)]
    ranked = rank(COLD, items, score=never, now=NOW)
    assert [(entry.id, round(entry.score, 6)) for entry in ranked] == [("c", 0.99), ("a", 0.25), ("b", 0.01)]
    nothing = rank(COLD, [Item("a", "x"), Item("b", "y")], score=never, now=NOW)
    assert [(entry.id, entry.score) for entry in nothing] == [("a", 0.5), ("b", 0.5)]


def test_a_cold_reader_with_a_combiner_does_without_the_text_score():
    ranked = rank(COLD, ITEMS, score=never, combiner=COMBINER, now=NOW)
    assert {entry.parts.basis for entry in ranked} == {"combiner without text score"}
    assert {entry.parts.contributions["text (missing)"] for entry in ranked} == {-0.2}


def test_exclusions_are_not_shown_nor_scored():
    seen = []

    def watched(history, texts):
        seen.extend(texts)
        return score(history, texts)

    rules = parse_rules({"exclude": [{"column": "stock", "equals": 0}, {"column": "age_days", "above": 1}]})
    assert ids(rank(READER, ITEMS, score=watched, rules=rules, now=NOW)) == ["a", "c"]
    assert seen == ["tide", "jazz"]
    everything = parse_rules({"exclude": [{"column": "id", "equals": item.id} for item in ITEMS]})
    assert rank(READER, ITEMS, score=score, rules=everything, now=NOW) == []
    assert rank(READER, [], score=score, now=NOW) == []


def test_hard_rules_show_in_the_parts():
    rules = parse_rules({"never_adjacent": ["publisher"], "pin": [{"id": "c", "position": 1}]})
    ranked = rank(READER, ITEMS, score=score, rules=rules, now=NOW)
    assert ids(ranked) == ["c", "a", "b", "d"]
    assert ranked[0].parts.rules == ("pinned to 1",)
    assert ranked[2].parts.relaxed[0].startswith("never_adjacent publisher: ")
    assert ranked[0].score == pytest.approx(0.3)


def test_diversity_says_what_an_item_resembles():
    vectors = {"a": [1.0, 0.0], "b": [1.0, 0.0], "d": [0.0, 1.0]}
    ranked = rank(READER, ITEMS, score=score, vectors=vectors, diversity=0.5, now=NOW)
    of = {entry.id: entry.parts for entry in ranked}
    assert ids(ranked)[:2] == ["a", "d"]
    assert (of["b"].similar_to, of["b"].similarity, of["b"].penalty) == ("a", 1.0, 0.5)
    assert (of["a"].similar_to, of["a"].similarity, of["a"].penalty) == (None, None, 0.0)
    assert of["c"].notes == (
        "cold item: no vector, so it is taken to resemble the others as two candidates do on average",
    )


def test_a_long_history_says_what_was_left_out():
    reader = Reader("r", (Past("old"), Past("news")))
    ranked = rank(reader, ITEMS, score=score, window=Window(budget=4), now=NOW)
    assert (ranked[0].parts.history, ranked[0].parts.history_left_out) == (1, 1)
    ranked = rank(reader, ITEMS, score=score, window=Window(budget=3), now=NOW)
    assert ranked[0].parts.history == 1
    ranked = rank(reader, ITEMS, score=score, window=Window(budget=2), now=NOW)
    assert "the one piece of history was cut to fit the window" in ranked[0].parts.notes


def test_equals_keep_the_order_in_which_they_came():
    items = [Item(name, "x") for name in "zyx"]
    assert ids(rank(READER, items, score=lambda history, texts: [0.5] * 3)) == ["z", "y", "x"]


def test_what_cannot_be_ranked_is_refused():
    with pytest.raises(UsageError, match="'a'"):
        rank(READER, [ITEMS[0], ITEMS[0]], score=score)
    with pytest.raises(UsageError, match="Diversity needs vectors"):
        rank(READER, ITEMS, score=score, diversity=0.5)
    with pytest.raises(UsageError, match="top is 0"):
        rank(READER, ITEMS, score=score, top=0)
    with pytest.raises(ConfigError, match="diversity"):
        rank(READER, ITEMS, score=score, vectors={"a": [1.0]}, diversity=2.0)
