"""Documents to rows: what a worker does, on this machine or another."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from nlpsuite.batch.settings import Settings
from nlpsuite.batch.work import Source
from nlpsuite.document import Document
from nlpsuite.result import HeadResult, Result
from nlpsuite.runtime import LoadedApplication, load
from nlpsuite.together import LoadedTogether

Row = dict[str, Any]
"""What is written of a document by an application."""

DECIMALS = 4
"""Of scores: what is beyond differs between machines, and between batches."""


class Scorer:
    """The applications of a run, loaded.

    Args:
        settings: which, and how.

    Raises:
        NlpsuiteError: see `nlpsuite.load`.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.together = LoadedTogether({name: self._load(name) for name in settings.apps})

    def _load(self, name: str) -> LoadedApplication:
        settings = self.settings
        return load(
            name,
            lang=settings.lang,
            model=settings.models.get(name),
            device=settings.device,
            dtype=settings.dtype,
            engine=settings.engine,
            options=settings.options.get(name),
        )

    def rows(self, documents: Sequence[Document], sources: Sequence[Source]) -> list[Row]:
        """A row for each document and application, document by document."""
        engines = {name: _engine(app) for name, app in self.together.applications.items()}
        return [
            self._row(result, source, engines[name])
            for results, source in zip(self.together(documents), sources, strict=True)
            for name, result in results.items()
        ]

    def _row(self, result: Result, source: Source, engine: str) -> Row:
        document, settings = result.document, self.settings
        row: Row = {
            "id": document.id,
            "app": result.app,
            "path": source.path,
            "position": source.position or None,
            "own_id": source.own_id,
            "date": source.date,
            "lang": document.lang,
            "label": result.label,
            "score": result.score,
            "abstained": result.abstained,
            "heads": {head.name: _head(head, settings.all_scores) for head in result.heads},
            "spans": [span.to_dict() for span in result.spans],
            "details": dict(result.details),
            "windows": result.windows,
            "characters": len(document.text),
            "sha256": _content(document),
            "model": result.model,
            "engine": engine,
        }
        if settings.text:
            row["text"] = document.text
        rounded: Row = _rounded(row)
        return rounded


def _engine(app: LoadedApplication) -> str:
    return f"{app.engine.name} {str(app.engine.dtype).removeprefix('torch.')}"


def _head(head: HeadResult, all_scores: bool) -> Row:
    values = head.to_dict()
    if not all_scores:
        values.pop("scores")
    return values


def _content(document: Document) -> str:
    """SHA-256 of what was read, in hexadecimal."""
    content = document.text if document.pair is None else f"{document.text}\0{document.pair}"
    return hashlib.sha256(content.encode()).hexdigest()


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DECIMALS)
    if isinstance(value, dict):
        return {name: _rounded(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(inner) for inner in value]
    return value
