"""Entities given as places in a text, turned into tokens and tags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nlpsuite.data.content import describe
from nlpsuite.data.rows import Row
from nlpsuite.data.tokens import Offsets
from nlpsuite.document import Span
from nlpsuite.errors import InputError
from nlpsuite.text import words

ENTITY_NAMES = ("entities", "spans")
"""Columns in which entities are looked for, the likeliest first."""

_START, _END, _LABEL = ("start", "start_offset", "begin"), ("end", "end_offset"), ("label", "type", "tag")
_CURE = 'Write [{"start": 0, "end": 5, "label": "PER"}], counted in characters, the end not included.'


def holds_entities(value: Any) -> bool:
    """Whether a value lists places rather than tags: objects, or [start, end, label]."""
    return isinstance(value, list) and all(isinstance(item, dict | list) for item in value)


def read_entities(row: Row, column: str, text: str, depth: int = 1) -> tuple[tuple[Span, ...], ...]:
    """The entities that a column lists, by level, each level in order.

    Args:
        row: the record.
        column: where it lists them.
        text: what they are places in.
        depth: how many levels may be given.

    Returns:
        `depth` levels: the outermost entities, then those inside one of them, and so on. Of two at the same place the
        one listed first is the outer one.

    Raises:
        InputError: one has no place in the text or no label, two overlap of which neither lies within the other, one
            is listed twice, or they lie within one another more than `depth` deep.
    """
    spans = [_entity(row, column, item, text) for item in row.fields[column]]
    levels: list[list[Span]] = [[] for _ in range(depth)]
    around: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        while around and around[-1].end <= span.start:
            around.pop()
        if around and (span.end > around[-1].end or span in around or len(around) == depth):
            raise _clash(row, column, text, [*around, span], depth)
        levels[len(around)].append(span)
        around.append(span)
    return tuple(map(tuple, levels))


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


def _clash(row: Row, column: str, text: str, spans: Sequence[Span], depth: int) -> InputError:
    """What to raise where the last of some spans does not suit those around it."""
    before, after = (repr(text[span.start : span.end]) for span in spans[-2:])
    cure = "Keep one of them."
    problem = f"the entities {before} and {after} overlap"
    if spans[-1] in spans[:-1]:
        problem = f"the entity {after} is listed twice as {spans[-1].label}"
    elif depth > 1 and spans[-1].end > spans[-2].end:
        problem = f"{problem}, and neither lies within the other"
    elif depth > 1:
        problem = f"the entity {after} lies within {depth} others"
        cure = f"Keep {depth} levels: leave out it or one that is around it."
    return row.error(problem, field=column, cure=cure)


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
