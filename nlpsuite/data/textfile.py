"""Text files, whole or line by line, plain or gzipped, with every fault told as an `InputError`."""

from __future__ import annotations

import gzip
import io
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nlpsuite.data.encoding import BINARY_CURE, CURE, Encoding, guess_encoding, marked_encoding, refuse_binary
from nlpsuite.errors import InputError, TextError

LONGEST_LINE = 50_000_000
"""In bytes; in characters for UTF-16 and UTF-32."""
LARGEST_TEXT = 1_000_000_000
"""In bytes: what is read as one text."""
SAMPLE = 1 << 18
"""In bytes: how much is looked at together for the encoding."""


def read_text(path: str | Path) -> str:
    """The file's text as it stands, line ends included, without a byte-order mark.

    Raises:
        InputError: the file is missing, a folder, unreadable, empty, binary, too large, or in an encoding
            that is not read.
    """
    with open_bytes(path) as stream:
        content = _read_all(stream, path)
    encoding = marked_encoding(content) or guess_encoding(content, path)
    text = _decode(content[encoding.mark :], encoding, path, 1)
    if not text or text.isspace():
        raise _empty(path)
    return text


def read_lines(path: str | Path) -> Iterator[tuple[int, str]]:
    r"""The file's lines with their numbers from 1, without their ends, in constant memory.

    Lines end at "\n" or "\r\n" and nowhere else, so a line may hold U+2028 or form feeds.

    Raises:
        InputError: as for `read_text`, when the line is reached; a line is longer than `LONGEST_LINE`.
    """
    for number, line in read_raw_lines(path):
        yield number, line.removesuffix("\n").removesuffix("\r") if line.endswith("\n") else line


def read_raw_lines(path: str | Path) -> Iterator[tuple[int, str]]:
    """As `read_lines`, with the line ends."""
    for number, line in try_lines(path):
        if isinstance(line, InputError):
            raise line
        yield number, line


def try_lines(path: str | Path) -> Iterator[tuple[int, str | InputError]]:
    """As `read_raw_lines`, but a line that cannot be read is given as its fault, and reading goes on after it.

    Raises:
        InputError: as for `read_text`, for what is wrong with the whole file; in UTF-16 and UTF-32 for lines too.
    """
    something = False
    with open_bytes(path) as stream:
        for number, line in _lines(stream, path):
            something = something or isinstance(line, InputError) or not line.isspace()
            yield number, line
    if not something:
        raise _empty(path)


@contextmanager
def open_bytes(path: str | Path) -> Iterator[io.BufferedIOBase]:
    """The file's bytes, unpacked where its name ends in ".gz".

    Raises:
        InputError: the file cannot be opened, read or unpacked.
    """
    file = Path(path)
    zipped = file.suffix.lower() == ".gz"
    try:
        # Opening a pipe would wait for its writer, and it cannot be read twice.
        if not stat.S_ISREG(mode := file.stat().st_mode) and not stat.S_ISDIR(mode):
            raise InputError("is a pipe or device, not a file", path=path, cure="Save it to a file first.")
        with gzip.open(file, "rb") if zipped else file.open("rb") as stream:
            yield stream
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError("there is no such file", path=path, cure="Check its name.") from error
    except IsADirectoryError as error:
        cure = "Name a file in it."
        raise InputError("is a folder where a file is expected", path=path, cure=cure) from error
    except PermissionError as error:
        raise InputError("must not be read", path=path, cure="Ask for read permission on it.") from error
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        cure = "Pack it anew, or take the .gz off its name if it is not packed."
        raise InputError(f"cannot be unpacked by gzip: {error}", path=path, cure=cure) from error
    except OSError as error:
        problem = f"cannot be read: {error.strerror or error}"
        raise InputError(problem, path=path, cure="Check the file and its disk.") from error


