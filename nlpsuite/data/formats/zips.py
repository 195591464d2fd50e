"""Zip files, checked before anything in them is read."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from nlpsuite.errors import InputError

BOMB_SIZE = 20_000_000
"""In bytes: what is smaller unpacked is no bomb."""
BOMB_RATIO = 200
"""How many times its packed size text hardly ever has."""
MOST_MEMBERS = 100_000
"""How many files a zip file may hold."""
METHODS = (ZIP_STORED, ZIP_DEFLATED)
"""How members may be packed; of the others a few bytes can unpack to gigabytes at once."""
BROKEN = (
    BadZipFile,
    EOFError,
    IndexError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What the standard library raises for zip files that are damaged, cut off or of another kind."""
CURE = "Pack it anew."


def open_zip(stream: BinaryIO, path: Path) -> ZipFile:
    """A zip file whose list of members is sound.

    Args:
        stream: its bytes, which stay open.
        path: for messages.

    Raises:
        InputError: it is no zip file, is damaged, or holds too many members, or some that share their bytes.
    """
    try:
        opened = ZipFile(stream)
    except BROKEN as error:
        raise InputError("is no zip file, or a damaged one", path=path, cure=CURE) from error
    members = opened.infolist()
    if len(members) > MOST_MEMBERS:
        raise InputError(f"holds more than {MOST_MEMBERS} files", path=path, cure="Pack them into several.")
    if sum(member.compress_size for member in members) > stream.seek(0, os.SEEK_END):
        raise InputError("holds files that share their bytes, as zip bombs do", path=path, cure=CURE)
    return opened


def is_bomb(unpacked: int, packed: int) -> bool:
    """Whether so many bytes out of so few are no honest file."""
    return unpacked > BOMB_SIZE and unpacked > BOMB_RATIO * packed
