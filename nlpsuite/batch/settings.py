"""What a run was asked to do, and the fingerprint by which a later one knows results of the same making."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nlpsuite import __version__, plugins
from nlpsuite.application import Application, HeadKind
from nlpsuite.batch.reading import Limits
from nlpsuite.errors import UsageError
from nlpsuite.model.bundle import MANIFEST
from nlpsuite.runtime import find_bundle, origin_of

LAYOUT = 1
"""Of a folder of results: rows of another one are made anew."""

FORMATS = ("jsonl", "parquet")


@dataclass(frozen=True)
class Settings:
    """What makes a result what it is.

    Attributes:
        apps: the applications, in the order of their rows.
        lang: of all documents; "auto" detects it where a document does not say.
        models: by application, a shipped model's name or a bundle's folder; without one, the first shipped one.
        options: by application, its own options.
        device, dtype, engine: see `nlpsuite.load`.
        columns: names of columns, by role.
        lines: whether every line of a text file is a document.
        text: whether rows hold the text.
        all_scores: whether rows hold the confidence of every label, not only of those chosen.
        limits: of what is read.
    """

    apps: Sequence[str]
    lang: str = "auto"
    models: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    device: str = "auto"
    dtype: str = "auto"
    engine: str = "auto"
    columns: Mapping[str, str] = field(default_factory=dict)
    lines: bool = False
    text: bool = False
    all_scores: bool = False
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if not self.apps or len(set(self.apps)) < len(self.apps):
            raise UsageError("Name the applications to run, each once.")
        for kind, named in (("model", self.models), ("option", self.options)):
            for app in named:
                if app not in self.apps:
                    raise UsageError(f"A {kind} is given for {app}, which is not among the applications.")

    def applications(self) -> list[Application]:
        """They, from the plugins."""
        return [plugins.application(name) for name in self.apps]

    @property
    def pairs(self) -> bool:
        """Whether one of the applications scores two texts against each other."""
        return any(head.kind is HeadKind.PAIR_SCORE for app in self.applications() for head in app.heads)

    def to_dict(self) -> dict[str, Any]:
        """What results depend on, as plain values: with the sums of models and of files that options name."""
        return {
            "layout": LAYOUT,
            "nlpsuite": __version__,
            "apps": [self._app(application) for application in self.applications()],
            **{
                name: getattr(self, name)
                for name in ("lang", "device", "dtype", "engine", "lines", "text", "all_scores")
            },
            "columns": dict(self.columns),
            "characters": self.limits.characters,
        }

    def _app(self, application: Application) -> dict[str, Any]:
        folder = find_bundle(application, self.models.get(application.name))
        options = self.options.get(application.name, {})
        return {
            "name": application.name,
            "plugin": origin_of(application),
            "model": folder.name,
            "sum": _sum(folder / MANIFEST),
            "options": {name: [value, _sum(Path(value))] for name, value in sorted(options.items())},
        }

    def fingerprint(self) -> str:
        """Of `to_dict`: equal for runs whose results are of the same making."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode()).hexdigest()


def _sum(file: Path) -> str:
    """SHA-256 of a file; "" where a value names none."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""
    except (OSError, ValueError):
        return ""
