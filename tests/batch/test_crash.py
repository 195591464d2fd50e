"""A run that is killed anywhere is gone on with, and nothing is missing, twice or torn."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from nlpsuite.batch.ledger import Ledger
from nlpsuite.batch.run import LEDGER, run_batch
from nlpsuite.batch.verify import verify
from tests.batch.crash_child import CRASHED
from tests.batch.stub import StubRunner, fill, make_job, refused_in, rows_in

ROOT = Path(__file__).parents[2]


def start(folder, out, *rest):
    command = [sys.executable, "-m", "tests.batch.crash_child", str(folder), str(out), *map(str, rest)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)


def check(folder, out, whole):
    """What the ledger notes is there and sound, and one more run makes the results whole."""
    if (out / LEDGER).exists():
        with closing(Ledger(out / LEDGER)) as ledger:
            broken = [problem for problem in verify(out, ledger) if "does not know" not in problem]
            assert [problem for problem in broken if "have changed or gone" not in problem] == []
    run_batch(make_job(folder, out), runner=StubRunner())
    assert rows_in(out) == rows_in(whole) and refused_in(out) == refused_in(whole)
    with closing(Ledger(out / LEDGER)) as ledger:
        assert list(verify(out, ledger)) == []


def change(folder):
    """What a second run has to do: score, refuse, and take out of shards."""
    (folder / "a.txt").write_text("Changed.", "utf-8")
    (folder / "new.txt").write_text("New.", "utf-8")
    (folder / "table.csv").unlink()


@pytest.fixture
def twice(tmp_path):
    """A folder that was run over and then changed, and what its results should be."""
    folder = fill(tmp_path / "in")
    run_batch(make_job(folder, tmp_path / "once"), runner=StubRunner())
    change(folder)
    run_batch(make_job(folder, tmp_path / "whole"), runner=StubRunner())
    return folder, tmp_path / "once", tmp_path / "whole"


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_step_a_run_over_a_changed_folder_loses_and_repeats_nothing(twice, tmp_path, when):
    folder, once, whole = twice
    crashes = 0
    for number in range(1 if when == "before" else 4, 60, 7):
        out = tmp_path / f"out{number}"
        shutil.copytree(once, out)
        child = start(folder, out, number, when)
        _, errors = child.communicate(timeout=60)
        assert child.returncode in (0, CRASHED), errors.decode()
        crashes += child.returncode == CRASHED
        check(folder, out, whole)
        if child.returncode == 0:
            break
    assert crashes >= 3


def test_killed_at_random_a_run_loses_and_repeats_nothing(tmp_path):
    folder = fill(tmp_path / "in")
    whole, out = tmp_path / "whole", tmp_path / "out"
    run_batch(make_job(folder, whole), runner=StubRunner())
    draw = random.Random(1)
    for _ in range(4):
        child = start(folder, out)
        time.sleep(draw.uniform(1.0, 2.2))
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
    check(folder, out, whole)
