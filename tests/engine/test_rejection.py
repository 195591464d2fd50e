"""None of these, as a first-class answer."""

from __future__ import annotations

import numpy as np
import pytest

from nlpsuite.application import Head, HeadKind
from nlpsuite.engine.decode import decode
from nlpsuite.engine.rejection import chance_of_none, rejection_features
from nlpsuite.errors import UsageError
from nlpsuite.evaluate.calibration import fit_calibration
from nlpsuite.model.bundle import Calibration, Rejection
from nlpsuite.model.heads import HeadConfig
from nlpsuite.train.fit import none_label

LEARNED = HeadConfig("intent", HeadKind.SINGLE_LABEL, ("a", "b", "oos"), 4, none="oos")
FOREIGN = HeadConfig("intent", HeadKind.SINGLE_LABEL, ("a", "b"), 4, none="none")


def texts(chance, kind, count):
    """Logits of texts: those of a label support it, those of none support nothing, and oos where it is learned."""
    rows = chance.normal(0, 0.5, (count, len(kind.labels)))
    gold = np.arange(count) % len(kind.labels)
    for row, label in zip(rows, gold, strict=True):
        row[label] += 2.0 if kind.labels[label] == kind.none else 6.0
    return [row.astype(np.float32) for row in rows], [np.array(label) for label in gold]


def test_features_by_hand():
    energy, lead = rejection_features(LEARNED, np.array([0.0, np.log(3.0), 2.0]))
    assert energy == pytest.approx(-np.log(4.0))
    assert lead == pytest.approx(2.0 - np.log(4.0))
    assert rejection_features(FOREIGN, np.array([0.0, 0.0])).tolist() == [pytest.approx(-np.log(2.0)), 0.0]


def test_none_takes_its_share_of_the_confidence(text):
    calibration = Calibration(threshold=0.9, rejection=Rejection(1.0, 1.0, 0.0, threshold=0.6))
    logits = np.array([2.0, 0.0, 3.0], dtype=np.float32)
    outcome = decode(LEARNED, logits, calibration, text)
    chance = float(chance_of_none(LEARNED, logits, calibration.rejection))
    assert outcome.scores["oos"] == pytest.approx(chance)
    assert sum(outcome.scores.values()) == pytest.approx(1.0)
    assert list(outcome.scores) == ["a", "b", "oos"]
    assert (outcome.label, outcome.none, outcome.abstained) == ("a", False, True)
    sure = decode(LEARNED, logits, Calibration(rejection=Rejection(1.0, 1.0, 0.0, threshold=chance)), text)
    assert (sure.label, sure.none, sure.abstained, sure.score) == ("oos", True, False, pytest.approx(chance))


@pytest.mark.parametrize("head", [LEARNED, FOREIGN])
def test_what_is_fitted_rejects_the_foreign_and_keeps_the_known(head, text):
    chance = np.random.default_rng(3)
    calibration = fit_calibration(head, *texts(chance, head, 600))
    rows, gold = texts(chance, head, 300)
    answers = [decode(head, row, calibration, text) for row in rows]
    known = [head.labels[label] != head.none for label in gold]
    kept = [not answer.none for answer, own in zip(answers, known, strict=True) if own]
    assert np.mean(kept) >= 0.93
    foreign = [row for row, own in zip(rows, known, strict=True) if not own]
    foreign = foreign or [chance.normal(0, 0.5, 2).astype(np.float32) for _ in range(100)]
    assert np.mean([decode(head, row, calibration, text).none for row in foreign]) >= 0.9


def test_a_head_that_knows_no_none_never_answers_it(text):
    plain = HeadConfig("intent", HeadKind.SINGLE_LABEL, ("a", "b"), 4)
    rows, gold = texts(np.random.default_rng(1), plain, 60)
    calibration = fit_calibration(plain, rows, gold)
    assert calibration.rejection is None
    assert not any(decode(plain, np.zeros(2, np.float32), calibration, text).none for _ in range(2))


def test_calibration_survives_being_written():
    calibration = Calibration(rejection=Rejection(1.0, 2.0, -3.0, 0.4), slope=2.0)
    assert Calibration.from_dict(calibration.to_dict()) == calibration


def test_the_label_for_none_is_found_or_given():
    head = Head("intent", HeadKind.SINGLE_LABEL, none="none")
    assert none_label(head, ("a", "OOS"), "") == "OOS"
    assert none_label(head, ("a", "b"), "") == "none"
    assert none_label(head, ("a", "other"), "other") == "other"
    assert none_label(Head("mood", HeadKind.SINGLE_LABEL), ("none", "a"), "") == ""
    with pytest.raises(UsageError, match="--none-label"):
        none_label(head, ("a", "b"), "other")
