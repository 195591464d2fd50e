"""Packed files: what they hold, unpacked one at a time into a folder, and never by a name of its own."""

from __future__ import annotations

import gzip
import re
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO
from zipfile import ZipFile, ZipInfo

from nlpsuite.data.formats.opened import open_file
from nlpsuite.data.formats.zips import BROKEN, CURE, METHODS, is_bomb, open_zip
from nlpsuite.errors import InputError

Unpacked = Iterator[tuple[str, Path] | InputError]
"""The name that each file has in the archive, with where it lies now; a fault stands for one that is not unpacked."""

LARGEST_WINDOW = 128 << 20
"""In bytes: how much memory a .zst file may ask for."""
NESTED = (".zip", ".gz", ".tgz", ".zst", ".tar", ".7z", ".rar", ".bz2", ".xz")
"""What is not unpacked out of a zip file."""

_PIECE = 1 << 16
_ZST_PIECE = 1 << 10
"""So little, as each 4 bytes can unpack to 128 KB at once."""
_DRIVE = re.compile("[A-Za-z]:")
_ENCRYPTED = 0x1 | 0x40
"""The bits of a member's flags."""
_LONGEST_NAME = 250
_MEMBER_CURE = "Unpack it, and name what is in it."


def unpack(path: Path, kind: str, room: Path, limit: int) -> Unpacked:
    """The files in an archive, one at a time; the caller removes each before the next.

    Args:
        path: the archive.
        kind: ".zip", ".gz" or ".zst".
        room: the folder that they are written to, as "member-1" and so on.
        limit: how many bytes each may have when it is unpacked.

    Yields:
        for .zip, the members in the order of their names, and a fault for each that is encrypted, damaged, itself
        packed, larger than `limit`, far larger than its packed size, a link, or named as nothing in a folder is;
        for .gz and .zst, the one file, its name being "".

    Raises:
        InputError: the archive as a whole is damaged; what .gz or .zst hold is too large; the disk is full.
    """
    if kind == ".zip":
        return _members(path, room, limit)
    return _single(path, kind, room, limit)


def _single(path: Path, kind: str, room: Path, limit: int) -> Unpacked:
    place = room / "member-1"
    with open_file(path) as stream:
        chunks = _gunzipped(stream, path) if kind == ".gz" else _unzst(stream, path)
        fault = _write(chunks, place, limit, path.stat().st_size)
    if fault:
        raise InputError(fault, path=path, cure=_MEMBER_CURE)
    yield "", place


def _members(path: Path, room: Path, limit: int) -> Unpacked:
    with open_file(path) as stream, open_zip(stream, path) as opened:
        members = sorted(opened.infolist(), key=lambda member: member.orig_filename)
        for number, member in enumerate(members, 1):
            if member.orig_filename.endswith("/"):
                continue
            place = room / f"member-{number}"
            fault = _refusal(member, limit) or _extract(opened, member, place, limit)
            if fault:
                yield InputError(f"{_shown(member)} {fault}", path=path, cure=_MEMBER_CURE)
            else:
                yield member.filename, place


def _refusal(member: ZipInfo, limit: int) -> str:
    """Why a member is not unpacked at all; "" if it is."""
    name = member.orig_filename
    if (
        not name
        or "\0" in name
        or name.startswith(("/", "\\"))
        or _DRIVE.match(name)
        or ".." in re.split(r"[/\\]", name)
    ):
        return "has a name that leads out of the archive"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "is a link"
    if member.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if PurePosixPath(name.lower()).suffix in NESTED:
        return "is packed within a packed file"
    if member.compress_type not in METHODS:
        return "is packed by a method that is not read"
    return _excess(member.file_size, member.compress_size, limit)


def _extract(opened: ZipFile, member: ZipInfo, place: Path, limit: int) -> str:
    try:
        with opened.open(member) as stream:
            return _write(_pieces(stream), place, limit, member.compress_size)
    except BROKEN:
        return "is damaged"


def _write(chunks: Iterator[bytes], place: Path, limit: int, packed: int) -> str:
    """Write a file, or nothing; why it was not written, or ""."""
    size, written = 0, False
    try:
        with place.open("wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if excess := _excess(size, packed, limit):
                    return excess
                file.write(chunk)
        written = True
        return ""
    except OSError as error:
        problem = f"cannot be unpacked: {error.strerror or error}"
        raise InputError(problem, path=place, cure="Check the disk, and that it has room.") from error
    finally:
        if not written:
            place.unlink(missing_ok=True)


def _excess(size: int, packed: int, limit: int) -> str:
    if size > limit:
        return f"is larger than {_size(limit)} when unpacked"
    if is_bomb(size, packed):
        return "unpacks to far more than text would, as bombs do"
    return ""


def _size(count: int) -> str:
    return f"{count // 1_000_000} MB" if count >= 1_000_000 else f"{count} bytes"


def _pieces(stream: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
    while chunk := stream.read(_PIECE):
        yield chunk


def _gunzipped(stream: BinaryIO, path: Path) -> Iterator[bytes]:
    try:
        with gzip.GzipFile(fileobj=stream) as unpacked:
            yield from _pieces(unpacked)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise InputError(f"cannot be unpacked by gzip: {error}", path=path, cure=CURE) from error


def _unzst(stream: BinaryIO, path: Path) -> Iterator[bytes]:
    from zstandard import ZstdDecompressor, ZstdError

    unpacker = ZstdDecompressor(max_window_size=LARGEST_WINDOW)
    frame = unpacker.decompressobj()
    try:
        while piece := stream.read(_ZST_PIECE):
            while piece:
                frame = unpacker.decompressobj() if frame.eof else frame
                yield frame.decompress(piece)
                piece = frame.unused_data if frame.eof else b""
    except ZstdError as error:
        raise InputError(f"cannot be unpacked by zstd: {error}", path=path, cure=CURE) from error
    if not frame.eof:
        raise InputError("cannot be unpacked by zstd: it is cut off", path=path, cure=CURE)


def _shown(member: ZipInfo) -> str:
    """Its name, so that it can be printed whatever it holds."""
    name = member.orig_filename
    return repr(name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…")
