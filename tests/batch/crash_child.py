"""Runs a batch with the stub runner, and may end itself at the Nth thing that it makes durable.

python crash_child.py FOLDER OUT [N [before|after]]
"""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

from nlpsuite.batch import ledger as ledgers
from nlpsuite.batch.run import run_batch
from tests.batch.stub import StubRunner, make_job

CRASHED = 77


class Countdown:
    """Ends the process, without a chance to tidy up, before or after the Nth call of what it watches."""

    def __init__(self, count: int, before: bool) -> None:
        self.left, self.before = count, before

    def watch(self, owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def watched(*args: Any, **kwargs: Any) -> Any:
            self.left -= 1
            if self.before and not self.left:
                os._exit(CRASHED)
            try:
                return real(*args, **kwargs)
            finally:
                if not self.left:
                    os._exit(CRASHED)

        setattr(owner, name, watched)


class Connection(sqlite3.Connection):
    """One whose steps can be watched."""

    def execute(self, *args: Any) -> sqlite3.Cursor:  # type: ignore[override]
        return step(super().execute, *args) if args[0] in ("COMMIT", "BEGIN IMMEDIATE") else super().execute(*args)


def step(execute: Any, *args: Any) -> Any:
    return execute(*args)


def main() -> None:
    folder, out, *rest = sys.argv[1:]
    if rest:
        countdown = Countdown(int(rest[0]), rest[1] == "before")
        for name in ("fsync", "unlink", "mkdir"):
            countdown.watch(os, name)
        countdown.watch(Path, "replace")
        countdown.watch(sys.modules[__name__], "step")
        real = sqlite3.connect
        ledgers.sqlite3.connect = lambda *args, **kwargs: real(*args, factory=Connection, **kwargs)  # type: ignore[assignment]
    run_batch(make_job(Path(folder), Path(out)), runner=StubRunner())


if __name__ == "__main__":
    main()
