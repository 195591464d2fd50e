"""The metrics of each kind of head, from gold values and answers.

Single label: accuracy, macro F1, and precision, recall and F1 a label. Multi-label: micro and macro F1, subset
accuracy. Token labels: span precision, recall and F1 by seqeval. Pair score: area under the ROC curve, accuracy.
Every one comes with its bootstrap interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpsuite.evaluate.bootstrap import RESAMPLES, Estimate, Indices, bootstrap

Counts = NDArray[np.float64]

TOKEN_RESAMPLES = 200
"""Fewer, since seqeval reads every sentence again."""


def single_label(
    gold: Sequence[str], found: Sequence[str], labels: Sequence[str], resamples: int = RESAMPLES
) -> dict[str, Estimate]:
    """Accuracy, macro F1 over the labels that occur in gold, and each label's numbers."""
    place = {label: index for index, label in enumerate(dict.fromkeys([*labels, *gold, *found]))}
    true = np.array([place[label] for label in gold])
    answer = np.array([place[label] for label in found])
    occurring = sorted(set(true.tolist()))
    n = len(true)
    metrics = {
        "accuracy": bootstrap(lambda rows: float((true[rows] == answer[rows]).mean()), n, resamples=resamples),
        "macro_f1": bootstrap(lambda rows: _macro_f1(true[rows], answer[rows], occurring), n, resamples=resamples),
    }
    names = list(place)
    for index in occurring:
        metrics |= _one_label(names[index], true == index, answer == index, resamples)
    return metrics


def multi_label(
    gold: Sequence[Sequence[str]],
    found: Sequence[Sequence[str]],
    labels: Sequence[str],
    resamples: int = RESAMPLES,
) -> dict[str, Estimate]:
    """Micro and macro F1, the share of texts with exactly the right labels, and each label's numbers."""
    true = np.array([[label in row for label in labels] for row in gold])
    answer = np.array([[label in row for label in labels] for row in found])
    occurring = true.any(0)
    n = len(true)
    metrics = {
        "micro_f1": bootstrap(
            lambda rows: float(_f1(*_counts(true[rows].ravel(), answer[rows].ravel()))),
            n,
            resamples=resamples,
        ),
        "macro_f1": bootstrap(
            lambda rows: _columns_f1(true[rows][:, occurring], answer[rows][:, occurring]),
            n,
            resamples=resamples,
        ),
        "subset_accuracy": bootstrap(
            lambda rows: float((true[rows] == answer[rows]).all(1).mean()), n, resamples=resamples
        ),
    }
    for index in np.flatnonzero(occurring):
        metrics |= _one_label(labels[int(index)], true[:, index], answer[:, index], resamples)
    return metrics


def token_labels(
    gold: Sequence[list[str]], found: Sequence[list[str]], resamples: int = RESAMPLES
) -> dict[str, Estimate]:
    """Span precision, recall and F1 over BIO2 tags of sentences, strict, by seqeval."""
    from seqeval.metrics import f1_score, precision_score, recall_score
    from seqeval.scheme import IOB2

    def by(metric: Any) -> Estimate:
        def score(rows: Indices) -> float:
            return float(
                metric(
                    [gold[row] for row in rows.tolist()],
                    [found[row] for row in rows.tolist()],
                    mode="strict",
                    scheme=IOB2,
                    zero_division=0,
                )
            )

        return bootstrap(score, len(gold), resamples=min(resamples, TOKEN_RESAMPLES))

    return {"f1": by(f1_score), "precision": by(precision_score), "recall": by(recall_score)}


def pair_score(gold: Sequence[float], found: Sequence[float], resamples: int = RESAMPLES) -> dict[str, Estimate]:
    """Area under the ROC curve, and accuracy at a half."""
    true, score = np.array(gold) > 0.5, np.array(found)
    return {
        "auc": bootstrap(lambda rows: _auc(true[rows], score[rows]), len(true), resamples=resamples),
        "accuracy": bootstrap(
            lambda rows: float((true[rows] == (score[rows] > 0.5)).mean()), len(true), resamples=resamples
        ),
    }


KNOWN_COVERAGE = 0.95


def rejection(none: NDArray[np.bool_], chance: NDArray[np.float64], resamples: int = RESAMPLES) -> dict[str, Estimate]:
    """Area under the ROC curve of the confidence in none, and how many of none are caught while 95 % of the rest stay.

    Args:
        none: whether gold says that no label holds, [texts].
        chance: the confidence that none does, [texts].
    """

    def caught(rows: Indices) -> float:
        here, scores = none[rows], chance[rows]
        if here.all() or not here.any():
            return 0.0
        return float((scores[here] > np.quantile(scores[~here], KNOWN_COVERAGE)).mean())

    n = len(none)
    return {
        "none_auc": bootstrap(lambda rows: _auc(none[rows], chance[rows]), n, resamples=resamples),
        "none_recall_at_95": bootstrap(caught, n, resamples=resamples),
    }


def _one_label(name: str, true: NDArray[np.bool_], answer: NDArray[np.bool_], resamples: int) -> dict[str, Estimate]:
    n = len(true)
    return {
        f"{name}/precision": bootstrap(
            lambda rows: _ratio(true[rows] & answer[rows], answer[rows]), n, resamples=resamples
        ),
        f"{name}/recall": bootstrap(lambda rows: _ratio(true[rows] & answer[rows], true[rows]), n, resamples=resamples),
        f"{name}/f1": bootstrap(lambda rows: float(_f1(*_counts(true[rows], answer[rows]))), n, resamples=resamples),
    }


def _counts(true: NDArray[np.bool_], answer: NDArray[np.bool_]) -> tuple[Any, Any, Any]:
    """Hits, gold and answers, summed over the first axis."""
    return (true & answer).sum(0), true.sum(0), answer.sum(0)


def _f1(hits: Any, true: Any, answer: Any) -> Any:
    return np.divide(2.0 * hits, np.maximum(true + answer, 1))


def _columns_f1(true: NDArray[np.bool_], answer: NDArray[np.bool_]) -> float:
    return float(np.mean(_f1(*_counts(true, answer)))) if true.shape[1] else 0.0


def _macro_f1(true: Indices, answer: Indices, labels: Sequence[int]) -> float:
    columns = np.array(labels)
    return _columns_f1(true[:, None] == columns, answer[:, None] == columns)


def _ratio(part: NDArray[np.bool_], whole: NDArray[np.bool_]) -> float:
    return float(part.sum() / max(1, whole.sum()))


def _auc(true: NDArray[np.bool_], score: NDArray[np.float64]) -> float:
    """The share of pairs of a positive and a negative that are ranked rightly; a half where there is none."""
    from scipy.stats import rankdata

    positives, negatives = int(true.sum()), int((~true).sum())
    if not positives or not negatives:
        return 0.5
    ranks = rankdata(score)
    return float((ranks[true].sum() - positives * (positives + 1) / 2) / (positives * negatives))
