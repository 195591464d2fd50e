"""Entities by place: one within another as two levels, and what is refused."""

from __future__ import annotations

import pytest

from nlpsuite.application import Head, HeadKind
from nlpsuite.data.records import label_set, read_examples
from nlpsuite.errors import InputError
from tests.data.conftest import make_application

TEXT = "Bank of China opens in Berlin"
BANK, CHINA, BERLIN = [0, 13, "ORG"], [8, 13, "LOC"], [23, 29, "LOC"]
INNER = Head("inner", HeadKind.TOKEN_LABELS, "inner_tags", inside="entities")


@pytest.fixture
def nested():
    """An application with two token heads."""
    return make_application(Head("entities", HeadKind.TOKEN_LABELS, "tags"), INNER)


@pytest.fixture
def read(write, nested):
    def _read(*rows, name="a.jsonl"):
        return read_examples([write(name, list(rows))], nested, "en")

    return _read


def row(*entities, text=TEXT):
    return {"text": text, "entities": list(entities)}


def found(example, head):
    return [(example.text[span.start : span.end], span.label) for span in example.spans[head]]


def test_the_outermost_go_to_the_first_head_and_those_inside_to_the_second(read):
    (example,) = read(row(BERLIN, CHINA, BANK))
    assert example.gold == {
        "entities": ("B-ORG", "I-ORG", "I-ORG", "O", "O", "B-LOC"),
        "inner": ("O", "O", "B-LOC", "O", "O", "O"),
    }
    assert found(example, "entities") == [("Bank of China", "ORG"), ("Berlin", "LOC")]
    assert found(example, "inner") == [("China", "LOC")]
    assert example.columns == {"entities": "entities", "inner": "entities"}


def test_a_word_is_cut_where_an_inner_entity_ends(read):
    (example,) = read(row([0, 12, "ORG"], [0, 7, "ORG"], text="SiemensChefs"))
    assert example.tokens == ("Siemens", "Chefs")
    assert (example.gold["entities"], example.gold["inner"]) == (("B-ORG", "I-ORG"), ("B-ORG", "O"))


def test_several_inside_one_and_neighbours_are_two_levels_only(read):
    (example,) = read(row([0, 13, "ORG"], [0, 4, "MISC"], [5, 7, "MISC"], CHINA, [14, 19, "MISC"]))
    assert [label for _, label in found(example, "entities")] == ["ORG", "MISC"]
    assert [text for text, _ in found(example, "inner")] == ["Bank", "of", "China"]


def test_of_two_labels_at_one_place_the_first_is_the_outer_one(read):
    (example,) = read(row([23, 29, "ORG"], BERLIN))
    assert (found(example, "entities"), found(example, "inner")) == ([("Berlin", "ORG")], [("Berlin", "LOC")])


def test_a_record_without_any_says_that_it_has_none_where_others_of_its_file_have_some(read):
    examples = read(row(BANK, CHINA), row(BERLIN), row())
    assert [set(example.gold["inner"]) for example in examples] == [{"O", "B-LOC"}, {"O"}, {"O"}]
    assert [example.spans["inner"] == () for example in examples] == [False, True, True]


def test_a_file_in_which_nothing_nests_says_nothing_of_inner_entities(read, write, nested):
    for examples in (read(row(BERLIN), row(BANK)), read(row())):
        assert all(set(by_head) == {"entities"} for one in examples for by_head in (one.gold, one.spans, one.columns))
        assert label_set(examples, INNER) == ()
    paths = [write("flat.jsonl", [row(BERLIN)]), write("nested.jsonl", [row(BANK, CHINA), row(BERLIN)])]
    assert ["inner" in example.gold for example in read_examples(paths, nested, "en")] == [False, True, True]


def test_tags_of_both_levels(read):
    tokens = {"tokens": ["Bank", "of", "China"], "tags": ["B-ORG", "I-ORG", "I-ORG"]}
    both, outer, none = read(
        tokens | {"inner_tags": ["O", "O", "B-LOC"]}, tokens, tokens | {"inner_tags": ["O", "O", "O"]}
    )
    assert (found(both, "entities"), found(both, "inner")) == ([("Bank of China", "ORG")], [("China", "LOC")])
    assert "inner" not in outer.gold
    assert none.gold["inner"] == ("O", "O", "O")
    (named,) = read(tokens | {"inner_tags": ["O", "O", "O"]})
    assert "inner" in named.gold


def test_an_inner_level_with_a_column_of_its_own(read):
    (example,) = read({"text": TEXT, "entities": [BANK], "inner": [CHINA]})
    assert (found(example, "entities"), found(example, "inner")) == ([("Bank of China", "ORG")], [("China", "LOC")])
    with pytest.raises(InputError, match=r"a\.jsonl:1:entities: .*'Bank of China' and 'China' overlap"):
        read({"text": TEXT, "entities": [BANK, CHINA], "inner": [CHINA]})


def test_places_beside_tokens_of_ones_own(read):
    (example,) = read(row(BANK, CHINA) | {"tokens": TEXT.split()})
    assert example.tokens == tuple(TEXT.split())
    assert (found(example, "entities"), found(example, "inner")) == ([("Bank of China", "ORG")], [("China", "LOC")])


@pytest.mark.parametrize(
    ("listed", "problem", "cure"),
    [
        ([[0, 13, "ORG"], [8, 19, "X"]], "'Bank of China' and 'China opens' overlap, and neither", "Keep one"),
        ([[0, 19, "A"], [0, 13, "ORG"], CHINA], "'China' lies within 2 others", "Keep 2 levels"),
        ([BANK, [0, 13, "A"], [0, 13, "B"]], "'Bank of China' lies within 2 others", "Keep 2 levels"),
        ([BERLIN, BERLIN], "'Berlin' is listed twice as LOC", "Keep one"),
        ([BANK, [0, 13, "A"], BANK], "'Bank of China' is listed twice as ORG", "Keep one"),
    ],
)
def test_what_is_no_two_levels_is_refused_with_its_place(read, listed, problem, cure):
    with pytest.raises(InputError) as caught:
        read(row(BERLIN), row(*listed))
    assert problem in str(caught.value) and cure in str(caught.value)
    assert (caught.value.line, caught.value.field) == (2, "entities")


@pytest.mark.parametrize("listed", [[BANK, CHINA], [CHINA, BANK], [BANK, [8, 19, "X"]], [BERLIN, [23, 29, "ORG"]]])
def test_an_application_with_one_token_head_takes_no_overlap(write, entities, listed):
    with pytest.raises(InputError, match=r"a\.jsonl:1:entities: the entities .* overlap\. Keep one of them\."):
        read_examples([write("a.jsonl", [row(*listed)])], entities, "en")


def test_two_names_of_one_level_in_one_token_are_refused(read):
    spans = [{"start": 0, "end": 4, "label": "LOC"}, {"start": 4, "end": 9, "label": "PER"}]
    with pytest.raises(InputError, match="share the token 'BankChina'"):
        read({"tokens": ["BankChina"], "entities": spans})


def test_a_head_can_only_lie_inside_one_that_labels_tokens():
    with pytest.raises(ValueError, match="'inner' is said to lie inside 'topics'"):
        make_application(Head("topics", HeadKind.MULTI_LABEL), Head("inner", HeadKind.TOKEN_LABELS, inside="topics"))
