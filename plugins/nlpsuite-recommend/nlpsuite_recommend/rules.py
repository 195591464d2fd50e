"""The business's own rules, read from a file of TOML::

    never_adjacent = ["publisher"]     # no two neighbours with one publisher

    [[limit]]                          # at most 2 of one publisher among the first 10
    column = "publisher"
    max = 2
    in_first = 10

    [[exclude]]                        # `equals`, or `below` and `above`, or one of them
    column = "stock"
    equals = 0

    [[pin]]
    id = "a1"
    position = 1

    [[boost]]                          # log-odds: 0.7 doubles the odds
    column = "section"
    equals = "local"
    by = 0.2

Exclusions come first, then pins; neighbours and limits are then kept wherever an order exists that keeps them, and
else as far as possible (see `nlpsuite_recommend.arrange`). An item that has nothing in a column meets no condition and
no rule on that column. A condition `equals` on a list holds where the list has the value.
"""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from nlpsuite import ConfigError
from nlpsuite_recommend.readers import ITEM_COLUMNS, Item
from nlpsuite_recommend.records import number_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Condition:
    """What an item's column must be.

    Attributes:
        column: of the item.
        equals: the value; None where it does not matter.
        below: the value must be less; None where it does not matter.
        above: the value must be more; None where it does not matter.
    """

    column: str
    equals: str | float | None = None
    below: float | None = None
    above: float | None = None

    def holds(self, item: Item) -> bool:
        """Whether the item is so."""
        value = item.value(self.column)
        if value is None or value == "":
            return False
        if self.equals is not None:
            return any(_same(part, self.equals) for part in (value if isinstance(value, list | tuple) else [value]))
        number = number_of(value)
        return (
            number is not None
            and (self.below is None or number < self.below)
            and (self.above is None or number > self.above)
        )

    def __str__(self) -> str:
        bounds = (("=", self.equals), ("<", self.below), (">", self.above))
        return " and ".join(f"{self.column} {sign} {_shown(value)}" for sign, value in bounds if value is not None)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many items with one value of a column among the first."""

    column: str
    most: int
    in_first: int


@dataclass(frozen=True, slots=True)
class Pin:
    """An item that stands at a position, counted from 1."""

    id: str
    position: int


@dataclass(frozen=True, slots=True)
class Boost:
    """Log-odds for items that meet a condition."""

    condition: Condition
    by: float


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules together.

    Attributes:
        never_adjacent: columns in which no two neighbours are the same.
        limits: at most so many of one value.
        exclusions: items that meet one of these are not shown.
        pins: items with a fixed position.
        boosts: log-odds for some items.
    """

    never_adjacent: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    exclusions: tuple[Condition, ...] = ()
    pins: tuple[Pin, ...] = ()
    boosts: tuple[Boost, ...] = ()

    def exclusion(self, item: Item) -> str | None:
        """Why an item is not to be shown; None where it is."""
        met = next((condition for condition in self.exclusions if condition.holds(item)), None)
        return None if met is None else f"exclude {met}"

    def boosts_of(self, item: Item) -> dict[str, float]:
        """The log-odds that an item gets, by the boost's name."""
        found: dict[str, float] = {}
        for boost in self.boosts:
            if boost.condition.holds(item):
                name = f"boost {boost.condition}"
                found[name] = found.get(name, 0.0) + boost.by
        return found

    def check_columns(self, items: Iterable[Item], path: str | Path = "rules") -> None:
        """See that every column that a rule names is there in at least one of the items.

        Raises:
            ConfigError: one is in none of them, which is a slip of the pen more often than not.
        """
        columns = [*self.never_adjacent, *(limit.column for limit in self.limits)]
        columns += [condition.column for condition in self.exclusions]
        columns += [boost.condition.column for boost in self.boosts]
        there: set[str] = set()
        for item in items:
            there.update(name for name in (*ITEM_COLUMNS, *item.columns) if item.value(name) is not None)
        # The age follows from the time, see `Item.age`.
        there |= {"age_days"} if "time" in there else set()
        for column in columns:
            if column not in there:
                raise ConfigError(f"{path}: no item has the column {column!r}. {_near(column, there)}")


def read_rules(path: str | Path) -> Rules:
    """The rules of a file.

    Raises:
        ConfigError: it cannot be read, is no TOML, or a key or a value is not as it should be.
    """
    try:
        content = Path(path).read_text("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}). Give a file of rules.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not in UTF-8. Save it as UTF-8.") from error
    try:
        found = tomllib.loads(content)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{path} is not TOML: {error}. Mend that line.") from error
    return parse_rules(found, str(path))


def parse_rules(content: Mapping[str, Any], path: str = "rules") -> Rules:
    """The rules of a table, as a file of TOML gives it.

    Args:
        content: the table.
        path: where it is from, for messages.

    Raises:
        ConfigError: a key or a value is not as it should be.
    """
    table = _Table(content, path, "", ("never_adjacent", "limit", "exclude", "pin", "boost"))
    pins = table.each("pin", _pin)
    _refuse_same(pins, path)
    return Rules(
        never_adjacent=table.names("never_adjacent"),
        limits=table.each("limit", _limit),
        exclusions=table.each("exclude", _exclusion),
        pins=pins,
        boosts=table.each("boost", _boost),
    )


