"""A command line over real parts: a tiny application from a plugin on the path, with a trained bundle."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tiny import LEARNS, ROWS, TINY_APP, save_tiny_encoder, write_rows

ROOT = Path(__file__).parents[2]

PLUGIN = """
from nlpsuite import hookimpl
from dataclasses import replace
from pathlib import Path
from tests.tiny import TINY_APP

@hookimpl
def nlpsuite_applications():
    here = Path({folder!r})
    return [replace(TINY_APP, bundles={{"tiny-model": here / "bundle"}}, samples={{"en": here / "sample.jsonl"}})]
"""


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


Cli = Callable[..., Outcome]


@pytest.fixture(scope="session")
def tiny_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an installed plugin, a trained bundle, a sample and data."""
    from nlpsuite.train.dataset import make_dataset
    from nlpsuite.train.fit import Fitting
    from nlpsuite.train.recipe import make_recipe

    world = tmp_path_factory.mktemp("world")
    encoder = save_tiny_encoder(world / "encoder")
    train, dev = write_rows(world / "train.jsonl", ROWS[:72]), write_rows(world / "dev.jsonl", ROWS[72:])
    write_rows(world / "sample.jsonl", ROWS[:3])
    recipe = make_recipe(LEARNS | {"encoder": str(encoder)})
    Fitting(TINY_APP, make_dataset(TINY_APP, [train], [dev], "en", {}, 1), recipe, world / "bundle", "cpu").run()
    info = world / "site" / "tiny_dist-1.0.dist-info"
    info.mkdir(parents=True)
    (world / "site" / "tiny_plugin.py").write_text(PLUGIN.format(folder=str(world)))
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny-dist\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[nlpsuite]\ntiny = tiny_plugin\n")
    return world


@pytest.fixture
def cli(tiny_world: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Run the command line in this process, from the arguments to the exit code."""
    from nlpsuite import plugins
    from nlpsuite.cli import main

    monkeypatch.syspath_prepend(str(tiny_world / "site"))
    monkeypatch.setenv("NO_COLOR", "1")
    plugins.reset()

    def run(*arguments: object, stdin: str = "") -> Outcome:
        out, err = io.StringIO(), io.StringIO()
        monkeypatch.setattr(sys, "argv", ["nlpsuite", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as left:
            main()
        return Outcome(int(left.value.code or 0), out.getvalue(), err.getvalue())

    yield run
    plugins.reset()


@pytest.fixture
def process(tiny_world: Path, own_home: Path) -> Callable[..., subprocess.Popen[str]]:
    """Start the command line in a process of its own, for what only a process can show."""

    def start(*arguments: object) -> subprocess.Popen[str]:
        path = os.pathsep.join([str(tiny_world / "site"), str(ROOT)])
        environment = os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-m", "nlpsuite", *map(str, arguments)]
        return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)

    return start
