"""Which column of a record holds what: by the user's word, the application's, or a good guess."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from nlpsuite.data.rows import Row

TEXT_NAMES = (
    *("text", "sentence", "content", "title", "headline", "body", "review", "query", "utterance"),
    *("文本", "内容", "标题", "句子"),
)
"""Names under which a text is looked for, the likeliest first."""
LABEL_NAMES = ("label", "sentiment", "category", "intent", "class", "target", "标签", "类别")
"""Names under which a label is looked for, the likeliest first."""
DATE_NAMES = ("date", "time", "timestamp", "published", "published_at", "created_at", "日期", "时间")
"""Names under which the time that a record was written is looked for, the likeliest first."""
Found = TypeVar("Found")

ROLES = ("text", "pair", "tokens", "history", "candidate", "lang", "id", "date")
"""What a column can be, beside the gold of a head."""


@dataclass(frozen=True, slots=True)
class Naming:
    """How columns are found.

    Attributes:
        given: the user's names, by role; they go before all others, and must be there.
        known: further names, by role.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def column(self, row: Row, roles: Sequence[str], guesses: Iterable[str] = ()) -> str | None:
        """The row's column for what has these names, or None.

        Args:
            row: where to look.
            roles: the names it goes by, the likeliest first; in `given` the last one goes first.
            guesses: column names to try at last.

        Raises:
            InputError: the row lacks the column that the user named.
        """
        own = [self.given[role] for role in reversed(roles) if role in self.given]
        if own:
            return given_column(row, own[0])
        taken = set(self.given.values())
        there = [name for name in row.fields if name not in taken]
        known = (name for role in roles for name in self.known.get(role, ()))
        return find_name(there, (*roles, *known, *guesses))


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns that make a record's input; None where it has no such column."""

    text: str | None
    pair: str | None
    tokens: str | None
    history: str | None
    candidate: str | None
    lang: str | None
    id: str | None
    date: str | None


def layout_of(row: Row, naming: Naming) -> Layout:
    """Where a row keeps what goes in.

    Raises:
        InputError: the row lacks a column that the user named.
    """
    others = {role: naming.column(row, [role]) for role in ROLES if role not in ("text", "date")}
    if "text" in naming.given and "history" not in naming.given:
        others["history"] = None  # a text that the user named goes before what a history would give
    return Layout(
        text=naming.column(row, ["text"], TEXT_NAMES), date=naming.column(row, ["date"], DATE_NAMES), **others
    )


class Remembered(Generic[Found]):
    """What follows from a row's column names, worked out anew only where they differ from the row before."""

    def __init__(self, find: Callable[[Row], Found]) -> None:
        self._find = find
        self._last: tuple[tuple[str, ...], Found] | None = None

    def of(self, row: Row) -> Found:
        """What follows for this row."""
        names = tuple(row.fields)
        if self._last is None or self._last[0] != names:
            self._last = names, self._find(row)
        return self._last[1]


def given_column(row: Row, name: str) -> str:
    """The column that the user named.

    Raises:
        InputError: the row has no such column; the message lists those it has.
    """
    if name not in row.fields:
        raise row.error("there is no such column", field=name, cure=columns_there(row))
    return name


def find_name(there: Iterable[str], names: Iterable[str]) -> str | None:
    """The first of the names that is there, in this spelling or else in another case."""
    exact = dict.fromkeys(there)  # a set that keeps the order
    folded = {name.strip().casefold(): name for name in reversed(exact)}
    wanted = list(names)
    for name in wanted:
        if name in exact:
            return name
    return next((folded[name.casefold()] for name in wanted if name.casefold() in folded), None)


def columns_there(row: Row) -> str:
    """A sentence that lists the row's columns."""
    return f"Its columns are: {', '.join(map(str, row.fields))}."
