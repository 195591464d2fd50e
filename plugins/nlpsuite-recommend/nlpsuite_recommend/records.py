"""Records out of JSON lines or a table, each with its place, and their values with every fault named."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nlpsuite import Row, TextError, read_rows

JSON_SUFFIXES = (".jsonl", ".ndjson")

_SURROGATE = re.compile("[\ud800-\udfff]")
_LAST_SECOND = 1e11


@dataclass(frozen=True, slots=True)
class Record(Row):
    """One record of a file, whose values are checked as they are taken."""

    def identifier(self, field: str) -> str:
        """A name that is there: a text, or a whole number, which is taken as a text.

        Raises:
            InputError: it is missing, blank or of another kind.
        """
        return self.as_identifier(self.fields.get(field), field)

    def as_identifier(self, value: Any, place: str) -> str:
        """As `identifier`, for a value that stands at a place within the record."""
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return self.as_text(value, place).strip()

    def text(self, field: str) -> str:
        """A text that is there and not blank.

        Raises:
            InputError: it is missing, blank or of another kind.
            TextError: it holds a lone surrogate.
        """
        return self.as_text(self.fields.get(field), field)

    def as_text(self, value: Any, place: str) -> str:
        """As `text`, for a value that stands at a place within the record."""
        if value is None or value == "":
            raise self.error("is missing", place, f'Give every record a "{place}".')
        if not isinstance(value, str):
            raise self.error(f"is {kind_of(value)}, not a text", place, "Put it in quotation marks.")
        if not value.strip():
            raise self.error("is blank", place, "Fill it in, or leave the record out.")
        if _SURROGATE.search(value):
            problem = "holds a lone surrogate (half of a character)"
            raise TextError(problem, path=self.path, line=self.line, field=place, cure="Write the text anew as UTF-8.")
        return value

    def number(self, field: str, *, least: float = -math.inf) -> float | None:
        """A number, None where there is none; true and false are 1 and 0.

        Raises:
            InputError: it is no finite number, or too small.
        """
        return self.as_number(self.fields.get(field), field, least=least)

    def as_number(self, value: Any, place: str, *, least: float = -math.inf) -> float | None:
        """As `number`, for a value that stands at a place within the record."""
        if value is None or value == "":
            return None
        found = number_of(value)
        if found is None:
            shown = repr(value) if isinstance(value, str) else kind_of(value)
            raise self.error(f"is {shown}, not a number", place, "Write digits with a decimal point, or leave it out.")
        if found < least:
            raise self.error(f"is {found:g}, less than {least:g}", place, f"Give at least {least:g}, or leave it out.")
        return found

    def time(self, field: str) -> float | None:
        """A point in time in seconds since 1970, None where there is none; see `time_of`.

        Raises:
            InputError: it is no time.
        """
        return self.as_time(self.fields.get(field), field)

    def as_time(self, value: Any, place: str) -> float | None:
        """As `time`, for a value that stands at a place within the record."""
        if value is None or value == "":
            return None
        try:
            return time_of(value)
        except ValueError as error:
            cure = "Write it like 2026-01-31 or 2026-01-31T08:00:00Z, or as seconds since 1970."
            raise self.error(str(error), place, cure) from error


def read_records(path: str | Path) -> Iterator[Record]:
    """The records of a file of JSON lines, of a JSON array, or of a table with a heading, in order.

    Raises:
        InputError: the file or a record is faulty.
    """
    for row in read_rows(path):
        # An empty cell of a table is no value.
        yield Record({name: value for name, value in row.fields.items() if value != ""}, row.path, row.line)


def number_of(value: Any) -> float | None:
    """The finite number that a value is or spells; None where it is none."""
    if not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    # Python reads "1_000" as a number, which no table means.
    return found if math.isfinite(found) and not (isinstance(value, str) and "_" in value) else None


def time_of(value: Any) -> float:
    """A point in time as seconds since 1970 (UTC).

    Args:
        value: a date or time of ISO 8601, in UTC where it names no zone; or seconds since 1970.

    Raises:
        ValueError: it is neither; the message is a clause that says so.
    """
    number = None if isinstance(value, bool) else number_of(value)
    if number is not None:
        if abs(number) >= _LAST_SECOND:
            raise ValueError(f"is {number:g}, too large for seconds (are these milliseconds?)")
        return number
    if not isinstance(value, str):
        raise ValueError(f"is {kind_of(value)}, not a time")
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError as error:
        raise ValueError(f"is {value!r}, not a time") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def kind_of(value: Any) -> str:
    """What a JSON value is, for people."""
    kinds = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "a text",
        list: "a list",
        dict: "an object",
    }
    return "null" if value is None else kinds.get(type(value), "another value")
