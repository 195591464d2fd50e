"""Search in an FAQ: the nearest entries to a question by meaning, with a confidence that there is an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpsuite import Embedder, UsageError, cache_dir, cached_vectors
from nlpsuite_intent.faq_confidence import Confidence, fit_confidence
from nlpsuite_intent.faq_entries import Entry, read_faq, signature

EXACT_UP_TO = 50_000
"""Entries that are compared one by one; beyond them FAISS searches a graph."""

CANDIDATES = 20
"""How many a re-ranker reads."""

Vectors = NDArray[np.float32]
Rerank = Callable[[str, Sequence[str]], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found.

    Attributes:
        entry: question, answer and id.
        similarity: cosine of the question's vector and the nearer of the entry's two.
        confidence: calibrated, that the entry answers the question.
    """

    entry: Entry
    similarity: float
    confidence: float

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "id": self.entry.id,
            "question": self.entry.question,
            "answer": self.entry.answer,
            "similarity": round(self.similarity, 4),
            "confidence": round(self.confidence, 4),
        }


@dataclass
class FaqIndex:
    """An FAQ that can be searched, and that is read again when its files change.

    Attributes:
        path: a file or folder, see `read_faq`.
        embedder: makes the vectors.
        rerank: scores the likeliest entries anew, each as a text; higher is better.
        folder: where vectors are kept, so that only changed entries are embedded again.
    """

    path: Path
    embedder: Embedder
    rerank: Rerank | None = None
    folder: Path | None = None
    entries: list[Entry] = field(default_factory=list)
    confidence: Confidence = field(default_factory=Confidence)
    _vectors: Vectors = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32), repr=False)
    _owner: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, dtype=np.intp), repr=False)
    _graph: Any = field(default=None, repr=False)
    _signature: object = field(default=None, repr=False)

    def refresh(self) -> bool:
        """Read the FAQ again if it changed; gives whether it did.

        Raises:
            InputError: a file is faulty; what was read before stays in use.
        """
        now = signature(self.path) if self.path.exists() else None
        if now is not None and now == self._signature:
            return False
        entries = read_faq(self.path)
        texts = [
            (owner, text) for owner, entry in enumerate(entries) for text in (entry.question, entry.answer) if text
        ]
        folder = self.folder or cache_dir() / "faq"
        vectors = cached_vectors([text for _, text in texts], self.embedder.passages, self.embedder.id, folder)
        owner = np.array([owner for owner, _ in texts], dtype=np.intp)
        self.entries, self._vectors, self._owner = entries, vectors, owner
        self._graph = _graph(vectors) if len(entries) > EXACT_UP_TO else None
        self.confidence = fit_confidence(self.embedder, entries, vectors, owner)
        self._signature = now
        return True

    def search(self, question: str, k: int = 5) -> list[Hit]:
        """The k nearest entries, the best first; the FAQ is read again if it changed."""
        self.refresh()
        vector = self.embedder.queries([question])[0]
        near = self._near(vector, max(k, CANDIDATES if self.rerank else k) + 1)
        if self.rerank and near:
            scores = self.rerank(question, [_as_text(self.entries[owner]) for owner, _ in near])
            order = sorted(range(len(near)), key=lambda index: -scores[index])
            near = [near[index] for index in order]
        similarities = [similarity for _, similarity in near]
        return [
            Hit(self.entries[owner], similarity, self.confidence.of(similarity, similarities, rank))
            for rank, (owner, similarity) in enumerate(near[:k])
        ]

    def _near(self, vector: Vectors, count: int) -> list[tuple[int, float]]:
        """The nearest entries by their nearer text, with their similarities."""
        if self._graph is not None:
            found, places = self._graph.search(vector[None], count * 2)
            pairs = [(int(self._owner[p]), float(s)) for p, s in zip(places[0], found[0], strict=True) if p >= 0]
        else:
            similarity = self._vectors @ vector
            places = np.argsort(-similarity, kind="stable")[: count * 2]
            pairs = [(int(self._owner[place]), float(similarity[place])) for place in places]
        best: dict[int, float] = {}
        for owner, similar in pairs:
            best.setdefault(owner, similar)
        return list(best.items())[:count]


def _graph(vectors: Vectors) -> Any:
    try:
        import faiss
    except ImportError as error:
        raise UsageError(
            f"An FAQ of more than {EXACT_UP_TO:,} entries is searched with FAISS: pip install nlpsuite-intent[faiss]."
        ) from error
    graph = faiss.IndexHNSWFlat(vectors.shape[1], 32, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efSearch = 128
    graph.add(vectors)
    return graph


def _as_text(entry: Entry) -> str:
    return "\n".join(entry.texts)
