"""Rows of pairs, as models are trained on them, read as items and readers: for those who keep no tables of either.

A row holds a history, a candidate and a label; `group` or `user` says which rows are of one reader::

    {"user": "u1", "history": ["Tide tables. How …"], "candidate": "Salt on the Doorstep. …", "label": 1, "group": "u1"}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from nlpsuite import InputError
from nlpsuite_recommend.readers import Item, Past, Reader
from nlpsuite_recommend.records import Record, kind_of, read_records


def read_pairs(path: str | Path, seen: str | Path | None = None) -> tuple[list[Item], list[Reader]]:
    """The items and readers in a file of pairs, in order.

    An item's id is its text. Rows without `group` or `user` are of one reader where their history is the same.

    Args:
        path: the file.
        seen: another file of pairs, from which the items' popularity is counted: how many readers liked each.

    Raises:
        InputError: a file, a record or a value is faulty, or rows of one group have different histories.
    """
    rows = list(read_records(path))
    liked = _liked(seen) if seen is not None else None
    texts = dict.fromkeys(record.text("candidate") for record in rows)
    items = [Item(text, text, popularity=None if liked is None else float(liked[text])) for text in texts]
    histories: dict[str, Sequence[str]] = {}
    shown: dict[str, dict[str, int]] = {}
    for record in rows:
        history = _history(record)
        name = _reader(record, history)
        if histories.setdefault(name, history) != history:
            raise record.error("differs from that of the same group above", "history", "Give each history its group.")
        shown.setdefault(name, {})[record.text("candidate")] = _label(record)
    readers = [
        Reader(name, tuple(Past(text, text) for text in history), tuple(shown[name].items()))
        for name, history in histories.items()
    ]
    return items, readers


def _liked(path: str | Path) -> Counter[str]:
    rows = list(read_records(path))
    if not rows:
        raise InputError("holds no pairs", path=path, cure="Give rows with a candidate and a label.")
    return Counter(record.text("candidate") for record in rows if _label(record))


def _history(record: Record) -> tuple[str, ...]:
    value = record.fields.get("history")
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list):
        raise record.error(f"is {kind_of(value)}, not a list", "history", "Give the texts that the reader took.")
    return tuple(record.as_text(piece, f"history[{place}]") for place, piece in enumerate(value))


def _reader(record: Record, history: Sequence[str]) -> str:
    named = next((name for name in ("group", "user") if record.fields.get(name) not in (None, "")), None)
    return record.identifier(named) if named else "\n".join(history)


def _label(record: Record) -> int:
    value = record.number("label")
    if value not in (0, 1):
        raise record.error(f"is {record.fields.get('label')!r}", "label", "Give 1 for a candidate taken, 0 for others.")
    return int(value)
