"""Files as bytes: opened, or held whole up to a size."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from nlpsuite.errors import InputError


def open_file(path: Path) -> BinaryIO:
    """The file's bytes.

    Raises:
        InputError: it cannot be opened.
    """
    try:
        return path.open("rb")
    except OSError as error:
        raise _unreadable(path, error) from error


def read_file(path: Path, largest: int) -> bytes:
    """All of a file.

    Raises:
        InputError: it cannot be read, is empty or has more bytes than `largest`.
    """
    with open_file(path) as stream:
        try:
            content = stream.read(largest + 1)
        except OSError as error:
            raise _unreadable(path, error) from error
    if not content:
        raise InputError("is empty", path=path, cure="Name a file that holds text.")
    if len(content) > largest:
        raise InputError(f"is larger than {largest // 1_000_000} MB", path=path, cure="Split it.")
    return content


def _unreadable(path: Path, error: OSError) -> InputError:
    problem = f"cannot be read: {error.strerror or error}"
    return InputError(problem, path=path, cure="Check the file and its disk.")
