"""The worker from the outside: started, asked, timed, replaced when it dies."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

LONGEST_ANSWER = 256 << 20
"""In bytes: a line of the worker's."""

logger = logging.getLogger("nlpsuite.serve")


@dataclass(frozen=True)
class WorkerSettings:
    """What a worker loads.

    Attributes:
        apps: by name, arguments of `nlpsuite.load` of its own, such as `model` and `options`.
        pairs: by name, whether it scores two texts against each other.
        load: arguments for all of them.
        start_seconds: until it must have loaded.
        batch_seconds: until it must have answered a batch.
    """

    apps: Mapping[str, Mapping[str, Any]]
    pairs: Mapping[str, bool]
    load: Mapping[str, Any] = field(default_factory=dict)
    start_seconds: float = 120.0
    batch_seconds: float = 30.0

    def to_json(self) -> str:
        """What the worker is told, as a line."""
        return json.dumps({"apps": self.apps, "pairs": self.pairs, "load": self.load})


class WorkerDied(Exception):
    """The worker ended, or had to be ended, over a batch; the message says how."""


class StartFailed(Exception):
    """The worker could not begin; the message says why."""


class Worker:
    """A process that holds the models."""

    def __init__(self, settings: WorkerSettings, process: asyncio.subprocess.Process, models: dict[str, str]) -> None:
        self.settings, self.process, self.models = settings, process, models

    @classmethod
    async def start(cls, settings: WorkerSettings) -> Worker:
        """A worker that has loaded everything.

        Raises:
            StartFailed: it could not.
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "nlpsuite.serve.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LONGEST_ANSWER,
            start_new_session=True,  # Ctrl-C is for the server, which lets requests be answered
        )
        worker = cls(settings, process, {})
        try:
            worker.models = (await worker._exchange(settings.to_json(), settings.start_seconds))["models"]
        except WorkerDied as error:
            raise StartFailed(f"The models could not be loaded: {error}. See the log.") from error
        except asyncio.CancelledError:
            await worker.close()
            raise
        return worker

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process.returncode is None

    async def ask(self, app: str, documents: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """The worker's answer, see `worker`.

        Raises:
            WorkerDied: it ended meanwhile, or took too long and was ended.
        """
        return await self._exchange(json.dumps({"app": app, "documents": documents}), self.settings.batch_seconds)

    async def close(self) -> None:
        """End the process."""
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()

    async def _exchange(self, line: str, seconds: float) -> dict[str, Any]:
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            async with asyncio.timeout(seconds):
                self.process.stdin.write(line.encode() + b"\n")
                await self.process.stdin.drain()
                answer = await self.process.stdout.readline()
        except TimeoutError:
            await self.close()
            raise WorkerDied(f"it took longer than {seconds:g} s and was ended") from None
        except (ConnectionError, ValueError) as error:  # ValueError: a line beyond the limit
            await self.close()
            raise WorkerDied(str(error) or "it ended") from error
        if not answer.endswith(b"\n"):
            raise WorkerDied(_end(await self.process.wait()))
        found: dict[str, Any] = json.loads(answer)
        return found


def _end(code: int) -> str:
    with suppress(ValueError):
        if code < 0:
            return f"it was ended by {signal.Signals(-code).name}"
    return f"it ended with code {code}"
