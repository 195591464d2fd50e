"""Entities from several finders, and how overlaps among them are settled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from nlpsuite import Result, Span, choose

HEAD = "entities"
"""Name of the first head, and the kind of the spans that it finds."""

INNER = "inner"
"""Name of the head for entities that lie within others, and the kind of the spans that it finds."""

SOURCES = {HEAD: "model", INNER: "model", "gazetteer": "gazetteer", "rules": "rules"}
"""Who found a span, by the span's kind."""

KINDS = {source: kind for kind, source in SOURCES.items() if kind != INNER}
"""The kind of an outer span, by who found it."""

PRECEDENCE = ("rules", "gazetteer", "model")
"""Who wins where entities overlap, the strongest first."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A name in a text.

    Attributes:
        start: its first character.
        end: one past its last character.
        label: its type.
        score: confidence between 0 and 1; 1 for what a rule or a gazetteer finds.
        source: "model", "gazetteer" or "rules".
        canonical: the name under which a gazetteer lists it, "" where none does.
        level: 1, or 2 for one that lies within another.
    """

    start: int
    end: int
    label: str
    score: float = 1.0
    source: str = "model"
    canonical: str = ""
    level: int = 1

    def to_span(self) -> Span:
        """The entity as a span of a result."""
        kind = KINDS[self.source] if self.level == 1 else INNER
        return Span(self.start, self.end, self.label, self.score, kind)

    def to_dict(self, text: str) -> dict[str, Any]:
        """The entity as plain values, with the piece of `text` that it covers."""
        found: dict[str, Any] = {
            "start": self.start,
            "end": self.end,
            "text": text[self.start : self.end],
            "label": self.label,
            "score": round(self.score, 6),
            "source": self.source,
        }
        if self.canonical:
            found["canonical"] = self.canonical
        if self.level > 1:
            found["level"] = self.level
        return found


def entities_of(result: Result) -> list[Entity]:
    """The entities of a result in order, with the canonical names that its details hold; outer before inner ones."""
    listed = result.details.get("entities", ())
    canonical = {(one["start"], one["end"], one["label"]): one.get("canonical", "") for one in listed}
    found = [
        Entity(
            span.start,
            span.end,
            span.label,
            span.score,
            SOURCES[span.kind],
            canonical.get((span.start, span.end, span.label), "") if span.kind != INNER else "",
            2 if span.kind == INNER else 1,
        )
        for span in result.spans
        if span.kind in SOURCES
    ]
    return sorted(found, key=lambda one: (one.start, one.level, one.end))


def has_levels(result: Result) -> bool:
    """Whether the model looked for entities that lie within others."""
    return any(head.name == INNER for head in result.heads)


def of_level(entities: Iterable[Entity], level: int) -> list[Entity]:
    """The entities of one level."""
    return [one for one in entities if one.level == level]


def merge(entities: Iterable[Entity], precedence: Sequence[str] = PRECEDENCE) -> list[Entity]:
    """The entities that win, in order, none overlapping another of its level.

    The finder that stands first in `precedence` wins; among entities of one finder the longer one, then the earlier
    one, then the one with the higher score.
    """
    rank = {source: place for place, source in enumerate(precedence)}
    given = list(entities)
    levels = (
        choose(of_level(given, level), lambda one: (rank[one.source], one.start - one.end, one.start, -one.score))
        for level in (1, 2)
    )
    return sorted(chain.from_iterable(levels), key=lambda one: (one.start, one.level))
