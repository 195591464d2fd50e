"""Rows: records out of any file of records, one after the other, each with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from nlpsuite.data.csvrows import read_table
from nlpsuite.data.jsonrows import read_json_array, read_json_lines
from nlpsuite.data.textfile import shown
from nlpsuite.errors import InputError

_READERS: dict[str, Callable[[str | Path], Iterator[tuple[int, Mapping[str, Any] | InputError]]]] = {
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".json": read_json_array,
    ".csv": read_table,
    ".tsv": partial(read_table, delimiter="\t"),
}
ROW_SUFFIXES = tuple(_READERS)
"""The suffixes of files of records; each may be followed by ".gz"."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a file.

    Attributes:
        fields: its values by name; all of them text where it comes from a table.
        path: the file, as it can be printed.
        line: the line it begins on, counted from 1.
    """

    fields: Mapping[str, Any]
    path: str
    line: int

    def error(self, problem: str, field: str | None = None, cure: str = "") -> InputError:
        """What to raise for a fault in this row."""
        return InputError(problem, path=self.path, line=self.line, field=field, cure=cure)


def read_rows(path: str | Path) -> Iterator[Row]:
    """The records of a file, by its suffix: see `ROW_SUFFIXES`. Memory is constant, but for ".json".

    Raises:
        InputError: the suffix is none of those, or the file or a record is faulty.
    """
    for row in try_rows(path, suffix_of(path)):
        if isinstance(row, InputError):
            raise row
        yield row


def try_rows(path: str | Path, suffix: str) -> Iterator[Row | InputError]:
    """As `read_rows`, but a record that is faulty is given as its fault, and reading goes on after it.

    Args:
        path: the file.
        suffix: what kind it is, whatever its name.

    Raises:
        InputError: the suffix is none of those, or the file is faulty.
    """
    reader = _READERS.get(suffix)
    if reader is None:
        cure = f"Files of records end in {', '.join(ROW_SUFFIXES)}, or one of these and .gz."
        raise InputError("is no file of records", path=shown(path), cure=cure)
    something = False
    for line, fields in reader(path):
        something = True
        yield fields if isinstance(fields, InputError) else Row(fields, shown(path), line)
    if not something:
        raise InputError("holds no record", path=shown(path), cure="Name a file that holds some.")


def suffix_of(path: str | Path) -> str:
    """The file's suffix in lower case, that before ".gz" where it is packed."""
    name = Path(path).name.lower().removesuffix(".gz")
    return Path(name).suffix
