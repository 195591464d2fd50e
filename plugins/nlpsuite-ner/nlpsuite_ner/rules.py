"""The rules file: patterns, gazetteers, and who wins where they and the model disagree.

precedence = ["rules", "gazetteer", "model"]

[[pattern]]
type = "ORDER"
regex = '\\bORD-(\\d{6})\\b'
group = 1
lang = "de"

[[gazetteer]]
type = "ORG"
file = "companies.txt"
case = "exact"
whole_words = true
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from nlpsuite import ConfigError, Names, read_name_lines
from nlpsuite_ner.entities import PRECEDENCE, Entity

T = TypeVar("T")

_KEYS = ("precedence", "pattern", "gazetteer")
_PATTERN_KEYS = ("type", "regex", "lang", "group")
_GAZETTEER_KEYS = ("type", "file", "names", "lang", "case", "whole_words")
_KINDS = {str: "a text", bool: "true or false", int: "a whole number", list: "a list"}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression that finds entities of one type.

    Attributes:
        label: the type.
        regex: what is looked for.
        group: which of its groups is the entity; 0 is all of it.
        lang: the language of the texts it is for; None for all.
    """

    label: str
    regex: re.Pattern[str]
    group: int = 0
    lang: str | None = None

    def find(self, text: str) -> Iterator[Entity]:
        """What it finds in a text."""
        for match in self.regex.finditer(text):
            start, end = match.span(self.group)
            if end > start:
                yield Entity(start, end, self.label, source="rules")


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """A list of names of one type.

    Attributes:
        label: the type.
        names: what is looked for.
        lang: the language of the texts it is for; None for all.
    """

    label: str
    names: Names
    lang: str | None = None

    def find(self, text: str) -> Iterator[Entity]:
        """What it finds in a text."""
        for start, end, canonical in self.names.find(text):
            yield Entity(start, end, self.label, source="gazetteer", canonical=canonical)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a rules file says.

    Attributes:
        precedence: all finders, the strongest first.
        patterns: in the file's order.
        gazetteers: in the file's order.
    """

    precedence: tuple[str, ...] = PRECEDENCE
    patterns: tuple[Pattern, ...] = ()
    gazetteers: tuple[Gazetteer, ...] = ()

    def find(self, text: str, lang: str | None) -> list[Entity]:
        """All that patterns and gazetteers for this language find, overlapping or not."""
        base = re.split("[-_]", lang or "", maxsplit=1)[0].lower()
        found = [one for pattern in self.patterns if pattern.lang in (None, base) for one in pattern.find(text)]
        return found + [one for names in self.gazetteers if names.lang in (None, base) for one in names.find(text)]


def read_rules(file: str | Path) -> Rules:
    """Read a rules file and the lists of names that it refers to.

    Raises:
        ConfigError: it cannot be read, or something in it is wrong; says where, and what to do.
    """
    file = Path(file)
    content = _parse(file)
    for key in content:
        if key not in _KEYS:
            cure = f"There are precedence, [[pattern]] and [[gazetteer]].{_near(key, _KEYS)}"
            raise ConfigError(f"{file}, {key}: there is no such key. {cure}")
    return Rules(
        _precedence(file, content.get("precedence", [])),
        tuple(_pattern(table) for table in _tables(file, "pattern", content)),
        tuple(_gazetteer(table) for table in _tables(file, "gazetteer", content)),
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """One [[pattern]] or [[gazetteer]]; knows its place, for errors."""

    file: Path
    kind: str
    number: int
    values: Mapping[str, Any]

    def fault(self, key: str, problem: str, cure: str) -> ConfigError:
        return ConfigError(f"{self.file}, [[{self.kind}]] {self.number}, {key}: {problem}. {cure}")

    def check_keys(self, known: Sequence[str]) -> None:
        for key in self.values:
            if key not in known:
                cure = f"There are: {', '.join(known)}.{_near(key, known)}"
                raise self.fault(key, "there is no such key", cure)

    def get(self, key: str, kind: type[T], example: str) -> T | None:
        value = self.values.get(key)
        if value is not None and type(value) is not kind:
            raise self.fault(key, f"{value!r} is not {_KINDS[kind]}", f"Write {key} = {example}.")
        return value

    def label(self) -> str:
        label = self.get("type", str, '"ORG"')
        if not label or label.split() != [label]:
            said = "the type is missing" if label is None else f"{label!r} cannot be a type"
            raise self.fault("type", said, 'Name what is found by one word, such as type = "ORG".')
        return label

    def lang(self) -> str | None:
        lang = self.get("lang", str, '"de"')
        if lang is not None and not re.fullmatch("[a-z]{2,3}", lang):
            cure = 'Write an ISO 639-1 code such as "de", or leave it out to mean every language.'
            raise self.fault("lang", f"{lang!r} is no code of a language", cure)
        return lang


def _parse(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}. Give the option rules a file of TOML.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is not UTF-8. Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        cure = "Write a pattern in single quotes, so that its backslashes stay what they are."
        raise ConfigError(f"{file} is no TOML: {error}. {cure}") from error


def _precedence(file: Path, given: Any) -> tuple[str, ...]:
    cure = f"List some of {', '.join(PRECEDENCE)}, the strongest first, each once."
    if not isinstance(given, list):
        raise ConfigError(f"{file}, precedence: {given!r} is no list. {cure}")
    for name in given:
        if name not in PRECEDENCE:
            raise ConfigError(f"{file}, precedence: there is no {name!r}. {cure}")
    if len(set(given)) != len(given):
        raise ConfigError(f"{file}, precedence: one is named twice. {cure}")
    return (*given, *(name for name in PRECEDENCE if name not in given))


def _tables(file: Path, kind: str, content: Mapping[str, Any]) -> list[_Table]:
    found = content.get(kind, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ConfigError(f"{file}, {kind}: this is no list of tables. Write [[{kind}]], with two brackets each side.")
    return [_Table(file, kind, number, values) for number, values in enumerate(found, 1)]


def _pattern(table: _Table) -> Pattern:
    table.check_keys(_PATTERN_KEYS)
    label, lang = table.label(), table.lang()
    regex = table.get("regex", str, r"'\bORD-\d{6}\b'")
    if not regex:
        raise table.fault("regex", "the pattern is missing", r"Write a regular expression, such as '\bORD-\d{6}\b'.")
    try:
        compiled = re.compile(regex)
    except re.error as error:
        raise table.fault("regex", f"{regex!r} is no regular expression: {error}", "Correct it.") from error
    group = table.get("group", int, "1") or 0
    if not 0 <= group <= compiled.groups:
        cure = f"The pattern's groups are numbered from 1 to {compiled.groups}." if compiled.groups else "Leave it out."
        raise table.fault("group", f"the pattern has no group {group}", cure)
    return Pattern(label, compiled, group, lang)


def _gazetteer(table: _Table) -> Gazetteer:
    table.check_keys(_GAZETTEER_KEYS)
    label, lang = table.label(), table.lang()
    case = table.get("case", str, '"exact"') or "ignore"
    if case not in ("ignore", "exact"):
        raise table.fault("case", f"there is no {case!r}", 'Write "ignore" or "exact".')
    whole_words = table.get("whole_words", bool, "false")
    if ("file" in table.values) == ("names" in table.values):
        cure = "Give a list of names as file, or the names themselves as names: one of the two."
        raise table.fault("file", "both are given" if "file" in table.values else "it is missing", cure)
    names = _listed(table) if "file" in table.values else _inline(table)
    return Gazetteer(label, Names(names, fold=case == "ignore", whole_words=whole_words is not False), lang)


def _listed(table: _Table) -> Iterator[tuple[str, str]]:
    named = table.get("file", str, '"companies.txt"') or ""
    file = table.file.parent / named
    cure = f"It is looked for beside {table.file.name}."
    if not file.is_file():
        raise table.fault("file", f"there is no file {file}", cure)
    try:
        lines = file.read_text("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise table.fault("file", f"{file} is not UTF-8", "Save it as UTF-8.") from error
    except OSError as error:
        raise table.fault("file", f"{file} cannot be read: {error.strerror}", cure) from error
    for number, names in read_name_lines(lines):
        if not all(names):
            cure = "A line is a name, or a name, a tab, and aliases with | between them."
            raise table.fault("file", f"{file}:{number} holds an empty name", cure)
        yield from ((name, names[0]) for name in names)


def _inline(table: _Table) -> Iterator[tuple[str, str]]:
    names = table.get("names", list, '["Acme", "Acme Ltd"]') or []
    if not names:
        raise table.fault("names", "the list is empty", 'Write names = ["Acme", "Acme Ltd"].')
    for number, name in enumerate(names, 1):
        if not isinstance(name, str) or not name.strip():
            raise table.fault("names", f"name {number}, {name!r}, is empty or no text", "Correct it, or leave it out.")
        yield name, name.strip()


def _near(key: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    return f" Did you mean {near[0]}?" if near else ""
