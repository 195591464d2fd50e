"""Measure start-up, loading and scoring on this machine; `make bench` runs it. The figures stand in benchmarks.md.

Every figure is the median of several fresh processes; ratios are of pairs run in turn.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time

RUNS = 7

BARE = (
    "import click\n@click.group()\ndef cli(): 'A bare group.'\n@cli.command()\ndef one(): 'A command.'\ncli(['--help'])"
)
HELP = [sys.executable, "-m", "nlpsuite", "--help"]
COLD = [sys.executable, "-m", "nlpsuite", "run", "finance-sentiment", "--lang", "zh", "公司净利润同比下降三成"]
LOAD = """
import json, resource, time
import numpy, safetensors.torch, tokenizers, torch
import nlpsuite.model.encoder as encoder
from nlpsuite import plugins
source = encoder.find_encoder("nlpsuite-mini")
before = int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()
began = time.perf_counter()
loaded = encoder.load_encoder(source)
seconds = time.perf_counter() - began
after = int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()
print(json.dumps([seconds, (after - before) / 1e6]))
"""


def timed(command: list[str]) -> float:
    """Seconds of one run of a command, which must succeed."""
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    """Print every figure, one a line."""
    environment = f"Python {sys.version.split()[0]}, {os.cpu_count()} cores"
    print(environment)
    pairs = [(timed(HELP), timed([sys.executable, "-c", BARE])) for _ in range(RUNS)]
    ratio = statistics.median(ours / bare for ours, bare in pairs)
    print(
        f"nlpsuite --help: {statistics.median(ours for ours, _ in pairs):.3f} s, {ratio:.2f} times a bare click group"
    )
    loads = [
        json.loads(subprocess.run([sys.executable, "-c", LOAD], check=True, capture_output=True).stdout)
        for _ in range(RUNS)
    ]
    print(f"loading nlpsuite-mini: {statistics.median(row[0] for row in loads):.2f} s, "
          f"{statistics.median(row[1] for row in loads):.0f} MB above the imports")  # fmt: skip
    cold = [timed(COLD) for _ in range(RUNS)]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
    print(f"cold `nlpsuite run` of one Chinese sentence: {statistics.median(cold):.2f} s, peak {peak:.0f} MB")


if __name__ == "__main__":
    main()
