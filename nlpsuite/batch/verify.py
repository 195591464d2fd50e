"""Whether a folder of results is whole: every byte, every row, each document once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from nlpsuite.batch.ledger import Ledger, Piece, Shard
from nlpsuite.batch.reading import INNER, display
from nlpsuite.batch.scoring import Row
from nlpsuite.batch.shards import FOLDER, digest_of_shard, read_shard


def verify(out: Path, ledger: Ledger) -> Iterator[str]:
    """What is wrong with the results, a sentence each; nothing where all is well."""
    known = set()
    for shard in ledger.shards():
        known.add(shard.name)
        yield from (f"{FOLDER}/{shard.name}: {problem}" for problem in _shard(out, shard, ledger))
    folder = out / FOLDER
    strange = [file.name for file in folder.iterdir() if file.name not in known] if folder.is_dir() else []
    yield from (f"{FOLDER}/{name}: the ledger does not know it" for name in sorted(strange))
    yield from (f"{display(path)}: is in two places of the ledger" for path in ledger.overlaps())


def _shard(out: Path, shard: Shard, ledger: Ledger) -> Iterator[str]:
    file = out / FOLDER / shard.name
    try:
        if digest_of_shard(file) != shard.digest:
            yield "its sum is not that of the ledger"
            return
        rows = read_shard(file)
    except (OSError, ValueError) as error:
        yield f"cannot be read: {error}"
        return
    if len(rows) != shard.rows or len(rows) % shard.documents:
        yield f"holds {len(rows)} rows where the ledger has {shard.rows} of {shard.documents} documents"
        return
    pieces = ledger.pieces(shard.number)
    if sum(piece.documents for piece in pieces) < shard.documents:
        yield "holds documents of files that have changed or gone; the next run takes them out"
        return
    yield from _rows(rows, pieces, len(rows) // shard.documents)


def _rows(rows: Sequence[Row], pieces: Sequence[Piece], each: int) -> Iterator[str]:
    if len({(row["id"], row["app"]) for row in rows}) < len(rows):
        yield "a document stands twice"
    first = 0
    for piece in pieces:
        if piece.first != first:
            yield f"documents {first} to {piece.first} belong to no file"
        first = piece.first + piece.documents
        name = display(piece.path)
        for row in rows[piece.first * each : first * each]:
            if row["path"] != name and not row["path"].startswith(name + INNER):
                yield f"the row {row['id']} is not of {name}"
    if first * each < len(rows):
        yield "rows at its end belong to no file"
