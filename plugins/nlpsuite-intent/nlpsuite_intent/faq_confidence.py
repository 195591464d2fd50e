"""How sure it is that what was found answers the question, fitted on the FAQ itself.

There are no labelled questions to fit on, so the FAQ's own serve: each one searched in an FAQ that holds its answer
without the question is a question that can be answered; searched in an FAQ without its entry, one that cannot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlpsuite import Embedder
from nlpsuite_intent.faq_entries import Entry

MOST = 500
LEAST = 8


@dataclass(frozen=True, slots=True)
class Confidence:
    """Log-odds that the best entry is right: weights of its similarity and of its lead over the next."""

    similarity: float = 40.0
    lead: float = 20.0
    offset: float = -35.0

    def of(self, similarity: float, all_similarities: Sequence[float], rank: int) -> float:
        """The confidence in the entry of that rank; one that is not the best has no lead."""
        others = [each for index, each in enumerate(all_similarities) if index != rank]
        lead = max(0.0, similarity - max(others)) if others else 0.0
        return float(1 / (1 + np.exp(-(self.similarity * similarity + self.lead * lead + self.offset))))


def fit_confidence(
    embedder: Embedder, entries: Sequence[Entry], vectors: NDArray[np.float32], owner: NDArray[np.intp]
) -> Confidence:
    """Fit on at most `MOST` entries that have a question; the default where there are fewer than `LEAST`."""
    asked = [index for index, entry in enumerate(entries) if entry.question]
    step = max(1, len(asked) // MOST)
    asked = asked[::step][:MOST]
    if len(asked) < LEAST:
        return Confidence()
    queries = embedder.queries([entries[index].question for index in asked])
    features, answered = [], []
    for index, query in zip(asked, queries, strict=True):
        similarity = vectors @ query
        mine = np.flatnonzero(owner == index)
        others = np.sort(similarity[owner != index])[::-1][:2]
        if len(others) < 2:
            return Confidence()
        answer = float(similarity[mine[-1]])
        best, second = (answer, others[0]) if answer >= others[0] else (others[0], max(answer, others[1]))
        features.append((best, best - second))
        answered.append(answer >= others[0])
        features.append((others[0], others[0] - others[1]))
        answered.append(False)
    if sum(answered) < LEAST:
        return Confidence()
    return _regression(np.array(features), np.array(answered))


def _regression(features: NDArray[np.float64], answered: NDArray[np.bool_]) -> Confidence:
    from sklearn.linear_model import LogisticRegression

    centre, spread = features.mean(0), features.std(0) + 1e-6
    fitted = LogisticRegression(class_weight="balanced").fit((features - centre) / spread, answered)
    weights = np.maximum(fitted.coef_[0], 0.0) / spread
    return Confidence(float(weights[0]), float(weights[1]), float(fitted.intercept_[0] - weights @ centre))
