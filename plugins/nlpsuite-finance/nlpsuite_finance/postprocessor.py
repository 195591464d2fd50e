"""Completes a result: the sentiment towards each company, the article's balance, and the sentence that says why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nlpsuite import Document, HeadResult, LoadedApplication, Result, Span, choose, clauses, sentences, truth_option
from nlpsuite_finance.companies import ENTITY, Company, by_name, judged, outcome, read, recognised
from nlpsuite_finance.watchlist import Watchlist, read_watchlist

HEAD = "companies"
"""The head that marks companies, each with the sentiment towards it."""

SENTENCE = "sentence"
_ROLE = "role"

Places = Sequence[tuple[int, int]]


@dataclass
class FinancePostprocessor:
    """Says what a text means for each company, and reads the sentences of an article.

    Companies are those that are watched, or those that are recognised where nothing is watched. The model says of each
    place what the text means for who stands there. A model that was trained without companies is given instead the
    clauses or sentences that name each.

    Attributes:
        watchlist: what is watched; None where nothing is.
        ner: whether organisations that the application `ner` finds are looked at as well.
        why: whether sentences are read on their own.
    """

    watchlist: Watchlist | None = None
    ner: bool = False
    why: bool = False
    _names: dict[str, LoadedApplication] = field(default_factory=dict, repr=False)

    def prepare(self, documents: Sequence[Document]) -> list[Document]:
        """The documents with the places of the companies that are looked for."""
        named: Iterable[Result | None] = self._recogniser(documents) if self.ner else [None] * len(documents)
        return [
            replace(document, places=(*document.places, *self._mentions(document, found)))
            for document, found in zip(documents, named, strict=True)
        ]

    def parts(self, result: Result) -> list[Document]:
        """The sentences, and of each company what names it, as far as they are needed."""
        document = result.document
        places = _sentences(document)
        wanted = [_part(document, [place], role=SENTENCE, place=place) for place in places] if self.why else []
        return wanted if _companies(result) else [*wanted, *_asked(document, places)]

    def finish(self, result: Result, parts: Sequence[Result]) -> Result:
        """The result with a span for each mention, whose label is the sentiment towards what it names."""
        details: dict[str, Any] = {}
        sentences_read = [part for part in parts if part.document.fields[_ROLE] == SENTENCE]
        if sentences_read:
            article = {"balance": round(balance(sentences_read), 4), "sentences": len(sentences_read)}
            details |= {"article": article, "why": _why(result, sentences_read)}
        companies = self._judge(result, parts)
        if companies is not None:
            details["entities"] = [company.to_dict() for company in companies]
        others = [span for span in result.spans if span.kind != HEAD]
        found = [span for company in companies or () for span in company.spans()]
        spans = (*others, *sorted(found, key=lambda span: span.start))
        heads = tuple(outcome(head, companies or ()) if head.name == HEAD else head for head in result.heads)
        return replace(result, heads=heads, spans=spans, details={**result.details, **details})

    def _judge(self, result: Result, parts: Sequence[Result]) -> list[Company] | None:
        """The companies, or None where none were looked for."""
        head, document = _companies(result), result.document
        asked = bool(self.watchlist or self.ner or document.places)
        if head:
            return judged(document.places, head.placed) if asked else recognised(document.text, head.spans)
        fields = [part.document.fields for part in parts]
        read_apart = [
            read(known["name"], known["mentions"], part)
            for known, part in zip(fields, parts, strict=True)
            if known[_ROLE] == ENTITY
        ]
        return read_apart if asked else None

    def _mentions(self, document: Document, named: Result | None) -> list[Span]:
        """What is watched and what was recognised: each goes by its name, and the places given before go first."""
        watched = self.watchlist.find(document.text) if self.watchlist else []
        found = [Span(one.start, one.end, one.name, 1.0, ENTITY) for one in watched]
        for span in named.spans if named else ():
            if span.label == "ORG":
                found.append(replace(span, label=document.text[span.start : span.end], kind=ENTITY))
        order = {span: number for number, span in enumerate([*document.places, *found])}
        chosen = choose(order, lambda span: (order[span],))
        return [span for span in chosen if span not in document.places]

    def _recogniser(self, documents: Sequence[Document]) -> list[Result]:
        import nlpsuite

        if "ner" not in self._names:
            self._names["ner"] = nlpsuite.load("ner")
        return self._names["ner"]([replace(document, places=()) for document in documents])


def make_postprocessor(options: Mapping[str, Any]) -> FinancePostprocessor:
    """What the options ask for.

    Raises:
        ConfigError: a value does not suit.
        UsageError, InputError: the watch list is missing or faulty.
    """
    watchlist = read_watchlist(Path(str(options["watchlist"]))) if options.get("watchlist") else None
    ner, why = (truth_option(options, name, default=False) for name in ("ner", "why"))
    return FinancePostprocessor(watchlist, ner, why)


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


def _companies(result: Result) -> HeadResult | None:
    return next((head for head in result.heads if head.name == HEAD), None)


def _asked(document: Document, places: Places) -> Iterable[Document]:
    """For each company those clauses or sentences that name it."""
    named = by_name(document.places)
    # Where several are named, what is said of one often ends at the clause.
    pieces = clauses(document.text, document.lang or "xx") if len(named) > 1 else places
    for name, mentions in named.items():
        near = [piece for piece in pieces if any(piece[0] <= one.start < piece[1] for one in mentions)]
        yield _part(document, near or places, role=ENTITY, name=name, mentions=mentions)


def _part(document: Document, places: Places, **fields: Any) -> Document:
    text = " ".join(document.text[start:end].strip() for start, end in places)
    return replace(document, text=text, pair=None, places=(), fields=fields)


def _sentences(document: Document) -> list[tuple[int, int]]:
    return [(start, end) for start, end in sentences(document.text, document.lang or "xx") if end > start]