class _Table:
    """A table of the file, whose keys and values are looked at one by one."""

    def __init__(self, content: Mapping[str, Any], path: str, place: str, known: Sequence[str]) -> None:
        self.content, self.path, self.place = content, path, place
        for key in content:
            if key not in known:
                raise self.error(key, "is no rule" if not place else "is not known here", _near(key, known))

    def error(self, key: str, problem: str, cure: str) -> ConfigError:
        return ConfigError(f"{self.path}: {self.place}{key} {problem}. {cure}")

    def need(self, key: str, cure: str) -> Any:
        if key not in self.content:
            raise self.error(key, "is missing", cure)
        return self.content[key]

    def text(self, key: str, cure: str) -> str:
        value = self.need(key, cure)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, f"is {value!r}", cure)
        return value

    def count(self, key: str, cure: str) -> int:
        value = self.need(key, cure)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.error(key, f"is {value!r}", cure)
        return value

    def number(self, key: str, cure: str) -> float:
        value = self.need(key, cure)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self.error(key, f"is {value!r}", cure)
        return float(value)

    def names(self, key: str) -> tuple[str, ...]:
        value = self.content.get(key, [])
        if not isinstance(value, list) or not all(isinstance(name, str) and name.strip() for name in value):
            raise self.error(key, f"is {value!r}", 'Give a list of columns, such as ["publisher"].')
        return tuple(dict.fromkeys(value))

    def each(self, key: str, parse: Callable[[Mapping[str, Any], str, str], T]) -> tuple[T, ...]:
        value = self.content.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            raise self.error(key, "is no list of tables", f"Begin each with [[{key}]] on a line of its own.")
        return tuple(parse(entry, self.path, f"{key}[{number}].") for number, entry in enumerate(value, 1))


def _limit(content: Mapping[str, Any], path: str, place: str) -> Limit:
    table = _Table(content, path, place, ("column", "max", "in_first"))
    return Limit(
        _column(table),
        table.count("max", "Give a whole number of at least 1, such as max = 2."),
        table.count("in_first", "Give a whole number of at least 1, such as in_first = 10."),
    )


def _exclusion(content: Mapping[str, Any], path: str, place: str) -> Condition:
    return _condition(_Table(content, path, place, ("column", "equals", "below", "above")))


def _boost(content: Mapping[str, Any], path: str, place: str) -> Boost:
    table = _Table(content, path, place, ("column", "equals", "below", "above", "by"))
    return Boost(_condition(table), table.number("by", "Give log-odds, such as by = 0.2."))


def _pin(content: Mapping[str, Any], path: str, place: str) -> Pin:
    table = _Table(content, path, place, ("id", "position"))
    if isinstance(content.get("id"), int) and not isinstance(content.get("id"), bool):
        name = str(content["id"])
    else:
        name = table.text("id", 'Give an item\'s id, such as id = "a1".')
    return Pin(name, table.count("position", "Give a whole number, 1 for the first place."))


def _condition(table: _Table) -> Condition:
    column = _column(table)
    given = [key for key in ("equals", "below", "above") if key in table.content]
    if not given or ("equals" in given and len(given) > 1):
        problem = "has no condition" if not given else "has equals and another condition"
        raise table.error("column", problem, "Give equals, or below, or above, or both of the last two.")
    cure = "Give a number."
    return Condition(
        column,
        _value(table) if "equals" in given else None,
        table.number("below", cure) if "below" in given else None,
        table.number("above", cure) if "above" in given else None,
    )


def _value(table: _Table) -> str | float:
    value = table.content["equals"]
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and value:
        return value
    if isinstance(value, int | float) and math.isfinite(value):
        return float(value)
    raise table.error("equals", f"is {value!r}", "Give a text or a number.")


def _column(table: _Table) -> str:
    return table.text("column", 'Give the name of a column, such as column = "publisher".')


def _refuse_same(pins: Sequence[Pin], path: str) -> None:
    for number, pin in enumerate(pins, 1):
        for other in pins[: number - 1]:
            if pin.id == other.id:
                raise ConfigError(f"{path}: pin[{number}].id {pin.id!r} is pinned already. Pin it once.")
            if pin.position == other.position:
                problem = f"position {pin.position} is taken by {other.id!r}"
                raise ConfigError(f"{path}: pin[{number}].{problem}. Give each pin a position of its own.")


def _same(value: Any, wanted: str | float) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        return value == wanted
    number = number_of(value)
    return number is not None and number == number_of(wanted)


def _shown(value: str | float) -> str:
    return f"{value:g}" if isinstance(value, float) else f'"{value}"'


def _near(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(sorted(known))}."
