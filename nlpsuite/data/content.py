"""What a record puts before the encoder: a text, or two, or the text that its tokens stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nlpsuite.data.columns import Layout, columns_there
from nlpsuite.data.rows import Row
from nlpsuite.data.tokens import Offsets, find_tokens, join_tokens

HISTORY_SEPARATOR = " | "
"""Between the items of a reader's history where they become one text."""


@dataclass(frozen=True, slots=True)
class Content:
    """What goes in.

    Attributes:
        text: the first or only text.
        pair: the second text, if any.
        tokens, offsets: the tokens the record gave, if any, and the characters of each.
        used: the columns it came from.
    """

    text: str
    pair: str | None = None
    tokens: tuple[str, ...] | None = None
    offsets: Offsets = ()
    used: tuple[str, ...] = ()


def content_of(row: Row, layout: Layout, lang: str | None, *, pairs: bool = True, tokens: bool = True) -> Content:
    """What a row puts in.

    Args:
        row: the record.
        layout: where it keeps what.
        lang: decides how tokens are joined.
        pairs: whether a history with a candidate, or a second text, is wanted.
        tokens: whether tokens are wanted before a text.

    Raises:
        InputError: there is nothing to put in, or it is empty or no text.
    """
    if pairs and layout.history and layout.candidate:
        history = join_history(_strings(row, layout.history, "|"))
        return Content(_filled(row, layout.history, history), read_string(row, layout.candidate))
    if tokens and layout.tokens:
        return _tokenized(row, layout, lang)
    if layout.text:
        pair = layout.pair if pairs else None
        second = _second(row, pair) if pair else None
        return Content(read_string(row, layout.text), second, used=tuple(filter(None, [layout.text, pair])))
    if layout.tokens:
        return _tokenized(row, layout, lang)
    cure = f"Name the column that holds it. {columns_there(row)}"
    raise row.error("holds no text", field="text", cure=cure)


def join_history(items: list[str]) -> str:
    """The one text that the items of a reader's history become."""
    return HISTORY_SEPARATOR.join(items)


def language_of(row: Row, layout: Layout, lang: str | None) -> str | None:
    """The language asked for, or else the one the row states.

    Raises:
        InputError: the row states it as something other than text.
    """
    stated = row.fields[layout.lang] if layout.lang and lang is None else None
    if stated is None:
        return lang
    if not isinstance(stated, str):
        problem = f"is {describe(stated)}, not a language code"
        raise row.error(problem, field=layout.lang, cure='Write "zh", say.')
    code = stated.strip().replace("_", "-").split("-")[0].lower()
    return None if code in ("", "auto") else code


def id_of(row: Row, layout: Layout, otherwise: str) -> str:
    """The row's own id, or else the one given.

    Raises:
        InputError: the row's id is neither text nor number.
    """
    own = row.fields[layout.id] if layout.id else None
    if own is None or own == "":
        return otherwise
    if isinstance(own, list | dict):
        raise row.error(f"is {describe(own)}, not an id", field=layout.id, cure="Write a text or a number.")
    return str(own)


def read_string(row: Row, column: str) -> str:
    """A column's text.

    Raises:
        InputError: it is empty or no text.
    """
    value = row.fields[column]
    if not isinstance(value, str):
        raise row.error(f"is {describe(value)}, not a text", field=column, cure="Write it in double quotes.")
    return _filled(row, column, value)


def describe(value: Any) -> str:
    """What kind of JSON value something is, with its article."""
    if value is None:
        return "null"
    names = {bool: "a boolean", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), "a text")


def _tokenized(row: Row, layout: Layout, lang: str | None) -> Content:
    column = layout.tokens or "tokens"
    tokens = tuple(_strings(row, column, None))
    joined, offsets = join_tokens(tokens, lang)
    _filled(row, column, joined)
    if not layout.text:
        return Content(joined, tokens=tokens, offsets=offsets)
    text = read_string(row, layout.text)
    try:
        offsets = find_tokens(tokens, text)
    except ValueError as error:
        raise row.error(str(error), field=column, cure="Give the tokens of this text, or no text.") from error
    return Content(text, tokens=tokens, offsets=offsets, used=(layout.text,))


def _second(row: Row, column: str) -> str | None:
    """The second text: a text, or a list of them such as the turns of a conversation, a line each; None if blank."""
    value = row.fields[column]
    joined = "\n".join(_strings(row, column, None)) if isinstance(value, list) else value
    if joined is None or joined == "":
        return None
    if not isinstance(joined, str):
        raise row.error(f"is {describe(value)}, not a text", field=column, cure="Write it in double quotes.")
    return joined


def _strings(row: Row, column: str, separator: str | None) -> list[str]:
    """A list of texts; in a table, one text with separators."""
    value = row.fields[column]
    if isinstance(value, str):
        parts = value.split(separator)
        return [part.strip() for part in parts if part.strip()]
    if not isinstance(value, list):
        raise row.error(f"is {describe(value)}, not a list of texts", field=column, cure='Write ["…", "…"].')
    for number, item in enumerate(value, 1):
        if not isinstance(item, str) or not item:
            found = "empty" if item == "" else describe(item)
            raise row.error(f"item {number} is {found}, not a text", field=column, cure="Correct or drop it.")
    return value


def _filled(row: Row, column: str, text: str) -> str:
    if not text or text.isspace():
        raise row.error("is empty", field=column, cure="Fill it in or drop the record.")
    return text
