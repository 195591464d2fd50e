"""Mail: a message, or a mailbox of them; subject and body, with the names of what is attached."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import BinaryIO

from nlpsuite.data.encoding import CURE, declared_encoding, guess_encoding, marked_encoding
from nlpsuite.data.formats.html import html_to_text
from nlpsuite.data.formats.opened import open_file, read_file
from nlpsuite.data.formats.stated import stated_language
from nlpsuite.data.part import Part
from nlpsuite.data.textfile import check_text
from nlpsuite.errors import InputError

LARGEST_MESSAGE = 50_000_000
"""In bytes, with what is attached."""
LARGEST_HEADER = 250_000
"""In bytes; the time to read a field of it grows with the square of its length."""
MOST_ATTACHMENTS = 1_000
"""How many are named."""

_LONGEST_NAME = 250
_PIECE = 1 << 20
_BLANK = (b"\n", b"\r\n")
_ESCAPED = re.compile(b">+From ")
_LONG_FIELD = re.compile(rb"^content-[a-z-]+:(?:[^\n]|\n[ \t]){8000}", re.IGNORECASE | re.MULTILINE)
_HEADER_END = re.compile(rb"\n\r?\n")
_CONTROLS = re.compile("[\0-\x1f\x7f-\x9f]")
_BROKEN = (MessageError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What the standard library's reader of mail raises for headers and parts that are malformed or nested too deeply."""
_READ_AS = {"gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252"}
"""What mail programs call by the name of an older and smaller set."""
_NO_CHARSETS = frozenset(["idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"])
_CURE = "Save it from the mail program anew."


@dataclass(frozen=True, slots=True)
class _Body:
    """A text as it came.

    Attributes:
        content: its bytes, unpacked from how they were sent.
        charset: as it is stated.
        html: whether it is HTML, not plain text.
    """

    content: bytes
    charset: str | None
    html: bool


@dataclass(frozen=True, slots=True)
class _Mail:
    """What is taken from a message.

    Attributes:
        subject: on one line.
        bodies: the plain one before that in HTML.
        lang: as it is stated.
        date: when it was sent, as ISO 8601.
        attachments: their names.
    """

    subject: str
    bodies: list[_Body]
    lang: str | None
    date: str | None
    attachments: list[str]


def read_message(path: Path) -> Iterator[Part]:
    """The message as one document.

    Raises:
        InputError: it cannot be read, understood or decoded, is too large, or holds no text.
    """
    try:
        part = _part(read_file(path, LARGEST_MESSAGE), 1)
    except InputError as error:
        raise InputError(error.problem, path=path, cure=error.cure) from error
    yield part


def read_mailbox(path: Path) -> Iterator[Part | InputError]:
    """Its messages in order, counted from 1; one that is faulty or too large is a fault of its own.

    Memory is that for one message.

    Raises:
        InputError: it cannot be read, is empty, or is no mailbox.
    """
    with open_file(path) as stream:
        for number, content in enumerate(_messages(stream, path), 1):
            try:
                part: Part | InputError = _part(content, number)
            except InputError as error:
                part = InputError(f"message {number} {error.problem}", path=path, cure=error.cure)
            yield part


def _messages(stream: BinaryIO, path: Path) -> Iterator[bytes]:
    """The bytes of each message without the line that begins it; of one that is too large, one byte too many."""
    content: bytearray | None = None
    before, whole = b"\n", True
    while line := stream.readline(_PIECE):
        if whole and before in _BLANK and line.startswith(b"From "):
            if content is not None:
                yield bytes(content)
            content = bytearray()
        elif content is not None:
            room = LARGEST_MESSAGE + 1 - len(content)
            content += (line[1:] if whole and _ESCAPED.match(line) else line)[:room]
        elif line not in _BLANK:
            raise InputError("is no mailbox: its first line does not begin with From", path=path, cure=_CURE)
        before, whole = line, line.endswith(b"\n")
    if content is None:
        raise InputError("is empty", path=path, cure="Name a file that holds messages.")
    yield bytes(content)


