"""From logits to answers: calibrated confidences, chosen labels, spans, abstentions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpsuite.application import HeadKind
from nlpsuite.document import Span
from nlpsuite.engine.rejection import chance_of_none, known_columns
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
    least = calibration.threshold if threshold is None else threshold
    if head.kind is HeadKind.SINGLE_LABEL:
        return _single(head, logits, calibration, least)
    confidence = probabilities(logits, head.kind, calibration.temperature)
    if head.kind is HeadKind.TOKEN_LABELS:
        return _tokens(head, confidence, calibration, text, threshold)
    if head.kind is HeadKind.PAIR_SCORE:
        score = float(confidence[0])
        return HeadResult(head.name, "", score, (), {}, abstained=score < least)
    scores = {label: float(value) for label, value in zip(head.labels, confidence, strict=True)}
    return _several(head.name, scores, calibration, threshold)


def _single(head: HeadConfig, logits: Array, calibration: Calibration, least: float) -> HeadResult:
    chance, confidence = single_scores(head, logits, calibration)
    known = [head.labels[index] for index in known_columns(head)] if calibration.rejection else head.labels
    scores = {label: float(value) for label, value in zip(known, confidence, strict=True)}
    label = max(scores, key=scores.__getitem__)
    if calibration.rejection is None:
        return HeadResult(head.name, label, scores[label], (label,), scores, abstained=scores[label] < least)
    scores[head.none] = float(chance)
    if chance >= calibration.rejection.threshold:
        return HeadResult(head.name, head.none, float(chance), (head.none,), scores, none=True)
    return HeadResult(head.name, label, scores[label], (label,), scores, abstained=scores[label] < least)


def single_scores(head: HeadConfig, logits: Array, calibration: Calibration) -> tuple[Array, Array]:
    """The confidences of none, [...], and of the labels of a single-label head, [..., labels].

    Where the head may answer none, the labels are those but it, and what is left by none is shared among them.
    """
    if calibration.rejection is None:
        return np.zeros(logits.shape[:-1], np.float32), probabilities(logits, head.kind, calibration.temperature)
    chance = chance_of_none(head, logits, calibration.rejection).astype(np.float32)
    known = probabilities(logits[..., known_columns(head)], head.kind, calibration.temperature)
    return chance, known * (1 - chance[..., None])


def _several(name: str, scores: dict[str, float], calibration: Calibration, threshold: float | None) -> HeadResult:
    limits = calibration.label_thresholds if threshold is None else {}
    default = DEFAULT_LABEL_THRESHOLD if threshold is None else threshold
    chosen = [label for label, score in scores.items() if score >= limits.get(label, default)]
    chosen.sort(key=lambda label: -scores[label])
    best = chosen[0] if chosen else ""
    score = scores[best] if best else max(scores.values(), default=0.0)
    return HeadResult(name, best, score, tuple(chosen), scores)


def _tokens(
    head: HeadConfig, confidence: Array, calibration: Calibration, text: PreparedText, threshold: float | None
) -> HeadResult:
    least = calibration.threshold if threshold is None else threshold
    found_spans = (
        Span(*text.original_span(first, last), label, calibrated(mean, calibration), head.name)
        for first, last, label, mean in _whole_words(list(bio_spans(head.labels, confidence)), text)
    )
    spans = tuple(span for span in found_spans if span.score >= least)
    found = tuple(dict.fromkeys(span.label for span in spans))
    scores = {label: max(span.score for span in spans if span.label == label) for label in found}
    best = max(scores, key=scores.__getitem__, default="")
    placed = tuple(_placed(head, confidence, calibration, text, threshold)) if text.document.places else ()
    return HeadResult(head.name, best, scores.get(best, 0.0), found, scores, spans=spans, placed=placed)


_TokenSpan = tuple[int, int, str, float]


def _whole_words(found: Sequence[_TokenSpan], text: PreparedText) -> Iterator[_TokenSpan]:
    """The spans, each up to the borders of the words that it begins and ends in, as far as no other span has them."""
    count = len(text.pieces.ids)
    before = -1
    for number, (first, last, label, mean) in enumerate(found):
        limit = found[number + 1][0] if number + 1 < len(found) else count
        while first - 1 > before and text.continues_word(first):
            first -= 1
        while last + 1 < limit and text.continues_word(last + 1):
            last += 1
        before = last
        yield first, last, label, mean


def _placed(
    head: HeadConfig, confidence: Array, calibration: Calibration, text: PreparedText, threshold: float | None
) -> Iterator[HeadResult]:
    """What type each of the document's places is."""
    types, fitted = types_of(head.labels), calibration.place
    least = fitted.threshold if threshold is None else threshold
    for tokens in text.tokens_under(text.document.places):
        if not tokens:
            yield HeadResult(head.name, "", 0.0, (), {}, abstained=True)
            continue
        chances = probabilities(type_logits(head.labels, confidence[tokens]), HeadKind.SINGLE_LABEL, fitted.temperature)
        scores = {kind: float(chance) for kind, chance in zip(types, chances, strict=True)}
        best = max(scores, key=scores.__getitem__)
        yield HeadResult(head.name, best, scores[best], (best,), scores, abstained=scores[best] < least)


