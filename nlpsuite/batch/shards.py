"""Files of rows, as JSON lines or Parquet: written whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from nlpsuite.batch.ledger import Shard
from nlpsuite.batch.scoring import Row
from nlpsuite.batch.tally import tally
from nlpsuite.errors import StorageError
from nlpsuite.files import PART, writing_durably
from nlpsuite.pipes import json_line

FOLDER = "rows"

NESTED = ("heads", "details")
"""Columns that a Parquet file holds as JSON, since what they hold differs between applications."""


def write_shard(out: Path, number: int, form: str, rows: Sequence[Row], documents: int) -> Shard:
    """Write a shard and see it onto the disk.

    Args:
        out: the folder of results.
        number: of the shard.
        form: "jsonl" or "parquet".
        rows: of the documents, in order.
        documents: how many these are.

    Raises:
        StorageError: it cannot be written; nothing of it is left.
    """
    name = f"{number:08}.{form}"
    try:
        with writing_durably(out / FOLDER / name) as file:
            hashed = _Hashed(file)
            (_write_parquet if form == "parquet" else _write_lines)(hashed, rows)
    except OSError as error:
        raise StorageError(
            f"{out / FOLDER / name} cannot be written: {error.strerror or error}. "
            "Free space or mend the disk, then start again: shards written before are safe."
        ) from error
    return Shard(number, name, documents, len(rows), hashed.size, hashed.digest.hexdigest(), tally(rows))


def read_shard(file: Path) -> list[Row]:
    """The rows of a shard, in order.

    Raises:
        OSError: it cannot be read.
        ValueError: it is damaged.
    """
    if file.suffix == ".parquet":
        return _read_parquet(file)
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def digest_of_shard(file: Path) -> str:
    """SHA-256 of a shard's bytes, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sweep(out: Path, known: Iterator[Shard]) -> None:
    """Remove what an interrupted run began and did not note."""
    names = {shard.name for shard in known}
    folder = out / FOLDER
    if folder.is_dir():
        for file in folder.iterdir():
            if file.name not in names and (file.suffix in (".jsonl", ".parquet", PART)):
                file.unlink()


class _Hashed:
    """A file that is written to from its beginning to its end, and summed meanwhile."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.size, self.digest = file, 0, hashlib.sha256()
        self.closed = False

    def write(self, content: bytes) -> int:
        self.digest.update(content)
        self.size += len(content)
        return self.file.write(content)

    def flush(self) -> None:
        self.file.flush()

    def tell(self) -> int:
        return self.size

    def close(self) -> None:
        """Nothing: whoever opened the file closes it."""


def _write_lines(file: _Hashed, rows: Sequence[Row]) -> None:
    for row in rows:
        file.write(json_line(row).encode() + b"\n")


def _schema(text: bool) -> Any:
    import pyarrow as pa

    span = pa.struct(
        [
            ("start", pa.int64()),
            ("end", pa.int64()),
            ("label", pa.string()),
            ("score", pa.float64()),
            ("kind", pa.string()),
        ]
    )
    columns = [
        *((name, pa.string()) for name in ("id", "app", "path")),
        ("position", pa.int64()),
        *((name, pa.string()) for name in ("own_id", "date", "lang", "label")),
        ("score", pa.float64()),
        ("abstained", pa.bool_()),
        ("heads", pa.string()),
        ("spans", pa.list_(span)),
        ("details", pa.string()),
        ("windows", pa.int64()),
        ("characters", pa.int64()),
        *((name, pa.string()) for name in ("sha256", "model", "engine")),
    ]
    return pa.schema([*columns, ("text", pa.string())] if text else columns)


def _write_parquet(file: _Hashed, rows: Sequence[Row]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    flat = [row | {name: json.dumps(row[name], ensure_ascii=False) for name in NESTED} for row in rows]
    table = pa.Table.from_pylist(flat, schema=_schema("text" in rows[0]))
    pq.write_table(table, file)


def _read_parquet(file: Path) -> list[Row]:
    import pyarrow.parquet as pq

    rows: list[Row] = pq.read_table(file).to_pylist()
    return [row | {name: json.loads(row[name]) for name in NESTED} for row in rows]
