"""Overlaps: who wins, and that nothing that wins overlaps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from nlpsuite_ner.entities import PRECEDENCE, Entity, entities_of, has_levels, merge

entities = st.builds(
    lambda start, length, source, score: Entity(start, start + length, "X", score, source),
    st.integers(0, 30),
    st.integers(1, 8),
    st.sampled_from(PRECEDENCE),
    st.sampled_from((0.2, 0.5, 1.0)),
)


def overlap(one, other):
    return one.start < other.end and other.start < one.end


def test_the_stronger_finder_wins_though_it_finds_less():
    short, long = Entity(3, 5, "A", source="rules"), Entity(0, 9, "B", source="model")
    assert merge([long, short]) == [short]
    assert merge([long, short], ("model", "gazetteer", "rules")) == [long]


def test_of_equal_rank_the_longer_then_the_earlier_then_the_surer_wins():
    assert merge([Entity(0, 4, "A"), Entity(2, 7, "B")]) == [Entity(2, 7, "B")]
    assert merge([Entity(2, 6, "B"), Entity(0, 4, "A")]) == [Entity(0, 4, "A")]
    assert merge([Entity(0, 4, "A", 0.4), Entity(0, 4, "B", 0.6)]) == [Entity(0, 4, "B", 0.6)]
    assert merge([Entity(0, 4, "A"), Entity(0, 4, "B")]) == [Entity(0, 4, "A")]


def test_neighbours_do_not_overlap_and_come_in_order():
    assert [one.label for one in merge([Entity(4, 8, "B"), Entity(8, 9, "C"), Entity(0, 4, "A")])] == ["A", "B", "C"]


@given(st.lists(entities, max_size=25))
def test_merging_is_the_plain_greedy_choice(found):
    rank = {source: place for place, source in enumerate(PRECEDENCE)}
    expected = []
    for one in sorted(found, key=lambda one: (rank[one.source], one.start - one.end, one.start, -one.score)):
        if not any(overlap(one, other) for other in expected):
            expected.append(one)
    assert merge(found) == sorted(expected, key=lambda one: one.start)


def test_inner_entities_compete_only_among_themselves():
    outer, same, inside = Entity(0, 9, "A"), Entity(0, 9, "B", level=2), Entity(4, 9, "C", level=2)
    assert merge([inside, outer]) == [outer, inside]
    assert merge([inside, same, outer]) == [outer, same]
    assert merge([Entity(3, 5, "D", source="rules"), outer, inside]) == [Entity(3, 5, "D", source="rules"), inside]


def test_inner_entities_come_from_a_result_after_those_around_them_and_go_back(result_of):
    result = result_of("Bank of China", ("Bank of China", "ORG"), inner=(("Bank", "MISC"), ("China", "LOC")))
    found = entities_of(result)
    assert [(one.start, one.end, one.label, one.level) for one in found] == [
        (0, 13, "ORG", 1),
        (0, 4, "MISC", 2),
        (8, 13, "LOC", 2),
    ]
    assert {one.to_span() for one in found} == set(result.spans)
    assert [one.to_dict(result.document.text).get("level") for one in found] == [None, 2, 2]
    assert has_levels(result) and not has_levels(result_of("Bank of China"))


def test_plain_values_hold_a_canonical_name_only_where_there_is_one():
    plain = Entity(2, 4, "ORG", 0.12345678, "gazetteer", "Ye").to_dict("a bc d")
    assert plain == {
        "start": 2,
        "end": 4,
        "text": "bc",
        "label": "ORG",
        "score": 0.123457,
        "source": "gazetteer",
        "canonical": "Ye",
    }
    assert "canonical" not in Entity(2, 4, "ORG").to_dict("a bc d")