def check_text(text: str, path: str | Path, line: int | None = None, field: str | None = None) -> str:
    """The text itself, if it can be processed.

    Raises:
        TextError: it holds a lone surrogate, which is what undecodable bytes become on a command line.
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        problem = f"character {error.start + 1} is a lone surrogate (bytes that are not UTF-8)"
        raise TextError(problem, path=path, line=line, field=field, cure="Pass the text in UTF-8.") from error
    return text


def shown(path: str | os.PathLike[str]) -> str:
    """A path that can be printed, even where its name is not valid UTF-8."""
    return os.fspath(path).encode("utf-8", "backslashreplace").decode("utf-8")


def _read_all(stream: io.BufferedIOBase, path: str | Path) -> bytes:
    # In parts, as a packed file can be far larger than it looks.
    parts = []
    size = 0
    while part := stream.read(SAMPLE):
        size += len(part)
        if size > LARGEST_TEXT:
            raise InputError(f"is larger than {LARGEST_TEXT // 1_000_000} MB", path=path, cure="Split it.")
        parts.append(part)
    return b"".join(parts)


def _lines(stream: io.BufferedIOBase, path: str | Path) -> Iterator[tuple[int, str | InputError]]:
    encoding = _encoding_of(stream, path)
    stream.seek(encoding.mark)
    if encoding.wide:
        yield from _wide_lines(stream, encoding, path)
        return
    number = 0
    while content := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(content) > LONGEST_LINE:
            _pass_over_line(stream, content)
            yield number, _too_long(path, number)
        else:
            yield number, _line(content, encoding, path, number)


def _pass_over_line(stream: io.BufferedIOBase, begun: bytes) -> None:
    while begun and not begun.endswith(b"\n"):
        begun = stream.readline(SAMPLE)


def _line(content: bytes, encoding: Encoding, path: str | Path, number: int) -> str | InputError:
    try:
        return _decode(content, encoding, path, number)
    except InputError as error:
        return error


def _wide_lines(stream: io.BufferedIOBase, encoding: Encoding, path: str | Path) -> Iterator[tuple[int, str]]:
    text = io.TextIOWrapper(stream, encoding.name, newline="\n")  # type: ignore[type-var]
    number = 0
    while True:
        number += 1
        try:
            line = text.readline(LONGEST_LINE + 1)
        except UnicodeDecodeError as error:
            raise _undecodable(path, number, encoding) from error
        if not line:
            return
        if len(line) > LONGEST_LINE:
            raise _too_long(path, number)
        yield number, _no_nul(line, path, number)


def _encoding_of(stream: io.BufferedIOBase, path: str | Path) -> Encoding:
    """From the byte-order mark, else from the first part that is not plain ASCII."""
    chunk = stream.read(SAMPLE)
    marked = marked_encoding(chunk)
    if marked:
        return marked
    at_start, lines = True, 0
    # A NUL at the beginning may be that of UTF-16, later it is none.
    while len(chunk) == SAMPLE and chunk.isascii() and not (at_start and b"\0" in chunk):
        refuse_binary(chunk, path, lines)
        lines += chunk.count(b"\n")
        chunk = stream.read(SAMPLE)
        at_start = False
    more = stream.read(SAMPLE)
    if not at_start:
        refuse_binary(chunk + more, path, lines)
    return guess_encoding(chunk + more, path, whole=len(more) < SAMPLE, lines_before=lines)


def _decode(content: bytes, encoding: Encoding, path: str | Path, line: int) -> str:
    try:
        text = content.decode(encoding.name)
    except UnicodeDecodeError as error:
        raise _undecodable(path, line + content.count(b"\n", 0, error.start), encoding) from error
    return _no_nul(text, path, line)


def _no_nul(text: str, path: str | Path, line: int) -> str:
    if "\0" in text:
        found = line + text.count("\n", 0, text.index("\0"))
        raise InputError(f"is a binary file (NUL in line {found})", path=path, cure=BINARY_CURE)
    return text


def _undecodable(path: str | Path, line: int, encoding: Encoding) -> InputError:
    return InputError(f"is not valid {encoding.name.upper()} here", path=path, line=line, cure=CURE)


def _too_long(path: str | Path, line: int) -> InputError:
    problem = f"the line is longer than {LONGEST_LINE // 1_000_000} MB"
    return InputError(problem, path=path, line=line, cure="Check that it holds one record a line.")


def _empty(path: str | Path) -> InputError:
    return InputError("is empty", path=path, cure="Name a file that holds text.")
