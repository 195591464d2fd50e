"""What comes out: one result for a document, with one outcome for each head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nlpsuite.document import Document, Span


@dataclass(frozen=True, slots=True)
class HeadResult:
    """The outcome of one head for one document.

    Attributes:
        name: the head's name.
        label: the best label; for a multi-label head the best of those chosen, "" where none was.
        score: calibrated confidence of `label`, between 0 and 1.
        labels: every label chosen; one for a single-label head, any number for a multi-label head.
        scores: calibrated confidence of every label the head knows.
        abstained: whether the confidence is below the threshold that was fitted with the head.
        spans: the pieces found, for a token head.
        none: whether `label` says that none of the others holds.
        placed: for a token head, what type each of the document's places is, given that something stands there; without
            a label for a place where the encoder sees nothing.
    """

    name: str
    label: str
    score: float
    labels: tuple[str, ...]
    scores: Mapping[str, float]
    abstained: bool = False
    spans: tuple[Span, ...] = ()
    none: bool = False
    placed: tuple[HeadResult, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The outcome as plain values."""
        values = {
            "label": self.label,
            "score": round(self.score, 6),
            "labels": list(self.labels),
            "scores": {label: round(score, 6) for label, score in self.scores.items()},
            "abstained": self.abstained,
        }
        return values | ({"placed": [one.to_dict() for one in self.placed]} if self.placed else {})


@dataclass(frozen=True, slots=True)
class Result:
    """What an application says of one document.

    Attributes:
        app: the application's name.
        document: what was worked on.
        heads: one outcome for each head, the application's first head first.
        spans: pieces of the text with labels, in characters of the text that came in.
        windows: how many windows the encoder needed for the text.
        model: the bundle that answered, as "name@version".
        details: what the application adds, as plain values that JSON can hold.
    """

    app: str
    document: Document
    heads: tuple[HeadResult, ...]
    spans: tuple[Span, ...] = ()
    windows: int = 1
    model: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The first head's best label, whether it abstained or not."""
        return self.heads[0].label if self.heads else ""

    @property
    def score(self) -> float:
        """The first head's confidence in `label`."""
        return self.heads[0].score if self.heads else 0.0

    @property
    def abstained(self) -> bool:
        """Whether the first head is less sure than its fitted threshold."""
        return self.heads[0].abstained if self.heads else False

    def head(self, name: str) -> HeadResult:
        """The outcome of the head with that name.

        Raises:
            KeyError: there is no such head.
        """
        for outcome in self.heads:
            if outcome.name == name:
                return outcome
        raise KeyError(name)

    def to_dict(self) -> dict[str, Any]:
        """The result as plain values, ready for JSON."""
        return {
            "id": self.document.id,
            "path": self.document.path,
            "text": self.document.text,
            "lang": self.document.lang,
            "label": self.label,
            "score": round(self.score, 6),
            "abstained": self.abstained,
            "heads": {outcome.name: outcome.to_dict() for outcome in self.heads},
            "spans": [span.to_dict() for span in self.spans],
            "windows": self.windows,
            "app": self.app,
            "model": self.model,
            "details": dict(self.details),
        }
