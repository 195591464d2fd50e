from __future__ import annotations

import io
import os
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from nlpsuite.data.formats import word
from nlpsuite.data.formats.word import read_word
from nlpsuite.errors import InputError

MAIN = "word/document.xml"


def read(path):
    (part,) = read_word(path)
    return part


def packed(*paragraphs):
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return saved(document)


def saved(document):
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def changed(content, change, method=zipfile.ZIP_DEFLATED, **more):
    """A package with its main part changed, and with more members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", method) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == MAIN else old.read(name))
        for name, data in more.items():
            new.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize("texts", [["Größe und Gewicht", "Zweiter Absatz"], ["您好", "会议改期"], ["L'été", "à Noël"]])
def test_paragraphs_become_lines(write, texts):
    part = read(write("a.docx", packed(*texts)))
    assert (part.text, part.position) == ("\n".join(texts), 1)


def test_tables_stand_where_they_are_and_headers_and_footers_are_left_out(write):
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Kopf"
    document.sections[0].footer.paragraphs[0].text = "Fuß"
    document.add_heading("Überschrift")
    document.add_paragraph("davor")
    table = document.add_table(2, 3)
    for index, cell in enumerate(table._cells):
        cell.text = f"Zelle {index}"
    table.cell(0, 0).merge(table.cell(0, 1))
    table.cell(1, 2).add_table(1, 2).cell(0, 1).text = "innen"
    document.add_paragraph("")
    document.add_paragraph("da\tnach\nund weiter")
    part = read(write("a.docx", saved(document)))
    assert part.text.split("\n") == [
        "Überschrift",
        "davor",
        "Zelle 0 Zelle 1 Zelle 2",
        "Zelle 3 Zelle 4 Zelle 5 innen",
        "da\tnach",
        "und weiter",
    ]


def test_what_is_seen_is_read_wherever_it_lies(write):
    document = docx.Document()
    paragraph = document.add_paragraph("neu: ")
    for xml in (
        "<w:ins {0}><w:r><w:t>eingefügt</w:t></w:r></w:ins>",
        "<w:del {0}><w:r><w:delText>gelöscht</w:delText><w:t>auch</w:t></w:r></w:del>",
        '<w:hyperlink {0}><w:r><w:t xml:space="preserve"> Verweis</w:t></w:r></w:hyperlink>',
        "<w:r {0}><w:ruby><w:rt><w:r><w:t>hàn</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>漢</w:t></w:r></w:rubyBase></w:ruby></w:r>",
        "<w:r {0}><w:drawing><w:t>Textfeld</w:t></w:drawing></w:r>",
        "<w:r {0}><w:fldChar/><w:instrText>PAGE</w:instrText></w:r>",
    ):
        paragraph._p.append(parse_xml(xml.format(nsdecls("w"))))
    control = "<w:sdt {0}><w:sdtPr/><w:sdtContent><w:p><w:r><w:t>Feld</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    document.element.body.insert(1, parse_xml(control.format(nsdecls("w"))))
    assert read(write("a.docx", saved(document))).text == "neu: eingefügt Verweis漢\nFeld"


def test_documents_without_text_are_refused(write):
    with pytest.raises(InputError, match=r"a\.docx: holds no text"):
        read(write("a.docx", packed("", " ")))


def test_old_and_encrypted_documents_are_told_apart_from_damaged_ones(write):
    with pytest.raises(InputError, match=r"is encrypted or an old \.doc"):
        read(write("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1_000))
    whole = packed("Text")
    for content in (b"", b"PK", b"Text", whole[:-100], whole[: len(whole) // 2], os.urandom(500)):
        with pytest.raises(InputError, match="is no zip file, or a damaged one"):
            read(write("a.docx", content))


def test_zip_files_of_another_kind_are_refused(write):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as plain:
        plain.writestr("a.txt", "Text")
    with pytest.raises(InputError, match="is no Word document"):
        read(write("a.docx", stream.getvalue()))


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: b"",
        lambda xml: xml[:-50],
        lambda xml: b"<a/>",
        lambda xml: xml.replace(b"<w:p>", b"<w:p>\xff"),
    ],
)
def test_damaged_xml_is_refused(write, change):
    with pytest.raises(InputError, match="is no Word document|holds no text"):
        read(write("a.docx", changed(packed("Text"), change)))


def test_a_member_that_is_damaged_is_refused(write):
    content = changed(packed("Text"), lambda xml: xml, zipfile.ZIP_STORED)
    with pytest.raises(InputError, match="is no Word document, or a damaged one"):
        read(write("a.docx", content.replace(b"<w:t>Text", b"<w:t>Tixt")))


@pytest.mark.parametrize(
    "declared",
    [
        "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12)) + '<!ENTITY a0 "ha">',
        '<!ENTITY a12 SYSTEM "file:///etc/passwd">',
        '<!ENTITY % more SYSTEM "http://127.0.0.1:9/x"> %more;',
        '<!ENTITY a12 "harmlos">',
    ],
)
def test_entities_are_never_read(write, declared):
    def change(xml):
        start = xml.index(b"<w:document")
        xml = xml[:start] + f"<!DOCTYPE w:document [{declared}]>".encode() + xml[start:]
        return xml.replace(b"Text", b"Text &a12;" if b"a12" in declared.encode() else b"Text")

    with pytest.raises(InputError, match="declares entities|is no Word document"):
        read(write("a.docx", changed(packed("Text"), change)))


def test_bombs_are_refused_before_they_are_unpacked(write, monkeypatch):
    bomb = changed(packed("Text"), lambda xml: xml, bomb=b"\0" * 21_000_000)
    with pytest.raises(InputError, match="as bombs do"):
        read(write("a.docx", bomb))
    monkeypatch.setattr(word, "LARGEST_UNPACKED", 20_000_000)
    with pytest.raises(InputError, match="is larger than 20 MB when unpacked"):
        read(write("a.docx", bomb))


def test_methods_that_unpack_too_much_at_once_are_refused(write):
    with pytest.raises(InputError, match="by a method that is not read"):
        read(write("a.docx", changed(packed("Text"), lambda xml: xml, zipfile.ZIP_BZIP2)))


def test_deep_nesting_is_refused(write):
    def change(xml):
        depth = 100_000
        return xml.replace(b"<w:p>", b"<w:sdt>" * depth + b"<w:p>", 1).replace(
            b"</w:p>", b"</w:p>" + b"</w:sdt>" * depth, 1
        )

    with pytest.raises(InputError, match="is no Word document|nested too deeply"):
        read(write("a.docx", changed(packed("Text"), change)))
