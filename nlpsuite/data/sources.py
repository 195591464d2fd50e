"""Documents to work on, out of texts, files, folders and standard input, one after the other."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nlpsuite.data.columns import Naming, Remembered, layout_of
from nlpsuite.data.content import content_of, id_of, language_of
from nlpsuite.data.discovery import SUFFIXES, TEXT_SUFFIXES, Input, InputKind, files_in, understand
from nlpsuite.data.encoding import CURE
from nlpsuite.data.rows import read_rows, suffix_of
from nlpsuite.data.textfile import LONGEST_LINE, read_lines, read_text, shown
from nlpsuite.document import Document
from nlpsuite.errors import InputError

_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class _Reading:
    """How documents are read.

    Attributes:
        lang: of all documents; None takes it from rows that say.
        naming: how columns are found.
        lines: whether every line of a text file is a document.
        base: what the ids of documents from files are relative to.
        problems: where faults go that need not end the reading; None where every fault ends it.
    """

    lang: str | None
    naming: Naming
    lines: bool
    base: Path
    problems: list[InputError] | None = field(default=None)


def read_documents(
    inputs: Sequence[str | Path],
    lang: str | None,
    *,
    naming: Naming | None = None,
    lines: bool = False,
    problems: list[InputError] | None = None,
) -> Iterator[Document]:
    """The documents that inputs name, as they are read; memory is constant for lines and rows.

    An input that names an existing path is that file or folder; "-" is standard input with a document a line;
    anything else is a text. A row's own id is the document's id. Otherwise ids are, for texts, their running
    number from 1; for files, the path from the folder that holds all that was named; for rows and lines,
    with the line number after it.

    Args:
        inputs: texts, paths or "-".
        lang: the language of all documents; None takes it from each row, where it says.
        naming: how the columns of rows are found; guessed if not given.
        lines: whether every line of a text file is a document.
        problems: faulty files are noted here, and the others are read, where a folder or several inputs are
            named. If not given, the first fault is raised.

    Raises:
        InputError: at once, if an input cannot be used at all; later, when a faulty file is reached.
        TextError: a text holds a lone surrogate.
    """
    understood = understand([inputs] if isinstance(inputs, str) else inputs)
    reading = _Reading(lang, naming or Naming(), lines, _base(understood), problems)
    return _all_documents(understood, reading)


def _all_documents(inputs: Sequence[Input], reading: _Reading) -> Iterator[Document]:
    for given in inputs:
        try:
            yield from _documents(given, reading)
        except InputError as error:
            if reading.problems is None or len(inputs) == 1 or given.kind is InputKind.STDIN:
                raise
            reading.problems.append(error)


def _documents(given: Input, reading: _Reading) -> Iterator[Document]:
    match given.kind:
        case InputKind.TEXT:
            yield Document(given.given, id=str(given.number), lang=reading.lang)
        case InputKind.STDIN:
            yield from _standard_input(reading.lang)
        case InputKind.FILE:
            yield from _file(Path(given.given), reading)
        case InputKind.FOLDER:
            yield from _folder(Path(given.given), reading)


def _standard_input(lang: str | None) -> Iterator[Document]:
    stream = sys.stdin.buffer
    number = 0
    while content := stream.readline(LONGEST_LINE + 1):
        number += 1
        text = _line_of_stdin(content, number)
        if text and not text.isspace():
            yield Document(text, id=f"stdin:{number}", lang=lang)


def _line_of_stdin(content: bytes, number: int) -> str:
    if len(content) > LONGEST_LINE:
        problem = f"the line is longer than {LONGEST_LINE // 1_000_000} MB"
        raise InputError(problem, path="<stdin>", line=number, cure="Write a document a line.")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("is not valid UTF-8", path="<stdin>", line=number, cure=CURE) from error
    if "\0" in text:
        raise InputError("is binary", path="<stdin>", line=number, cure="Write text, a document a line.")
    if number == 1:
        text = text.removeprefix(_BYTE_ORDER_MARK)
    return text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text


def _folder(folder: Path, reading: _Reading) -> Iterator[Document]:
    read = 0
    faults: list[InputError] = []
    for path in files_in(folder, reading.problems):
        try:
            for document in _file(path, reading):
                read += 1
                yield document
        except InputError as error:
            if reading.problems is None:
                raise
            reading.problems.append(error)
            faults.append(error)
    if not read:
        raise _nothing_in(folder, faults)


def _nothing_in(folder: Path, faults: Sequence[InputError]) -> InputError:
    kinds = f"Files that are read end in {', '.join(SUFFIXES)}, or one of these and .gz."
    if faults:
        problem = f"none of the {len(faults)} files in it can be read"
        return InputError(problem, path=shown(folder), cure=f"{faults[0]} {kinds}")
    return InputError("holds no file that can be read", path=shown(folder), cure=kinds)


def _file(path: Path, reading: _Reading) -> Iterator[Document]:
    suffix = suffix_of(path)
    if suffix and suffix not in TEXT_SUFFIXES:
        yield from _row_documents(path, reading)
        return
    name, place = _id(path, reading), shown(path)
    if not reading.lines:
        yield Document(read_text(path), id=name, lang=reading.lang, path=place)
        return
    for number, text in read_lines(path):
        if text and not text.isspace():
            yield Document(text, id=f"{name}:{number}", lang=reading.lang, path=place)


def _row_documents(path: Path, reading: _Reading) -> Iterator[Document]:
    name = _id(path, reading)
    layouts = Remembered(lambda row: layout_of(row, reading.naming))
    for row in read_rows(path):
        layout = layouts.of(row)
        lang = language_of(row, layout, reading.lang)
        content = content_of(row, layout, lang, tokens=False)
        used = {*content.used, layout.id, layout.lang if reading.lang is None else None}
        yield Document(
            content.text,
            id=id_of(row, layout, f"{name}:{row.line}"),
            lang=lang,
            path=row.path,
            pair=content.pair,
            fields={column: value for column, value in row.fields.items() if column not in used},
        )


def _id(path: Path, reading: _Reading) -> str:
    """The path from the folder that holds all inputs: the same wherever that folder lies."""
    # Only the folder is resolved: a link to a file keeps its own name.
    return shown((path.parent.resolve() / path.name).relative_to(reading.base).as_posix())


def _base(inputs: Sequence[Input]) -> Path:
    """The folder that holds all files and folders that were named; a single folder is that folder."""
    folders = [Path(given.given).resolve() for given in inputs if given.kind is InputKind.FOLDER]
    folders += [Path(given.given).parent.resolve() for given in inputs if given.kind is InputKind.FILE]
    return Path(os.path.commonpath(folders)) if folders else Path()
