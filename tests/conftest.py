"""What every test may use."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import torch
from hypothesis import settings

from nlpsuite import plugins
from nlpsuite.train.dataset import make_dataset
from nlpsuite.train.fit import Fitting
from nlpsuite.train.recipe import make_recipe
from tests.plugin_factory import Site
from tests.tiny import LEARNS, ROWS, TINY_APP, save_tiny_encoder, write_rows

torch.set_num_threads(1)

# The same examples in every run, so that a failure belongs to the change it shows in; and the first example may load
# dictionaries, for which a time limit an example would fail at random.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.load_profile("suite")


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings and caches of a test are its own, and no hub is asked."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("NLPSUITE_HOME", str(home))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return home


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny random encoder."""
    return save_tiny_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture
def tiny_data(tmp_path: Path) -> tuple[Path, Path]:
    """Training and development files for the tiny application."""
    return write_rows(tmp_path / "train.jsonl", ROWS[:72]), write_rows(tmp_path / "dev.jsonl", ROWS[72:])


@pytest.fixture(scope="session")
def trained(tmp_path_factory, tiny_encoder):
    folder = tmp_path_factory.mktemp("trained")
    data, dev = write_rows(folder / "train.jsonl", ROWS[:72]), write_rows(folder / "dev.jsonl", ROWS[72:])
    recipe = make_recipe(LEARNS | {"encoder": str(tiny_encoder)})
    Fitting(TINY_APP, make_dataset(TINY_APP, [data], [dev], "en", {}, 1), recipe, folder / "bundle", "cpu").run()
    return folder / "bundle"


@pytest.fixture
def installed(trained, tmp_path, monkeypatch):
    """The tiny application, installed for this process and for those that it starts."""
    shutil.copytree(trained, tmp_path / "models" / "tiny-mini")
    monkeypatch.setenv("TINY_BUNDLE", str(tmp_path / "models" / "tiny-mini"))
    site = Site(tmp_path / "site", monkeypatch)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(site.folder), str(Path(__file__).parents[1])]))
    site.add("tiny", Path(__file__).with_name("tiny_plugin.py").read_text("utf-8"))
    plugins.reset()
    yield
    site.forget()
    plugins.reset()
