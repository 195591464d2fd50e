"""Does memory stay flat over an endless stream? Scores short texts from a generator and prints resident memory.

python docs/measure_stream.py 1000000
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Iterator

import nlpsuite

WORDS = "profit loss rises falls shares bank order lawsuit strong weak quarter forecast dividend merger Siemens".split()


def texts(count: int) -> Iterator[str]:
    """Short texts, hardly two alike."""
    draw = random.Random(1)
    for number in range(count):
        yield f"{' '.join(draw.choices(WORDS, k=draw.randint(1, 4)))} {number}"


def resident() -> float:
    """Megabytes."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6


def main(count: int) -> None:
    """Print memory after every twentieth of the texts."""
    app = nlpsuite.load("finance-sentiment", lang="en")
    began, after_warm_up, most = time.perf_counter(), 0.0, 0.0
    step = max(count // 20, 1)
    for number, _ in enumerate(app(texts(count)), 1):
        if number % step == 0:
            now = resident()
            after_warm_up = after_warm_up or now
            most = max(most, now)
            speed = number / (time.perf_counter() - began)
            print(f"{number} texts, {now:.0f} MB, {speed:.0f} texts/s", flush=True)
    print(f"from {after_warm_up:.0f} MB after the first {step} to at most {most:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
