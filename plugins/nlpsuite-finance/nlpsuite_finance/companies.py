"""The sentiment towards each company in a text, put together from what was said of its mentions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nlpsuite import HeadResult, Names, Result, Span

ENTITY = "entity"
"""The kind of a company's spans."""


@dataclass(frozen=True, slots=True)
class Company:
    """What a text means for the holders of one company.

    Attributes:
        name: as listed, or as the text has it where it has most of it.
        label: negative, neutral or positive.
        score: calibrated confidence in `label`.
        abstained: whether the model is unsure of every mention.
        mentions: where it is named.
    """

    name: str
    label: str
    score: float
    abstained: bool
    mentions: tuple[Span, ...]

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "name": self.name,
            "label": self.label,
            "score": round(self.score, 6),
            "abstained": self.abstained,
            "mentions": [{"start": one.start, "end": one.end} for one in self.mentions],
        }

    def spans(self) -> list[Span]:
        """Its mentions, each with the sentiment towards it."""
        return [Span(one.start, one.end, self.label, self.score, ENTITY) for one in self.mentions]


def judged(places: Sequence[Span], outcomes: Sequence[HeadResult]) -> list[Company]:
    """Companies whose places were known, from what a head says of each place: the mean over a company's mentions."""
    outcome_of = dict(zip(places, outcomes, strict=True))
    return [
        _mean(name, mentions, [outcome_of[place] for place in mentions]) for name, mentions in by_name(places).items()
    ]


def by_name(places: Iterable[Span]) -> dict[str, list[Span]]:
    """Places by the company that stands there, which is their label."""
    named: dict[str, list[Span]] = {}
    for place in places:
        named.setdefault(place.label, []).append(place)
    return named


def outcome(head: HeadResult, companies: Sequence[Company]) -> HeadResult:
    """What a head says of a text where only these companies are looked for."""
    scores = {company.label: 0.0 for company in companies if company.label}
    for company in companies:
        if company.label:
            scores[company.label] = max(scores[company.label], company.score)
    best = max(scores, key=scores.__getitem__, default="")
    spans = tuple(span for company in companies for span in company.spans())
    return replace(head, label=best, score=scores.get(best, 0.0), labels=tuple(scores), scores=scores, spans=spans)


def read(name: str, mentions: Sequence[Span], part: Result) -> Company:
    """A company from a reading of those parts of a text that name it."""
    return Company(name, part.label, part.score, part.abstained, tuple(mentions))


def recognised(text: str, spans: Iterable[Span]) -> list[Company]:
    """Companies that a head found by itself: mentions of one name, or of whole words of it, are one company."""
    named: dict[str, list[Span]] = {}
    for span in sorted(spans, key=lambda span: (span.start - span.end, span.start)):
        written = text[span.start : span.end]
        within = Names([(written, written)])
        name = next((name for name in named if any(within.find(name))), written)
        named.setdefault(name, []).append(span)
    companies = [_likeliest(name, found) for name, found in named.items()]
    return sorted(companies, key=lambda company: company.mentions[0].start)


def _mean(name: str, mentions: Sequence[Span], outcomes: Sequence[HeadResult]) -> Company:
    seen = [outcome for outcome in outcomes if outcome.label]
    if not seen:
        return Company(name, "", 0.0, True, tuple(mentions))
    scores = {label: math.fsum(one.scores[label] for one in seen) / len(seen) for label in seen[0].scores}
    best = max(scores, key=scores.__getitem__)
    return Company(name, best, scores[best], all(one.abstained for one in seen), tuple(mentions))


def _likeliest(name: str, spans: Sequence[Span]) -> Company:
    """The label with most confidence in all, and its mean confidence."""
    totals = {label: math.fsum(one.score for one in spans if one.label == label) for label in {s.label for s in spans}}
    best = max(sorted(totals), key=totals.__getitem__)
    score = totals[best] / sum(one.label == best for one in spans)
    return Company(name, best, score, False, tuple(sorted(spans, key=lambda span: span.start)))
