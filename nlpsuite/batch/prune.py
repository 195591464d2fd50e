"""Results of files that have changed or gone leave their shards; what else these hold stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from nlpsuite.batch.ledger import Ledger, Piece, Shard
from nlpsuite.batch.scoring import Row
from nlpsuite.batch.shards import FOLDER, read_shard, write_shard
from nlpsuite.errors import StorageError


def prune(out: Path, ledger: Ledger, form: str) -> int:
    """Write every shard anew that holds what is no longer wanted; how many these were.

    Raises:
        StorageError: a shard cannot be read or written.
    """
    stale = ledger.stale()
    for shard in stale:
        left = ledger.pieces(shard.number)
        new = None
        if documents := sum(piece.documents for piece in left):
            new = write_shard(out, ledger.next_number(), form, _kept(out, shard, left), documents)
        ledger.replace(shard.number, new, _moved(left))
        (out / FOLDER / shard.name).unlink(missing_ok=True)
    return len(stale)


def _kept(out: Path, shard: Shard, pieces: Sequence[Piece]) -> list[Row]:
    file = out / FOLDER / shard.name
    try:
        rows = read_shard(file)
    except (OSError, ValueError) as error:
        raise StorageError(f"{file} cannot be read: {error}. Delete the folder's results and start anew.") from error
    each = shard.rows // shard.documents  # of each document, one for each application
    return [row for piece in pieces for row in rows[piece.first * each : (piece.first + piece.documents) * each]]


def _moved(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces as they follow one another when nothing lies between them."""
    found, first = [], 0
    for piece in pieces:
        found.append(replace(piece, first=first))
        first += piece.documents
    return found
