"""Work side by side: order is kept, errors come through, and limits of the machine are kept."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import torch

from nlpsuite.engine.workers import Workers, usable_cores


def test_results_come_in_order_from_several_threads():
    workers, seen, both = Workers(2), set(), threading.Barrier(2)

    def work(item: int) -> int:
        both.wait(timeout=30)  # passes only where two threads are at work
        seen.add((threading.get_ident(), torch.get_num_threads()))
        return item * item

    assert workers.map(work, [1, 2, 3, 4]) == [1, 4, 9, 16]
    assert {threads for _, threads in seen} == {1}
    assert threading.get_ident() not in {ident for ident, _ in seen}


def test_one_item_is_done_by_the_caller():
    assert Workers(2).map(lambda _: threading.get_ident(), [0]) == [threading.get_ident()]


def test_an_error_comes_through():
    with pytest.raises(ZeroDivisionError):
        Workers(2).map(lambda item: 1 // item, [1, 0])


@pytest.mark.parametrize(
    ("content", "most"), [("max 100000", None), ("100000 100000", 1), ("50000 100000", 1), ("nonsense", None)]
)
def test_a_containers_share_is_kept_to(tmp_path: Path, monkeypatch, content, most):
    monkeypatch.setattr(torch, "get_num_threads", lambda: 64)
    quota = tmp_path / "cpu.max"
    quota.write_text(content)
    every = usable_cores(tmp_path / "missing")
    assert usable_cores(quota) == (most or every)
