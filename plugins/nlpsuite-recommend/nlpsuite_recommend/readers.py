"""What is recommended and to whom: items and readers, read from files.

Items, as JSON lines or a table; only `id` and `text` are needed, and any other column is kept::

    {"id": "a1", "text": "Tide tables. How …", "publisher": "North Ledger", "time": "2026-01-31",
     "popularity": 0.31, "price": 9.5, "stock": 4, "section": "sea"}

Readers, as JSON lines. A history is oldest first; where every piece of it has a time, it is put in that order. A piece
is an item's id, a text, or an object with one of the two and more; `candidates` are for training and measuring::

    {"id": "r1", "history": ["a1", "a7"]}
    {"id": "r2", "history": [{"item": "a1", "time": "2026-01-31", "weight": 2}, {"text": "Tide tables. How …"}]}
    {"id": "r3", "history": ["a1"], "candidates": [["a2", 1], ["a9", 0]]}

Plain texts in histories are ids if any of them in the file is the id of a known item, and then all of them must be.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nlpsuite import InputError
from nlpsuite_recommend.records import JSON_SUFFIXES, Record, kind_of, read_records

DAY = 86_400.0

ITEM_COLUMNS = ("id", "text", "publisher", "time", "age_days", "popularity", "price", "stock")


@dataclass(frozen=True, slots=True)
class Item:
    """Something that can be recommended.

    Attributes:
        id: unique among the items.
        text: what the text score reads.
        publisher: who it is from.
        time: when it appeared, in seconds since 1970.
        age_days: how old it is, for items without a time.
        popularity: at least 0; a share of the readers, or a count, the same for all items.
        price: at least 0.
        stock: how many there are.
        columns: everything else that its record held.
    """

    id: str
    text: str
    publisher: str | None = None
    time: float | None = None
    age_days: float | None = None
    popularity: float | None = None
    price: float | None = None
    stock: float | None = None
    columns: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def value(self, column: str) -> Any:
        """What the item has in a column, None where it has nothing there."""
        return getattr(self, column) if column in ITEM_COLUMNS else self.columns.get(column)

    def age(self, now: float) -> float | None:
        """Days since it appeared, at least 0, or its `age_days`; None where neither is known."""
        return self.age_days if self.time is None else max(0.0, (now - self.time) / DAY)


@dataclass(frozen=True, slots=True)
class Past:
    """One piece of a history: something that the reader took.

    Attributes:
        text: what the text score reads.
        item: the item's id, where it is known.
        time: when, in seconds since 1970.
        weight: how much it counts, at least 0; 1 is usual.
        price: what it cost.
    """

    text: str
    item: str | None = None
    time: float | None = None
    weight: float = 1.0
    price: float | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Someone to whom items are recommended.

    Attributes:
        id: unique among the readers.
        history: oldest first; empty for a reader of whom nothing is known.
        candidates: ids of items that were shown, each with 1 if the reader took it, 0 if not, None if nobody knows.
        columns: everything else that the record held.
    """

    id: str
    history: tuple[Past, ...] = ()
    candidates: tuple[tuple[str, int | None], ...] = ()
    columns: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def taken(self) -> frozenset[str]:
        """Ids of the items in the history, for those who recommend nothing twice."""
        return frozenset(past.item for past in self.history if past.item is not None)

    @property
    def usual_price(self) -> float | None:
        """The weighted median of the prices in the history; None where there is none."""
        priced = sorted((past.price, past.weight) for past in self.history if past.price is not None and past.weight)
        half = math.fsum(weight for _, weight in priced) / 2
        below = 0.0
        for price, weight in priced:
            below += weight
            if below >= half:
                return price
        return None


def read_items(path: str | Path) -> list[Item]:
    """The items of a file, in order.

    Raises:
        InputError: the file, a record or a value is faulty, or two items have one id.
    """
    items = []
    lines: dict[str, int] = {}
    for record in read_records(path):
        item = _item(record)
        _refuse_twice(lines, item.id, record)
        items.append(item)
    return items


def read_readers(path: str | Path, items: Iterable[Item] = ()) -> list[Reader]:
    """The readers of a file of JSON lines, in order.

    Args:
        path: the file.
        items: those that histories and candidates name by their ids.

    Raises:
        InputError: the file, a record or a value is faulty, an item is not known, or two readers have one id.
    """
    if Path(path).suffix.lower() not in JSON_SUFFIXES:
        raise InputError("is no file of JSON lines", path=path, cure="Give readers as .jsonl, one object a line.")
    known = {item.id: item for item in items}
    records = list(read_records(path))
    plain_ids = any(piece in known for record in records for piece in _plain(record.fields.get("history")))
    lines: dict[str, int] = {}
    readers = []
    for record in records:
        reader = _reader(record, known, plain_ids)
        _refuse_twice(lines, reader.id, record)
        readers.append(reader)
    return readers


