"""Entities from several finders, and how overlaps among them are settled."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from nlpsuite import Result, Span

HEAD = "entities"
"""Name of the head, and the kind of the spans that the model finds."""

SOURCES = {HEAD: "model", "gazetteer": "gazetteer", "rules": "rules"}
"""Who found a span, by the span's kind."""

KINDS = {source: kind for kind, source in SOURCES.items()}
"""The kind of a span, by who found it."""

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
    """

    start: int
    end: int
    label: str
    score: float = 1.0
    source: str = "model"
    canonical: str = ""

    def to_span(self) -> Span:
        """The entity as a span of a result."""
        return Span(self.start, self.end, self.label, self.score, KINDS[self.source])

    def to_dict(self, text: str) -> dict[str, Any]:
        """The entity as plain values, with the piece of `text` that it covers."""
        found = {
            "start": self.start,
            "end": self.end,
            "text": text[self.start : self.end],
            "label": self.label,
            "score": round(self.score, 6),
            "source": self.source,
        }
        return found | {"canonical": self.canonical} if self.canonical else found


class Placed(Protocol):
    """Anything with a place in a text."""

    @property
    def start(self) -> int:
        """Its first character."""
        ...

    @property
    def end(self) -> int:
        """One past its last character."""
        ...


P = TypeVar("P", bound=Placed)


def entities_of(result: Result) -> list[Entity]:
    """The entities of a result in order, with the canonical names that its details hold."""
    listed = result.details.get("entities", ())
    canonical = {(one["start"], one["end"], one["label"]): one.get("canonical", "") for one in listed}
    return [
        Entity(
            span.start,
            span.end,
            span.label,
            span.score,
            SOURCES[span.kind],
            canonical.get((span.start, span.end, span.label), ""),
        )
        for span in sorted(result.spans, key=lambda span: (span.start, span.end))
        if span.kind in SOURCES
    ]


def merge(entities: Iterable[Entity], precedence: Sequence[str] = PRECEDENCE) -> list[Entity]:
    """The entities that win, in order, none overlapping another.

    The finder that stands first in `precedence` wins; among entities of one finder the longer one, then the earlier
    one, then the one with the higher score.
    """
    rank = {source: place for place, source in enumerate(precedence)}
    return choose(entities, lambda one: (rank[one.source], one.start - one.end, one.start, -one.score))


def longest(placed: Iterable[P]) -> list[P]:
    """Those that do not overlap, in order; the longer ones win, then the earlier ones."""
    return choose(placed, lambda one: (one.start - one.end, one.start))


def choose(placed: Iterable[P], key: Callable[[P], tuple[float, ...]]) -> list[P]:
    """Take each in the order of `key`, unless it overlaps what was taken before; in order of their places."""
    ends: list[int] = []  # of those taken, sorted; as they do not overlap, their starts are sorted too
    taken: list[P] = []
    for one in sorted(placed, key=key):
        place = bisect_left(ends, one.start + 1)
        if place == len(taken) or taken[place].start >= one.end:
            ends.insert(place, one.end)
            taken.insert(place, one)
    return taken
