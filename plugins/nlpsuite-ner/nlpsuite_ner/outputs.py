"""The application's own output formats: CoNLL for machines that learn, HTML for people who read."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from zlib import crc32

from nlpsuite import Result, choose, longest
from nlpsuite_ner.entities import Entity, entities_of, has_levels, of_level

_PALETTE = (("#dbeafe", "#1e3a6e"), ("#dcfce7", "#14532d"), ("#fef3c7", "#5c3d0a"), ("#f3e8ff", "#4c1d80"),
            ("#ffe4e6", "#6b1530"), ("#cffafe", "#114b57"), ("#ffedd5", "#6a2a0c"), ("#e5e7eb", "#374151"))  # fmt: skip
"""Backgrounds, each on light and on dark; the text on them is near black and near white."""

_COLOURS = {"ORG": 0, "PER": 1, "LOC": 2, "MISC": 3}
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
"""What HTML cannot hold, not even escaped."""

_FINDERS = {"model": "the model", "gazetteer": "a gazetteer", "rules": "a rule"}

_ARTICLE = (
    "color-scheme:light dark;margin:0 auto;padding:.8em 1em;max-width:50em;font:1rem/1.8 system-ui,sans-serif;"
    "background:#fff;background:light-dark(#fff,#16181d);color:#1a1a1a;color:light-dark(#1a1a1a,#e8e8e8);"
    "border-bottom:1px solid #8888"
)
_NAME = "margin:0;font-size:.8em;opacity:.75"
_TEXT = "margin:.2em 0;white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate"
_LABEL = "font-size:.7em;font-weight:600;margin-inline-start:.4em"


def conll(result: Result) -> str:
    """A token and its BIO2 tag a line with a tab between them, and an empty line after each sentence.

    Where the model looks for entities that lie within others, their tags are a third column. A word is cut where an
    entity begins or ends within it; a sentence does not end within an entity.
    """
    found = entities_of(result)
    levels = [longest(of_level(found, level)) for level in ((1, 2) if has_levels(result) else (1,))]
    tokens = list(_tokens(result, [one for level in levels for one in level]))
    lines = [f"# id = {_one_line(result.document.id)}"]
    begun = set(_sentence_starts(result))
    for (start, end), *tags in zip(tokens, *(_tags(tokens, level) for level in levels), strict=True):
        if start in begun and len(lines) > 1 and not any(tag.startswith("I-") for tag in tags):
            lines.append("")
        lines.append("\t".join((_one_line(result.document.text[start:end]), *tags)))
    return "\n".join(lines) + "\n\n"


def html(result: Result) -> str:
    """One `<article>` that stands alone: no style sheet, no script, light or dark as its reader's system is.

    Entities and values are marked; of those that overlap the longer one. Their titles say type, confidence and source.
    An entity that lies within another is marked within its mark; one that only overlaps another is not marked.
    """
    document = result.document
    lang = f' lang="{escape(document.lang)}"' if document.lang else ""
    name = f"{document.path} · {document.id}" if document.path else document.id
    body = "".join(_pieces(document.text, 0, len(document.text), _marks(result)))
    return (
        f'<article{lang} style="{_ARTICLE}"><meta charset="utf-8">\n'
        f'<p style="{_NAME}" dir="auto">{_safe(name)}</p>\n<p style="{_TEXT}" dir="auto">{body}</p>\n</article>\n'
    )


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    label: str
    title: str
    inside: tuple[_Mark, ...] = ()


def _marks(result: Result) -> list[_Mark]:
    found = entities_of(result)
    outer = longest([*map(_of_entity, of_level(found, 1)), *_of_values(result)])
    starts = [mark.start for mark in outer]
    within: list[list[_Mark]] = [[] for _ in outer]
    alone: list[_Mark] = []
    for one in longest(map(_of_entity, of_level(found, 2))):
        before = bisect_right(starts, one.start) - 1
        (within[before] if before >= 0 and one.end <= outer[before].end else alone).append(one)
    nested = [replace(mark, inside=tuple(inside)) for mark, inside in zip(outer, within, strict=True)]
    return choose([*nested, *alone], lambda _: ())  # all are alike, so that those listed first win


def _of_entity(one: Entity) -> _Mark:
    stands_for = f", stands for {one.canonical}" if one.canonical else ""
    title = f"{one.label}, confidence {one.score:.0%}, found by {_FINDERS[one.source]}{stands_for}"
    return _Mark(one.start, one.end, one.label, title)


def _of_values(result: Result) -> Iterator[_Mark]:
    for value in result.details.get("values", ()):
        title = f"{value['kind']}: {value['value']} {value['unit']}".rstrip()
        yield _Mark(value["start"], value["end"], value["kind"], title)


def _pieces(text: str, start: int, end: int, marks: Iterable[_Mark]) -> Iterator[str]:
    for mark in marks:
        yield _safe(text[start : mark.start])
        style = f"{_colours(mark.label)};padding:.1em .3em;border-radius:.3em"
        label = f'<small style="{_LABEL}"><bdi>{_safe(mark.label)}</bdi></small>'
        marked = "".join(_pieces(text, mark.start, mark.end, mark.inside))
        yield f'<mark style="{style}" title="{_safe(mark.title)}">{marked}{label}</mark>'
        start = mark.end
    yield _safe(text[start:end])


def _colours(label: str) -> str:
    light, dark = _PALETTE[_COLOURS.get(label, crc32(label.encode()) % len(_PALETTE))]
    return f"background:{light};background:light-dark({light},{dark});color:#1a1a1a;color:light-dark(#1a1a1a,#f2f2f2)"


def _safe(text: str) -> str:
    return escape(_FORBIDDEN.sub("\ufffd", text))


def _tags(tokens: Iterable[tuple[int, int]], entities: Sequence[Entity]) -> Iterator[str]:
    """A BIO2 tag for each token; the entities are in order and do not overlap."""
    done = 0  # entities that end before the token
    tagged = -1  # the entity that the last token belongs to
    for start, end in tokens:
        while done < len(entities) and entities[done].end <= start:
            done += 1
        inside = done < len(entities) and entities[done].start < end
        yield f"{'I' if tagged == done else 'B'}-{entities[done].label}" if inside else "O"
        tagged = done if inside else -1


def _tokens(result: Result, entities: Sequence[Entity]) -> Iterator[tuple[int, int]]:
    """The text's words, cut wherever an entity begins or ends."""
    from nlpsuite import words

    edges = sorted({edge for one in entities for edge in (one.start, one.end)})
    following = 0
    for word in words(result.document.text, result.document.lang or "xx"):
        start = word.start
        while following < len(edges) and edges[following] < word.end:
            if edges[following] > start:
                yield start, edges[following]
                start = edges[following]
            following += 1
        yield start, word.end


def _sentence_starts(result: Result) -> Iterator[int]:
    from nlpsuite import sentences

    return (start for start, _ in sentences(result.document.text, result.document.lang or "xx"))


def _one_line(text: str) -> str:
    return " ".join(text.split())
