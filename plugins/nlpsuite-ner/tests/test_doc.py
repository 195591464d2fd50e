"""Results as spaCy documents."""

from __future__ import annotations

from dataclasses import replace

import pytest
from nlpsuite_ner.doc import set_entities, to_spacy
from nlpsuite_ner.entities import Entity
from spacy.tokens import Span as SpacySpan

from nlpsuite import Span


def ents(doc):
    return [(ent.text, ent.label_, ent._.nlpsuite_score) for ent in doc.ents]


@pytest.mark.parametrize("lang", ["en", "zh", "xx", None, "pt_BR", "tlh"])
def test_it_has_the_text_and_the_entities(lang, result_of):
    text = "Anna in 上海 \n now"
    doc = to_spacy(result_of(text, ("Anna", "PER"), ("上海", "LOC", 0.5), lang=lang))
    assert doc.text == text
    assert ents(doc) == [("Anna", "PER", 0.9), ("上海", "LOC", 0.5)]


def test_the_document_has_the_language(result_of):
    assert (to_spacy(result_of("a", lang="pt_BR")).lang_, to_spacy(result_of("a", lang="tlh")).lang_) == ("pt", "xx")


def test_an_entity_within_a_word_is_widened_and_the_longer_one_stays(result_of):
    doc = to_spacy(result_of("Die SiemensChefs Berg", ("Siemens", "ORG"), ("Chefs Berg", "PER"), lang="de"))
    assert ents(doc) == [("SiemensChefs Berg", "PER", 0.9)]
    assert ents(to_spacy(result_of("Die SiemensChefs", ("Siemens", "ORG"), lang="de"))) == [
        ("SiemensChefs", "ORG", 0.9)
    ]


def test_inner_entities_are_a_group_of_spans_where_the_model_looks_for_them(result_of):
    text, bank = "Bank of China in Berlin", ("Bank of China", "ORG")
    doc = to_spacy(result_of(text, bank, ("Berlin", "LOC"), inner=(("China", "LOC", 0.5), ("Berlin", "ORG", 0.4))))
    assert ents(doc) == [("Bank of China", "ORG", 0.9), ("Berlin", "LOC", 0.9)]
    assert [(span.text, span.label_) for span in doc.spans["inner"]] == [("China", "LOC"), ("Berlin", "ORG")]
    assert doc.spans["inner"][0]._.nlpsuite_score == 0.5
    assert list(to_spacy(result_of(text, bank, inner=())).spans["inner"]) == []
    assert "inner" not in to_spacy(result_of(text, bank)).spans


def test_canonical_names_become_ids(result_of):
    result = replace(result_of("DB rises"), spans=(Span(0, 2, "ORG", 1.0, "gazetteer"),))
    doc = to_spacy(replace(result, details={"entities": [{"start": 0, "end": 2, "label": "ORG", "canonical": "Bank"}]}))
    assert [ent.kb_id_ for ent in doc.ents] == ["Bank"]


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_text_is_an_empty_document(text, result_of):
    assert to_spacy(result_of(text)).text == text


def test_a_text_beyond_spacys_limit_is_taken(result_of):
    text = "Anna " * 250_000
    assert ents(to_spacy(result_of(text, ("Anna", "PER")))) == [("Anna", "PER", 0.9)]


@pytest.mark.parametrize(
    ("overwrite", "expected"),
    [(False, ["York:OLD", "Anna:PER"]), (True, ["New York:LOC", "Anna:PER"])],
)
def test_entities_that_are_there_stay_unless_told(overwrite, expected, result_of):
    doc = to_spacy(result_of("New York and Anna or Bea"))
    doc.ents = [SpacySpan(doc, 1, 2, "OLD")]
    set_entities(doc, [Entity(0, 8, "LOC"), Entity(13, 17, "PER")], overwrite=overwrite)
    assert [f"{ent.text}:{ent.label_}" for ent in doc.ents] == expected


def test_entities_elsewhere_stay_always(result_of):
    doc = to_spacy(result_of("New York and Anna"))
    doc.ents = [SpacySpan(doc, 3, 4, "OLD")]
    set_entities(doc, [Entity(0, 8, "LOC")], overwrite=True)
    assert ents(doc) == [("New York", "LOC", 1.0), ("Anna", "OLD", None)]
