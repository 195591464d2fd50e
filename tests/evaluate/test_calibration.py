"""Calibration: temperatures undo over-confidence, thresholds do what their docstrings promise."""

from __future__ import annotations

import numpy as np
import pytest

from nlpsuite.application import HeadKind
from nlpsuite.engine.decode import calibrated, probabilities, type_logits
from nlpsuite.evaluate.calibration import (
    LEAST_COVERAGE,
    abstention_threshold,
    expected_calibration_error,
    fit_calibration,
    label_threshold,
)
from nlpsuite.model.bundle import PlaceCalibration
from nlpsuite.model.heads import HeadConfig

SINGLE = HeadConfig("mood", HeadKind.SINGLE_LABEL, ("a", "b", "c"), 4)
SEVERAL = HeadConfig("topics", HeadKind.MULTI_LABEL, ("a", "b"), 4)


@pytest.fixture
def over_confident():
    """Logits three times too large, with gold drawn from the confidences they should have."""
    chance = np.random.default_rng(1)
    logits = chance.normal(size=(4000, 3)).astype(np.float32)
    true = probabilities(logits, HeadKind.SINGLE_LABEL)
    gold = np.array([chance.choice(3, p=row / row.sum()) for row in true.astype(np.float64)])
    return logits * 3, gold


def test_temperature_undoes_over_confidence(over_confident):
    logits, gold = over_confident
    calibration = fit_calibration(SINGLE, list(logits), [np.array(label) for label in gold])
    assert calibration.temperature == pytest.approx(3.0, rel=0.1)

    def error(temperature):
        confidence = probabilities(logits, HeadKind.SINGLE_LABEL, temperature)
        return expected_calibration_error(confidence.max(-1), confidence.argmax(-1) == gold)

    assert error(calibration.temperature) < error(1.0) / 4


def test_abstaining_halves_the_errors_and_keeps_coverage():
    chance = np.random.default_rng(2)
    confidence = chance.random(2000).astype(np.float32)
    right = chance.random(2000) < 0.5 + confidence / 2
    threshold = abstention_threshold(confidence, right)
    answered = confidence >= threshold
    assert answered.mean() >= LEAST_COVERAGE - 0.01
    assert (~right[answered]).mean() < (~right).mean()


def test_no_errors_no_abstention():
    assert abstention_threshold(np.array([0.5, 0.9], dtype=np.float32), np.array([True, True])) == 0.0


def test_label_threshold_separates_and_defaults_to_a_half():
    confidence = np.array([0.1, 0.2, 0.3, 0.32], dtype=np.float32)
    assert 0.2 < label_threshold(confidence, np.array([False, False, True, True])) <= 0.3
    assert label_threshold(confidence, np.zeros(4, dtype=bool)) == 0.5


def test_every_label_has_its_own_threshold():
    logits = np.array([[-2, 3], [-1.5, -3], [-3, 2], [-4, -2]], dtype=np.float32)
    gold = np.array([[1, 1], [1, 0], [0, 1], [0, 0]], dtype=np.float64)
    limits = fit_calibration(SEVERAL, list(logits), list(gold)).label_thresholds
    assert set(limits) == {"a", "b"}
    assert limits["a"] < limits["b"]


def test_the_confidence_of_entities_is_fitted_on_whether_they_are_right():
    head = HeadConfig("names", HeadKind.TOKEN_LABELS, ("O", "B-X", "I-X"), 4)
    chance = np.random.default_rng(2)
    logits, gold = [np.zeros((0, 3), dtype=np.float32)], [np.array([])]
    for _ in range(400):
        sure = chance.random() < 0.5
        entity = chance.random() < (0.95 if sure else 0.6)  # the model is surer of both than it should be
        logits.append(np.array([[0.0, 6.0 if sure else 4.0, 0.0]], dtype=np.float32))
        gold.append(np.array([1 if entity else 0]))
    fitted = fit_calibration(head, logits, gold)
    scores = [calibrated(probabilities(row, head.kind, fitted.temperature)[0, 1], fitted) for row in logits[1:]]
    sure = [score for score, row in zip(scores, logits[1:], strict=True) if row[0, 1] == 6.0]
    unsure = [score for score, row in zip(scores, logits[1:], strict=True) if row[0, 1] == 4.0]
    assert np.mean(sure) == pytest.approx(0.95, abs=0.06)
    assert np.mean(unsure) == pytest.approx(0.6, abs=0.08)


def test_the_type_of_a_known_place_is_calibrated_apart_from_its_being_found():
    head = HeadConfig("moods", HeadKind.TOKEN_LABELS, ("O", "B-bad", "I-bad", "B-good", "I-good"), 4)
    chance = np.random.default_rng(3)
    logits, gold = [], []
    for _ in range(400):
        right = chance.random() < 0.8  # and always as sure as 0.99
        logits.append(np.array([[0.0, 6.0 if right else 0.0, 0.0, 0.0 if right else 6.0, 0.0]], dtype=np.float32))
        gold.append(np.array([1]))
    fitted = fit_calibration(head, logits, gold)
    chances = type_logits(head.labels, probabilities(logits[0], head.kind, fitted.temperature))
    sure = probabilities(chances, HeadKind.SINGLE_LABEL, fitted.place.temperature).max()
    assert sure == pytest.approx(0.8, abs=0.03)
    assert fit_calibration(head, logits[:5], gold[:5]).place == PlaceCalibration()
    easy = [np.array([[0.0, 6.0, 0.0, 0.0, 0.0]], dtype=np.float32)] * 50
    assert fit_calibration(head, easy, [np.array([1])] * 50).place == PlaceCalibration()
