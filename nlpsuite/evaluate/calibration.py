"""Confidences that mean something: a temperature and thresholds, fitted on development data.

Temperature: Guo et al. 2017 (arXiv 1706.04599). Abstention: the risk and coverage of selective
classification, Geifman and El-Yaniv 2017 (arXiv 1705.08500).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from nlpsuite.application import HeadKind
from nlpsuite.engine.decode import DEFAULT_LABEL_THRESHOLD, bio_spans, log_odds, probabilities
from nlpsuite.model.bundle import Calibration
from nlpsuite.model.heads import HeadConfig

Array = NDArray[np.float32]

TEMPERATURES = (0.05, 20.0)
LEAST_COVERAGE = 0.7
"""The fitted threshold lets at least this share of the development texts be answered."""

ERROR_FACTOR = 0.5
"""The fitted threshold brings the error rate of the answered texts down to this share of what it was."""


LEAST_ENTITIES = 10
"""Right and wrong ones that there must be on the development data to fit the confidence of entities."""


def fit_calibration(head: HeadConfig, logits: Sequence[Array], gold: Sequence[NDArray[np.generic]]) -> Calibration:
    """Fit a head's calibration.

    Args:
        head: whose logits they are.
        logits: one array a text, [outputs] or [tokens, outputs].
        gold: one array a text: an index, an index a token (negative where unknown), or 0 and 1 for each label.
    """
    if not logits:
        return Calibration()
    if head.kind is HeadKind.TOKEN_LABELS:
        rows, targets = np.concatenate(list(logits)), np.concatenate(list(gold))
        known = targets >= 0
        temperature = _fit_temperature(head.kind, rows[known], targets[known])
        slope, offset = _fit_entities(head, temperature, logits, gold)
        return Calibration(temperature, slope=slope, offset=offset)
    rows, targets = np.stack(list(logits)), np.stack(list(gold))
    temperature = _fit_temperature(head.kind, rows, targets)
    confidence = probabilities(rows, head.kind, temperature)
    if head.kind is HeadKind.SINGLE_LABEL:
        right = confidence.argmax(-1) == targets
        return Calibration(temperature, abstention_threshold(confidence.max(-1), right))
    if head.kind is HeadKind.MULTI_LABEL:
        limits = {
            label: label_threshold(confidence[:, index], targets[:, index] > 0.5)
            for index, label in enumerate(head.labels)
        }
        return Calibration(temperature, label_thresholds=limits)
    return Calibration(temperature)


def abstention_threshold(confidence: Array, right: NDArray[np.bool_]) -> float:
    """The lowest confidence to answer at, so that those answered are wrong half as often as all are.

    At least `LEAST_COVERAGE` of the texts stay answered; 0 where there is no error to avoid.
    """
    errors = float((~right).mean())
    if errors == 0.0:
        return 0.0
    order = np.argsort(-confidence, kind="stable")
    answered = np.arange(1, len(order) + 1)
    risk = np.cumsum(~right[order]) / answered
    allowed = (risk <= errors * ERROR_FACTOR) & (answered >= LEAST_COVERAGE * len(order))
    last = int(np.flatnonzero(allowed)[-1]) if allowed.any() else int(np.ceil(LEAST_COVERAGE * len(order))) - 1
    return round(float(confidence[order[last]]), 4)


def label_threshold(confidence: Array, gold: NDArray[np.bool_]) -> float:
    """The confidence at which choosing a label gives the best F1; the middle of a plateau, a half without examples."""
    if not gold.any():
        return DEFAULT_LABEL_THRESHOLD
    candidates = np.linspace(0.1, 0.9, 33)
    chosen = confidence[:, None] >= candidates
    hits = (chosen & gold[:, None]).sum(0)
    f1 = 2 * hits / np.maximum(chosen.sum(0) + gold.sum(), 1)
    best = candidates[f1 >= f1.max() - 1e-9]
    return round(float(best[np.abs(best - DEFAULT_LABEL_THRESHOLD).argmin()]), 4)


def expected_calibration_error(confidence: Array, right: NDArray[np.bool_], bins: int = 15) -> float:
    """The mean distance between confidence and accuracy over bins of equal width (Naeini et al. 2015)."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(float(confidence[place == index].mean()) - float(right[place == index].mean()))
        * float((place == index).mean())
        for index in range(bins)
        if (place == index).any()
    ]
    return float(sum(gaps))


def _fit_entities(
    head: HeadConfig, temperature: float, logits: Sequence[Array], gold: Sequence[NDArray[np.generic]]
) -> tuple[float, float]:
    """Slope and offset of the log-odds of entities, by logistic regression on whether each is exactly right."""
    means, right = [], []
    for rows, tags in zip(logits, gold, strict=True):
        true = {found[:3] for found in bio_spans(head.labels, np.eye(len(head.labels), dtype=np.float32)[tags])}
        for *place, mean in bio_spans(head.labels, probabilities(rows, head.kind, temperature)):
            means.append(log_odds(mean))
            right.append(tuple(place) in true)
    if sum(right) < LEAST_ENTITIES or len(right) - sum(right) < LEAST_ENTITIES:
        return 1.0, 0.0
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression().fit(np.array(means)[:, None], right)
    slope = float(fitted.coef_[0, 0])
    # A falling curve would say that surer entities are worse: too little data to say anything.
    return (round(slope, 4), round(float(fitted.intercept_[0]), 4)) if slope > 0 else (1.0, 0.0)


def _fit_temperature(kind: HeadKind, logits: Array, gold: NDArray[np.generic]) -> float:
    def loss(log_temperature: float) -> float:
        confidence = probabilities(logits, kind, float(np.exp(log_temperature))).astype(np.float64)
        return float(_negative_log_likelihood(kind, confidence, gold))

    low, high = np.log(TEMPERATURES)
    found = minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-4})
    return round(float(np.exp(found.x)), 4)


def _negative_log_likelihood(kind: HeadKind, confidence: NDArray[np.float64], gold: NDArray[np.generic]) -> float:
    tiny = 1e-9
    if kind in (HeadKind.SINGLE_LABEL, HeadKind.TOKEN_LABELS):
        return float(-np.log(confidence[np.arange(len(gold)), gold.astype(int)] + tiny).mean())
    target = gold.astype(np.float64).reshape(confidence.shape)
    return float(-(target * np.log(confidence + tiny) + (1 - target) * np.log(1 - confidence + tiny)).mean())