def types_of(tags: Sequence[str]) -> tuple[str, ...]:
    """The types of entity among BIO2 tags, in order."""
    return tuple(dict.fromkeys(tag[2:] for tag in tags if tag != "O"))


def type_logits(tags: Sequence[str], confidence: Array) -> Array:
    """What tokens say of the type of the one entity they make up, [types], from their confidences, [tokens, tags].

    It is the mean over the tokens of the logarithm of each type's share. Their sum would be surer than it should:
    neighbouring tokens saw the same text.
    """
    kinds = np.array([tag[2:] for tag in tags])
    shares = np.stack([confidence[:, kinds == kind].sum(-1) for kind in types_of(tags)], axis=-1)
    logs = np.log(np.maximum(shares, 1e-12))
    return np.asarray(logs.mean(0) if len(logs) else np.zeros(logs.shape[-1]), dtype=np.float32)


def calibrated(mean: float, calibration: Calibration) -> float:
    """The confidence that an entity is right, from the mean confidence of its tokens."""
    return float(1 / (1 + np.exp(-(calibration.slope * log_odds(mean) + calibration.offset))))


def log_odds(probability: float) -> float:
    """ln(p / (1 - p)), kept finite."""
    safe = min(max(probability, 1e-6), 1 - 1e-6)
    return float(np.log(safe / (1 - safe)))


def bio_spans(tags: Sequence[str], confidence: Array) -> Iterator[tuple[int, int, str, float]]:
    """Spans of tokens from BIO2 confidences, [tokens, tags]: those of the likeliest sequence that BIO2 permits.

    Yields:
        First token, last token, label, and the mean confidence of its tokens' tags.
    """
    path = best_path(tags, confidence)
    first = None
    for index in range(len(path) + 1):
        tag = tags[path[index]] if index < len(path) else "O"
        if first is not None and not tag.startswith("I-"):
            chosen = confidence[np.arange(first, index), path[first:index]]
            yield first, index - 1, tags[path[first]][2:], float(chosen.mean())
            first = None
        if tag.startswith("B-"):
            first = index


def best_path(tags: Sequence[str], confidence: Array) -> NDArray[np.intp]:
    """Index of each token's tag in the likeliest sequence in which no I- follows what is not of its type."""
    best = confidence.argmax(-1) if len(confidence) else np.zeros(0, dtype=np.intp)
    after = _may_follow(tuple(tags))
    started = len(best) == 0 or not tags[best[0]].startswith("I-")
    if started and bool(after[best[:-1], best[1:]].all()):
        return best
    return _viterbi(np.log(np.maximum(confidence, 1e-12)), after, [tag.startswith("I-") for tag in tags])


def _viterbi(logs: NDArray[np.floating[Any]], after: NDArray[np.bool_], inside: Sequence[bool]) -> NDArray[np.intp]:
    barred = np.where(after, 0.0, -np.inf)
    score = np.where(inside, -np.inf, logs[0])
    came = np.zeros(logs.shape, dtype=np.intp)
    for index in range(1, len(logs)):
        ways = score[:, None] + barred
        came[index] = ways.argmax(0)
        score = ways.max(0) + logs[index]
    path = np.zeros(len(logs), dtype=np.intp)
    path[-1] = score.argmax()
    for index in range(len(logs) - 1, 0, -1):
        path[index - 1] = came[index, path[index]]
    return path


@cache
def _may_follow(tags: tuple[str, ...]) -> NDArray[np.bool_]:
    """[tags, tags]: whether the second may stand after the first."""
    return np.array([[not b.startswith("I-") or (a != "O" and a[2:] == b[2:]) for b in tags] for a in tags])
