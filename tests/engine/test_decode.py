"""From logits to answers: confidences, thresholds, abstention, spans."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpsuite.application import HeadKind
from nlpsuite.document import Document, Span
from nlpsuite.engine.decode import best_path, bio_spans, decode, log_odds, probabilities
from nlpsuite.engine.windows import PreparedText
from nlpsuite.model.bundle import Calibration, PlaceCalibration
from nlpsuite.model.heads import HeadConfig
from nlpsuite.model.tokenizer import Pieces
from nlpsuite.text import normalise

SINGLE = HeadConfig("mood", HeadKind.SINGLE_LABEL, ("bad", "good"), 4)
SEVERAL = HeadConfig("topics", HeadKind.MULTI_LABEL, ("a", "b", "c"), 4)
TAGS = HeadConfig("names", HeadKind.TOKEN_LABELS, ("O", "B-PER", "I-PER"), 4)


def logits(*values):
    return np.array(values, dtype=np.float32)


def test_below_the_threshold_the_best_label_stays_and_abstention_is_said(text):
    sure = decode(SINGLE, logits(0.0, 2.0), Calibration(threshold=0.8), text)
    unsure = decode(SINGLE, logits(0.0, 1.0), Calibration(threshold=0.8), text)
    assert (sure.label, sure.abstained) == ("good", False)
    assert (unsure.label, unsure.abstained) == ("good", True)
    assert unsure.score == pytest.approx(1 / (1 + np.exp(-1)), abs=1e-6)
    assert sum(unsure.scores.values()) == pytest.approx(1.0)


def test_a_given_threshold_replaces_the_fitted_one(text):
    assert not decode(SINGLE, logits(0.0, 1.0), Calibration(threshold=0.9), text, threshold=0.5).abstained
    assert decode(SINGLE, logits(0.0, 1.0), Calibration(), text, threshold=0.99).abstained


def test_temperature_softens_confidence_and_keeps_the_label(text):
    hot = decode(SINGLE, logits(0.0, 3.0), Calibration(temperature=3.0), text)
    assert hot.label == "good"
    assert hot.score == pytest.approx(probabilities(logits(0.0, 1.0), HeadKind.SINGLE_LABEL)[1])


def test_every_label_of_a_multi_label_head_has_its_threshold(text):
    limits = Calibration(label_thresholds={"a": 0.2, "b": 0.9, "c": 0.5})
    found = decode(SEVERAL, logits(-1.0, 1.0, 0.5), limits, text)
    assert found.labels == ("c", "a")
    assert found.label == "c"
    nothing = decode(SEVERAL, logits(-9.0, -9.0, -9.0), limits, text)
    assert (nothing.label, nothing.labels) == ("", ())


def test_spans_are_characters_of_the_original_text(text):
    tags = np.full((4, 3), -4.0, dtype=np.float32)
    tags[0, 1] = tags[1, 0] = tags[2, 0] = tags[3, 1] = 4.0
    found = decode(TAGS, tags, Calibration(), text)
    original = text.document.text
    assert [original[span.start : span.end] for span in found.spans] == ["Anna", "Berlin"]
    assert {span.label for span in found.spans} == {"PER"}


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("B-X I-X O B-X", [(0, 1, "X"), (3, 3, "X")]),
        ("B-X B-X", [(0, 0, "X"), (1, 1, "X")]),
        ("I-X I-X O", [(0, 1, "X")]),
        ("O O", []),
        ("", []),
    ],
)
def test_tags_become_spans(tags, spans):
    names = ("O", "B-X", "I-X", "B-Y", "I-Y")
    confidence = np.array([[float(name == tag) for name in names] for tag in tags.split()], dtype=np.float32)
    assert [found[:3] for found in bio_spans(names, confidence.reshape(-1, 5))] == spans


def test_the_likeliest_permitted_sequence_is_read():
    names = ("O", "B-X", "I-X", "B-Y", "I-Y")
    goes_over = np.array([[0.1, 0.8, 0.0, 0.1, 0.0], [0.1, 0.0, 0.2, 0.1, 0.6]], dtype=np.float32)
    assert [found[:3] for found in bio_spans(names, goes_over)] == [(0, 1, "X")]
    begins = np.array([[0.1, 0.2, 0.5, 0.1, 0.1], [0.1, 0.0, 0.9, 0.0, 0.0]], dtype=np.float32)
    ((first, last, label, mean),) = bio_spans(names, begins)
    assert (first, last, label) == (0, 1, "X")
    assert mean == pytest.approx((0.2 + 0.9) / 2)


@given(st.integers(1, 6), st.randoms())
def test_no_permitted_sequence_is_likelier(length, chance):
    names = ("O", "B-X", "I-X", "B-Y", "I-Y")
    confidence = np.array([[chance.random() + 1e-3 for _ in names] for _ in range(length)])

    def allowed(path):
        return all(
            not names[b].startswith("I-") or (a is not None and names[a] != "O" and names[a][2:] == names[b][2:])
            for a, b in zip((None, *path), path, strict=False)
        )

    def likelihood(path):
        return float(np.log(confidence[np.arange(length), list(path)]).sum())

    best = max(likelihood(path) for path in product(range(5), repeat=length) if allowed(path))
    found = best_path(names, confidence)
    assert allowed(found)
    assert likelihood(found) == pytest.approx(best)


def test_an_entitys_confidence_is_calibrated(text):
    rows = np.full((len(text.pieces.ids), 3), -4.0, dtype=np.float32)
    rows[:, 0] = 0.0
    rows[0] = (0.0, 2.0, 0.0)
    (plain,) = decode(TAGS, rows, Calibration(), text).spans
    (harder,) = decode(TAGS, rows, Calibration(slope=2.0, offset=-1.0), text).spans
    assert log_odds(harder.score) == pytest.approx(2 * log_odds(plain.score) - 1, abs=1e-4)
    assert decode(TAGS, rows, Calibration(), text, threshold=0.99).spans == ()


MOODS = HeadConfig("moods", HeadKind.TOKEN_LABELS, ("O", "B-bad", "I-bad", "B-good", "I-good"), 4)


def asked(text, *places):
    document = replace(text.document, places=tuple(Span(*place, "who", 1.0) for place in places))
    return replace(text, document=document)


def test_a_known_place_has_a_type_even_where_no_entity_is_found(text):
    rows = np.zeros((len(text.pieces.ids), 5), dtype=np.float32)
    rows[:, 0] = 9.0
    rows[0, 3] = 2.0  # "Anna" is hardly an entity, but if she is one she is good
    text = asked(text, (0, 4), (4, 6))
    known, nothing = decode(MOODS, rows, Calibration(), text).placed
    assert decode(MOODS, rows, Calibration(), text).spans == ()
    assert (known.label, known.abstained) == ("good", False)
    assert known.score == pytest.approx((np.exp(2) + 1) / (np.exp(2) + 3), abs=1e-4)
    assert (nothing.label, nothing.abstained) == ("", True)
    unsure = decode(MOODS, rows, Calibration(place=PlaceCalibration(2.0, 0.9)), text).placed[0]
    assert (
        not decode(MOODS, rows, Calibration(place=PlaceCalibration(2.0, 0.9)), text, threshold=0.0).placed[0].abstained
    )
    assert unsure.abstained and 0.5 < unsure.score < known.score


def test_a_place_of_several_tokens_is_no_surer_than_its_tokens(text):
    rows = np.tile(np.array([0.0, 0.0, 1.0, 3.0, 0.0], dtype=np.float32), (len(text.pieces.ids), 1))
    text = asked(text, (0, 4), (0, len(text.document.text)))
    one, all_of_it = decode(MOODS, rows, Calibration(), text).placed
    assert all_of_it.scores == pytest.approx(one.scores, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "pieces", "tagged", "found"),
    [
        ("Fitch falls", ["Fit", "ch", "falls"], {0: 1}, ["Fitch"]),
        ("at Fitch", ["at", "Fit", "ch"], {2: 1}, ["Fitch"]),
        ("Anna2 met", ["Anna", "2", "met"], {0: 1}, ["Anna2"]),
        ("Bonn's mayor", ["Bonn", "'", "s", "mayor"], {0: 1}, ["Bonn"]),
        ("BonnKöln", ["Bonn", "Köln"], {0: 1, 1: 1}, ["Bonn", "Köln"]),
        ("在上海市", ["在", "上海", "市"], {1: 1}, ["上海"]),
    ],
)
def test_an_entity_ends_where_a_word_does_but_not_in_chinese(text, pieces, tagged, found):
    offsets, at = [], 0
    for piece in pieces:
        at = text.index(piece, at)
        offsets.append((at, at + len(piece)))
        at += len(piece)
    prepared = PreparedText(Document(text), normalise(text), Pieces([9] * len(pieces), offsets), [])
    rows = np.full((len(pieces), 3), -4.0, dtype=np.float32)
    rows[:, 0] = 4.0
    for token, tag in tagged.items():
        rows[token, tag] = 8.0
    spans = decode(TAGS, rows, Calibration(), prepared).spans
    assert [text[span.start : span.end] for span in spans] == found
