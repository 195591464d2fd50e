"""Which encoding a file's bytes are in.

A byte-order mark decides, then UTF-8, then what the file declares, then a judgement: UTF-16, GB18030, Big5 and
cp1252 are told by what is frequent in the text that they give. Where that decides nothing, bytes are refused:
text in the wrong characters is worse than none.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from nlpsuite.data.chinese_bytes import chinese_name, utf16_name
from nlpsuite.data.decodable import first_undecodable
from nlpsuite.data.western_bytes import west_european_name
from nlpsuite.errors import InputError

CURE = "Convert it to UTF-8."
BINARY_CURE = "Convert it to a text file first."
MOST_CONTROLS = 0.1
"""The share of control characters above which bytes are not text."""
DECLARED_WITHIN = 2048
"""In bytes: how far into a file its encoding may be declared."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    # UTF-32 goes first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))

_XML = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']\s*([\w.:+-]+)""")
_META = re.compile(rb"<meta[\s/][^>]*", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_CONTENT = re.compile(rb"""\bcontent\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)
_CHARSET = re.compile(rb"""\bcharset\s*=\s*["']?\s*([\w.:+-]+)""", re.IGNORECASE)
_CONTENT_TYPE = re.compile(rb"""\bhttp-equiv\s*=\s*["']?\s*content-type\b""", re.IGNORECASE)
_ASCII_TRIAL = rb"<meta> +AGE- \x41 ~{VP~} xn--mnchen-3ya"
"""Who reads this otherwise is no superset of ASCII: UTF-16, EBCDIC, UTF-7, HZ, escapes, host names."""
_READ_AS = {
    # What names the older and smaller set is mostly in the newer and larger one.
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "cp950",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "utf-8-sig": "utf-8",
}


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


def declared_encoding(sample: bytes) -> str | None:
    """The encoding that an XML declaration or the first fitting HTML `<meta>` names, as it is spelled there.

    Args:
        sample: the beginning of the file.
    """
    head = sample[:DECLARED_WITHIN]
    xml = _XML.match(head)
    if xml:
        return xml[1].decode("ascii", "ignore")
    for tag in _META.findall(_COMMENT.sub(b"", head)):
        attributes = _CONTENT.sub(b"", tag)
        charset = _CHARSET.search(attributes)
        content = _CONTENT.search(tag)
        if charset is None and content and _CONTENT_TYPE.search(attributes):
            charset = _CHARSET.search(content[1])
        if charset:
            return charset[1].decode("ascii", "ignore")
    return None


def guess_encoding(
    sample: bytes,
    path: str | Path,
    *,
    whole: bool = True,
    lines_before: int = 0,
    declared: str | None = None,
) -> Encoding:
    """The encoding of bytes that carry no byte-order mark.

    Args:
        sample: the file, or a part of it that begins at a character.
        path: for messages.
        whole: whether the file ends with the sample; else its last character may be cut.
        lines_before: how many lines of the file precede the sample.
        declared: the encoding that the file says it is in. It is believed if the sample can be read by it,
            unless that is UTF-8, and passed over if it is unknown.

    Raises:
        InputError: the file is binary, damaged UTF-8, or in an encoding that is not read or cannot be told.
    """
    bad = first_undecodable(sample, "utf-8", whole)
    if not _is_binary(sample):
        believed = _believed(declared, sample, whole)
        if bad is None:
            return Encoding(believed if believed and sample.isascii() else "utf-8")
        if believed:
            return Encoding(believed)
    # UTF-16 looks like a binary file, so it goes first.
    name = utf16_name(sample, whole)
    if name is None:
        refuse_binary(sample, path, lines_before)
        name = chinese_name(sample, whole) or west_european_name(sample)
    if name:
        return Encoding(name)
    line = lines_before + sample.count(b"\n", 0, bad or 0) + 1
    problem = "is not valid UTF-8 here, nor surely in another encoding that is read"
    raise InputError(problem, path=path, line=line, cure=CURE)


def refuse_binary(sample: bytes, path: str | Path, lines_before: int = 0) -> None:
    """Refuse bytes that are no text.

    Raises:
        InputError: there is a NUL byte, or there are many control characters.
    """
    nul = sample.find(b"\0")
    if nul >= 0:
        line = lines_before + sample.count(b"\n", 0, nul) + 1
        raise InputError(f"is a binary file (NUL in line {line})", path=path, cure=BINARY_CURE)
    if _is_binary(sample):
        raise InputError("is a binary file", path=path, cure=BINARY_CURE)


def _is_binary(sample: bytes) -> bool:
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return b"\0" in sample or controls > MOST_CONTROLS * len(sample)


def _believed(declared: str | None, sample: bytes, whole: bool) -> str | None:
    """Python's name for a declared encoding that can be true: what can be read as ASCII is not in EBCDIC."""
    if declared is None:
        return None
    try:
        name = codecs.lookup(declared.strip()).name
        name = _READ_AS.get(name, name)
        if _ASCII_TRIAL.decode(name) != _ASCII_TRIAL.decode("ascii"):
            return None
    except (LookupError, ValueError):
        return None
    return name if first_undecodable(sample, name, whole) is None else None
