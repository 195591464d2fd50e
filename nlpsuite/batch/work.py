"""What one shard is made of: the documents of consecutive files, put together as they are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from nlpsuite.batch.ledger import Fault, Finished, Piece, Waiting
from nlpsuite.batch.reader import Chunk, Reader
from nlpsuite.batch.reading import Told
from nlpsuite.data.part import Part
from nlpsuite.document import Document

MOST_CHARACTERS = 4_000_000
"""Of a shard's documents: what is in memory at once."""
MOST_FILES = 10_000
"""That a shard may deal with, so that files without any document are noted now and then."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document comes from.

    Attributes:
        path: the file, and after "!/" the one in it where it is an archive.
        position: see `Told`.
        date: when it was written, if the file says.
        own_id: what the file calls it, if it does.
        part: which of the file's parts it is, from 1.
    """

    path: str
    position: int
    date: str | None
    own_id: str | None
    part: int = 1


@dataclass(slots=True)
class Work:
    """What goes into one shard, and what of which files it deals with.

    Attributes:
        documents: to be scored, in order.
        sources: of each.
        pieces, faults, finished: see the ledger.
        characters: of the documents.
        bytes: of the files, about how many were read for it.
    """

    documents: list[Document] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    finished: list[Finished] = field(default_factory=list)
    characters: int = 0
    bytes: int = 0

    @property
    def empty(self) -> bool:
        """Whether there is nothing to note."""
        return not (self.pieces or self.finished)

    def refuse(self, index: int, reason: str) -> None:
        """Take a document out again, for a reason."""
        document, source = self.documents.pop(index), self.sources.pop(index)
        place = next(number for number, one in enumerate(self.pieces) if index < one.first + one.documents)
        one = self.pieces[place]
        self.faults.append(Fault(one.path, source.part, document.id, reason))
        self.pieces[place] = replace(one, documents=one.documents - 1)
        self.pieces[place + 1 :] = [replace(later, first=later.first - 1) for later in self.pieces[place + 1 :]]


class Maker:
    """Puts work together.

    Args:
        reader: reads the files.
        size: documents of a shard.
        lang: of all documents; None takes it from those that say.
        pairs: whether a document needs a second text.
        limit: documents to read at most; None for all.
    """

    def __init__(
        self, reader: Reader, size: int, *, lang: str | None = None, pairs: bool = False, limit: int | None = None
    ) -> None:
        self.reader, self.size, self.lang, self.pairs, self.left = reader, size, lang, pairs, limit

    def works(self, files: Iterable[Waiting]) -> Iterator[Work]:
        """The work of all shards, in the order of the files; the same however often it was interrupted."""
        work = Work()
        for file in files:
            if self.left == 0:
                break
            for begun in self._file(file, work):
                yield work
                work = begun
            if self._is_full(work):
                yield work
                work = Work()
        if not work.empty:
            yield work

    def _file(self, file: Waiting, work: Work) -> Iterator[Work]:
        """Take a file in; gives the work that it goes on in, each time that is a new one."""
        taken = _Taken(file, len(work.documents), file.done, file.done, work.characters)
        for chunk in self.reader.read(file.path, file.done):
            for told in chunk.parts:
                self._part(told, taken, work)
                if self.left == 0:
                    taken.close(work)
                    return
                if self._is_full(work):
                    taken.close(work)
                    work = Work()
                    yield work
                    taken = _Taken(file, 0, taken.last, taken.last, 0, taken.bytes)
            if chunk.last:
                taken.close(work)
                work.finished.append(_finished(chunk, taken))
                work.bytes += file.size - taken.bytes

    def _part(self, told: Told, taken: _Taken, work: Work) -> None:
        taken.last = told.number
        fault = told.fault
        if told.part and self.pairs and told.part.pair is None:
            fault = "has no second text to score the first one against. Give rows with a history and a candidate."
        if told.part is None or fault:
            work.faults.append(Fault(taken.file.path, told.number, _name(told), fault))
            return
        work.documents.append(_document(told, told.part, self.lang))
        work.sources.append(Source(told.place, told.position, told.part.date, told.part.id, told.number))
        work.characters += len(told.part.text)
        self.left = None if self.left is None else self.left - 1

    def _is_full(self, work: Work) -> bool:
        return (
            len(work.documents) >= self.size
            or work.characters >= MOST_CHARACTERS
            or len(work.finished) + len(work.faults) >= MOST_FILES
        )


@dataclass(slots=True)
class _Taken:
    """How far a file has been taken into a work.

    Attributes:
        file: which.
        first: the number of its first document there.
        begun: after which of its parts it is taken.
        last: the number of the part dealt with last.
        characters: that the work held before.
        bytes: of the file, about how many have been counted.
    """

    file: Waiting
    first: int
    begun: int
    last: int
    characters: int
    bytes: int = 0

    def close(self, work: Work) -> None:
        """Note what the work holds of the file."""
        read = min(work.characters - self.characters, self.file.size - self.bytes)
        work.bytes, self.bytes = work.bytes + read, self.bytes + read
        if self.last > self.begun:
            documents = len(work.documents) - self.first
            work.pieces.append(Piece(self.file.path, self.first, documents, self.begun, self.last))


def _finished(chunk: Chunk, taken: _Taken) -> Finished:
    nothing = not chunk.reason and not taken.last
    return Finished(taken.file.path, chunk.digest, "holds no document" if nothing else chunk.reason)


def _document(told: Told, part: Part, lang: str | None) -> Document:
    return Document(part.text, id=_name(told), lang=lang or part.lang, path=told.place, pair=part.pair)


def _name(told: Told) -> str:
    """Of a document: the file's path, and where the file holds several, the position in it."""
    return f"{told.place}:{told.position}" if told.position else told.place
