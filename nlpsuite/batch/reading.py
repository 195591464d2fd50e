"""What a reading process does: open a file safely, unpack it where it is packed, and tell its documents in chunks.

It speaks JSON, a line a message: whoever takes over a process that reads files from anywhere can tell lies about
texts, and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import signal
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from nlpsuite.batch.walk import kind_of
from nlpsuite.data.columns import Naming
from nlpsuite.data.part import Part
from nlpsuite.data.parts import ARCHIVES, PLAIN, WHOLE, Settings, read_parts
from nlpsuite.data.textfile import check_text
from nlpsuite.errors import InputError
from nlpsuite.pipes import serve_on_standard_streams

CHUNK_PARTS, CHUNK_CHARACTERS = 256, 500_000
"""How much is told in one message, about."""

GRACE_SECONDS = 60
"""After which a process that was not ended in time ends itself."""

MOST_BYTES = 4
"""Of a character, in any encoding."""

_TOO_LONG = "is longer than {:,} characters. Split it, or raise --max-characters"

INNER = "!/"
"""Between an archive's name and that of a file in it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost.

    Attributes:
        characters: of one document.
        unpacked: bytes of what an archive holds, each file in it by itself.
        seconds: until a reading process must have told the next chunk.
        megabytes: of memory for a reading process.
    """

    characters: int = 1_000_000
    unpacked: int = 10_000_000_000
    seconds: float = 120.0
    megabytes: int = 4096


@dataclass(frozen=True, slots=True)
class Order:
    """How files are read.

    Attributes:
        root: the folder that they are in.
        room: a folder for what is unpacked.
        columns: the user's names of columns, by role.
        known: further names, by role.
        lines: whether every line of a text file is a document.
        links: whether links that stay in the folder are followed.
        limits: see there.
    """

    root: str
    room: str
    columns: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lines: bool = False
    links: bool = False
    limits: Limits = field(default_factory=Limits)

    def to_json(self) -> str:
        """As a line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> Order:
        """The reverse of `to_json`."""
        values = json.loads(line)
        return cls(**values | {"limits": Limits(**values["limits"])})


@dataclass(frozen=True, slots=True)
class Told:
    """One part of a file, as it is told.

    Attributes:
        number: which of the file's parts, from 1.
        place: where in the file: its path from the folder, and in an archive the path in there.
        position: see `Part`; 0 where the file is one document.
        part: the document; None where it is faulty.
        fault: why.
    """

    number: int
    place: str
    position: int
    part: Part | None
    fault: str = ""


def display(path: bytes) -> str:
    """A path as it can be written down; what is not UTF-8 in it stands as its bytes."""
    return path.decode("utf-8", "backslashreplace")


def serve(requests: IO[str], answers: IO[str]) -> None:
    """Read one file after the other, as the lines of requests say, a chunk for each request for more.

    The first request is an `Order`; then each is {"path": …, "after": …}, which begins a file after so many of its
    parts, or {"more": true}.
    """
    order = Order.from_json(requests.readline())
    _limit_memory(order.limits.megabytes)
    chunks: Iterator[dict[str, Any]] = iter(())
    for line in requests:
        request = json.loads(line)
        if "path" in request:
            chunks = _chunks(bytes.fromhex(request["path"]), request["after"], order)
        # Whoever asked may be gone, and a reading that hangs must not outlive it for ever.
        signal.alarm(int(order.limits.seconds) + GRACE_SECONDS)
        answers.write(json.dumps(next(chunks)) + "\n")
        answers.flush()
        signal.alarm(0)


