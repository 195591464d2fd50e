"""Confidences that mean something: a temperature and thresholds, fitted on development data.

Temperature: Guo et al. 2017 (arXiv 1706.04599). Abstention: the risk and coverage of selective
classification, Geifman and El-Yaniv 2017 (arXiv 1705.08500).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from nlpsuite.application import HeadKind
from nlpsuite.engine.decode import (
    DEFAULT_LABEL_THRESHOLD,
    bio_spans,
    log_odds,
    probabilities,
    single_scores,
    type_logits,
    types_of,
)
from nlpsuite.engine.rejection import known_columns, rejection_features
from nlpsuite.model.bundle import Calibration, PlaceCalibration, Rejection
from nlpsuite.model.heads import HeadConfig

Array = NDArray[np.float32]

TEMPERATURES = (0.05, 20.0)
LEAST_COVERAGE = 0.7
"""The fitted threshold lets at least this share of the development texts be answered."""

ERROR_FACTOR = 0.5
"""The fitted threshold brings the error rate of the answered texts down to this share of what it was."""


KNOWN_COVERAGE = 0.95
"""At least this share of the development texts with a known label is not rejected."""

FOREIGN_SHARE = 0.002
"""The share of known texts that may be rejected where no text of none was there to fit on."""

LEAST_NONE = 5
"""Texts of none on the development data that it takes to fit on them."""

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
        place = _fit_places(head, temperature, logits, gold)
        return Calibration(temperature, slope=slope, offset=offset, place=place)
    rows, targets = np.stack(list(logits)), np.stack(list(gold))
    if head.kind is HeadKind.SINGLE_LABEL:
        return _fit_single(head, rows, targets.astype(int))
    temperature = _fit_temperature(head.kind, rows, targets)
    confidence = probabilities(rows, head.kind, temperature)
    if head.kind is HeadKind.MULTI_LABEL:
        limits = {
            label: label_threshold(confidence[:, index], targets[:, index] > 0.5)
            for index, label in enumerate(head.labels)
        }
        return Calibration(temperature, label_thresholds=limits)
    return Calibration(temperature)


def _fit_single(head: HeadConfig, rows: Array, targets: NDArray[np.intp]) -> Calibration:
    """Temperature on the texts that have a known label, rejection on all, abstention on those not rejected."""
    columns = known_columns(head) if head.none else list(range(len(head.labels)))
    place = np.full(len(head.labels), -1)
    place[columns] = np.arange(len(columns))
    known = place[targets] >= 0
    if not known.any():
        return Calibration()
    temperature = _fit_temperature(head.kind, rows[known][:, columns], place[targets[known]])
    plain = Calibration(temperature, rejection=fit_rejection(head, rows, targets) if head.none else None)
    chance, confidence = single_scores(head, rows, plain)
    kept = known if plain.rejection is None else known & (chance < plain.rejection.threshold)
    if not kept.any():
        return plain
    right = confidence[kept].argmax(-1) == place[targets[kept]]
    return replace(plain, threshold=abstention_threshold(confidence[kept].max(-1), right))


def fit_rejection(head: HeadConfig, rows: Array, targets: NDArray[np.intp]) -> Rejection:
    """Fit when the answer is none of the labels.

    With texts of none among the development data: by logistic regression, and the threshold that gains most on both
    sides (Youden 1950) while at least `KNOWN_COVERAGE` of the known texts are kept. Without: at the energy that all but
    `FOREIGN_SHARE` of the known texts stay below.

    Args:
        head: with `none`.
        rows: [texts, labels], logits.
        targets: [texts], indices of labels.
    """
    features = rejection_features(head, rows)
    none = np.array([head.labels[target] == head.none for target in targets])
    if none.sum() < LEAST_NONE:
        energy = features[~none, 0]
        edge, spread = float(np.quantile(energy, 1 - FOREIGN_SHARE)), float(energy.std()) + 1e-6
        return Rejection(round(1 / spread, 4), 0.0, round(-edge / spread, 4), 0.5)
    from sklearn.linear_model import LogisticRegression

    spread = features.std(0) + 1e-6
    fitted = LogisticRegression().fit(features / spread, none)
    weights = np.maximum(fitted.coef_[0], 0.0) / spread
    offset = float(fitted.intercept_[0])
    chance = 1 / (1 + np.exp(-(features @ weights + offset)))
    candidates = np.unique(np.concatenate([chance[none], [1.0]]))
    kept = (chance[~none, None] < candidates).mean(0)
    caught = (chance[none, None] >= candidates).mean(0)
    gain = np.where(kept >= KNOWN_COVERAGE, kept + caught, -1.0)
    best = int(gain.argmax())
    below = chance[~none][chance[~none] < candidates[best]]
    # Half-way to the nearest known text, for the candidates are texts of none themselves.
    threshold = (candidates[best] + (below.max() if len(below) else 0.0)) / 2
    return Rejection(
        round(float(weights[0]), 4), round(float(weights[1]), 4), round(offset, 4), round(float(threshold), 6)
    )


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
        true = {found[:3] for found in _true_spans(head, tags)}
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


def _fit_places(
    head: HeadConfig, temperature: float, logits: Sequence[Array], gold: Sequence[NDArray[np.generic]]
) -> PlaceCalibration:
    """Temperature and threshold of the types of gold entities, each read as if its place had been given."""
    types = types_of(head.labels)
    rows, targets = [], []
    for text, tags in zip(logits, gold, strict=True):
        confidence = probabilities(text, head.kind, temperature)
        for first, last, kind, _ in _true_spans(head, tags):
            rows.append(type_logits(head.labels, confidence[first : last + 1]))
            targets.append(types.index(kind))
    if len(types) < 2 or len(rows) < LEAST_ENTITIES:
        return PlaceCalibration()
    found, wanted = np.stack(rows), np.array(targets)
    right = int((found.argmax(-1) == wanted).sum())
    if min(right, len(rows) - right) < LEAST_ENTITIES:
        return PlaceCalibration()
    fitted = _fit_temperature(HeadKind.SINGLE_LABEL, found, wanted)
    chances = probabilities(found, HeadKind.SINGLE_LABEL, fitted)
    return PlaceCalibration(fitted, abstention_threshold(chances.max(-1), chances.argmax(-1) == wanted))


def _true_spans(head: HeadConfig, tags: NDArray[np.generic]) -> Iterator[tuple[int, int, str, float]]:
    certain = np.eye(len(head.labels), dtype=np.float32)[tags.astype(np.intp)]  # also of a text without tokens
    return bio_spans(head.labels, certain)


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
