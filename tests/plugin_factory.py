"""Makes distributions with plugins, as pip would leave them, in a folder that is put on the path."""

from __future__ import annotations

import importlib
import itertools
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from nlpsuite.plugins.discovery import Entry, entries

_numbers = itertools.count()

APPLICATION = """
from nlpsuite.application import Application, Head, HeadKind
from nlpsuite.hookspecs import hookimpl

NLPSUITE_API = ">=1,<2"

def application(name):
    return Application(name, "made for a test", ("en",), (Head("label", HeadKind.SINGLE_LABEL),))
"""

HEALTHY = (
    APPLICATION
    + """
@hookimpl
def nlpsuite_applications():
    return [application("{name}")]
"""
)


class Site:
    """A folder of distributions; their names begin with `fake-`, to tell them from real ones."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.modules: list[str] = []
        folder.mkdir()
        monkeypatch.syspath_prepend(str(folder))

    def add(
        self,
        name: str,
        code: str = HEALTHY,
        *,
        distribution: str | None = None,
        version: str = "0.1.0",
        requires: Sequence[str] = (),
        points: Mapping[str, str] | None = None,
    ) -> str:
        """Install a module as the plugin of that name; gives the module's name.

        `{name}` in the code is the plugin's name. `points` replaces the entry point; its values may hold
        `{module}`.
        """
        module = f"fake_module_{next(_numbers)}"
        self.modules.append(module)
        (self.folder / f"{module}.py").write_text(code.replace("{name}", name), "utf-8")
        lines = [f"{key} = {value.format(module=module)}" for key, value in (points or {name: module}).items()]
        self.describe(distribution or f"fake-{name}", version, requires, "[nlpsuite]\n" + "\n".join(lines))
        return module

    def describe(self, distribution: str, version: str, requires: Sequence[str], points: str) -> None:
        """Write the metadata of a distribution."""
        info = self.folder / f"{distribution.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        about = [
            f"Name: {distribution}",
            f"Version: {version}",
            *(f"Requires-Dist: {one}" for one in requires),
        ]
        (info / "METADATA").write_text("\n".join(["Metadata-Version: 2.1", *about, ""]), "utf-8")
        (info / "entry_points.txt").write_text(points + "\n", "utf-8")
        importlib.invalidate_caches()

    def entries(self) -> list[Entry]:
        """The entry points of this folder alone, whatever else is installed."""
        return [entry for entry in entries() if entry.distribution.startswith("fake-")]

    def forget(self) -> None:
        """Take back what was imported."""
        for module in self.modules:
            sys.modules.pop(module, None)
