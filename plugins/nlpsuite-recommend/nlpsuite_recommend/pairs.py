"""Rows of pairs, as models are trained on them, read as items and readers: for those who keep no tables of either.

A row holds a history, a candidate and a label; `group` says which rows were shown together, `user` to whom::

    {"user": "u1", "history": ["Tide tables. How …"], "candidate": "Salt on the Doorstep. …", "label": 1, "group": "u1"}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nlpsuite import InputError
from nlpsuite_recommend.readers import Item, Past, Reader
from nlpsuite_recommend.records import Record, kind_of, read_records

AVERAGE_READERS = 3
"""Readers of average taste that are added to those who know an item, so that one reader alone does not decide."""


def read_pairs(path: str | Path, seen: str | Path | None = None) -> tuple[list[Item], list[Reader]]:
    """The items and readers in a file of pairs, in order.

    An item's id is its text. Each group becomes a reader, with its user in the column `user`. Rows without `group` are
    of one group where their user and their history are the same. What was shown twice was taken if it was taken once.

    Args:
        path: the file.
        seen: another file of pairs, from which the items' popularity is counted: how many readers liked each. Their
            column `liked_share` is the share of readers that took an item, of those that were shown it or have it in
            their history, with a few added who are as the average of those shown something (`AVERAGE_READERS`).

    Raises:
        InputError: a file, a record or a value is faulty, or rows of one group have different histories.
    """
    rows = list(read_records(path))
    known = _reception(seen) if seen is not None else None
    texts = dict.fromkeys(record.text("candidate") for record in rows)
    items = [known.item(text) if known else Item(text, text) for text in texts]
    histories: dict[str, Sequence[str]] = {}
    users: dict[str, str] = {}
    shown: dict[str, dict[str, int]] = {}
    for record in rows:
        history = _history(record)
        user, name = _user(record), _group(record, history)
        users[name] = user or name
        if histories.setdefault(name, history) != history:
            raise record.error("differs from that of the same group above", "history", "Give each history its group.")
        labels, candidate = shown.setdefault(name, {}), record.text("candidate")
        labels[candidate] = max(_label(record), labels.get(candidate, 0))
    readers = [
        Reader(name, tuple(Past(text, text) for text in history), tuple(shown[name].items()), {"user": users[name]})
        for name, history in histories.items()
    ]
    return items, readers


@dataclass(frozen=True, slots=True)
class _Reception:
    """How readers took items.

    Attributes:
        liked: how many liked a candidate, by its text.
        taken: how many liked it or have it in their history.
        known: how many were shown it or have it in their history.
        average: the share of what was shown that was liked.
    """

    liked: Counter[str]
    taken: Counter[str]
    known: Counter[str]
    average: float

    def item(self, text: str) -> Item:
        share = (self.taken[text] + self.average * AVERAGE_READERS) / (self.known[text] + AVERAGE_READERS)
        return Item(text, text, popularity=float(self.liked[text]), columns={"liked_share": share})


def _reception(path: str | Path) -> _Reception:
    rows = list(read_records(path))
    if not rows:
        raise InputError("holds no pairs", path=path, cure="Give rows with a candidate and a label.")
    liked, shown, past = set(), set(), set()
    for record in rows:
        history = _history(record)
        reader = _user(record) or _group(record, history)
        shown.add((record.text("candidate"), reader))
        past |= {(text, reader) for text in history}
        if _label(record):
            liked.add((record.text("candidate"), reader))
    likes, taken, known = (Counter(text for text, _ in some) for some in (liked, liked | past, shown | past))
    return _Reception(likes, taken, known, average=len(liked) / len(shown))


def _user(record: Record) -> str:
    return record.identifier("user") if _given(record, "user") else ""


def _group(record: Record, history: Sequence[str]) -> str:
    """The rows that were shown together: the record's group, or its user with the history."""
    return record.identifier("group") if _given(record, "group") else "\n".join((_user(record), *history))


def _history(record: Record) -> tuple[str, ...]:
    value = record.fields.get("history")
    if isinstance(value, str):
        return tuple(piece.strip() for piece in value.split("|") if piece.strip())
    if not isinstance(value, list):
        raise record.error(f"is {kind_of(value)}, not a list", "history", "Give the texts that the reader took.")
    return tuple(record.as_text(piece, f"history[{place}]") for place, piece in enumerate(value))


def _given(record: Record, column: str) -> bool:
    return record.fields.get(column) not in (None, "")


def _label(record: Record) -> int:
    value = record.number("label")
    if value not in (0, 1):
        raise record.error(f"is {record.fields.get('label')!r}", "label", "Give 1 for a candidate taken, 0 for others.")
    return int(value)
