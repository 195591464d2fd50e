"""Scores work on a Ray cluster: actors that hold the models, a bounded number of shards under way, order kept.

Actors of our own rather than Ray Data, because of what happens when a worker dies: Ray Data tries the same block again
until it gives up the run. Here the block is divided until the document is found that kills its worker, and that one is
refused.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nlpsuite.batch.runners import ahead
from nlpsuite.batch.scoring import Row, Scorer
from nlpsuite.batch.settings import Settings
from nlpsuite.batch.work import Source, Work
from nlpsuite.document import Document
from nlpsuite.errors import ConfigError, UsageError

UNDER_WAY = 2
"""Shards for each worker that are computed or wait for it."""

TRIES = 2
"""After so many deaths of workers over it, a shard is divided, and a document refused."""

POISON = f"ended the worker that scored it {TRIES} times"


@dataclass
class _Task:
    """A work that is being scored.

    Attributes:
        work: which.
        worker: by whom.
        answer: Ray's reference to the rows; None where there is nothing to score.
        deaths: of workers over it so far.
    """

    work: Work
    worker: int = 0
    answer: Any = None
    deaths: int = 0


class RayRunner:
    """See `runners.Runner`.

    Args:
        settings: of the run; every worker must find the same applications and models.
        address: of the cluster; one is started on this machine when None.
        workers: how many; one for each GPU, or else each core, of the cluster when None.

    Raises:
        ConfigError: Ray is not installed.
    """

    def __init__(self, settings: Settings, *, address: str | None = None, workers: int | None = None) -> None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent anywhere
        try:
            import ray
        except ImportError as error:
            raise ConfigError("Ray is not installed. Install it: pip install 'nlpsuite[ray]'.") from error
        self.ray, self.settings = ray, settings
        ray.init(
            address=address, include_dashboard=False, log_to_driver=False, logging_level="error", namespace="nlpsuite"
        )
        resources = ray.cluster_resources()
        gpus = int(resources.get("GPU", 0))
        self.count = workers or gpus or max(int(resources.get("CPU", 1)), 1)
        share = {"num_cpus": 0, "num_gpus": gpus / self.count} if gpus else {"num_cpus": 1}
        self._make = ray.remote(**share)(_Worker)
        self.fingerprint = settings.fingerprint()
        self.workers = [self._start() for _ in range(self.count)]

    def scored(self, works: Iterable[Work]) -> Iterator[tuple[Work, list[Row]]]:
        """See `Runner`."""
        under_way: deque[_Task] = deque()
        for number, work in enumerate(ahead(works)):
            under_way.append(self._begin(_Task(work, number % self.count)))
            if len(under_way) >= UNDER_WAY * self.count:
                yield self._end(under_way.popleft())
        while under_way:
            yield self._end(under_way.popleft())

    def close(self) -> None:
        """Stop the workers, and the cluster if it was started here."""
        self.ray.shutdown()

    def _start(self) -> Any:
        return self._make.remote(self.settings, self.fingerprint)

    def _begin(self, task: _Task) -> _Task:
        if task.work.documents:
            task.answer = self._ask(task.worker, task.work.documents, task.work.sources)
        return task

    def _ask(self, worker: int, documents: Sequence[Document], sources: Sequence[Source]) -> Any:
        return self.workers[worker].rows.remote(list(documents), list(sources))

    def _end(self, task: _Task) -> tuple[Work, list[Row]]:
        if task.answer is None:
            return task.work, []
        while task.deaths < TRIES:
            rows = self._answer(task.worker, task.answer)
            if rows is not None:
                return task.work, rows
            task.deaths += 1
            self._begin(task)
        return self._divided(task)

    def _answer(self, worker: int, answer: Any) -> list[Row] | None:
        """The rows; None where the worker died over them, and another one has taken its place."""
        try:
            rows: list[Row] = self.ray.get(answer)
        except self.ray.exceptions.RayActorError as error:
            if "nlpsuite.errors" in str(error):  # it could not even begin
                raise UsageError(f"A Ray worker cannot begin: {_last_line(error)}") from error
            self._replace(worker)
            return None
        except self.ray.exceptions.RayTaskError as error:
            raise error.cause if isinstance(error.cause, Exception) else error from error
        return rows

    def _replace(self, worker: int) -> None:
        """Another worker in the place of one that died, unless that has been done for the answer before."""
        try:
            self.ray.get(self.workers[worker].ready.remote())
        except self.ray.exceptions.RayActorError:
            self.workers[worker] = self._start()

    def _divided(self, task: _Task) -> tuple[Work, list[Row]]:
        """Score the documents by halves, and refuse those over which a worker dies even alone."""
        rows: dict[int, list[Row]] = {}
        waiting = deque([list(range(len(task.work.documents)))])
        deaths: dict[int, int] = {}
        while waiting:
            group = waiting.popleft()
            documents = [task.work.documents[index] for index in group]
            sources = [task.work.sources[index] for index in group]
            found = self._answer(task.worker, self._ask(task.worker, documents, sources))
            if found is not None:
                each = len(found) // len(group)
                rows |= {index: found[number * each : (number + 1) * each] for number, index in enumerate(group)}
            elif len(group) > 1:
                waiting.extend([group[: len(group) // 2], group[len(group) // 2 :]])
            else:
                deaths[group[0]] = deaths.get(group[0], 0) + 1
                if deaths[group[0]] < TRIES:
                    waiting.append(group)
        for index in sorted(set(range(len(task.work.documents))) - set(rows), reverse=True):
            task.work.refuse(index, POISON)
        return task.work, [row for index in sorted(rows) for row in rows[index]]


class _Worker:
    """Holds the applications, on some machine of the cluster."""

    def __init__(self, settings: Settings, fingerprint: str) -> None:
        if settings.fingerprint() != fingerprint:
            raise UsageError("it has other models, plugins or versions than the machine that began the run.")
        self.scorer = Scorer(settings)

    def ready(self) -> bool:
        """True, once it has begun."""
        return True

    def rows(self, documents: list[Document], sources: list[Source]) -> list[Row]:
        """See `Scorer.rows`."""
        return self.scorer.rows(documents, sources)


def _last_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[-1]
