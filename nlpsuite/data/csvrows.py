"""Records out of tables of text: comma, semicolon or tab between cells, names in the first row."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from nlpsuite.data.textfile import LONGEST_LINE, read_raw_lines
from nlpsuite.errors import InputError

DELIMITERS = ("\t", ",", ";")
"""Between cells; where two stand equally often in the first line, the one named first here."""
_QUOTED = re.compile('"[^"]*"')
_CURE = "Put cells that hold quotes, separators or line ends in double quotes, and double the quotes in them."


def read_table(path: str | Path, delimiter: str | None = None) -> Iterator[tuple[int, dict[str, str] | InputError]]:
    """The rows of a table with the lines they begin on; rows with nothing in them are passed over.

    A row that is longer or shorter than the header is given as its fault.

    Args:
        path: a file whose first row names the columns.
        delimiter: between cells; taken from the first line if not given.

    Raises:
        InputError: the file cannot be read, quotes do not match, or a name stands twice.
    """
    # The csv module's limit is global to the process, and too small for long documents.
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_LINE))
    lines = read_raw_lines(path)
    number, first = next((number, text) for number, text in lines if not text.isspace())
    rows = _rows(chain([first], (text for _, text in lines)), delimiter or _delimiter_of(first), number, path)
    header: list[str] = []
    for line, cells in rows:
        if not header:
            header = _names(cells, path, line)
        elif len(cells) == len(header):
            yield line, dict(zip(header, cells, strict=True))
        else:
            problem = f"the row has {len(cells)} cells, but the header has {len(header)}"
            yield line, InputError(problem, path=path, line=line, cure=_CURE)


def _rows(lines: Iterable[str], delimiter: str, number: int, path: str | Path) -> Iterator[tuple[int, list[str]]]:
    """Every row that holds something, with the line it begins on."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = number + reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problem = f"cannot be read as a table: {error}"
            raise InputError(problem, path=path, line=line, cure=_CURE) from error
        if any(cells):
            yield line, cells


def _delimiter_of(line: str) -> str:
    """The delimiter that stands most often in a line, outside quotes."""
    bare = _QUOTED.sub("", line)
    found = max(DELIMITERS, key=bare.count)
    return found if found in bare else ","


def _names(cells: list[str], path: str | Path, line: int) -> list[str]:
    # Tables that pandas writes have a first column without a name.
    names = [cell.strip() or f"column {number}" for number, cell in enumerate(cells, 1)]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError("two columns have this name", path=path, line=line, field=twice, cure="Rename one.")
    return names
