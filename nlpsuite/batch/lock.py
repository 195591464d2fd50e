"""One run at a time for a folder of results; what a dead run held is free."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from nlpsuite.errors import UsageError

LOCK, OWNER = ".lock", ".owner"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder. The system itself lets go of it when the process ends, however it ends.

    Raises:
        UsageError: another run holds it.
    """
    lock = FileLock(folder / LOCK, timeout=0, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise UsageError(f"Another run works on {folder}{_owner(folder)}. Wait for it, or stop it.") from error
    try:
        (folder / OWNER).write_text(json.dumps({"process": os.getpid(), "machine": platform.node()}), "utf-8")
        yield
    finally:
        (folder / OWNER).unlink(missing_ok=True)
        lock.release()


def is_locked(folder: Path) -> bool:
    """Whether a run holds the folder now."""
    lock = FileLock(folder / LOCK, timeout=0, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        return True
    lock.release()
    return False


def _owner(folder: Path) -> str:
    with suppress(OSError, ValueError, KeyError):
        owner = json.loads((folder / OWNER).read_text("utf-8"))
        return f" (process {owner['process']} on {owner['machine']})"
    return ""
