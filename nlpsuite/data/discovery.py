"""What an argument of the command line names: a file, a folder, standard input, or a text of its own."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from nlpsuite.data.rows import ROW_SUFFIXES, suffix_of
from nlpsuite.data.textfile import check_text, shown
from nlpsuite.errors import InputError

TEXT_SUFFIXES = (".txt", ".md")
SUFFIXES = (*TEXT_SUFFIXES, *ROW_SUFFIXES)
"""The suffixes of files that hold documents; each may be followed by ".gz"."""
STDIN = "-"

_OTHER_SUFFIXES = (".pdf", ".doc", ".docx", ".html", ".htm", ".xml", ".xls", ".xlsx", ".parquet", ".zip")
_CJK = re.compile("[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
_BEGINS_AS_PATH = re.compile(r"\.{0,2}/|~[^\s/]*(/|$)")
_SEPARATORS = tuple({"/", os.sep})


class InputKind(StrEnum):
    """What an input names."""

    TEXT = "text"
    STDIN = "stdin"
    FILE = "file"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Input:
    """One argument, understood.

    Attributes:
        given: as it was written; for a text, the text.
        kind: what it names.
        number: of a text among the texts, counted from 1; else 0.
    """

    given: str
    kind: InputKind
    number: int = 0


def understand(inputs: Sequence[str | Path]) -> list[Input]:
    """Tell paths from texts, and see that they can be used, before anything is read.

    Raises:
        InputError: a path does not exist, has an unknown suffix or is named twice; a text is empty.
        TextError: a text holds a lone surrogate.
    """
    found: list[Input] = []
    texts = 0
    for given in inputs:
        found.append(_understand(os.fspath(given), texts + 1, is_path=isinstance(given, Path)))
        texts += found[-1].kind is InputKind.TEXT
    _refuse_overlaps(found)
    return found


def files_in(folder: str | Path, problems: list[InputError] | None = None) -> Iterator[Path]:
    """The files of a folder and those below that have a known suffix, sorted by path.

    Hidden ones are left out, and so are links to folders and links that lead out of the folder.

    Args:
        folder: where to look.
        problems: folders below that must not be read are noted here; if not given, the first is raised.

    Raises:
        InputError: the folder must not be read.
    """
    root = Path(folder).resolve()
    for entry in _entries(folder):
        yield from _files_at(entry, root, problems)


def looks_like_path(text: str) -> bool:
    """Whether a text that names nothing is rather a mistyped path than a text to work on."""
    if "\n" in text:
        return False
    if _BEGINS_AS_PATH.match(text) or suffix_of(text.strip()) in SUFFIXES:
        return True
    one_word = bool(text) and not any(map(str.isspace, text)) and not _CJK.search(text)
    return one_word and (any(sign in text for sign in _SEPARATORS) or suffix_of(text) in _OTHER_SUFFIXES)


def _understand(given: str, number: int, *, is_path: bool) -> Input:
    if given == STDIN:
        return Input(given, InputKind.STDIN)
    mode = _mode(given) if given else None
    if mode is not None:
        return Input(given, _path_kind(given, mode))
    if is_path or looks_like_path(given):
        cure = "Check its name; a text that looks like a path can be passed on standard input, with -."
        raise InputError("there is no such file or folder", path=shown(given), cure=cure)
    place = f"<argument {number}>"
    check_text(given, place)
    if not given or given.isspace():
        raise InputError("is an empty text", path=place, cure="Pass a text, a file, a folder or -.")
    return Input(given, InputKind.TEXT, number)


def _mode(given: str) -> int | None:
    """What the file system says of a path; None where there is none, or none could be."""
    try:
        return Path(given).stat().st_mode
    except PermissionError as error:
        cure = "Ask for permission on its folder."
        raise InputError("must not be looked at", path=shown(given), cure=cure) from error
    except (OSError, ValueError):
        return None


def _path_kind(given: str, mode: int) -> InputKind:
    if stat.S_ISDIR(mode):
        return InputKind.FOLDER
    suffix = suffix_of(given)
    if suffix and suffix not in SUFFIXES:
        cure = f"Files of these kinds are: {', '.join(SUFFIXES)}, each also with .gz."
        raise InputError(f"files that end in {suffix} are not read", path=shown(given), cure=cure)
    return InputKind.FILE


def _refuse_overlaps(inputs: Sequence[Input]) -> None:
    """What is reached twice would give two documents of one id."""
    if sum(given.kind is InputKind.STDIN for given in inputs) > 1:
        raise InputError("is named twice", path="<stdin>", cure="Name - once.")
    named = [given for given in inputs if given.kind in (InputKind.FILE, InputKind.FOLDER)]
    seen: dict[Path, Input] = {}
    for given in sorted(named, key=lambda given: Path(given.given).resolve()):
        place = Path(given.given).resolve()
        for above in (place, *place.parents):
            if above in seen:
                problem = f"is named twice, also by {shown(seen[above].given)}"
                raise InputError(problem, path=shown(given.given), cure="Name it once.")
        seen[place] = given


def _entries(folder: str | Path) -> list[os.DirEntry[str]]:
    """What a folder shows, by name."""
    try:
        with os.scandir(folder) as found:
            return sorted((entry for entry in found if entry.name[0] != "."), key=lambda entry: entry.name)
    except OSError as error:
        problem = f"the folder cannot be read: {error.strerror or error}"
        raise InputError(problem, path=shown(folder), cure="Ask for read permission on it.") from error


def _files_at(entry: os.DirEntry[str], root: Path, problems: list[InputError] | None) -> Iterator[Path]:
    path = Path(entry.path)
    if not entry.is_dir(follow_symlinks=False):
        if suffix_of(path) in SUFFIXES and entry.is_file() and _stays_inside(entry, root):
            yield path
        return
    try:
        below = _entries(path)
    except InputError as error:
        if problems is None:
            raise
        problems.append(error)
        return
    for inner in below:
        yield from _files_at(inner, root, problems)


def _stays_inside(entry: os.DirEntry[str], root: Path) -> bool:
    return not entry.is_symlink() or Path(entry.path).resolve().is_relative_to(root)
