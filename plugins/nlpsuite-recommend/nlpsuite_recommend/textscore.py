"""The text scores there are: the cross-encoder's, the bi-encoder's likeness, and a cascade of the two.

The cross-encoder reads history and candidate together; the bi-encoder compares their vectors, which are made once for
each item. A cascade lets the first one read only the candidates that the second one finds likeliest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nlpsuite import Document, Embedder, LoadedApplication

SHARPNESS, MIDDLE = 20.0, 0.82
"""Of the curve from a cosine to a value between 0 and 1; without a fitted combiner only its order means something."""

SEPARATOR = " | "
"""Between the pieces of a history, as in training."""


@dataclass(frozen=True)
class CrossScore:
    """History and candidate read together by the application's model."""

    app: LoadedApplication

    def __call__(self, history: str, candidates: Sequence[str]) -> list[float]:
        """The probability of each candidate."""
        results = self.app([Document(history, pair=text, lang="xx") for text in candidates])
        return [result.score for result in results]


@dataclass(frozen=True)
class LikenessScore:
    """The cosine of history and candidate; each piece of a history counts by itself, the nearest pieces most."""

    embedder: Embedder
    known: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)

    def __call__(self, history: str, candidates: Sequence[str]) -> list[float]:
        """A value between 0 and 1 for each candidate, in the order of the cosines."""
        pieces = [piece for piece in history.split(SEPARATOR) if piece.strip()]
        cosines = self._vectors(candidates) @ self._vectors(pieces).T
        nearest = np.sort(cosines, axis=1)[:, -3:].mean(1)
        values: list[float] = (1 / (1 + np.exp(-SHARPNESS * (nearest - MIDDLE)))).tolist()
        return values

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        missing = [text for text in texts if text not in self.known]
        made = dict(zip(missing, self.embedder.passages(missing), strict=True)) if missing else {}
        return np.stack([self.known.get(text, made.get(text)) for text in texts])  # type: ignore[arg-type]


@dataclass(frozen=True)
class Cascade:
    """The likeness of all candidates, and the cross score of the `first` likeliest.

    What is not read together stays below all that is.
    """

    likeness: LikenessScore
    cross: CrossScore
    first: int

    def __call__(self, history: str, candidates: Sequence[str]) -> list[float]:
        """The probability of each candidate."""
        if len(candidates) <= self.first:
            return self.cross(history, candidates)
        near = self.likeness(history, candidates)
        chosen = sorted(range(len(near)), key=lambda place: -near[place])[: self.first]
        read = self.cross(history, [candidates[place] for place in chosen])
        scores = [value * min(read) for value in near]
        for place, value in zip(chosen, read, strict=True):
            scores[place] = value
        return scores
