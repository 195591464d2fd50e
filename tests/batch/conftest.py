"""What tests of batches share."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from nlpsuite import plugins
from tests.plugin_factory import Site

CODE = Path(__file__).with_name("tiny_plugin.py").read_text("utf-8")


@pytest.fixture
def installed(trained, tmp_path, monkeypatch):
    """The tiny application, installed for this process and for those that it starts."""
    shutil.copytree(trained, tmp_path / "models" / "tiny-mini")
    monkeypatch.setenv("TINY_BUNDLE", str(tmp_path / "models" / "tiny-mini"))
    site = Site(tmp_path / "site", monkeypatch)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(site.folder), str(Path(__file__).parents[2])]))
    site.add("tiny", CODE)
    plugins.reset()
    yield
    site.forget()
    plugins.reset()