def numeric_columns(items: Iterable[Item]) -> list[str]:
    """The further columns that hold numbers wherever they hold anything, by name; for the combiner."""
    found: dict[str, bool] = {}
    for item in items:
        for name, value in item.columns.items():
            if value is not None:
                found[name] = found.get(name, True) and isinstance(value, int | float)
    return sorted(name for name, numeric in found.items() if numeric)


def _item(record: Record) -> Item:
    publisher = record.fields.get("publisher")
    return Item(
        id=record.identifier("id"),
        text=record.text("text"),
        publisher=None if publisher in (None, "") else record.identifier("publisher"),
        time=record.time("time"),
        age_days=record.number("age_days", least=0),
        popularity=record.number("popularity", least=0),
        price=record.number("price", least=0),
        stock=record.number("stock"),
        columns=_others(record, ITEM_COLUMNS),
    )


def _reader(record: Record, known: Mapping[str, Item], plain_ids: bool) -> Reader:
    if "history" not in record.fields:
        raise record.error("is missing", "history", 'Give "history": [] for a reader of whom nothing is known.')
    history = _list(record, "history")
    pieces = [_past(record, piece, f"history[{place}]", known, plain_ids) for place, piece in enumerate(history)]
    times = [past.time for past in pieces]
    if None not in times:
        pieces.sort(key=lambda past: past.time or 0.0)
    return Reader(
        id=record.identifier("id"),
        history=tuple(pieces),
        candidates=tuple(
            _candidate(record, shown, f"candidates[{place}]", known)
            for place, shown in enumerate(_list(record, "candidates"))
        ),
        columns=_others(record, ("id", "history", "candidates")),
    )


def _past(record: Record, piece: Any, place: str, known: Mapping[str, Item], plain_ids: bool) -> Past:
    if isinstance(piece, str | int) and not isinstance(piece, bool):
        if plain_ids or isinstance(piece, int):
            item = _known(record, piece, place, known, 'Write {"text": …} for a text among ids.')
            return Past(item.text, item.id, price=item.price)
        return Past(record.as_text(piece, place))
    if not isinstance(piece, dict):
        cure = 'Write an id, a text, or an object with "item" or "text".'
        raise record.error(f"is {kind_of(piece)}", place, cure)
    time = record.as_time(piece.get("time"), f"{place}.time")
    weight = record.as_number(piece.get("weight"), f"{place}.weight", least=0)
    price = record.as_number(piece.get("price"), f"{place}.price", least=0)
    weight = 1.0 if weight is None else weight
    if piece.get("text") is not None:
        text = record.as_text(piece["text"], f"{place}.text")
        named = piece.get("item")
        item_id = None if named is None else record.as_identifier(named, f"{place}.item")
        return Past(text, item_id, time, weight, price)
    if piece.get("item") is None:
        raise record.error('has neither "item" nor "text"', place, "Give one of the two.")
    item = _known(record, piece["item"], f"{place}.item", known, 'Add it to the items, or give its "text".')
    return Past(item.text, item.id, time, weight, item.price if price is None else price)


def _candidate(record: Record, shown: Any, place: str, known: Mapping[str, Item]) -> tuple[str, int | None]:
    named, label = shown if isinstance(shown, list) and len(shown) == 2 else (shown, None)
    if not isinstance(named, str | int) or isinstance(named, bool):
        raise record.error(f"is {kind_of(shown)}", place, "Write an item's id, or [id, 1] or [id, 0].")
    if label is not None and (label not in (0, 1) or isinstance(label, float)):
        raise record.error(
            f"has the label {label!r}", place, "Give 1 for an item that was taken, 0 for one that was not."
        )
    return _known(record, named, place, known, "Add it to the items.").id, None if label is None else int(label)


def _known(record: Record, named: Any, place: str, known: Mapping[str, Item], cure: str) -> Item:
    name = record.as_identifier(named, place)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        shown = name if len(name) <= 40 else f"{name[:40]}…"
        raise record.error(f"no item has the id {shown!r}", place, hint + cure)
    return known[name]


def _list(record: Record, name: str) -> Sequence[Any]:
    value = record.fields.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise record.error(f"is {kind_of(value)}, not a list", name, "Put [ and ] around it.")
    return value


def _plain(history: Any) -> list[str]:
    return [piece for piece in history if isinstance(piece, str)] if isinstance(history, list) else []


def _others(record: Record, own: Sequence[str]) -> Mapping[str, Any]:
    return {name: value for name, value in record.fields.items() if name not in own and value is not None}


def _refuse_twice(lines: dict[str, int], name: str, record: Record) -> None:
    if name in lines:
        problem = f"{name!r} was already given on line {lines[name]}"
        raise record.error(problem, "id", "Give every record an id of its own.")
    lines[name] = record.line
