"""One document of a file: a row, a page, a message, or all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a file, as the file's format means it.

    Attributes:
        text: as it stands there.
        position: where in the file, counted from 1: the line of a row, the page, the message; 1 where it is all of it.
            Later parts have higher ones.
        pair: the second text, if any.
        lang: the language that the file states, if any.
        date: when it was written, as ISO 8601, if the file says.
        fields: everything else that it held.
        id: what the file itself calls it, if it does.
    """

    text: str
    position: int = 1
    pair: str | None = None
    lang: str | None = None
    date: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    id: str | None = None
