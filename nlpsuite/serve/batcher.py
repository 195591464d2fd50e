"""Requests of all clients, put together into batches as the worker becomes free.

A batch holds items of one application, the oldest item's, up to a number of tokens. Nothing waits for a batch to fill:
while the worker computes, items gather by themselves, so that batches are small when there is little to do, and large
when there is much.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nlpsuite.serve.process import StartFailed, Worker, WorkerDied, WorkerSettings

TOO_LATE = "The request's time limit is over. Send it again, or fewer documents at once."

PAUSE_SECONDS = 2.0
"""Before another attempt to start a worker that could not begin."""

logger = logging.getLogger("nlpsuite.serve")


class Full(Exception):
    """There is no room for so many items; `seconds` says when there may be."""

    def __init__(self, seconds: float) -> None:
        super().__init__("the queue is full")
        self.seconds = seconds


class Refused(Exception):
    """A document cannot be scored.

    Args:
        status: of HTTP: whose fault it is.
        detail: a sentence.
    """

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


@dataclass(eq=False)
class Item:
    """A document that waits.

    Attributes:
        app: whose.
        document: as the worker takes it.
        deadline: by the monotonic clock; it is not scored after it.
        tokens: about how many.
        result: is set when it is scored.
    """

    app: str
    document: Mapping[str, Any]
    deadline: float
    tokens: int
    result: asyncio.Future[dict[str, Any]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much waits and is computed at once.

    Attributes:
        items: that wait at most, of all clients.
        batch_tokens: of a batch, about; an item that has more is a batch of its own.
    """

    items: int = 2048
    batch_tokens: int = 512


class Batcher:
    """Takes items, and has the worker score them.

    Args:
        settings: of the worker.
        limits: see there.
        observe: is told of each batch: the application, its items, its tokens, and the seconds it took.
    """

    def __init__(
        self,
        settings: WorkerSettings,
        limits: Limits | None = None,
        observe: Callable[[str, int, int, float], None] = lambda *_: None,
    ) -> None:
        self.settings, self.limits, self.observe = settings, limits or Limits(), observe
        self.waiting: deque[Item] = deque()
        self.worker: Worker | None = None
        self.restarts = 0
        self.reason = "it has not begun"
        self._something = asyncio.Event()
        self._rate = 5_000.0  # tokens a second, until batches have shown better
        self._item_tokens = 20.0  # of an item, likewise
        self._asked: Worker | None = None
        self._leaving: asyncio.Task[None] | None = None

    def submit(self, app: str, documents: Iterable[Mapping[str, Any]], deadline: float) -> list[Item]:
        """Let documents wait; all of them, or none.

        Raises:
            Full: there is no room.
            Refused: there never will be for so many.
        """
        wanted = [
            Item(app, one, deadline, _tokens(one), asyncio.get_running_loop().create_future()) for one in documents
        ]
        if len(wanted) > self.limits.items:
            raise Refused(413, f"At most {self.limits.items} documents may wait. Send fewer at once.")
        if len(self.waiting) + len(wanted) > self.limits.items:
            raise Full(self._seconds())
        self.waiting.extend(wanted)
        self._something.set()
        return wanted

    def busy(self) -> float:
        """The seconds after which there may be room for another item; 0 while there is."""
        return self._seconds() if len(self.waiting) >= self.limits.items else 0.0

    def _seconds(self) -> float:
        return max(len(self.waiting) * self._item_tokens / self._rate, 1.0)

    async def run(self) -> None:
        """Score what waits, for ever; a worker that dies is replaced."""
        try:
            while True:
                if self.worker is None or not self.worker.alive:
                    await self._start()
                    continue
                await self._something.wait()
                if batch := self._take():
                    await self._score(batch)
        finally:
            if self.worker is not None:
                await self.worker.close()

    async def reload(self) -> dict[str, str]:
        """Load all models anew, and let the new worker answer from the next batch on; the models by application.

        Raises:
            StartFailed: they cannot be loaded; the old ones go on.
        """
        new = await Worker.start(self.settings)
        old, self.worker = self.worker, new
        if old is not None:
            self._leaving = asyncio.create_task(self._leave(old))
        return new.models

    async def _leave(self, old: Worker) -> None:
        while self._asked is old:  # its last batch is on the way
            await asyncio.sleep(0.05)
        await old.close()

    async def _start(self) -> None:
        try:
            self.worker = await Worker.start(self.settings)
            self.reason = ""
        except StartFailed as error:
            self.reason = str(error)
            logger.error("worker_not_started", extra={"reason": self.reason})
            await asyncio.sleep(PAUSE_SECONDS)

    def _take(self) -> list[Item]:
        """The next batch; items that nobody wants any more are dropped."""
        batch: list[Item] = []
        tokens, left = 0, deque[Item]()
        now = time.monotonic()
        while self.waiting:
            item = self.waiting.popleft()
            if item.result.done():
                continue
            if item.deadline < now:
                item.result.set_exception(Refused(504, TOO_LATE))
            elif batch and (item.app != batch[0].app or tokens + item.tokens > self.limits.batch_tokens):
                left.append(item)
                if tokens >= self.limits.batch_tokens:
                    break
            else:
                batch.append(item)
                tokens += item.tokens
        left.extend(self.waiting)
        self.waiting = left
        if not self.waiting:
            self._something.clear()
        return batch

    async def _score(self, batch: Sequence[Item]) -> None:
        began = time.monotonic()
        await self._settle(batch)
        taken = time.monotonic() - began
        tokens = sum(item.tokens for item in batch)
        self._rate += 0.2 * (tokens / max(taken, 1e-6) - self._rate)
        self._item_tokens += 0.2 * (tokens / len(batch) - self._item_tokens)
        self.observe(batch[0].app, len(batch), tokens, taken)

    async def _settle(self, batch: Sequence[Item]) -> None:
        """Give every item its result, or the reason why it has none; what fails is tried alone."""
        try:
            answer = await self._asked_of_worker(batch)
        except WorkerDied as error:
            answer = {"fault": "worker", "detail": f"The process that scores ended over it: {error}."}
        if "results" in answer:
            for item, result in zip(batch, answer["results"], strict=True):
                if not item.result.done():
                    item.result.set_result(result)
        elif len(batch) == 1:
            status = 422 if answer["fault"] == "input" else 500
            if not batch[0].result.done():
                batch[0].result.set_exception(Refused(status, answer["detail"]))
        else:
            # One item may have done this to all, and only it should fail. Alone each costs little; halves would cost
            # a new worker each time that the one is among them.
            for item in batch:
                await self._settle([item])

    async def _asked_of_worker(self, batch: Sequence[Item]) -> dict[str, Any]:
        while self.worker is None or not self.worker.alive:
            await self._start()
        worker = self._asked = self.worker
        try:
            return await worker.ask(batch[0].app, [item.document for item in batch])
        except WorkerDied:
            self.restarts += 1
            logger.error("worker_died", extra={"app": batch[0].app, "items": len(batch)})
            raise
        finally:
            self._asked = None


def _tokens(document: Mapping[str, Any]) -> int:
    """About how many tokens a document has: one for each character of Chinese, one for four of others."""
    text = document["text"] + (document.get("pair") or "")
    ascii_ = len(text.encode("ascii", "ignore"))
    return 2 + len(text) - ascii_ + ascii_ // 4
