"""The documents of any file that is read, each kind of file by its own reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nlpsuite.data.columns import Layout, Naming, Remembered, layout_of
from nlpsuite.data.content import content_of, language_of
from nlpsuite.data.discovery import TEXT_SUFFIXES
from nlpsuite.data.part import Part
from nlpsuite.data.rows import ROW_SUFFIXES, Row, try_rows
from nlpsuite.data.textfile import read_text, shown, try_lines
from nlpsuite.errors import InputError

Parts = Iterator[Part | InputError]
"""Documents in order; a fault stands for a document that cannot be read, and others follow it."""

HTML_SUFFIXES = (".html", ".htm", ".xhtml")
ARCHIVES = (".gz", ".zip", ".zst")
PLAIN = (*TEXT_SUFFIXES, "")
WHOLE = (*PLAIN, *HTML_SUFFIXES, ".eml", ".docx")
"""Kinds of file that are one document, unless their lines are."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How files are read.

    Attributes:
        naming: how the columns of rows are found.
        lines: whether every line of a text file is a document.
    """

    naming: Naming = field(default_factory=Naming)
    lines: bool = False


def read_parts(path: Path, suffix: str, settings: Settings) -> Parts:
    """The documents of a file.

    Args:
        path: where its bytes are.
        suffix: what kind of file it is, one of `suffixes()`.
        settings: how it is read.

    Raises:
        InputError: the file is faulty as a whole, or of no kind that is read.
    """
    readers = _readers()
    if suffix not in readers:
        raise InputError(f"is no kind of file that is read ({suffix})", path=shown(path), cure=_KINDS)
    return readers[suffix](path, suffix, settings)


def suffixes() -> tuple[str, ...]:
    """The kinds of file that are read, by suffix; "" is a name without one. See `ARCHIVES` for what they may lie in."""
    return tuple(_readers())


def _readers() -> dict[str, Callable[[Path, str, Settings], Parts]]:
    return {
        **dict.fromkeys(PLAIN, _text),
        **dict.fromkeys(ROW_SUFFIXES, _rows),
        **dict.fromkeys(HTML_SUFFIXES, _html),
        ".parquet": _parquet,
        ".eml": _message,
        ".mbox": _mailbox,
        ".docx": _word,
        ".pdf": _pdf,
    }


_KINDS = "Text, Markdown, HTML, JSON, CSV, Parquet, e-mail, Word and PDF files are, by their suffix."


def _text(path: Path, _: str, settings: Settings) -> Parts:
    if not settings.lines:
        yield Part(read_text(path))
        return
    for number, line in try_lines(path):
        if isinstance(line, InputError):
            yield line
        elif line and not line.isspace():
            yield Part(line.rstrip("\r\n"), number)


def _rows(path: Path, suffix: str, settings: Settings) -> Parts:
    rows = try_rows(path, suffix)
    if suffix == ".json":  # where several may stand on a line
        rows = (replace(row, line=number) if isinstance(row, Row) else row for number, row in enumerate(rows, 1))
    return _documents(rows, settings.naming)


def _parquet(path: Path, _: str, settings: Settings) -> Parts:
    from nlpsuite.data.formats.parquet import read_parquet

    return _documents((Row(fields, shown(path), number) for number, fields in read_parquet(path)), settings.naming)


def _documents(rows: Iterator[Row | InputError], naming: Naming) -> Parts:
    layouts = Remembered(lambda row: layout_of(row, naming))
    for row in rows:
        yield row if isinstance(row, InputError) else _document(row, layouts.of(row))


def _document(row: Row, layout: Layout) -> Part | InputError:
    try:
        lang = language_of(row, layout, None)
        content = content_of(row, layout, lang, tokens=False)
    except InputError as error:
        return error
    date, own = (row.fields[name] if name else None for name in (layout.date, layout.id))
    return Part(content.text, row.line, content.pair, lang, _plain(date), id=_plain(own))


def _plain(value: Any) -> str | None:
    return str(value) if isinstance(value, str | int | float) and value != "" else None


def _html(path: Path, *_: object) -> Parts:
    from nlpsuite.data.formats.html import read_html

    return read_html(path)


def _message(path: Path, *_: object) -> Parts:
    from nlpsuite.data.formats.mail import read_message

    return read_message(path)


def _mailbox(path: Path, *_: object) -> Parts:
    from nlpsuite.data.formats.mail import read_mailbox

    return read_mailbox(path)


def _word(path: Path, *_: object) -> Parts:
    from nlpsuite.data.formats.word import read_word

    return read_word(path)


def _pdf(path: Path, *_: object) -> Parts:
    from nlpsuite.data.formats.pdf import read_pdf

    return read_pdf(path)
