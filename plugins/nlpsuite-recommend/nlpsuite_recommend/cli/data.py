"""Whom and what a command is about: items and readers, or pairs in place of both."""

from __future__ import annotations

from collections.abc import Callable
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


def data_options(command: Command) -> Command:
    """Options that `read` takes."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def read(
    items_path: Path | None, readers_path: Path | None, pairs_path: Path | None, seen_path: Path | None
) -> tuple[list[Item], list[Reader]]:
    """The items and the readers that the options name.

    Raises:
        UsageError: they name too much or too little.
        InputError: a file is faulty.
    """
    from nlpsuite import UsageError
    from nlpsuite_recommend.pairs import read_pairs
    from nlpsuite_recommend.readers import read_items, read_readers

    if pairs_path and not (items_path or readers_path):
        return read_pairs(pairs_path, seen_path)
    if pairs_path or seen_path or not items_path or not readers_path:
        raise UsageError("Give --items and --readers, or rows of pairs with --data (and more of them with --seen).")
    items = read_items(items_path)
    return items, read_readers(readers_path, items)


def window(longest: int) -> Window:
    """What of a history a text score is given: at most so many characters."""
    from nlpsuite_recommend.scoring import Window
    from nlpsuite_recommend.textscore import SEPARATOR

    return Window(budget=longest, separator=SEPARATOR)
