"""Files of records and applications to read them for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nlpsuite.application import Application, Head, HeadKind


def make_application(*heads: Head, **options: Any) -> Application:
    return Application("test", "for tests", ("en",), heads, **options)


@pytest.fixture
def sentiment() -> Application:
    """Two single-label heads, the second under its own field."""
    return make_application(Head("sentiment", HeadKind.SINGLE_LABEL), Head("topic", HeadKind.SINGLE_LABEL, "topic"))


@pytest.fixture
def topics() -> Application:
    return make_application(Head("topics", HeadKind.MULTI_LABEL))


@pytest.fixture
def entities() -> Application:
    return make_application(Head("entities", HeadKind.TOKEN_LABELS, "tags"))


@pytest.fixture
def match() -> Application:
    return make_application(Head("match", HeadKind.PAIR_SCORE))


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file: text, bytes, or rows as JSON lines."""

    def _write(name: str, content: str | bytes | list[Any]) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, list):
            content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in content)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    return _write
