"""Completes a result: every intent with the words that carry it, slots, the stored answer, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from nlpsuite import Document, Result, Span, clauses, truth_option
from nlpsuite_intent.answers import Answers, read_answers
from nlpsuite_intent.decision import decide
from nlpsuite_intent.slots import SlotFinder

NONE = "none"
COURTESIES = ("greeting", "thanks")
"""Said beside what is wanted; they are intents only where they stand alone."""


class IntentPostprocessor:
    """Reads each clause of a message on its own, finds slots, and decides.

    Args:
        options: see the application's `options`.

    Raises:
        ConfigError: a value does not suit.
    """

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.several = truth_option(options, "several", default=True)
        self.slots = (
            SlotFinder(ner=truth_option(options, "ner", default=False))
            if truth_option(options, "slots", default=True)
            else None
        )
        self.answers = read_answers(options["answers"]) if options.get("answers") else Answers()
        self.faq = _faq(options) if options.get("faq") else None

    def prepare(self, documents: Sequence[Document]) -> Sequence[Document]:
        """The documents with the places of names that are slots."""
        return self.slots.with_names(documents) if self.slots else documents

    def parts(self, result: Result) -> list[Document]:
        """The clauses, where there is more than one."""
        document = replace(result.document, places=())
        return [replace(document, text=document.text[start:end]) for start, end in self._places(result)]

    def finish(self, result: Result, parts: Sequence[Result]) -> Result:
        """The result with a span for each intent, and with details."""
        spans = _intent_spans(result, self._places(result), parts)
        details: dict[str, Any] = {"intents": [_described(result, span) for span in spans]}
        slots = self.slots.find(result.document) if self.slots else []
        details["slots"] = slots
        hits = self.faq.search(result.document.text, k=3) if self.faq else []
        if self.faq:
            details["faq"] = [hit.to_dict() for hit in hits]
        details["decision"] = decide(result, slots, hits, self.answers)
        return replace(result, spans=(*result.spans, *spans), details={**result.details, **details})

    def _places(self, result: Result) -> list[tuple[int, int]]:
        if not self.several:
            return []
        found = clauses(result.document.text, result.document.lang or "xx")
        return found if len(found) > 1 else []


def _intent_spans(result: Result, places: Sequence[tuple[int, int]], parts: Sequence[Result]) -> list[Span]:
    """One span an intent: the message's own, and those of clauses that surely want something else."""
    whole = len(result.document.text.rstrip())
    start = len(result.document.text) - len(result.document.text.lstrip())
    if not places:
        return [Span(start, whole, result.label, result.score, "intent")] if whole > start else []
    found: list[Span] = []
    for (first, last), part in zip(places, parts, strict=True):
        if found and part.label == found[-1].label:
            found[-1] = replace(found[-1], end=last, score=max(found[-1].score, part.score))
        elif not part.abstained and part.label not in (NONE, *COURTESIES):
            found.append(Span(first, last, part.label, part.score, "intent"))
    sure = not (result.abstained and found)
    if sure and result.label not in {span.label for span in found}:
        best = max(range(len(parts)), key=lambda index: parts[index].heads[0].scores.get(result.label, 0.0))
        place = places[best] if not _taken(places[best], found) else (start, whole)
        found = [Span(*place, result.label, result.score, "intent"), *found]
    return _once_each(found)


def _taken(place: tuple[int, int], spans: Sequence[Span]) -> bool:
    return any(span.start < place[1] and place[0] < span.end for span in spans)


def _once_each(spans: Sequence[Span]) -> list[Span]:
    """Of the spans with one intent, the surest; in the order of the text."""
    best: dict[str, Span] = {}
    for span in spans:
        if span.label not in best or span.score > best[span.label].score:
            best[span.label] = span
    return sorted(best.values(), key=lambda span: span.start)


def _described(result: Result, span: Span) -> dict[str, Any]:
    return {**span.to_dict(), "text": result.document.text[span.start : span.end]}


def _faq(options: Mapping[str, Any]) -> Any:
    from pathlib import Path

    from nlpsuite import load_embedder
    from nlpsuite_intent.faq_index import FaqIndex

    index = FaqIndex(Path(str(options["faq"])), load_embedder(options.get("faq_model", "nlpsuite-mini")))
    index.refresh()
    return index
