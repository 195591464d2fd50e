"""Who scores the work: this process, or workers on this machine and others."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from queue import Empty, Full, Queue
from typing import Protocol, TypeVar

from nlpsuite.batch.scoring import Row, Scorer
from nlpsuite.batch.settings import Settings
from nlpsuite.batch.work import Work

Item = TypeVar("Item")

PATIENCE = 0.1
"""Seconds between looks at whether anybody still wants what was made ahead."""


class Runner(Protocol):
    """Scores work."""

    def scored(self, works: Iterable[Work]) -> Iterator[tuple[Work, list[Row]]]:
        """The work in its order, each with the rows of its documents; a bounded number is taken ahead."""
        ...

    def close(self) -> None:
        """Let go of everything."""


class LocalRunner:
    """Scores in this process, while the next work is read.

    Args:
        settings: of the run.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._scorer: Scorer | None = None

    def scored(self, works: Iterable[Work]) -> Iterator[tuple[Work, list[Row]]]:
        """See `Runner`."""
        for work in ahead(works):
            yield work, self._rows(work)

    def close(self) -> None:
        """Nothing."""

    def _rows(self, work: Work) -> list[Row]:
        if not work.documents:
            return []
        if self._scorer is None:  # nothing is loaded where there is nothing to score
            self._scorer = Scorer(self.settings)
        return self._scorer.rows(work.documents, work.sources)


def ahead(items: Iterable[Item]) -> Iterator[Item]:
    """The items, of which one more is made by another thread while the last is used.

    What goes wrong there is raised here. The thread ends when this is closed, once its present item is made.
    """
    made: Queue[tuple[Item | None, BaseException | None]] = Queue(maxsize=1)
    unwanted = threading.Event()

    def put(item: Item | None, error: BaseException | None = None) -> None:
        while not unwanted.is_set():
            try:
                made.put((item, error), timeout=PATIENCE)
                return
            except Full:
                continue

    def make() -> None:
        try:
            for item in items:
                put(item)
                if unwanted.is_set():
                    return
            put(None)
        except BaseException as error:  # noqa: BLE001 - it is raised where the items are used
            put(None, error)

    thread = threading.Thread(target=make, name="nlpsuite-reading", daemon=True)
    thread.start()
    try:
        while True:
            item, error = _taken(made)
            if error is not None:
                raise error
            if item is None:
                return
            yield item
    finally:
        unwanted.set()
        thread.join()


def _taken(made: Queue[Item]) -> Item:
    while True:
        try:  # with a timeout, so that Ctrl-C is heard meanwhile on every system
            return made.get(timeout=PATIENCE)
        except Empty:
            continue
