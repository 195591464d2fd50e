"""An application measured on labelled examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nlpsuite.application import HeadKind
from nlpsuite.data.entities import tags_of_spans
from nlpsuite.data.records import Example, check_labels
from nlpsuite.document import Document, Span
from nlpsuite.errors import InputError
from nlpsuite.evaluate import metrics
from nlpsuite.evaluate.bootstrap import RESAMPLES, Estimate, Indices, bootstrap
from nlpsuite.evaluate.calibration import expected_calibration_error
from nlpsuite.model.heads import HeadConfig
from nlpsuite.result import HeadResult, Result

if TYPE_CHECKING:
    from nlpsuite.runtime import LoadedApplication

Metrics = dict[str, Estimate]

PRIMARY = {
    HeadKind.SINGLE_LABEL: "macro_f1",
    HeadKind.MULTI_LABEL: "micro_f1",
    HeadKind.TOKEN_LABELS: "f1",
    HeadKind.PAIR_SCORE: "auc",
}
"""The metric by which the epochs of a training are compared."""


def as_document(example: Example) -> Document:
    """The example as the runtime sees it."""
    return Document(text=example.text, id=example.id, lang=example.lang, pair=example.pair, path=example.path)


def evaluate(
    results: Sequence[Result],
    examples: Sequence[Example],
    heads: Sequence[HeadConfig],
    resamples: int = RESAMPLES,
) -> dict[str, Metrics]:
    """Metrics of every head that the examples have gold for.

    Args:
        results: one for each example, in order.
        examples: with gold values.
        heads: of the bundle that answered.
        resamples: of the bootstrap; 1 where only the values matter.
    """
    found = {}
    for head in heads:
        pairs = [
            (example, result.head(head.name))
            for example, result in zip(examples, results, strict=True)
            if head.name in example.gold
        ]
        if pairs:
            found[head.name] = _of_head(
                head, [example for example, _ in pairs], [outcome for _, outcome in pairs], resamples
            )
    return found


def evaluate_application(
    loaded: LoadedApplication, examples: Sequence[Example], only_labels_in_data: bool = False
) -> dict[str, Metrics]:
    """Run an application over labelled examples and measure it.

    Args:
        loaded: the application with the bundle to measure.
        examples: with gold values.
        only_labels_in_data: single-label heads answer with the best of those labels that gold has.

    Raises:
        InputError: no head of the bundle has gold values, or gold has a label that its head never saw.
    """
    for head in loaded.heads:
        if head.labels:
            check_labels(examples, head.name, head.labels)
    results = list(loaded.stream(as_document(example) for example in examples))
    if only_labels_in_data:
        single = [head.name for head in loaded.heads if head.kind is HeadKind.SINGLE_LABEL]
        known = {name: {example.gold.get(name) for example in examples} for name in single}
        results = [_restricted(result, known) for result in results]
    found = evaluate(results, examples, loaded.heads)
    if not found:
        heads = ", ".join(head.name for head in loaded.heads)
        raise InputError(f"the data have no gold value for any head of {loaded.model}", cure=f"Its heads: {heads}.")
    return found


def _restricted(result: Result, known: Mapping[str, set[Any]]) -> Result:
    """The result with the best label among those that gold has, for each head in `known`."""
    outcomes = []
    for outcome in result.heads:
        allowed = {label: score for label, score in outcome.scores.items() if label in known.get(outcome.name, ())}
        if allowed:
            label = max(allowed, key=allowed.__getitem__)
            outcome = replace(outcome, label=label, score=allowed[label] / sum(allowed.values()), labels=(label,))
        outcomes.append(outcome)
    return replace(result, heads=tuple(outcomes))


def to_report(by_head: Mapping[str, Metrics]) -> dict[str, Any]:
    """As plain values: the first head's metrics at the top, every head's under `heads`."""
    plain = {name: {key: value.to_dict() for key, value in found.items()} for name, found in by_head.items()}
    first: dict[str, Any] = next(iter(plain.values()), {})
    return {key: value for key, value in first.items() if "/" not in key} | {"heads": plain}


def _of_head(head: HeadConfig, examples: Sequence[Example], outcomes: Sequence[HeadResult], resamples: int) -> Metrics:
    gold: list[Any] = [example.gold[head.name] for example in examples]
    if head.kind is HeadKind.SINGLE_LABEL:
        labels = [outcome.label for outcome in outcomes]
        found = metrics.single_label(gold, labels, head.labels, resamples) | _confidence(gold, outcomes, resamples)
        return found | _none_of_these(head, gold, outcomes, resamples)
    if head.kind is HeadKind.MULTI_LABEL:
        return metrics.multi_label(gold, [outcome.labels for outcome in outcomes], head.labels, resamples)
    if head.kind is HeadKind.PAIR_SCORE:
        return metrics.pair_score(gold, [outcome.score for outcome in outcomes], resamples)
    tags = [tags_of_tokens(example, outcome.spans) for example, outcome in zip(examples, outcomes, strict=True)]
    known = [tags_of_tokens(example, example.spans.get(head.name, ())) for example in examples]
    return metrics.token_labels(known, tags, resamples)


def _none_of_these(head: HeadConfig, gold: Sequence[str], outcomes: Sequence[HeadResult], resamples: int) -> Metrics:
    """How well texts of none of the labels are told from the rest, where there are both."""
    none = np.array([label == head.none for label in gold])
    if not none.any() or none.all() or any(head.none not in outcome.scores for outcome in outcomes):
        return {}
    chance = np.array([outcome.scores[head.none] for outcome in outcomes])
    return metrics.rejection(none, chance, resamples)


def _confidence(gold: Sequence[str], outcomes: Sequence[HeadResult], resamples: int) -> Metrics:
    """How far confidences can be trusted, and what abstaining gains."""
    right = np.array([outcome.label == label for outcome, label in zip(outcomes, gold, strict=True)])
    confidence = np.array([outcome.score for outcome in outcomes], dtype=np.float32)
    answered = np.array([not outcome.abstained for outcome in outcomes])
    n = len(right)

    def accuracy_of_answered(rows: Indices) -> float:
        kept = right[rows][answered[rows]]
        return float(kept.mean()) if len(kept) else 0.0

    return {
        "calibration_error": bootstrap(
            lambda rows: expected_calibration_error(confidence[rows], right[rows]), n, resamples=resamples
        ),
        "coverage": bootstrap(lambda rows: float(answered[rows].mean()), n, resamples=resamples),
        "answered_accuracy": bootstrap(accuracy_of_answered, n, resamples=resamples),
    }


def tags_of_tokens(example: Example, spans: Sequence[Span]) -> list[str]:
    """BIO2 tags of an example's own tokens, from spans of characters; a span covers the tokens it touches."""
    return list(tags_of_spans(spans, example.offsets))
