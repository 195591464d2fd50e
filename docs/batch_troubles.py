"""Files of every kind of trouble, each with the outcome that it should have."""

from __future__ import annotations

import gzip
import io
import os
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SEED = 1


@dataclass(frozen=True)
class Trouble:
    """A kind of file.

    Attributes:
        suffix: of its name.
        make: writes it.
        reason: what the reason of its refusal holds; "" where it is scored.
        text: what must have been read, where it is scored.
        most: how many of it there are at most.
    """

    suffix: str
    make: Callable[[Path], object]
    reason: str = ""
    text: str = ""
    most: int = 1000


GERMAN = "Der Zug nach Köln fährt heute nicht, weil die Brücke für ihn gesperrt ist; es gibt keinen Ersatz. " * 3
CHINESE = "公司今天公布了第三季度的财务报告，净利润同比增长百分之十二，这让市场感到意外，股价随后上涨。" * 3
TRADITIONAL = "公司今天公佈了第三季度的財務報告，淨利潤同比增長百分之十二，這讓市場感到意外，股價隨後上漲。" * 3
FRENCH = "Le café était fermé à cause de la grève générale, et les clients n’ont pas été prévenus à temps. " * 3


def troubles() -> list[Trouble]:
    """Every kind, with its outcome."""

    def raw(content: bytes) -> Callable[[Path], object]:
        return lambda file: file.write_bytes(content)

    def text(content: str, encoding: str, mark: bytes = b"") -> tuple[Callable[[Path], object], str, str]:
        return raw(mark + content.encode(encoding)), "", content

    noise = random.Random(SEED).randbytes(3000)
    return [
        Trouble(".txt", *text(GERMAN, "utf-8")),
        Trouble(".txt", *text(GERMAN, "utf-8", b"\xef\xbb\xbf")),
        Trouble(".txt", *text(CHINESE, "utf-16-le", b"\xff\xfe")),
        Trouble(".txt", *text(CHINESE, "utf-16-be")),
        Trouble(".txt", *text(GERMAN, "utf-16-le")),
        Trouble(".txt", *text(CHINESE, "gb18030")),
        Trouble(".txt", *text(TRADITIONAL, "big5")),
        Trouble(".txt", *text(GERMAN, "latin-1")),
        Trouble(".txt", *text(FRENCH, "cp1252")),
        Trouble("\nline.txt", *text(GERMAN, "utf-8")),
        Trouble(os.fsdecode(b"\xff\xfe.txt"), *text(GERMAN, "utf-8")),
        Trouble("", *text(GERMAN, "utf-8")),
        Trouble(".txt.gz", lambda file: file.write_bytes(gzip.compress(GERMAN.encode())), "", GERMAN),
        Trouble(".txt", _unreadable, "" if os.geteuid() == 0 else "Permission", GERMAN),
        Trouble(".txt", raw(b""), "is empty"),
        Trouble(".txt", raw(b" \n \n"), "is empty"),
        Trouble(".txt", raw(noise), "binary"),
        Trouble(".txt", raw(b"text\0with\0NUL bytes and more text in it" * 9), "binary"),
        Trouble(".txt", raw("Быстрая лиса перепрыгнула через ленивую собаку. ".encode("cp1251") * 9), "nor surely"),
        Trouble(".txt", raw(b"x" * 10_000_000), "longer than"),
        Trouble(".txt", _sparse, "", most=2),
        Trouble(".txt", os.mkfifo, "pipe"),
        Trouble(".txt", lambda file: file.symlink_to(file), "link"),
        Trouble(".txt", lambda file: file.symlink_to("/etc/passwd"), "link"),
        Trouble(".exe", raw(noise), "no kind that is read"),
        Trouble(".zip", _bomb, "bomb"),
        Trouble(".zip", raw(b"PK\3\4" + noise), "zip"),
        Trouble(".gz", raw(gzip.compress(noise)[:-20]), ""),
        Trouble(".pdf", _encrypted, "encrypted"),
        Trouble(".pdf", raw(b"%PDF-1.7\n" + noise), "PDF"),
        Trouble(".docx", raw(b"PK\3\4" + noise), "damaged"),
        Trouble(".docx", raw(b"\xd0\xcf\x11\xe0" + noise), "encrypted"),
        Trouble(".json", raw(b'[{"text": ' + b"[" * 100_000), "malformed JSON"),
        Trouble(".csv", raw(b'text\n"never closed\n'), "cannot be read as a table"),
        Trouble(".eml", raw(b"Content-Type: text/plain; charset=x-none\n\nHello \xff there"), "x-none"),
        Trouble(".parquet", raw(b"PAR1" + noise), "Parquet"),
    ]


def _unreadable(file: Path) -> None:
    file.write_text(GERMAN, "utf-8")
    file.chmod(0)


def _sparse(file: Path) -> None:
    with file.open("wb") as stream:
        stream.truncate(2_000_000_000)


def _bomb(file: Path) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.txt", b"0" * 60_000_000)


def _encrypted(file: Path) -> None:
    import pypdf

    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    content = io.BytesIO()
    writer.write(content)
    file.write_bytes(content.getvalue())
