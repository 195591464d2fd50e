"""What goes in: a document, and spans of its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled piece of a text.

    Attributes:
        start: first character, counted in the text that came in.
        end: one past the last character.
        label: what the piece was found to be.
        score: calibrated confidence between 0 and 1.
        kind: who found it and as what, such as "sentence" or "entity".
    """

    start: int
    end: int
    label: str
    score: float
    kind: str = "span"

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span must be non-empty and not start before 0: {self.start}..{self.end}")

    def to_dict(self) -> dict[str, Any]:
        """The span as plain values."""
        return {
            "start": self.start,
            "end": self.end,
            "label": self.label,
            "score": round(self.score, 6),
            "kind": self.kind,
        }


@dataclass(frozen=True, slots=True)
class Document:
    """One text to be worked on.

    Attributes:
        text: as it came in; all offsets count its characters.
        id: unique within its run.
        lang: ISO 639-1 code, or None where it is not known.
        path: the file it came from, if any.
        pair: the second text, for heads that score a pair.
        places: where something stands that is known already, such as a company from a watch list; heads that label
            tokens say of each what type it is, see `HeadResult.placed`. Their labels are for those who put them there.
        fields: everything else its record held, such as gold labels or a date.
    """

    text: str
    id: str = "0"
    lang: str | None = None
    path: str | None = None
    pair: str | None = None
    places: tuple[Span, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)
