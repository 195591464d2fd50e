"""Threads that compute side by side, each with one core: on a CPU faster than all cores on one small product."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Lock
from typing import TypeVar

import torch

Item = TypeVar("Item")
Found = TypeVar("Found")

_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def usable_cores(quota: Path = _QUOTA) -> int:
    """Cores that this process may use: no more than it is bound to, than its container is granted, or than are real.

    Two hyper-threads of one core share the units that multiply, so they count once. Where torch was told to use fewer
    threads, as by OMP_NUM_THREADS, that holds.
    """
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(min(bound, _granted(quota, bound), torch.get_num_threads()), 1)


def _granted(quota: Path, most: int) -> int:
    try:
        granted, period = quota.read_text("ascii").split()
    except (OSError, ValueError):
        return most
    return most if granted == "max" else max(int(granted) // int(period), 1)


class Workers:
    """Runs a function over items, in as many threads as there are cores; torch releases the interpreter meanwhile.

    Args:
        count: of threads; with 1 the calling thread does all with torch's own threads.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool: ThreadPoolExecutor | None = None

    def map(self, function: Callable[[Item], Found], items: Sequence[Item]) -> list[Found]:
        """What the function gives for each item, in order; items are begun in order."""
        if self.count == 1 or len(items) <= 1:
            return [function(item) for item in items]
        if self._pool is None:
            self._pool = _start(self.count)
        return list(self._pool.map(function, items))


class OneThread:
    """While it lasts, what the calling thread has torch compute is computed by that thread alone.

    For a short text it takes longer to hand out the work than to do it.
    """

    _lock = Lock()
    _within = 0
    _usual = 1

    def __enter__(self) -> None:
        with self._lock:
            if not OneThread._within:
                OneThread._usual = torch.get_num_threads()
            OneThread._within += 1
        torch.set_num_threads(1)

    def __exit__(self, *_: object) -> None:
        # Not what this thread found, which may be another's setting while that lasts.
        with self._lock:
            OneThread._within -= 1
            torch.set_num_threads(OneThread._usual)


def _start(count: int) -> ThreadPoolExecutor:
    before = torch.get_num_threads()
    ready = Barrier(count)

    def begin() -> None:
        torch.set_num_threads(1)
        ready.wait()

    pool = ThreadPoolExecutor(count, thread_name_prefix="nlpsuite", initializer=begin)
    list(pool.map(lambda _: None, range(count)))
    # A thread keeps its own number; the setting for all other threads is what it was.
    torch.set_num_threads(before)
    return pool
