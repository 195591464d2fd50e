"""Which encoding a file's bytes are in: byte-order marks, UTF-8, and GB18030 where that gives Chinese."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from nlpsuite.errors import InputError

CURE = "Convert it to UTF-8."
BINARY_CURE = "Convert it to a text file first."
MOST_CONTROLS = 0.1
"""The share of control characters above which bytes are not text."""
MOST_PRIVATE = 0.05
"""The share of private-use characters above which text was not GB18030 (Big5 commas become such)."""
MOST_FOREIGN = 0.5
"""The share of Chinese characters that look like misread accented letters above which they are such."""
LEAST_COMMON = 0.8
"""The share of common Chinese characters above which text is Chinese beyond doubt."""
JUDGED = 20_000
"""How many Chinese characters are enough to judge by."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    # UTF-32 goes first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))
_CJK = "\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_HAN = re.compile("[\u4e00-\u9fa5]")
_IN_WORD = re.compile(
    f"(?<=[A-Za-z])[\u4e00-\u9fa5](?![{_CJK}])|(?<![{_CJK}])[\u4e00-\u9fa5](?=[A-Za-z])",
)
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_ESCAPED = re.compile("[\udc80-\udcff]")
_TWO_BYTES = re.compile("[\u0080-\u07ff]")
_MORE_BYTES = re.compile("[\u0800-\ud7ff\ue000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """How bytes become text.

    Attributes:
        name: as Python's codecs know it.
        mark: how many bytes of byte-order mark come first.
    """

    name: str
    mark: int = 0

    @property
    def wide(self) -> bool:
        """Whether a line end is more than one byte."""
        return self.name.startswith(("utf-16", "utf-32"))


def marked_encoding(start: bytes) -> Encoding | None:
    """The encoding that a byte-order mark states, if there is one."""
    for mark, name in _BOMS:
        if start.startswith(mark):
            return Encoding(name, len(mark))
    return None


def guess_encoding(sample: bytes, path: str | Path, *, whole: bool = True, lines_before: int = 0) -> Encoding:
    """The encoding of bytes that carry no byte-order mark.

    Args:
        sample: the file, or a part of it that begins at a character.
        path: for messages.
        whole: whether the file ends with the sample; else its last character may be cut.
        lines_before: how many lines of the file precede the sample.

    Raises:
        InputError: the file is binary, damaged UTF-8, or in an encoding that is not read.
    """
    refuse_binary(sample, path, lines_before)
    bad = _first_undecodable(sample, "utf-8", whole)
    if bad is None:
        return Encoding("utf-8")
    if _is_chinese_gb18030(sample, whole):
        return Encoding("gb18030")
    line = lines_before + sample.count(b"\n", 0, bad) + 1
    raise InputError("is not valid UTF-8 here, nor GB18030", path=path, line=line, cure=CURE)


def refuse_binary(sample: bytes, path: str | Path, lines_before: int = 0) -> None:
    """Refuse bytes that are no text.

    Raises:
        InputError: there is a NUL byte, or there are many control characters.
    """
    nul = sample.find(b"\0")
    if nul >= 0:
        line = lines_before + sample.count(b"\n", 0, nul) + 1
        raise InputError(f"is a binary file (NUL in line {line})", path=path, cure=BINARY_CURE)
    if len(sample) - len(sample.translate(None, _CONTROLS)) > MOST_CONTROLS * len(sample):
        raise InputError("is a binary file", path=path, cure=BINARY_CURE)


def _first_undecodable(sample: bytes, name: str, whole: bool) -> int | None:
    try:
        codecs.getincrementaldecoder(name)().decode(sample, final=whole)
    except UnicodeDecodeError as error:
        return error.start
    return None


def _is_damaged_utf8(sample: bytes) -> bool:
    """Whether most of what is not ASCII is UTF-8: GB18030 accepts nearly all bytes and would give rubbish.

    In GB18030 text some pairs of bytes are valid UTF-8 by chance, but few and hardly ever three in a row.
    """
    text = sample.decode("utf-8", "surrogateescape")
    bad = len(_ESCAPED.findall(text))
    return len(_TWO_BYTES.findall(text)) + 4 * len(_MORE_BYTES.findall(text)) >= bad


def _is_chinese_gb18030(sample: bytes, whole: bool) -> bool:
    """Whether the bytes are Chinese in GB18030, and not something else that happens to decode.

    A European code page gives single Chinese characters within Latin words, most of them with a second byte
    that is an ASCII letter; Big5 gives private-use characters; damaged UTF-8 gives rare characters.
    """
    if _first_undecodable(sample, "gb18030", whole) is not None:
        return False
    text = sample.decode("gb18030", "ignore")
    han = _HAN.findall(text)
    if not han or len(_PRIVATE.findall(text)) > MOST_PRIVATE * len(han):
        return False
    pairs = "".join(han[:JUDGED]).encode("gb18030")
    leads, trails, judged = pairs[::2], pairs[1::2], len(pairs) // 2
    ascii_trails = sum(trail < 0x80 for trail in trails)
    if max(ascii_trails / judged, len(_IN_WORD.findall(text)) / len(han)) > MOST_FOREIGN:
        return False
    both = zip(leads, trails, strict=True)
    common = sum(0xB0 <= lead <= 0xD7 and trail >= 0xA1 for lead, trail in both)
    return common >= LEAST_COMMON * judged or not _is_damaged_utf8(sample)
