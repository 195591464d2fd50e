"""The shipped model in all its languages."""

from __future__ import annotations

import pytest

import nlpsuite

PLAIN = [
    ("en", "Angela Keller works for Siemens in Berlin.", {"Angela Keller": "PER", "Siemens": "ORG", "Berlin": "LOC"}),
    ("zh", "李明是北京大学的教授。", {"李明": "PER", "北京大学": "ORG"}),
    (
        "de",
        "Angela Keller arbeitet bei Siemens in Berlin.",
        {"Angela Keller": "PER", "Siemens": "ORG", "Berlin": "LOC"},
    ),
    ("fr", "Claire Dubois travaille pour Renault à Paris.", {"Claire Dubois": "PER", "Renault": "ORG", "Paris": "LOC"}),
    (
        "es",
        "Lucía Romero trabaja en Telefónica en Madrid.",
        {"Lucía Romero": "PER", "Telefónica": "ORG", "Madrid": "LOC"},
    ),
    ("it", "Marco Bianchi lavora per la Fiat a Torino.", {"Marco Bianchi": "PER", "Fiat": "ORG", "Torino": "LOC"}),
    (
        "nl",
        "Pieter de Vries werkt bij Philips in Eindhoven.",
        {"Pieter de Vries": "PER", "Philips": "ORG", "Eindhoven": "LOC"},
    ),
    (
        "pt",
        "Ana Ferreira trabalha na Petrobras em Lisboa.",
        {"Ana Ferreira": "PER", "Petrobras": "ORG", "Lisboa": "LOC"},
    ),
]


@pytest.fixture(scope="module")
def app():
    return nlpsuite.load("ner", device="cpu", dtype="fp32")


def named(result):
    text = result.document.text
    return {text[span.start : span.end]: span.label for span in result.spans}


@pytest.mark.parametrize(("lang", "text", "names"), PLAIN)
def test_plain_names_are_found(app, lang, text, names):
    assert named(app(nlpsuite.Document(text, lang=lang))) == names


def test_a_batch_answers_as_one_by_one(app):
    documents = [nlpsuite.Document(text, lang=lang) for lang, text, _ in PLAIN]
    for together, document in zip(app(documents), documents, strict=True):
        alone = app(document)
        assert named(together) == named(alone)
        assert [span.score for span in together.spans] == pytest.approx([span.score for span in alone.spans], abs=1e-4)


def test_mixed_languages_are_read(app):
    found = named(app(nlpsuite.Document("Angela Keller met 王建国 in Berlin.", lang="en")))
    assert found == {"王建国": "PER", "Angela Keller": "PER", "Berlin": "LOC"}


def test_no_name_is_lost_in_a_long_text(app):
    sentence, filler = "Then Angela Keller spoke. ", "It went on and on without an end in sight, as it had for days. "
    text = "".join(filler * 3 + sentence for _ in range(40))
    result = app(nlpsuite.Document(text, lang="en"))
    assert result.windows > 3
    starts = [index for index in range(len(text)) if text.startswith("Angela Keller", index)]
    assert [(span.start, span.end) for span in result.spans if span.label == "PER"] == [(at, at + 13) for at in starts]
