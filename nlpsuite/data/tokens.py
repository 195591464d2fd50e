"""Tokens and their tags: the text they stand for, and entities as spans of characters."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlpsuite.document import Span

_CJK = "\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_BEGINS_CJK = re.compile(f"[{_CJK}]")
_ENDS_CJK = re.compile(f"[{_CJK}]$")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")

Offsets = tuple[tuple[int, int], ...]


def join_tokens(tokens: Sequence[str], lang: str | None = None) -> tuple[str, Offsets]:
    """The text that tokens stand for, and the characters of each of them in it.

    No space stands beside a Chinese character, nor between single characters of a Chinese text, whose
    corpora split numbers and foreign words too. Elsewhere one space stands between tokens.
    """
    chinese = lang == "zh" or (lang is None and any(map(_HAN.search, tokens)))
    parts: list[str] = []
    offsets = []
    position = 0
    for number, token in enumerate(tokens):
        if number and _spaced(tokens[number - 1], token, chinese):
            parts.append(" ")
            position += 1
        parts.append(token)
        offsets.append((position, position + len(token)))
        position += len(token)
    return "".join(parts), tuple(offsets)


def find_tokens(tokens: Sequence[str], text: str) -> Offsets:
    """The characters of each token in a text that is known.

    Raises:
        ValueError: the tokens are not the text's, in order, with nothing but white space between them.
    """
    offsets = []
    position = 0
    for number, token in enumerate(tokens, 1):
        start = text.find(token, position)
        if start < 0 or text[position:start].strip():
            raise ValueError(f"token {number}, {token!r}, does not follow at character {position + 1} of text")
        position = start + len(token)
        offsets.append((start, position))
    if text[position:].strip():
        raise ValueError(f"the text goes on after the last token, at character {position + 1}")
    return tuple(offsets)


def spans_of_tags(tags: Sequence[str], offsets: Offsets) -> tuple[Span, ...]:
    """The entities that BIO2 tags mark.

    Raises:
        ValueError: a tag is not of BIO2, or an entity goes on that was not begun.
    """
    places: list[tuple[int, int, str]] = []
    before = "O"
    for number, (tag, (start, end)) in enumerate(zip(tags, offsets, strict=True), 1):
        prefix, _, label = tag.partition("-")
        if tag != "O" and not (prefix in ("B", "I") and label):
            raise ValueError(f"tag {number} is {tag!r}, but BIO2 has only O, B-… and I-…")
        if prefix == "B":
            places.append((start, end, label))
        elif prefix == "I":
            if before[1:] != tag[1:]:
                raise ValueError(f"tag {number} is {tag!r} after {before!r}, but an entity begins with B-")
            places[-1] = (places[-1][0], end, label)
        before = tag
    return tuple(Span(start, end, label, score=1.0, kind="gold") for start, end, label in places)


def _spaced(left: str, right: str, chinese: bool) -> bool:
    if _ENDS_CJK.search(left) or _BEGINS_CJK.match(right):
        return False
    return not (chinese and len(left) == len(right) == 1)
