"""The user's watch list: companies and instruments by name, alias and ticker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlpsuite import InputError, Names, UsageError, longest, read_name_lines


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in a text where something on the watch list is named.

    Attributes:
        start, end: characters of the text.
        name: the name it is listed under.
    """

    start: int
    end: int
    name: str


class Watchlist:
    """Finds what is watched.

    Tickers, that is aliases in capitals such as BMW or 0700.HK, are found only in capitals; all else in any case.

    Args:
        names: for each thing watched its name and its aliases, the name first.
    """

    def __init__(self, names: Iterable[Sequence[str]]) -> None:
        pairs = [(alias, listed[0]) for listed in names for alias in listed]
        self._exact = Names([pair for pair in pairs if _is_ticker(pair[0])], fold=False)
        self._folded = Names([pair for pair in pairs if not _is_ticker(pair[0])])

    def find(self, text: str) -> list[Mention]:
        """Mentions in the order of the text; of those that overlap, the longer one."""
        found = [Mention(*place) for names in (self._exact, self._folded) for place in names.find(text)]
        return longest(found)


def read_watchlist(path: Path) -> Watchlist:
    """Read a watch list: a name a line, or a name, a tab, and aliases and tickers with | between them.

    Raises:
        UsageError: there is no such file.
        InputError: a name is empty, or there is none.
    """
    if not path.is_file():
        raise UsageError(f"There is no watch list at {path}.")
    listed = list(_checked(path))
    if not listed:
        raise InputError("names nothing to watch", path=path, cure="Write a name a line: Acme<TAB>Acme Corp|ACME.")
    return Watchlist(listed)


def _checked(path: Path) -> Iterator[list[str]]:
    for number, names in read_name_lines(path.read_text("utf-8-sig").split("\n")):
        if not all(names):
            cure = "A line is a name, or a name, a tab, and aliases with | between them."
            raise InputError("holds an empty name", path=path, line=number, cure=cure)
        yield names


def _is_ticker(alias: str) -> bool:
    return alias.isascii() and alias.upper() == alias and len(alias) <= 10
