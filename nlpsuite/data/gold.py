"""Gold values: what a record says a head should answer, checked and in one form for each kind of head."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from nlpsuite.application import HeadKind
from nlpsuite.data.content import describe
from nlpsuite.data.rows import Row

Gold = str | tuple[str, ...] | float
"""A label, several labels or a tag for each token, or a score between 0 and 1."""
LABEL_SEPARATOR = "|"
"""Between several labels in one text."""


def gold_of(row: Row, column: str, kind: HeadKind) -> Gold | None:
    """A row's gold value for a head of some kind; None where the cell is blank.

    Raises:
        InputError: the value does not suit the kind of head.
    """
    value = row.fields[column]
    if value is None:
        raise row.error("is null", field=column, cure="Fill it in or leave the key out.")
    return _READERS[kind](row, column, value)


def _single(row: Row, column: str, value: Any) -> str | None:
    return _label(row, column, value) or None


def _several(row: Row, column: str, value: Any) -> tuple[str, ...]:
    """No label at all is an answer too."""
    items = value.split(LABEL_SEPARATOR) if isinstance(value, str) else value
    found = [_label(row, column, item) for item in (items if isinstance(items, list) else [items])]
    if isinstance(value, list) and not all(found):
        raise row.error("holds an empty label", field=column, cure="Name it or drop it.")
    return tuple(dict.fromkeys(filter(None, found)))


def _tags(row: Row, column: str, value: Any) -> tuple[str, ...] | None:
    tags = value.split() if isinstance(value, str) else value
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise row.error("is not a list of tags", field=column, cure='Write ["B-PER", "I-PER", "O", …].')
    return tuple(tags) or None


def _score(row: Row, column: str, value: Any) -> float | None:
    if isinstance(value, str) and not value.strip():
        return None
    try:
        score = float(value) if isinstance(value, str | int | float) else math.nan
    except (ValueError, OverflowError):
        score = math.nan
    if not 0 <= score <= 1:
        cure = "Write 0 for what does not match, 1 for what does, or a number between them."
        raise row.error(f"{value!r} is not a score between 0 and 1", field=column, cure=cure)
    return score


def _label(row: Row, column: str, value: Any) -> str:
    if isinstance(value, str | bool | int | float):
        return str(value).strip()
    raise row.error(f"is {describe(value)} where a label is expected", field=column, cure="Write one label.")


_READERS: dict[HeadKind, Callable[[Row, str, Any], Gold | None]] = {
    HeadKind.SINGLE_LABEL: _single,
    HeadKind.MULTI_LABEL: _several,
    HeadKind.TOKEN_LABELS: _tags,
    HeadKind.PAIR_SCORE: _score,
}
