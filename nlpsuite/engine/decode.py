"""From logits to answers: calibrated confidences, chosen labels, spans, abstentions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from nlpsuite.application import HeadKind
from nlpsuite.document import Span
from nlpsuite.engine.windows import PreparedText
from nlpsuite.model.bundle import Calibration
from nlpsuite.model.heads import HeadConfig
from nlpsuite.result import HeadResult

Array = NDArray[np.float32]

DEFAULT_LABEL_THRESHOLD = 0.5


def probabilities(logits: Array, kind: HeadKind, temperature: float = 1.0) -> Array:
    """Calibrated confidences in the shape of the logits: they sum to 1 unless labels are independent."""
    scaled = logits.astype(np.float64) / temperature
    if kind in (HeadKind.MULTI_LABEL, HeadKind.PAIR_SCORE):
        return np.asarray(1 / (1 + np.exp(-scaled)), dtype=np.float32)
    shifted = np.exp(scaled - scaled.max(-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(-1, keepdims=True), dtype=np.float32)


def decode(
    head: HeadConfig,
    logits: Array,
    calibration: Calibration,
    text: PreparedText,
    threshold: float | None = None,
) -> HeadResult:
    """The outcome of one head for one text.

    Args:
        head: what the logits are of.
        logits: [outputs], or [tokens, outputs] for a token head.
        calibration: fitted with the head.
        text: what was read.
        threshold: replaces the fitted threshold of abstention.
    """
    confidence = probabilities(logits, head.kind, calibration.temperature)
    least = calibration.threshold if threshold is None else threshold
    if head.kind is HeadKind.TOKEN_LABELS:
        return _tokens(head, confidence, text, least)
    if head.kind is HeadKind.PAIR_SCORE:
        score = float(confidence[0])
        return HeadResult(head.name, "", score, (), {}, abstained=score < least)
    scores = {label: float(value) for label, value in zip(head.labels, confidence, strict=True)}
    if head.kind is HeadKind.MULTI_LABEL:
        return _several(head.name, scores, calibration, threshold)
    label = max(scores, key=scores.__getitem__)
    return HeadResult(head.name, label, scores[label], (label,), scores, abstained=scores[label] < least)


def _several(name: str, scores: dict[str, float], calibration: Calibration, threshold: float | None) -> HeadResult:
    limits = calibration.label_thresholds if threshold is None else {}
    default = DEFAULT_LABEL_THRESHOLD if threshold is None else threshold
    chosen = [label for label, score in scores.items() if score >= limits.get(label, default)]
    chosen.sort(key=lambda label: -scores[label])
    best = chosen[0] if chosen else ""
    score = scores[best] if best else max(scores.values(), default=0.0)
    return HeadResult(name, best, score, tuple(chosen), scores)


def _tokens(head: HeadConfig, confidence: Array, text: PreparedText, least: float) -> HeadResult:
    spans = tuple(
        Span(*text.original_span(first, last), label, score, head.name)
        for first, last, label, score in bio_spans(head.labels, confidence)
        if score >= least
    )
    found = tuple(dict.fromkeys(span.label for span in spans))
    scores = {label: max(span.score for span in spans if span.label == label) for label in found}
    best = max(scores, key=scores.__getitem__, default="")
    return HeadResult(head.name, best, scores.get(best, 0.0), found, scores, spans=spans)


def bio_spans(tags: Sequence[str], confidence: Array) -> Iterator[tuple[int, int, str, float]]:
    """Spans of tokens from BIO2 confidences, [tokens, tags].

    The best tag of each token is read; an I- that follows nothing of its type begins a span, as conlleval reads it.

    Yields:
        First token, last token, label, and the mean confidence of its tokens' tags.
    """
    best = [tags[index] for index in confidence.argmax(-1)] if len(confidence) else []
    sure = confidence.max(-1) if len(confidence) else confidence
    first = None
    for index, tag in enumerate([*best, "O"]):
        goes_on = first is not None and tag == "I-" + best[first][2:]
        if first is not None and not goes_on:
            yield first, index - 1, best[first][2:], float(sure[first:index].mean())
            first = None
        if first is None and tag != "O":
            first = index
