"""Word documents: paragraphs and the cells of tables as they follow each other, without headers and footers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from nlpsuite.data.formats.opened import open_file
from nlpsuite.data.formats.zips import BROKEN, METHODS, is_bomb, open_zip
from nlpsuite.data.part import Part
from nlpsuite.errors import InputError

LARGEST_UNPACKED = 200_000_000
"""In bytes: all that the document is packed of."""

_OLE = b"\xd0\xcf\x11\xe0"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH, _ROW, _CELL, _TEXT = (_W + name for name in ("p", "tr", "tc", "t"))
_SIGNS = {_W + "tab": "\t", _W + "br": "\n", _W + "cr": "\n", _W + "noBreakHyphen": "-"}
_LEFT_OUT = frozenset(
    # Properties, what was deleted or moved away, pictures and text boxes, and how the text beside it is spoken.
    [_W + name for name in "pPr rPr tblPr trPr tcPr sectPr sdtPr del moveFrom drawing pict object rt".split()]
    # What older programs show in place of what precedes it.
    + ["{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"]
)
_CURE = "Open it in a word processor, and save it as .docx anew."


def read_word(path: Path) -> Iterator[Part]:
    """The document as one text.

    Raises:
        InputError: it is no Word document, or an old, encrypted or damaged one, unpacks to too much, or holds no text.
    """
    with open_file(path) as stream:
        _check(stream, path)
        root = _open(stream, path)
    text = _text(root, path)
    if not text:
        raise InputError("holds no text", path=path, cure="It may hold pictures or text boxes alone.")
    yield Part(text)


def _check(stream: BinaryIO, path: Path) -> None:
    """Refuse what must not be opened."""
    if stream.read(len(_OLE)) == _OLE:
        raise InputError("is encrypted or an old .doc", path=path, cure=_CURE)
    with open_zip(stream, path) as opened:
        members = opened.infolist()
    unpacked, packed = sum(one.file_size for one in members), sum(one.compress_size for one in members)
    if unpacked > LARGEST_UNPACKED:
        problem = f"is larger than {LARGEST_UNPACKED // 1_000_000} MB when unpacked"
        raise InputError(problem, path=path, cure="Split it.")
    if is_bomb(unpacked, packed) or any(is_bomb(one.file_size, one.compress_size) for one in members):
        raise InputError("unpacks to far more than text would, as bombs do", path=path, cure=_CURE)
    if any(one.compress_type not in METHODS for one in members):
        raise InputError("is packed by a method that is not read", path=path, cure=_CURE)


def _open(stream: BinaryIO, path: Path) -> Any:
    """The root of the document's XML."""
    from docx import Document
    from docx.exceptions import PythonDocxError
    from docx.opc.exceptions import OpcError
    from docx.oxml.exceptions import XmlchemyError
    from lxml.etree import LxmlError

    own = (PythonDocxError, OpcError, XmlchemyError, LxmlError)
    try:
        root: Any = Document(stream).element
    except (*BROKEN, *own, LookupError, AttributeError, TypeError) as error:
        raise InputError("is no Word document, or a damaged one", path=path, cure=_CURE) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise InputError("declares entities, which no Word document does", path=path, cure=_CURE)
    return root


def _text(root: Any, path: Path) -> str:
    try:
        return "\n".join(filter(None, (block.strip() for block in _blocks(root))))
    except RecursionError as error:
        raise InputError("is nested too deeply", path=path, cure=_CURE) from error


def _blocks(element: Any) -> Iterator[str]:
    """The paragraphs and rows within an element, empty ones too.

    What lies in content controls and insertions counts, as it is seen.
    """
    for child in element:
        if child.tag == _PARAGRAPH:
            yield "".join(_runs(child))
        elif child.tag == _ROW:
            yield " ".join(filter(None, map(_cell, _cells(child))))
        elif child.tag not in _LEFT_OUT:
            yield from _blocks(child)


def _cells(row: Any) -> Iterator[Any]:
    for child in row:
        if child.tag == _CELL:
            yield child
        elif child.tag not in _LEFT_OUT:
            yield from _cells(child)


def _cell(cell: Any) -> str:
    return " ".join(" ".join(_blocks(cell)).split())


def _runs(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag not in _LEFT_OUT:
            yield from _runs(child)
