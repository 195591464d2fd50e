"""Completes a result: the sentiment towards each company, the article's balance, and the sentence that says why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nlpsuite import Document, LoadedApplication, Result, Span, clauses, longest, sentences, truth_option
from nlpsuite_finance.watchlist import Mention, Watchlist, read_watchlist

SENTENCE, ENTITY = "sentence", "entity"
_ROLE = "role"

Places = Sequence[tuple[int, int]]


@dataclass
class FinancePostprocessor:
    """Reads the sentences of an article, and those clauses or sentences that name a company.

    Attributes:
        watchlist: what is watched; None where nothing is.
        ner: whether organisations that the application `ner` finds are looked at as well.
        why: whether sentences are read on their own.
        target: whether the model was trained on rows with a target, and is to be given the name.
    """

    watchlist: Watchlist | None = None
    ner: bool = False
    why: bool = False
    target: bool = False
    _names: dict[str, LoadedApplication] = field(default_factory=dict, repr=False)

    def parts(self, result: Result) -> list[Document]:
        """The sentences of a text that has several, and for each company the clauses that name it."""
        document = result.document
        places = _sentences(document)
        wanted = [_part(document, [place], role=SENTENCE, place=place) for place in places] if self.why else []
        named = _by_name(self._mentions(document))
        # Where several are named, what is said of one often ends at the clause.
        pieces = clauses(document.text, document.lang or "xx") if len(named) > 1 else places
        for name, mentions in named.items():
            near = [piece for piece in pieces if any(piece[0] <= one.start < piece[1] for one in mentions)]
            wanted.append(self._asked(document, near or places, name, mentions))
        return wanted

    def _asked(self, document: Document, places: Places, name: str, mentions: Sequence[Mention]) -> Document:
        # As written in the text, so that the model finds it there.
        written = document.text[mentions[0].start : mentions[0].end] if self.target else None
        return _part(document, places, written, role=ENTITY, name=name, mentions=mentions)

    def finish(self, result: Result, parts: Sequence[Result]) -> Result:
        """The result with a span for each mention, whose label is the sentiment towards what it names."""
        spans: list[Span] = []
        details: dict[str, Any] = {}
        read = [part for part in parts if part.document.fields[_ROLE] == SENTENCE]
        if read:
            details["article"] = {"balance": round(balance(read), 4), "sentences": len(read)}
            details["why"] = _why(result, read)
        asked = [part for part in parts if part.document.fields[_ROLE] == ENTITY]
        if self.watchlist or self.ner:
            details["entities"] = [_entity(part) for part in asked]
        for part in asked:
            spans += [
                Span(one.start, one.end, part.label, part.score, ENTITY) for one in part.document.fields["mentions"]
            ]
        spans.sort(key=lambda span: span.start)
        return replace(result, spans=(*result.spans, *spans), details={**result.details, **details})

    def _mentions(self, document: Document) -> list[Mention]:
        found = self.watchlist.find(document.text) if self.watchlist else []
        if self.ner:
            spans = [span for span in self._recognise(document).spans if span.label == "ORG"]
            named = [Mention(span.start, span.end, document.text[span.start : span.end]) for span in spans]
            known = longest(found)
            found += [one for one in named if not any(one.start < it.end and it.start < one.end for it in known)]
        return longest(found)

    def _recognise(self, document: Document) -> Result:
        import nlpsuite

        if "ner" not in self._names:
            self._names["ner"] = nlpsuite.load("ner")
        return self._names["ner"](document)


def make_postprocessor(options: Mapping[str, Any]) -> FinancePostprocessor | None:
    """What the options ask for; None where they ask for nothing.

    Raises:
        ConfigError: a value does not suit.
        UsageError, InputError: the watch list is missing or faulty.
    """
    watchlist = read_watchlist(Path(str(options["watchlist"]))) if options.get("watchlist") else None
    ner, why, target = (truth_option(options, name, default=False) for name in ("ner", "why", "target"))
    return FinancePostprocessor(watchlist, ner, why, target) if watchlist or ner or why else None


def balance(read: Iterable[Result]) -> float:
    """Good less bad news, from -1 to 1: the mean over sentences, each counted by how far it is from neutral."""
    scores = [result.heads[0].scores for result in read]
    weights = [1 - score.get("neutral", 0.0) for score in scores]
    total = sum(
        weight * (score.get("positive", 0.0) - score.get("negative", 0.0))
        for weight, score in zip(weights, scores, strict=True)
    )
    return total / sum(weights) if sum(weights) else 0.0


def _why(result: Result, read: Sequence[Result]) -> dict[str, Any]:
    """The sentence that most surely says what the whole says."""
    best = max(read, key=lambda part: part.heads[0].scores.get(result.label, 0.0))
    start, end = best.document.fields["place"]
    score = best.heads[0].scores.get(result.label, 0.0)
    return {"start": start, "end": end, "text": result.document.text[start:end], "score": round(score, 6)}


def _entity(part: Result) -> dict[str, Any]:
    fields = part.document.fields
    return {
        "name": fields["name"],
        "label": part.label,
        "score": round(part.score, 6),
        "abstained": part.abstained,
        "mentions": [{"start": one.start, "end": one.end} for one in fields["mentions"]],
    }


def _by_name(mentions: Iterable[Mention]) -> dict[str, list[Mention]]:
    found: dict[str, list[Mention]] = {}
    for one in mentions:
        found.setdefault(one.name, []).append(one)
    return found


def _part(document: Document, places: Places, target: str | None = None, **fields: Any) -> Document:
    text = " ".join(document.text[start:end].strip() for start, end in places)
    return replace(document, text=text, pair=target, fields=fields)


def _sentences(document: Document) -> list[tuple[int, int]]:
    return [(start, end) for start, end in sentences(document.text, document.lang or "xx") if end > start]
