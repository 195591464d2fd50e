"""Tells people how far training is: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Reporter(Protocol):
    """Is told how a training run goes."""

    def start(self, steps: int, done: int) -> None:
        """The run begins, or goes on after `done` of its steps."""

    def step(self, step: int, loss: float) -> None:
        """A step is done; `loss` is the epoch's mean so far."""

    def epoch(self, row: Mapping[str, Any], best: bool) -> None:
        """An epoch is done; `best` says whether its dev score is the best so far."""

    def finish(self) -> None:
        """The run is over."""


class SilentReporter:
    """Says nothing."""

    def start(self, steps: int, done: int) -> None:
        """Nothing."""

    def step(self, step: int, loss: float) -> None:
        """Nothing."""

    def epoch(self, row: Mapping[str, Any], best: bool) -> None:
        """Nothing."""

    def finish(self) -> None:
        """Nothing."""


class LineReporter:
    """A line now and then, on stderr, for logs."""

    def __init__(self, seconds: float = 10.0) -> None:
        self.seconds = seconds
        self._began = self._said = 0.0
        self._steps = self._first = 0

    def start(self, steps: int, done: int) -> None:
        """Note when and where the run began."""
        self._began = self._said = time.monotonic()
        self._steps, self._first = steps, done
        if done:
            print(f"resuming after step {done} of {steps}", file=sys.stderr)

    def step(self, step: int, loss: float) -> None:
        """A line if the last one is old enough."""
        now = time.monotonic()
        if now - self._said < self.seconds:
            return
        self._said = now
        left = (now - self._began) / (step - self._first) * (self._steps - step)
        print(
            f"step {step}/{self._steps}  loss {loss:.4f}  at most {left:.0f} s left",
            file=sys.stderr,
            flush=True,
        )

    def epoch(self, row: Mapping[str, Any], best: bool) -> None:
        """A line for the epoch."""
        print(_epoch_line(row, best), file=sys.stderr, flush=True)

    def finish(self) -> None:
        """Nothing."""


class BarReporter:
    """A progress bar with the time left, on a terminal's stderr."""

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def start(self, steps: int, done: int) -> None:
        """Show the bar."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            TextColumn("training"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("loss {task.fields[loss]:.4f}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._task = self._bar.add_task("training", total=steps, completed=done, loss=0.0)
        self._bar.start()

    def step(self, step: int, loss: float) -> None:
        """Move the bar."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=step, loss=loss)

    def epoch(self, row: Mapping[str, Any], best: bool) -> None:
        """A line above the bar."""
        if self._bar is not None:
            self._bar.console.print(_epoch_line(row, best))

    def finish(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()


def choose_reporter() -> Reporter:
    """A bar where stderr is a terminal, lines elsewhere."""
    return BarReporter() if sys.stderr.isatty() else LineReporter()


def _epoch_line(row: Mapping[str, Any], best: bool) -> str:
    star = "  (best so far)" if best else ""
    return f"epoch {row['epoch']}: loss {row['loss']:.4f}, dev score {row['dev_score']:.4f}{star}"
