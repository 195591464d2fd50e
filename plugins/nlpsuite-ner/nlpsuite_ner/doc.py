"""Results as documents of spaCy."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from nlpsuite import Result
from nlpsuite_ner.entities import INNER, Entity, entities_of, has_levels, of_level

if TYPE_CHECKING:
    from spacy.tokens import Doc

SCORE = "nlpsuite_score"
"""The extension of a spaCy span that holds an entity's confidence: `ent._.nlpsuite_score`."""


def to_spacy(result: Result) -> Doc:
    """The result's text as a spaCy document with its entities.

    Returns:
        A document of a blank pipeline for the text's language. An entity that begins or ends within one of its
        tokens is widened to the whole token; of entities that then overlap the longer one stays. Each has its
        confidence as `ent._.nlpsuite_score`, and its canonical name, where it has one, as `ent.kb_id_`. Where the model
        looks for entities that lie within others, those are `doc.spans["inner"]`.
    """
    doc = _blank(result.document.lang or "xx").make_doc(result.document.text)
    set_result(doc, result)
    return doc


def set_result(doc: Doc, result: Result, *, overwrite: bool = False) -> None:
    """Add a result's entities to a spaCy document of its text.

    Args:
        doc: of the same text.
        result: its outer entities become `doc.ents`, and the inner ones, where the model looks for some,
            `doc.spans["inner"]`.
        overwrite: whether outer entities replace those that the document already has at the same places.
    """
    entities = entities_of(result)
    if has_levels(result):
        # They come first, for spaCy keeps one confidence for a place: where two share it, the outer one's.
        _set_inner(doc, of_level(entities, 2))
    set_entities(doc, of_level(entities, 1), overwrite=overwrite)


def set_entities(doc: Doc, entities: Iterable[Entity], *, overwrite: bool = False) -> None:
    """Add entities to those of a spaCy document.

    Args:
        doc: of the same text.
        entities: what to add; of those that overlap the longer one.
        overwrite: whether they replace those that the document already has at the same places.
    """
    from spacy.util import filter_spans

    has_score()
    spans = _spans(doc, entities)
    ours, theirs = filter_spans(spans), list(doc.ents)
    if overwrite:
        theirs = _beside(theirs, ours)
    else:
        ours = _beside(ours, theirs)
    doc.ents = tuple(sorted(chain(theirs, ours), key=lambda span: span.start))
    for span in ours:
        span._.set(SCORE, spans[span])


def has_score() -> None:
    """See that spaCy's spans have the extension for the confidence."""
    from spacy.tokens import Span

    if not Span.has_extension(SCORE):
        Span.set_extension(SCORE, default=None)


def _set_inner(doc: Doc, entities: Iterable[Entity]) -> None:
    from spacy.util import filter_spans

    has_score()
    spans = _spans(doc, entities)
    doc.spans[INNER] = filter_spans(spans)
    for span in doc.spans[INNER]:
        span._.set(SCORE, spans[span])


def _spans(doc: Doc, entities: Iterable[Entity]) -> dict[Any, float]:
    """Entities as spans of whole tokens, with their confidence."""
    spans = {}
    for entity in entities:
        found = doc.char_span(
            entity.start, entity.end, label=entity.label, kb_id=entity.canonical, alignment_mode="expand"
        )
        if found is not None:
            spans[found] = entity.score
    return spans


def _beside(spans: Iterable[Any], others: Iterable[Any]) -> list[Any]:
    """Those spans that share no token with the others."""
    taken = {place for span in others for place in range(span.start, span.end)}
    return [span for span in spans if taken.isdisjoint(range(span.start, span.end))]


@cache
def _blank(lang: str) -> Any:
    """A pipeline that only makes tokens; for a language that spaCy does not know, one for any language."""
    import spacy

    code = re.split("[-_]", lang, maxsplit=1)[0].lower()
    try:
        nlp = spacy.blank(code)
    except ImportError:
        nlp = spacy.blank("xx")
    nlp.max_length = 1 << 40  # its limit is for parsers, of which there is none here
    return nlp
