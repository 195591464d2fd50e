from __future__ import annotations

import io
import logging
import zlib

import pypdf
import pytest

from nlpsuite.data.formats import pdf
from nlpsuite.data.formats.pdf import read_pdf
from nlpsuite.errors import InputError

TEXTS = ["Zahlung bestätigt\nfür März", "央行宣布降息", "L'été à Noël"]


def assembled(bodies, root=1, info=None):
    """A file of numbered objects."""
    content, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    more = b"/Info %d 0 R" % info if info else b""
    trailer = b"trailer\n<</Size %d /Root %d 0 R %s>>\nstartxref\n%d\n%%%%EOF\n"
    size = len(bodies) + 1
    return content + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer % (size, root, more, len(content))


def stream(content, extra=b""):
    return b"<</Length %d %s>>\nstream\n%s\nendstream" % (len(content), extra, content)


def shown(text):
    """What draws a text, each character by its own code point."""
    lines = (b"<%s> Tj 0 -20 Td" % line.encode("utf-16-be").hex().encode() for line in text.split("\n"))
    return b"BT /F 12 Tf 50 700 Td " + b" ".join(lines) + b" ET"


def made(*texts, created="D:20240501100000+02'00'", lang="de-DE"):
    """A file with a page for each text."""
    used = {character.encode("utf-16-be").hex().encode() for text in texts for character in text}
    codes = b"".join(b"<%s> <%s>\n" % (code, code) for code in sorted(used))
    codes = b"begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange %d beginbfchar\n" % len(used) + codes
    first = 8
    kids = b" ".join(b"%d 0 R" % (first + 2 * index) for index in range(len(texts)))
    bodies = [
        b"<</Type /Catalog /Pages 2 0 R /Lang (%s)>>" % lang.encode(),
        b"<</Type /Pages /Count %d /Kids [%s]>>" % (len(texts), kids),
        b"<</Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 6 0 R>>",
        b"<</Type /Font /Subtype /CIDFontType2 /BaseFont /X /DW 1000 /FontDescriptor 5 0 R"
        b" /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>>>>",
        b"<</Type /FontDescriptor /FontName /X /Flags 4>>",
        stream(codes + b"endbfchar endcmap"),
        b"<</CreationDate (%s)>>" % created.encode(),
    ]
    for index, text in enumerate(texts):
        page = (
            b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R /Resources <</Font <</F 3 0 R>>>>>>"
        )
        bodies += [page % (first + 2 * index + 1), stream(shown(text) if text else b"")]
    return assembled(bodies, info=7)


def encrypted(password):
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(made("geheim")))
    writer.encrypt(password, "besitzer", algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_each_page_with_text_is_a_document(write):
    parts = list(read_pdf(write("a.pdf", made(*TEXTS))))
    assert [part.text for part in parts] == TEXTS
    assert [part.position for part in parts] == [1, 2, 3]
    assert {(part.lang, part.date) for part in parts} == {("de", "2024-05-01T10:00:00+02:00")}


def test_a_page_without_text_is_a_fault_of_its_own(write):
    first, empty, third = read_pdf(write("a.pdf", made("eins", "", "drei")))
    assert (first.text, third.text, third.position) == ("eins", "drei", 3)
    assert "a.pdf: page 2 holds no text; it may be a picture." in str(empty)


@pytest.mark.parametrize(
    ("created", "date"),
    [
        ("D:20240501100000+02'00'", "2024-05-01T10:00:00+02:00"),
        ("D:20240501100000Z00'00'", "2024-05-01T10:00:00+00:00"),
        ("D:202405011000", "2024-05-01T10:00:00"),
        ("20240501", "2024-05-01"),
        ("D:20249999", None),
        ("D:2024", None),
        ("gestern", None),
        ("", None),
    ],
)
def test_dates_are_taken_where_they_are_valid(write, created, date):
    (part,) = read_pdf(write("a.pdf", made("x", created=created, lang="")))
    assert (part.date, part.lang) == (date, None)


def test_a_password_that_is_needed_is_said_to_be(write):
    with pytest.raises(InputError, match=r"a\.pdf: is encrypted\."):
        list(read_pdf(write("a.pdf", encrypted("geheim"))))
    assert [part.text for part in read_pdf(write("b.pdf", encrypted("")))] == ["geheim"]


WHOLE = made("eins", "zwei")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7\n",
        b"Text und mehr Text\n" * 100,
        b"\x89PNG\r\n" * 100,
        WHOLE[:300],
        assembled([b"<</Type /Catalog>>"]),
        assembled([b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages /Count 1 /Kids [2 0 R]>>"]),
        assembled([b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages /Count 0 /Kids []>>"]),
        assembled([b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages /Count 9 /Kids 7>>"]),
        assembled([b"<</Type /Catalog /Pages " + b"[" * 50_000 + b">>"]),
    ],
)
def test_damaged_files_are_refused(write, content):
    with pytest.raises(InputError, match=r"a\.pdf: (is no PDF, or a damaged one|has no page)"):
        list(read_pdf(write("a.pdf", content)))


def test_a_file_that_is_cut_off_gives_what_is_left_or_a_reason(write):
    for end in range(50, len(WHOLE), 97):
        try:
            parts = list(read_pdf(write("a.pdf", WHOLE[:end])))
        except InputError:
            continue
        assert len(parts) <= 2


def page(contents):
    return assembled(
        [
            b"<</Type /Catalog /Pages 2 0 R>>",
            b"<</Type /Pages /Count 1 /Kids [3 0 R]>>",
            b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources <</XObject <</X 4 0 R>>>>>>",
            contents,
        ]
    )


@pytest.mark.parametrize(
    "contents",
    [
        stream(zlib.compress(b"\0" * 100_000_000, 9), b"/Filter /FlateDecode"),
        stream(b"Text", b"/Filter /FlateDecode"),
        stream(b"[" * 100_000),
        stream(b"<<" * 100_000),
        stream(b"/X Do", b"/Type /XObject /Subtype /Form /Resources <</XObject <</X 4 0 R>>>>"),
        stream(b"BT /None 12 Tf (x) Tj ET"),
        b"<</Length 5>>",
        b"null",
    ],
)
def test_a_page_that_cannot_be_read_is_a_fault_of_its_own(write, contents):
    (part,) = read_pdf(write("a.pdf", page(contents)))
    assert not isinstance(part, InputError) or "page 1 " in str(part)


def test_there_are_limits(write, monkeypatch):
    monkeypatch.setattr(pdf, "LARGEST_PAGE", 3)
    assert "page 1 holds more than 3 characters" in str(next(read_pdf(write("a.pdf", WHOLE))))
    monkeypatch.setattr(pdf, "MOST_PAGES", 1)
    with pytest.raises(InputError, match="more than 1"):
        list(read_pdf(write("a.pdf", WHOLE)))


def test_nothing_is_logged(write, caplog, capfd):
    with caplog.at_level(logging.DEBUG):
        list(read_pdf(write("a.pdf", WHOLE.replace(b"startxref\n", b"startxref\n9"))))
    assert not caplog.records
    assert capfd.readouterr() == ("", "")


def test_characters_that_are_none_are_replaced():
    assert pdf._clean("a\0b \ud83d\ude00 \ud800 ") == "ab \U0001f600 \ufffd"