def _limit_memory(megabytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def _chunks(path: bytes, after: int, order: Order) -> Iterator[dict[str, Any]]:
    """The file's parts in chunks; the last one says that it is that, and how the file as a whole fared."""
    parts: list[Any] = []
    characters = 0
    end: dict[str, Any] = {"digest": None, "reason": ""}
    try:
        with opened(Path(order.root), path, order.links) as file:
            end["digest"] = digest_of(file).hex()
            for told in _told(file, path, order):
                if told.number <= after:
                    continue
                parts.append(_plain(told))
                characters += len(told.part.text) if told.part else 0
                if len(parts) >= CHUNK_PARTS or characters >= CHUNK_CHARACTERS:
                    yield {"parts": parts}
                    parts, characters = [], 0
    except InputError as error:
        end["reason"] = reason_of(error)
    except MemoryError:
        end["reason"] = f"needs more than {order.limits.megabytes} MB to be read"
    yield {"parts": parts, "end": end}


def reason_of(error: InputError, *, line: bool = True) -> str:
    """An error's sentence without the path, and perhaps without the line, where they stand beside it."""
    where = ([f"line {error.line}"] if line and error.line else []) + ([f"{error.field!r}"] if error.field else [])
    return f"{', '.join(where)}{': ' if where else ''}{error.problem}. {error.cure}".strip()


def _plain(told: Told) -> dict[str, Any]:
    part = told.part
    values: dict[str, Any] = {"number": told.number, "place": told.place, "position": told.position}
    if part is None:
        return values | {"fault": told.fault}
    return values | {"text": part.text, "pair": part.pair, "lang": part.lang, "date": part.date, "id": part.id}


def told_from(values: Mapping[str, Any]) -> Told:
    """What a line of an answer says of one part."""
    part = None
    if "text" in values:
        known = {name: values[name] for name in ("text", "pair", "lang", "date", "id")}
        part = Part(position=values["position"], **known)
    return Told(values["number"], values["place"], values["position"], part, values.get("fault", ""))


def _told(file: Path, path: bytes, order: Order) -> Iterator[Told]:
    """The file's parts, numbered through, with those that are faulty or too long."""
    settings = Settings(Naming(order.columns, {role: tuple(names) for role, names in order.known.items()}), order.lines)
    for number, (place, whole, part) in enumerate(_parts(file, display(path), settings, order), 1):
        if isinstance(part, InputError):
            position = 0 if whole else part.line or 0
            yield Told(number, place, position, None, reason_of(part, line=not position))
            continue
        position = 0 if whole else part.position
        fault = _fault(part, order.limits.characters)
        yield Told(number, place, position, None if fault else part, fault)


def _fault(part: Part, most: int) -> str:
    """Why a document is not worked on; "" where it is."""
    texts = [part.text, part.pair or ""]
    if not part.text.strip():
        return "holds no text. Fill it in or drop it."
    if max(map(len, texts)) > most:
        return f"{_TOO_LONG.format(most)}."
    try:
        for text in texts:
            check_text(text, "")
    except InputError as error:
        return reason_of(error)
    return ""


Placed = Iterator[tuple[str, bool, Part | InputError]]
"""Parts with their place, and whether their file is one document."""


def _parts(file: Path, name: str, settings: Settings, order: Order) -> Placed:
    suffix = kind_of(name)
    most = order.limits.characters
    if suffix not in ARCHIVES:
        yield from _plain_parts(file, name, suffix, settings, most)
        return
    from nlpsuite.data.formats.archive import unpack

    for member in unpack(file, suffix, Path(order.room), order.limits.unpacked):
        if isinstance(member, InputError):
            yield name, True, member
            continue
        inner, unpacked = member
        # What is packed alone is named by its archive, without the ending.
        place, kind = (f"{name}{INNER}{inner}", kind_of(inner)) if inner else (name, kind_of(name[: -len(suffix)]))
        try:
            yield from _member_parts(unpacked, place, kind, settings, most)
        finally:
            unpacked.unlink(missing_ok=True)


def _member_parts(file: Path, place: str, suffix: str, settings: Settings, most: int) -> Placed:
    """As `_plain_parts`; what is wrong with the file is a fault of it alone, and the archive is read on."""
    try:
        yield from _plain_parts(file, place, suffix, settings, most)
    except InputError as error:
        yield place, True, error


def _plain_parts(file: Path, place: str, suffix: str, settings: Settings, most: int) -> Placed:
    whole = suffix in WHOLE and not settings.lines
    if whole and suffix in PLAIN and file.stat().st_size > MOST_BYTES * most:
        raise InputError(_TOO_LONG.format(most))  # without reading it: gigabytes may be nothing but zeros
    for part in read_parts(file, suffix, settings):
        yield place, whole, part


@contextmanager
def opened(root: Path, path: bytes, links: bool) -> Iterator[Path]:
    """A path to the bytes of a regular file that lies in the folder, whatever becomes of its name meanwhile.

    Raises:
        InputError: it is gone, may not be read, is none, or lies elsewhere by now.
    """
    name = os.path.join(os.fsencode(root), path)
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if links else os.O_NOFOLLOW)
    try:
        handle = os.open(name, flags)
    except OSError as error:
        problem = f"cannot be opened: {error.strerror}"
        raise InputError(problem, cure="Ask for read permission on it, or start again if it was replaced.") from error
    try:
        yield _checked(handle, os.path.realpath(os.fsencode(root)), name)
    finally:
        os.close(handle)


def _checked(handle: int, root: bytes, name: bytes) -> Path:
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        raise InputError("is a pipe, socket, device or folder, not a file", cure="Save it to a file first.")
    known = Path(f"/proc/self/fd/{handle}")
    # Where the system tells what a handle leads to, no folder can be swapped for a link in between.
    real = os.fsencode(os.readlink(known)) if known.exists() else os.path.realpath(name)
    if not real.startswith(root.rstrip(b"/") + b"/"):
        raise InputError("leads out of the folder", cure="Put the file itself there.")
    return known if known.exists() else Path(os.fsdecode(name))


def digest_of(file: Path) -> bytes:
    """SHA-256 of a file's bytes.

    Raises:
        InputError: it cannot be read.
    """
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").digest()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", cure="Check the file and its disk.") from error


if __name__ == "__main__":
    serve_on_standard_streams(serve)
