"""Every error that nlpsuite raises on purpose, in one tree.

    NlpsuiteError
    ├── UsageError              what was asked for cannot be done as asked
    │   ├── UnknownName         no such application, language, model, label or encoder
    │   └── ConfigError         a setting or option has a bad value
    ├── InputError              something read from a file or a stream is wrong
    │   └── TextError           a text that cannot be processed at all
    ├── BundleError             a model bundle is damaged, foreign or does not fit
    ├── PluginError             a plugin is broken, missing or too old
    ├── StorageError            what was to be kept cannot be written; what was written before is safe
    └── TrainingInterrupted     training was stopped by its user and can be resumed

The command line turns each into one sentence and the error's `exit_code`. Anything else that
reaches the top is a bug and shows its traceback.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


class NlpsuiteError(Exception):
    """The root: catch it to catch everything nlpsuite raises on purpose."""

    exit_code = 2


class UsageError(NlpsuiteError):
    """What was asked for cannot be done as asked."""


class UnknownName(UsageError):
    """A name that nothing answers to; the message suggests near ones.

    Args:
        kind: what was named, such as "application".
        name: the name as it was given.
        known: the names that exist.
        hint: one more sentence, for what else to do.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], hint: str = "") -> None:
        self.kind, self.name, self.known = kind, name, sorted(known)
        near = difflib.get_close_matches(name, self.known, n=3, cutoff=0.5)
        if near:
            advice = f"Did you mean {' or '.join(near)}?"
        elif self.known:
            advice = f"There are: {_shorten(self.known)}."
        else:
            advice = "There is none."
        super().__init__(" ".join(filter(None, [f"No {kind} is named {name!r}.", advice, hint])))


class ConfigError(UsageError):
    """A setting or option has a bad value."""


class InputError(NlpsuiteError):
    """Something read from a file or a stream is wrong; says where and what to do.

    Args:
        problem: one clause, without a full stop.
        path: the file, or a name such as "<stdin>".
        line: counted from 1.
        field: the column or key.
        cure: one sentence on what to do.
    """

    def __init__(
        self,
        problem: str,
        *,
        path: str | Path | None = None,
        line: int | None = None,
        field: str | None = None,
        cure: str = "",
    ) -> None:
        self.problem, self.path, self.line, self.field, self.cure = problem, path, line, field, cure
        place = ":".join(str(part) for part in (path, line, field) if part is not None)
        sentence = f"{place}: {problem}." if place else f"{problem}."
        super().__init__(f"{sentence} {cure}".strip())


class TextError(InputError):
    """A text that cannot be processed at all, such as one with a lone surrogate."""


class BundleError(NlpsuiteError):
    """A model bundle is damaged, foreign or does not fit what is installed."""


class PluginError(NlpsuiteError):
    """A plugin is broken, missing or made for another version of nlpsuite."""


class StorageError(NlpsuiteError):
    """What was to be kept cannot be written, or not be read again; what was written before is safe."""


class TrainingInterrupted(NlpsuiteError):
    """Training was stopped by its user; what was done is on disk and can be resumed."""

    exit_code = 130


def _shorten(names: list[str], limit: int = 12) -> str:
    shown = ", ".join(names[:limit])
    return shown if len(names) <= limit else f"{shown}, … ({len(names)} in all)"
