"""Files that are written whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PART = ".part"
"""The suffix of what is being written; its name begins with a dot."""


def write_durably(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file beside its place, see it onto the disk, and only then put it there.

    Args:
        path: its folder is made if it is not there.
        content: all of it.
        mode: permissions of the file.

    Raises:
        OSError: it cannot be written; what was there before still is.
    """
    with writing_durably(path, mode) as file:
        file.write(content)


@contextmanager
def writing_durably(path: Path, mode: int = 0o644) -> Iterator[IO[bytes]]:
    """As `write_durably`, for content that comes bit by bit: the file is in its place when the block ends.

    Where the block raises, nothing is put there.

    Args:
        path: its folder is made if it is not there.
        mode: permissions of the file.

    Raises:
        OSError: it cannot be written; what was there before still is.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=PART)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
        _sync_folder(path.parent)
    finally:
        Path(name).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """See a new name onto the disk, where the system lets folders be opened."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
