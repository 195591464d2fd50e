"""Results without a model, made and shown."""

from __future__ import annotations

import pytest

from nlpsuite import Document, HeadResult, Result, Span


def _result_of(text, *entities, lang="en", id="1", inner=None, **fields):
    """A result whose model found `entities`, each a piece of the text and a label, and a score if it is not 0.9.

    With `inner`, be it empty, the model looked for entities within others too, and found those.
    """
    heads = [_head("entities", text, entities)]
    if inner is not None:
        heads.append(_head("inner", text, inner))
    spans = tuple(span for head in heads for span in head.spans)
    return Result("ner", Document(text, id=id, lang=lang, **fields), tuple(heads), spans, model="tiny@1")


def _head(name, text, entities):
    spans = []
    for piece, label, *score in entities:
        start = text.index(piece)
        spans.append(Span(start, start + len(piece), label, score[0] if score else 0.9, name))
    return HeadResult(name, spans[0].label if spans else "", 0.9, (), {}, spans=tuple(spans))


def _shown(result, kinds=("entities", "inner", "gazetteer", "rules")):
    """Piece, label and kind of a result's spans."""
    text = result.document.text
    return [(text[span.start : span.end], span.label, span.kind) for span in result.spans if span.kind in kinds]


@pytest.fixture
def result_of():
    return _result_of


@pytest.fixture
def shown():
    return _shown
