"""Entities given as places in a text, turned into tokens and tags."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from nlpsuite.data.content import describe
from nlpsuite.data.rows import Row
from nlpsuite.data.tokens import Offsets
from nlpsuite.document import Span
from nlpsuite.text import words

ENTITY_NAMES = ("entities", "spans")
"""Columns in which entities are looked for, the likeliest first."""

_START, _END, _LABEL = ("start", "start_offset", "begin"), ("end", "end_offset"), ("label", "type", "tag")
_CURE = 'Write [{"start": 0, "end": 5, "label": "PER"}], counted in characters, the end not included.'


def holds_entities(value: Any) -> bool:
    """Whether a value lists places rather than tags: objects, or [start, end, label]."""
    return isinstance(value, list) and all(isinstance(item, dict | list) for item in value)


def read_entities(row: Row, column: str, text: str) -> tuple[Span, ...]:
    """The entities that a column lists, in order.

    Raises:
        InputError: one has no place in the text or no label, or two overlap.
    """
    spans = sorted((_entity(row, column, item, text) for item in row.fields[column]), key=lambda span: span.start)
    for before, after in pairwise(spans):
        if after.start < before.end:
            problem = f"the entities {text[before.start : before.end]!r} and {text[after.start : after.end]!r} overlap"
            raise row.error(problem, field=column, cure="Keep one of them.")
    return tuple(spans)


def tokens_between(text: str, lang: str | None, spans: Sequence[Span]) -> Offsets:
    """The characters of the text's words, cut wherever an entity begins or ends; Chinese words become characters."""
    edges = {edge for span in spans for edge in (span.start, span.end)}
    offsets: list[tuple[int, int]] = []
    for word in words(text, lang or "xx"):
        every = lang == "zh" and not text[word.start : word.end].isascii()
        inside = [at for at in range(word.start + 1, word.end) if every or at in edges]
        offsets += zip([word.start, *inside], [*inside, word.end], strict=True)
    return tuple(offsets)


def tags_of_spans(spans: Sequence[Span], offsets: Offsets) -> tuple[str, ...]:
    """A BIO2 tag for each token; a span covers the tokens it touches."""
    tags = ["O"] * len(offsets)
    for span in sorted(spans, key=lambda span: span.start):
        inside = [i for i, (start, end) in enumerate(offsets) if start < span.end and end > span.start]
        for number, index in enumerate(inside):
            if tags[index] == "O":
                tags[index] = f"{'I' if number else 'B'}-{span.label}"
    return tuple(tags)


def _entity(row: Row, column: str, item: Any, text: str) -> Span:
    if isinstance(item, list):
        item = dict(zip(("start", "end", "label"), item, strict=False))
    start, end, label = (next((item[key] for key in keys if key in item), None) for keys in (_START, _END, _LABEL))
    if not isinstance(label, str) or not label or any(isinstance(at, bool) for at in (start, end)):
        raise row.error(f"{describe(item)} is no entity: {item!r}"[:200], field=column, cure=_CURE)
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)):
        problem = f"an entity stands at {start!r} to {end!r}, in a text of {len(text)} characters"
        raise row.error(problem, field=column, cure=_CURE)
    return Span(start, end, label, score=1.0, kind="gold")
