"""Parquet: rows as plain values, read a batch at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from nlpsuite.data.formats.opened import open_file
from nlpsuite.errors import InputError

if TYPE_CHECKING:
    import pyarrow

BATCH = 1024
"""How many rows are held at a time."""

_LONGEST_REASON = 150
_CURE = "Write it anew, or as JSON lines."


def read_parquet(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows with their numbers from 1.

    Days and times become text in ISO 8601, decimal numbers become floats, durations seconds; columns of bytes, and
    bytes within lists and structures, are left out.

    Raises:
        InputError: the file is no Parquet, damaged, or has two columns of one name, or none but of bytes; a value
            has no plain form.
    """
    with open_file(path) as stream:
        number = 0
        for rows in _batches(stream, path):
            for row in rows:
                number += 1
                yield number, {name: _plain(value) for name, value in row.items() if not isinstance(value, bytes)}


def _batches(stream: BinaryIO, path: Path) -> Iterator[list[dict[str, Any]]]:
    import pyarrow
    from pyarrow.parquet import ParquetFile

    try:
        # As a stream, since a path could be taken for an address.
        file = ParquetFile(stream)
        names = _columns(file.schema_arrow, path)
        for batch in file.iter_batches(batch_size=BATCH, columns=names, use_threads=False):
            yield _coarser(batch).to_pylist()
    except (pyarrow.ArrowException, OSError, ValueError, OverflowError, LookupError, RecursionError) as error:
        reason = " ".join(str(error).split())[:_LONGEST_REASON].rstrip(".")
        raise InputError(f"cannot be read as Parquet: {reason}", path=path, cure=_CURE) from error


def _columns(schema: pyarrow.Schema, path: Path) -> list[str]:
    """The names of the columns that are read."""
    name, times = Counter(schema.names).most_common(1)[0] if schema.names else ("", 0)
    if times > 1:
        raise InputError("has two columns of one name", path=path, field=ascii(name), cure="Rename one.")
    names = [field.name for field in schema if not _is_bytes(field.type)]
    if not names:
        raise InputError("holds no column, or only bytes", path=path, cure="Name a file that holds text.")
    return names


def _is_bytes(kind: pyarrow.DataType) -> bool:
    from pyarrow import types

    tests = (types.is_binary, types.is_large_binary, types.is_fixed_size_binary, types.is_binary_view)
    return any(test(kind) for test in tests)


def _coarser(batch: pyarrow.RecordBatch) -> pyarrow.RecordBatch:
    """With microseconds in place of nanoseconds, for which Python has no value; moments with a zone in UTC."""
    import pyarrow
    from pyarrow import types

    for index, field in enumerate(batch.schema):
        if types.is_timestamp(field.type):
            wanted = pyarrow.timestamp("us", tz="UTC" if field.type.tz else None)
        elif types.is_time64(field.type):
            wanted = pyarrow.time64("us")
        elif types.is_duration(field.type):
            wanted = pyarrow.duration("us")
        else:
            continue
        batch = batch.set_column(index, field.name, batch.column(index).cast(wanted, safe=False))
    return batch


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value if not isinstance(one, bytes)]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items() if not isinstance(one, bytes)}
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
