"""Whom and what a command is about: items and readers, or pairs in place of both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from nlpsuite_recommend.readers import Item, Reader
    from nlpsuite_recommend.scoring import Window

Command = Callable[..., Any]

LONGEST_HISTORY = 600
"""Characters of a history that a text score is given unless the user says otherwise."""

FILE = click.Path(path_type=Path)

_OPTIONS = (
    click.option("--items", "items_path", type=FILE, help="Items, as JSON lines or a table."),
    click.option("--readers", "readers_path", type=FILE, help="Readers, as JSON lines."),
    click.option("--data", "pairs_path", type=FILE, help="Rows of history, candidate and label, in place of the two."),
    click.option(
        "--seen", "seen_path", type=FILE, help="More such rows, that count popularity and the share who liked."
    ),
)


history_option = click.option(
    "--history",
    "longest",
    default=LONGEST_HISTORY,
    show_default=True,
    type=click.IntRange(1),
    help="Characters of a history that are read; the pieces likeliest to matter are chosen.",
)


@dataclass(frozen=True, slots=True)
class Data:
    """The files that a command's options name.

    Attributes:
        items, readers: tables of the two.
        pairs: rows of pairs in their place.
        seen: more such rows.
    """

    items: Path | None
    readers: Path | None
    pairs: Path | None = None
    seen: Path | None = None

    def read(self) -> tuple[list[Item], list[Reader]]:
        """The items and the readers.

        Raises:
            UsageError: too much or too little is named.
            InputError: a file is faulty.
        """
        from nlpsuite import UsageError
        from nlpsuite_recommend.pairs import read_pairs
        from nlpsuite_recommend.readers import read_items, read_readers

        if self.pairs and not (self.items or self.readers):
            return read_pairs(self.pairs, self.seen)
        if self.pairs or self.seen or not self.items or not self.readers:
            raise UsageError("Give --items and --readers, or rows of pairs with --data (and more of them with --seen).")
        items = read_items(self.items)
        return items, read_readers(self.readers, items)


def data_options(command: Command) -> Command:
    """Options that name the data; the command is given them as one `Data`, in `data`."""

    @wraps(command)
    def with_data(
        *arguments: Any,
        items_path: Path | None,
        readers_path: Path | None,
        pairs_path: Path | None,
        seen_path: Path | None,
        **rest: Any,
    ) -> Any:
        return command(*arguments, data=Data(items_path, readers_path, pairs_path, seen_path), **rest)

    given: Command = with_data
    for option in reversed(_OPTIONS):
        given = option(given)
    return given


def window(longest: int) -> Window:
    """What of a history a text score is given: at most so many characters."""
    from nlpsuite_recommend.scoring import Window
    from nlpsuite_recommend.textscore import SEPARATOR

    return Window(budget=longest, separator=SEPARATOR)
