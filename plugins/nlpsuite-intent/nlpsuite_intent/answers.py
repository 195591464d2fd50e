"""Stored answers by intent, as templates that slots fill."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nlpsuite import ConfigError

SLOTS = ("order", "amount", "date", "phone", "email", "per", "org", "loc", "misc")
_KNOWN = {"answer", "ask", "hand_over"}


@dataclass(frozen=True, slots=True)
class Template:
    """What to say to one intent.

    Attributes:
        answer: with slots in braces, such as "{order}".
        ask: by slot, the question to ask where it is missing.
        hand_over: a person must take it in any case.
    """

    answer: str = ""
    ask: Mapping[str, str] = field(default_factory=dict)
    hand_over: bool = False

    @property
    def needs(self) -> tuple[str, ...]:
        """The slots that the answer names, in its order."""
        return tuple(dict.fromkeys(name for _, name, _, _ in string.Formatter().parse(self.answer) if name))

    def fill(self, slots: Mapping[str, str]) -> str:
        """The answer with its slots filled."""
        return self.answer.format(**{name: slots[name] for name in self.needs})


@dataclass(frozen=True, slots=True)
class Answers:
    """All templates, by language and intent; those under "" hold for every language."""

    templates: Mapping[tuple[str, str], Template] = field(default_factory=dict)

    def of(self, intent: str, lang: str | None) -> Template | None:
        """The template for an intent in a language."""
        return self.templates.get((lang or "", intent)) or self.templates.get(("", intent))


def read_answers(path: str | Path) -> Answers:
    """Templates from a TOML file: a table for each intent, or for each language one with such tables.

    Raises:
        ConfigError: the file cannot be read, or a template has an unknown key or slot.
    """
    try:
        values = tomllib.loads(Path(path).read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"The answers {path} cannot be read as TOML: {error}.") from error
    found: dict[tuple[str, str], Template] = {}
    for name, table in values.items():
        if not isinstance(table, dict):
            raise ConfigError(f"{path}: {name} must be a table, written [{name}], not {table!r}.")
        if any(isinstance(value, dict) for key, value in table.items() if key != "ask"):
            for intent, inner in table.items():
                found[(name, intent)] = _template(path, f"{name}.{intent}", inner)
        else:
            found[("", name)] = _template(path, name, table)
    return Answers(found)


def _template(path: str | Path, name: str, table: Any) -> Template:
    unknown = sorted(set(table) - _KNOWN)
    if unknown:
        raise ConfigError(f"{path}: [{name}] has no key {unknown[0]!r}. There are: {', '.join(sorted(_KNOWN))}.")
    template = Template(table.get("answer", ""), table.get("ask", {}), bool(table.get("hand_over", False)))
    try:
        strange = sorted({*template.needs, *template.ask} - set(SLOTS))
    except ValueError as error:
        raise ConfigError(f"{path}: the answer of [{name}] is no template: {error}.") from error
    if strange:
        raise ConfigError(f"{path}: [{name}] names the slot {strange[0]!r}. There are: {', '.join(SLOTS)}.")
    return template
