"""What starting costs: seconds and memory from nothing to the first answer, each in a process of its own (Linux)."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_PRINT = """
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""

_OURS = """
import sys, nlpsuite
nlpsuite.load(sys.argv[1], lang=sys.argv[2] or None, model=sys.argv[3], dtype=sys.argv[4])(sys.argv[5])
"""

_PIPELINE = """
import sys, transformers
transformers.utils.logging.disable_progress_bar()
transformers.pipeline(sys.argv[1], model=sys.argv[2], device="cpu")(sys.argv[3])
"""


@dataclass(frozen=True, slots=True)
class Footprint:
    """What one start took.

    Attributes:
        seconds: from the start of the interpreter to its end, with one text answered; the median.
        megabytes: the most memory that was resident.
    """

    seconds: float
    megabytes: float


def suite_footprint(app: str, lang: str | None, folder: Path, dtype: str, text: str, runs: int) -> Footprint:
    """Of this suite, for an application that a plugin brings."""
    return _measured(_OURS, [app, lang or "", str(folder), dtype, text], runs)


def pipeline_footprint(task: str, folder: Path, text: str, runs: int) -> Footprint:
    """Of `transformers.pipeline`, for an exported model."""
    return _measured(_PIPELINE, [task, str(folder), text], runs)


def _measured(code: str, arguments: list[str], runs: int) -> Footprint:
    seconds, kilobytes = [], []
    for _ in range(runs):
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", code + _PRINT, *arguments], capture_output=True, text=True, check=True
        )
        seconds.append(time.perf_counter() - began)
        kilobytes.append(int(done.stdout.splitlines()[-1]))
    return Footprint(statistics.median(seconds), statistics.median(kilobytes) / 1024)
