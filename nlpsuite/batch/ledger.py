"""The ledger: which files there are, which of them are done, and in which shard their results lie.

An SQLite file, so that a step is noted whole or not at all, and a million files need no memory.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from nlpsuite.batch.walk import Found
from nlpsuite.errors import StorageError

WAITING, DONE, REFUSED = range(3)
"""What a file's state is."""

PAGE = 1000
"""Files that are looked up together."""

_TABLES = """
CREATE TABLE IF NOT EXISTS files (
    path BLOB PRIMARY KEY, size INTEGER, modified INTEGER, state INTEGER, reason TEXT,
    digest BLOB, made TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_state ON files (state, path);
CREATE TABLE IF NOT EXISTS pieces (
    path BLOB, shard INTEGER, first INTEGER, documents INTEGER, begun INTEGER, last INTEGER, PRIMARY KEY (path, shard)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_shard ON pieces (shard, first);
CREATE TABLE IF NOT EXISTS faults (
    path BLOB, part INTEGER, place TEXT, reason TEXT, PRIMARY KEY (path, part)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS shards (
    number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, documents INTEGER, rows INTEGER, bytes INTEGER, digest TEXT,
    tally TEXT
);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TEMP TABLE found (path BLOB PRIMARY KEY, size INTEGER, modified INTEGER, problem TEXT) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of a folder's files since they were last looked at.

    Attributes:
        new, changed, same, gone, refused: how many; those refused now are not among the others.
        waiting, bytes: how many files are to be read, those included that an earlier run left, and their size.
    """

    new: int
    changed: int
    same: int
    gone: int
    refused: int
    waiting: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that is to be read.

    Attributes:
        path: see `Found`.
        size: in bytes.
        modified: see `Found`.
        done: how many of its parts are already dealt with.
    """

    path: bytes
    size: int
    modified: int
    done: int


@dataclass(frozen=True, slots=True)
class Piece:
    """The documents of one file that lie in one shard.

    Attributes:
        path: the file's.
        first: the number of the first one among the shard's documents, from 0.
        documents: how many; none where all its parts were faulty.
        begun, last: after which of its parts, and up to which, the shard deals with the file.
    """

    path: bytes
    first: int
    documents: int
    begun: int
    last: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A part of a file that could not be read or scored.

    Attributes:
        path: the file's.
        part: which of its parts, from 1.
        place: where in the file, for people.
        reason: one sentence.
    """

    path: bytes
    part: int
    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Finished:
    """A file that was read to its end, or as far as it can be.

    Attributes:
        path: the file's.
        digest: SHA-256 of its bytes, if they could be read.
        reason: why it was refused; "" where it was not.
    """

    path: bytes
    digest: bytes | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Shard:
    """A file of results.

    Attributes:
        number: from 1, never given twice.
        name: of the file.
        documents, rows, bytes: how many it holds.
        digest: SHA-256 of the file, in hexadecimal.
        tally: counts over its rows, see `tally`.
    """

    number: int
    name: str
    documents: int
    rows: int
    bytes: int
    digest: str
    tally: Mapping[str, Any]