def _part(content: bytes, number: int) -> Part:
    if len(content) > LARGEST_MESSAGE:
        raise InputError(f"is larger than {LARGEST_MESSAGE // 1_000_000} MB", cure="Save it without its attachments.")
    if len(content) > LARGEST_HEADER and not _HEADER_END.search(content, 0, LARGEST_HEADER):
        raise InputError(f"has a header larger than {LARGEST_HEADER // 1000} KB", cure=_CURE)
    if _LONG_FIELD.search(content):
        raise InputError("describes a part at more length than any mail program does", cure=_CURE)
    try:
        mail = _read(content)
    except RecursionError as error:
        raise InputError("is nested too deeply", cure=_CURE) from error
    except _BROKEN as error:
        raise InputError("is malformed", cure=_CURE) from error
    texts = filter(None, map(_decode, mail.bodies))
    text = "\n\n".join(filter(None, [mail.subject, next(texts, "")]))
    if not text:
        raise InputError("holds no text", cure="It may be encrypted, or only carry attachments.")
    return Part(text, number, lang=mail.lang, date=mail.date, fields={"attachments": mail.attachments})


def _read(content: bytes) -> _Mail:
    """All that the standard library reads, so that its errors are caught, and no others."""
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(content)
    if not message.keys():
        raise InputError("is no mail message: it has no header", cure=_CURE)
    found = [message.get_body((kind,)) for kind in ("plain", "html")]
    bodies = [part for part in found if isinstance(part, EmailMessage)]
    date = message.get("date")
    moment = date.datetime if date else None
    return _Mail(
        " ".join(_shown(str(message.get("subject", ""))).split()),
        [_body(part) for part in bodies],
        stated_language(str(message.get("content-language", ""))),
        moment.isoformat() if moment else None,
        _attachments(message, bodies),
    )


def _body(part: EmailMessage) -> _Body:
    content = part.get_payload(decode=True)
    is_html = part.get_content_subtype() == "html"
    return _Body(content if isinstance(content, bytes) else b"", part.get_content_charset(), is_html)


def _attachments(message: EmailMessage, bodies: list[EmailMessage]) -> list[str]:
    names: list[str] = []
    for part in message.walk():
        named = part.get_filename()
        attached = named or part.get_content_disposition() == "attachment"
        if attached and not any(part is body for body in bodies) and len(names) < MOST_ATTACHMENTS:
            names.append(_shown(named or part.get_content_type())[:_LONGEST_NAME])
    return names


def _decode(body: _Body) -> str:
    codec = _codec(body)
    try:
        text = body.content.decode(codec).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise InputError(f"is not valid {codec.upper()}, which it is said to be in", cure=_CURE) from error
    except LookupError as error:
        raise _unknown(codec) from error
    if "\0" in text:
        raise InputError("holds NUL characters, so it is no text", cure=_CURE)
    check_text(text, "")
    return html_to_text(text) if body.html else text.replace("\r\n", "\n").strip()


def _codec(body: _Body) -> str:
    """As Python's codecs know it; guessed where it is not stated, or said to be ASCII, which many programs say."""
    try:
        name = codecs.lookup(body.charset or "ascii").name
    except (LookupError, ValueError) as error:
        raise _unknown(str(body.charset)) from error
    if name in _NO_CHARSETS:
        raise _unknown(name)
    if name != "ascii":
        return _READ_AS.get(name, name)
    declared = declared_encoding(body.content) if body.html else None
    return (marked_encoding(body.content) or guess_encoding(body.content, "", declared=declared)).name


def _unknown(charset: str) -> InputError:
    return InputError(f"is in a character set that is not known ({_shown(charset)[:40]})", cure=CURE)


def _shown(text: str) -> str:
    """Text out of a header, without the bytes that could not be decoded and characters that control a terminal."""
    return _CONTROLS.sub(" ", text.encode("utf-8", "replace").decode("utf-8"))
