"""The process that reads files, from the outside: started, asked, timed, and replaced when it dies."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

from nlpsuite.batch.reading import Order, Told, told_from

READ_AT_ONCE = 1 << 16
START_SECONDS = 60.0
"""Given to a new process beyond the limit, to import what it needs."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some parts of a file, in order.

    Attributes:
        parts: they.
        last: whether the file has no more.
        digest: SHA-256 of the file, with the last chunk, if it could be read.
        reason: with the last chunk, why the file could not be read, or not to its end; "" where it could.
    """

    parts: list[Told]
    last: bool = False
    digest: bytes | None = None
    reason: str = ""


class Reader:
    """Reads files in a process of its own, which may hang, crash or eat memory without harm.

    Args:
        order: how they are read.
    """

    def __init__(self, order: Order) -> None:
        self.order = order
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None
        self._begun = b""

    def read(self, path: bytes, after: int) -> Iterator[Chunk]:
        """The parts of a file after so many of them; the last chunk says so."""
        request: dict[str, Any] = {"path": path.hex(), "after": after}
        while True:
            try:
                answer = self._ask(request)
            except _Gone as gone:
                yield Chunk([], last=True, reason=str(gone))
                return
            parts = [told_from(values) for values in answer["parts"]]
            if end := answer.get("end"):
                digest = bytes.fromhex(end["digest"]) if end["digest"] else None
                yield Chunk(parts, True, digest, end["reason"])
                return
            yield Chunk(parts)
            request = {"more": True}

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout, self._errors):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()
            self._process, self._errors, self._begun = None, None, b""

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        deadline = time.monotonic() + self.order.limits.seconds
        if self._process is None:
            self._start()
            deadline += START_SECONDS
        assert self._process is not None and self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
            answer: dict[str, Any] = json.loads(self._line(deadline))
        except (BrokenPipeError, EOFError):
            raise _Gone(self._epitaph()) from None
        except TimeoutError:
            self.close()
            raise _Gone(
                f"took longer than {self.order.limits.seconds:g} s to read. Split or mend it, or raise --max-seconds."
            ) from None
        return answer

    def _line(self, deadline: float) -> bytes:
        """The next line of the process's output.

        Raises:
            TimeoutError: it does not come in time.
            EOFError: the process ended.
        """
        assert self._process is not None and self._process.stdout is not None
        parts = [self._begun]
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while b"\n" not in parts[-1]:
                if not selector.select(max(deadline - time.monotonic(), 0)):
                    raise TimeoutError
                parts.append(os.read(self._process.stdout.fileno(), READ_AT_ONCE))
                if not parts[-1]:
                    raise EOFError
        line, _, self._begun = b"".join(parts).partition(b"\n")
        return line

    def _start(self) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process
        self._process = subprocess.Popen(
            [sys.executable, "-m", "nlpsuite.batch.reading"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            # Ctrl-C is for whoever asked, who lets the shard be finished.
            start_new_session=True,
        )
        assert self._process.stdin is not None
        self._process.stdin.write(self.order.to_json().encode() + b"\n")

    def _epitaph(self) -> str:
        """Why the process ended, as a reason to refuse the file it was reading."""
        assert self._process is not None and self._errors is not None
        code = self._process.wait()
        self._errors.seek(0)
        said = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        self.close()
        how = f"killed by {signal.Signals(-code).name}" if code < 0 else (said[-1] if said else f"exit code {code}")
        return f"its reader ended over it ({how[:200]})."


class _Gone(Exception):
    """The process is no more; the message is the reason."""