class Ledger:
    """What is known of a folder of results.

    Args:
        file: where it is kept; in memory alone when None.

    Raises:
        StorageError: it cannot be opened, or is none.
    """

    def __init__(self, file: Path | None) -> None:
        with _told():
            self._db = sqlite3.connect(file or ":memory:", isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.executescript(_TABLES)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def _step(self, keep: bool = True) -> Iterator[None]:
        """All that is done within, or, where something fails or it is not to be kept, nothing."""
        with _told():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT" if keep else "ROLLBACK")

    def note(
        self, found: Iterable[Found], made: str, digest: Callable[[bytes], bytes | None], *, keep: bool = True
    ) -> Changes:
        """Compare the files that are there with those that are known; what is new or has changed waits.

        Args:
            found: all files.
            made: the fingerprint of how results are made now; a file whose results were made otherwise waits again.
            digest: SHA-256 of a file's bytes; asked only where a file has another date but its old size.
            keep: whether anything is noted, or only told.
        """
        with self._step(keep):
            rest = iter(found)
            while page := list(islice(rest, PAGE)):
                rows = [(one.path, one.size, one.modified, one.problem) for one in page]
                self._db.executemany("INSERT OR REPLACE INTO found VALUES (?, ?, ?, ?)", rows)
            self._forgive_touched(digest)
            changes = self._changes(made)
            self._apply(made)
            self._db.execute("DELETE FROM found")
        return changes

    def _forgive_touched(self, digest: Callable[[bytes], bytes | None]) -> None:
        """What has a new date and its old content is as it was."""
        touched = self._db.execute(
            "SELECT path, files.digest, found.modified FROM files JOIN found USING (path)"
            " WHERE state = ? AND files.size = found.size AND files.modified != found.modified AND problem = ''",
            (DONE,),
        ).fetchall()
        for path, known, modified in touched:
            if digest(path) == known:
                self._db.execute("UPDATE files SET modified = ? WHERE path = ?", (modified, path))

    def _changes(self, made: str) -> Changes:
        known = "FROM found LEFT JOIN files USING (path) WHERE problem = ''"
        same = "files.size = found.size AND files.modified = found.modified AND made = ?"
        wait = f"(state IS NULL OR NOT ({same}) OR state = ?)"
        return Changes(
            new=self._count(f"{known} AND state IS NULL"),
            changed=self._count(f"{known} AND state IS NOT NULL AND NOT ({same})", made),
            same=self._count(f"{known} AND {same}", made),
            gone=self._count("FROM files LEFT JOIN found USING (path) WHERE found.path IS NULL"),
            refused=self._count("FROM found WHERE problem != ''"),
            waiting=self._count(f"{known} AND {wait}", made, WAITING),
            bytes=self._one(f"SELECT coalesce(sum(found.size), 0) {known} AND {wait}", made, WAITING),
        )

    def _apply(self, made: str) -> None:
        gone = "SELECT path FROM files LEFT JOIN found USING (path) WHERE found.path IS NULL"
        changed = (
            "SELECT path FROM files JOIN found USING (path) WHERE problem != ''"
            " OR files.size != found.size OR files.modified != found.modified OR made != ?"
        )
        for table in ("pieces", "faults"):
            self._db.execute(f"DELETE FROM {table} WHERE path IN ({gone}) OR path IN ({changed})", (made,))
        self._db.execute(f"DELETE FROM files WHERE path IN ({gone}) OR path IN ({changed})", (made,))
        self._db.execute(
            "INSERT INTO files SELECT path, size, modified, CASE problem WHEN '' THEN ? ELSE ? END, problem, NULL, ?"
            " FROM found WHERE path NOT IN (SELECT path FROM files)",
            (WAITING, REFUSED, made),
        )

    def retry_refused(self) -> None:
        """Let files wait again that were refused in whole or in part."""
        some = "SELECT path FROM faults UNION SELECT path FROM files WHERE state = ?"
        with self._step():
            self._db.execute(f"CREATE TEMP TABLE again AS {some}", (REFUSED,))
            for table in ("pieces", "faults"):
                self._db.execute(f"DELETE FROM {table} WHERE path IN (SELECT path FROM again)")
            again = "UPDATE files SET state = ?, reason = '', digest = NULL WHERE path IN (SELECT path FROM again)"
            self._db.execute(again, (WAITING,))
            self._db.execute("DROP TABLE again")

    def waiting(self) -> Iterator[Waiting]:
        """The files that wait, by path."""
        last = b""
        while page := self._rows(
            "SELECT path, size, modified, (SELECT max(last) FROM pieces WHERE pieces.path = files.path) FROM files"
            " WHERE state = ? AND path > ? ORDER BY path LIMIT ?",
            WAITING,
            last,
            PAGE,
        ):
            for path, size, modified, done in page:
                yield Waiting(path, size, modified, done or 0)
            last = page[-1][0]

    def next_number(self) -> int:
        """Of the next shard."""
        return self._one("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'shards'), 0)") + 1

    def keep(
        self, shard: Shard | None, pieces: Sequence[Piece], faults: Sequence[Fault], finished: Sequence[Finished]
    ) -> None:
        """Note a shard that is on the disk, and what of which files it deals with.

        Args:
            shard: None where no document of the files could be scored.
            pieces: of the files.
            faults: of their parts.
            finished: those of them that are done.
        """
        number = shard.number if shard else 0
        with self._step():
            if shard:
                self._insert(shard)
            self._db.executemany(
                "INSERT OR REPLACE INTO pieces VALUES (?, ?, ?, ?, ?, ?)",
                [_piece_row(piece, number) for piece in pieces],
            )
            self._db.executemany(
                "INSERT OR REPLACE INTO faults VALUES (?, ?, ?, ?)",
                [(fault.path, fault.part, fault.place, fault.reason) for fault in faults],
            )
            self._db.executemany(
                "UPDATE files SET state = ?, reason = ?, digest = ? WHERE path = ?",
                [(REFUSED if one.reason else DONE, one.reason, one.digest, one.path) for one in finished],
            )

    def _insert(self, shard: Shard) -> None:
        row = (shard.number, shard.name, shard.documents, shard.rows, shard.bytes, shard.digest)
        self._db.execute("INSERT INTO shards VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, json.dumps(shard.tally)))

    def shards(self) -> Iterator[Shard]:
        """All shards, by number."""
        last = 0
        while page := self._rows("SELECT * FROM shards WHERE number > ? ORDER BY number LIMIT ?", last, PAGE):
            yield from map(_shard, page)
            last = page[-1][0]

    def stale(self) -> list[Shard]:
        """The shards that hold documents of files that have changed or gone."""
        rows = self._rows(
            "SELECT * FROM shards WHERE documents >"
            " (SELECT coalesce(sum(pieces.documents), 0) FROM pieces WHERE shard = number) ORDER BY number"
        )
        return list(map(_shard, rows))

    def pieces(self, shard: int) -> list[Piece]:
        """What of which files a shard holds, in the order of its documents."""
        rows = self._rows(
            "SELECT path, first, documents, begun, last FROM pieces WHERE shard = ? ORDER BY first", shard
        )
        return [Piece(*row) for row in rows]

    def overlaps(self) -> list[bytes]:
        """Files of which a part is dealt with twice."""
        rows = self._rows(
            "SELECT DISTINCT one.path FROM pieces one JOIN pieces other USING (path)"
            " WHERE one.shard < other.shard AND one.begun < other.last AND other.begun < one.last AND one.shard > 0"
        )
        return [path for (path,) in rows]

    def replace(self, old: int, shard: Shard | None, pieces: Sequence[Piece]) -> None:
        """Note a shard that takes the place of another, with what is left of its files; None where nothing is."""
        with self._step():
            self._db.execute("DELETE FROM shards WHERE number = ?", (old,))
            self._db.execute("DELETE FROM pieces WHERE shard = ?", (old,))
            if shard:
                self._insert(shard)
            self._db.executemany(
                "INSERT OR REPLACE INTO pieces VALUES (?, ?, ?, ?, ?, ?)",
                [_piece_row(piece, shard.number if shard else 0) for piece in pieces],
            )

    def quarantine(self) -> Iterator[Fault]:
        """Every file and part that was refused, by path; a whole file has the part 0."""
        last = (b"", -1)
        while page := self._rows(
            "SELECT * FROM (SELECT path, 0 AS part, '' AS place, reason FROM files WHERE state = ?"
            " UNION ALL SELECT path, part, place, reason FROM faults)"
            " WHERE (path, part) > (?, ?) ORDER BY path, part LIMIT ?",
            REFUSED,
            *last,
            PAGE,
        ):
            yield from (Fault(*row) for row in page)
            last = page[-1][:2]

    def counts(self) -> dict[str, int]:
        """How many files are waiting, done and refused, and documents, rows, shards and faults there are."""
        states = dict(self._rows("SELECT state, count(*) FROM files GROUP BY state"))
        named = {
            name: states.get(state, 0) for name, state in (("done", DONE), ("waiting", WAITING), ("refused", REFUSED))
        }
        return named | {
            "documents": self._one("SELECT coalesce(sum(documents), 0) FROM pieces"),
            "rows": self._one("SELECT coalesce(sum(rows), 0) FROM shards"),
            "shards": self._count("FROM shards"),
            "faults": self._count("FROM faults"),
        }

    def fact(self, name: str) -> Any:
        """What was noted under a name; None where nothing was."""
        found = self._rows("SELECT value FROM facts WHERE name = ?", name)
        return json.loads(found[0][0]) if found else None

    def note_fact(self, name: str, value: Any) -> None:
        """Note a plain value under a name."""
        with self._step():
            self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, json.dumps(value)))

    def _rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with _told():
            return self._db.execute(query, values).fetchall()

    def _one(self, query: str, *values: Any) -> int:
        return int(self._rows(query, *values)[0][0])

    def _count(self, rest: str, *values: Any) -> int:
        return self._one(f"SELECT count(*) {rest}", *values)


def _shard(row: tuple[Any, ...]) -> Shard:
    number, name, documents, rows, size, digest, tally = row
    return Shard(number, name, documents, rows, size, digest, json.loads(tally))


def _piece_row(piece: Piece, shard: int) -> tuple[bytes, int, int, int, int, int]:
    return piece.path, shard, piece.first, piece.documents, piece.begun, piece.last


@contextmanager
def _told() -> Iterator[None]:
    """SQLite's troubles as the suite's."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise StorageError(
            f"The ledger cannot be written or read: {error}. Free space or mend the disk, then start again: "
            "what was noted is safe."
        ) from error
