"""PDF: the text of each page, as far as it is there as text."""

from __future__ import annotations

import logging
import re
import struct
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from nlpsuite.data.formats.opened import open_file
from nlpsuite.data.formats.stated import stated_date, stated_language
from nlpsuite.data.part import Part
from nlpsuite.errors import InputError

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MOST_PAGES = 50_000
"""How many pages a file may have."""
LARGEST_PAGE = 5_000_000
"""In characters."""

_LONGEST_REASON = 150
_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(?:(Z|[+-]\d\d)'?(\d\d)?)?", re.ASCII)
_CURE = "Open it in a viewer, and print it to a PDF anew."
_SCAN_CURE = "Run it through text recognition first."


def read_pdf(path: Path) -> Iterator[Part | InputError]:
    """Its pages, counted from 1; one without text, or that cannot be read, is a fault of its own.

    Raises:
        InputError: the file is no PDF, damaged, encrypted, has no page or too many.
    """
    # It reports every small flaw that it reads over, on standard error if nobody listens.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
    with open_file(path) as stream:
        reader, pages = _open(stream, path)
        lang, date = _language(reader), _date(reader)
        for number in range(1, pages + 1):
            text = _text(reader, number, path)
            yield text if isinstance(text, InputError) else Part(text, number, lang=lang, date=date)


def _open(stream: BinaryIO, path: Path) -> tuple[PdfReader, int]:
    from pypdf import PasswordType, PdfReader
    from pypdf.errors import DependencyError

    try:
        reader = PdfReader(stream)
        if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
            raise InputError("is encrypted", path=path, cure="Save it without a password.")
        pages = len(reader.pages)
    except DependencyError as error:
        raise InputError("is encrypted", path=path, cure="Save it without a password.") from error
    except _broken() as error:
        raise InputError(f"is no PDF, or a damaged one: {_reason(error)}", path=path, cure=_CURE) from error
    if not 0 < pages <= MOST_PAGES:
        raise InputError(f"has no page, or more than {MOST_PAGES}", path=path, cure=_CURE)
    return reader, pages


def _text(reader: PdfReader, number: int, path: Path) -> str | InputError:
    """A page's text, or why there is none."""
    try:
        text = _clean(_page(reader, number).extract_text())
    except _broken() as error:
        return InputError(f"page {number} cannot be read: {_reason(error)}", path=path, cure=_CURE)
    if len(text) > LARGEST_PAGE:
        return InputError(f"page {number} holds more than {LARGEST_PAGE} characters", path=path, cure=_CURE)
    if not text:
        return InputError(f"page {number} holds no text; it may be a picture", path=path, cure=_SCAN_CURE)
    return text


def _page(reader: PdfReader, number: int) -> PageObject:
    return reader.pages[number - 1]


def _clean(text: str) -> str:
    """Without what faulty fonts give: NUL, and surrogates, of which only pairs are characters."""
    pairs = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return pairs.replace("\0", "").strip()


def _language(reader: PdfReader) -> str | None:
    try:
        stated = reader.root_object.get("/Lang")
        return stated_language(str(stated.get_object())) if stated is not None else None
    except _broken():
        return None


def _date(reader: PdfReader) -> str | None:
    try:
        written = str(reader.metadata.creation_date_raw) if reader.metadata else ""
    except _broken():
        return None
    found = _DATE.match(written)
    if not found:
        return None
    year, month, day, hour, minute, second, zone, minutes = found.groups(default="")
    moment = f"T{hour}:{minute}:{second or '00'}" if minute else ""
    offset = f"{zone.replace('Z', '+00')}:{minutes or '00'}" if zone and moment else ""
    return stated_date(f"{year}-{month}-{day}{moment}{offset}")


@cache
def _broken() -> tuple[type[Exception], ...]:
    """What pypdf raises for files that are damaged, hostile or beyond its limits; it checks little of what it reads."""
    from pypdf.errors import DependencyError, PyPdfError

    own = (PyPdfError, DependencyError)
    builtin = (
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        OSError,
        RuntimeError,
        TypeError,
        ValueError,
    )
    return (*own, *builtin, struct.error, zlib.error)


def _reason(error: BaseException) -> str:
    from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, LimitReachedError):
        return "it would take too much time or memory"
    if isinstance(error, PyPdfError | DependencyError) and str(error):
        return repr(str(error))[1:-1][:_LONGEST_REASON].rstrip(".")
    return "its structure is damaged"
