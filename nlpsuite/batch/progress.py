"""Tells people how far a run over a folder is: a bar on a terminal, lines or JSON elsewhere."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from nlpsuite.batch.ledger import Changes
from nlpsuite.batch.run import Reporter, Silent
from nlpsuite.batch.scoring import Row
from nlpsuite.batch.work import Work

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PROGRESS = ("auto", "bar", "lines", "json", "none")
SECONDS = 10.0
"""Between lines."""


def make_reporter(name: str) -> Reporter:
    """The reporter of that name; "auto" is a bar where stderr is a terminal, else lines."""
    if name == "auto":
        name = "bar" if sys.stderr.isatty() else "lines"
    made: dict[str, Callable[[], Reporter]] = {"bar": Bar, "lines": Lines, "json": JsonLines, "none": Silent}
    return made[name]()


class _Counting:
    """Counts what is done; how it is shown is for others."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.bytes = self.of_bytes = self.documents = self.refused = 0
        self.rows: Counter[str] = Counter()

    def begin(self, changes: Changes) -> None:
        self.of_bytes = changes.bytes
        self.began = time.monotonic()

    def shard(self, work: Work, rows: list[Row]) -> None:
        self.bytes += work.bytes
        self.documents += len(work.documents)
        self.refused += len(work.faults) + sum(1 for file in work.finished if file.reason)
        self.rows.update(row["app"] for row in rows)

    def end(self) -> None:
        """Nothing."""

    @property
    def rate(self) -> float:
        """Documents a second."""
        return self.documents / max(time.monotonic() - self.began, 1e-9)

    @property
    def left(self) -> float | None:
        """Seconds, by the bytes that are done; None where that cannot be told."""
        if not self.bytes:
            return None
        return (time.monotonic() - self.began) / self.bytes * max(self.of_bytes - self.bytes, 0)


def told(changes: Changes) -> str:
    """What a folder holds, as a sentence."""
    there = f"{counted(changes.waiting, 'file')} to read ({_size(changes.bytes)})"
    known = f"{changes.new:,} new, {changes.changed:,} changed, {changes.same:,} as before, {changes.gone:,} gone"
    return f"{there}: {known}, {changes.refused:,} that cannot be read"


class Lines(_Counting):
    """A line now and then on stderr, for logs."""

    def __init__(self) -> None:
        super().__init__()
        self._said = time.monotonic()

    def begin(self, changes: Changes) -> None:
        """A line about the folder."""
        super().begin(changes)
        print(told(changes), file=sys.stderr, flush=True)

    def shard(self, work: Work, rows: list[Row]) -> None:
        """A line if the last one is old enough."""
        super().shard(work, rows)
        if time.monotonic() - self._said >= SECONDS:
            self._said = time.monotonic()
            self._say()

    def _say(self) -> None:
        left = "" if self.left is None else f", about {_time(self.left)} left"
        counts = ", ".join(f"{app} {count:,}" for app, count in self.rows.items())
        print(f"{self.documents:,} documents ({counts}), {self.rate:.0f} a second{left}", file=sys.stderr, flush=True)


class JsonLines(Lines):
    """The same as JSON, for programs."""

    def begin(self, changes: Changes) -> None:
        """A line about the folder."""
        _Counting.begin(self, changes)
        _print({"event": "begin", **asdict(changes)})

    def _say(self) -> None:
        left = None if self.left is None else round(self.left)
        counts = {"documents": self.documents, "refused": self.refused, "rows": dict(self.rows)}
        _print({"event": "progress", **counts, "per_second": round(self.rate, 1), "seconds_left": left})

    def end(self) -> None:
        """A last line."""
        self._say()


class Bar(_Counting):
    """A bar with the time left, on a terminal's stderr."""

    def __init__(self) -> None:
        super().__init__()
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def begin(self, changes: Changes) -> None:
        """Show the bar."""
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        super().begin(changes)
        console = Console(stderr=True)
        console.print(told(changes), highlight=False)
        columns = (
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[counts]}"),
            TimeRemainingColumn(),
        )
        self._bar = Progress(*columns, console=console, speed_estimate_period=600)
        self._task = self._bar.add_task("", total=max(changes.bytes, 1), counts="loading")
        self._bar.start()

    def shard(self, work: Work, rows: list[Row]) -> None:
        """Move the bar."""
        super().shard(work, rows)
        if self._bar is not None and self._task is not None:
            counts = "  ".join(f"{app} {count:,}" for app, count in self.rows.items())
            refused = f"  refused {self.refused:,}" if self.refused else ""
            self._bar.update(self._task, completed=self.bytes, counts=f"{counts}{refused}  {self.rate:.0f}/s")

    def end(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()


def counted(number: int, thing: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def _print(values: dict[str, Any]) -> None:
    print(json.dumps(values), file=sys.stderr, flush=True)


def _size(number: float) -> str:
    for unit in ("bytes", "KB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"


def _time(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
