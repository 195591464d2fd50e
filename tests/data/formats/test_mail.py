from __future__ import annotations

import base64
import tracemalloc
from email.message import EmailMessage

import pytest

from nlpsuite.data.formats import mail
from nlpsuite.data.formats.mail import read_mailbox, read_message
from nlpsuite.errors import InputError


def read(path):
    (part,) = read_message(path)
    return part


def message(subject, text, **more):
    made = EmailMessage()
    made["From"], made["To"] = "Anna <anna@example.org>", "bernd@example.org"
    made["Subject"], made["Date"] = subject, "Wed, 01 May 2024 10:00:00 +0200"
    made.set_content(text, **more)
    return made


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Rechnung für März", "Sehr geehrte Frau Müller,\n\nim Anhang die Rechnung."),
        ("关于会议", "您好，\n会议改到下周一。"),
        ("L'été", "À bientôt, où que tu sois."),
    ],
)
def test_subject_and_body_become_a_text(write, subject, text, encoding):
    part = read(write("a.eml", message(subject, text, cte=encoding).as_bytes()))
    assert part.text == f"{subject}\n\n{text}"
    assert (part.position, part.date) == (1, "2024-05-01T10:00:00+02:00")
    assert part.fields == {"attachments": []}


def test_plain_text_wins_over_html_which_is_read_where_it_is_alone(write):
    both = message("Betreff", "einfach")
    both.add_alternative("<p>bunt</p>", subtype="html")
    assert read(write("a.eml", both.as_bytes())).text == "Betreff\n\neinfach"
    alone = message("Betreff", "<h1>bunt</h1><p>Größe &amp; mehr<script>x</script>", subtype="html")
    assert read(write("b.eml", alone.as_bytes())).text == "Betreff\n\nbunt\nGröße & mehr"
    blank = message("Betreff", " \n")
    blank.add_alternative("<p>bunt</p>", subtype="html")
    assert read(write("c.eml", blank.as_bytes())).text == "Betreff\n\nbunt"


def test_attachments_are_named_and_not_read(write):
    made = message("Betreff", "Text")
    made.add_attachment(b"geheim", maintype="application", subtype="pdf", filename="Größe\x1b[31m.pdf")
    made.add_attachment("auch Text", filename="notiz.txt")
    made.add_attachment(message("innen", "innen"))
    part = read(write("a.eml", made.as_bytes()))
    assert part.text == "Betreff\n\nText"
    assert part.fields == {"attachments": ["Größe [31m.pdf", "notiz.txt", "message/rfc822"]}
    assert "example.org" not in repr(part)


@pytest.mark.parametrize(
    ("charset", "codec"),
    [("iso-8859-1", "latin-1"), ("windows-1252", "cp1252"), ("utf-8", "utf-8"), ("utf-16", "utf-16")],
)
def test_bodies_are_decoded_as_is_stated(write, charset, codec):
    kind = f"Subject: x\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: "
    content = "Grüße aus Köln".encode(codec)
    assert read(write("a.eml", kind.encode() + b"base64\n\n" + base64.b64encode(content))).text == "x\n\nGrüße aus Köln"
    if codec != "utf-16":
        assert read(write("b.eml", kind.encode() + b"8bit\n\n" + content)).text == "x\n\nGrüße aus Köln"


def test_what_is_called_gb2312_is_read_as_its_larger_successor(write):
    head = b"Subject: x\nContent-Type: text/plain; charset=gb2312\n\n"
    assert read(write("a.eml", head + "朱镕基说".encode("gbk"))).text == "x\n\n朱镕基说"


def test_bodies_that_state_nothing_or_ascii_are_guessed(write):
    text = "央行宣布下调存款准备金率0.5个百分点，市场流动性充裕。"
    for head in (b"Subject: x\n\n", b"Subject: x\nContent-Type: text/plain; charset=us-ascii\n\n"):
        for encoding in ("utf-8", "gb18030"):
            assert read(write("a.eml", head + text.encode(encoding))).text == f"x\n\n{text}"
    page = b'Subject: x\nContent-Type: text/html\n\n<meta charset="iso-8859-1"><p>' + "Grüße".encode("latin-1")
    assert read(write("b.eml", page)).text == "x\n\nGrüße"


@pytest.mark.parametrize("charset", ["x-klingon", "zlib", "unicode_escape", "punycode", "a\\0b"])
def test_unknown_character_sets_are_refused(write, charset):
    content = f"Subject: x\nContent-Type: text/plain; charset={charset}\n\nText"
    with pytest.raises(InputError, match=r"a\.eml: is in a character set that is not known"):
        read(write("a.eml", content))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b"Sehr geehrte Damen und Herren,\n\nkein Kopf", "is no mail message"),
        (b"\x89PNG\0\0\0", "is no mail message"),
        (b"Subject:\n\n \n", "holds no text"),
        (b"Subject: x\nContent-Type: text/plain; charset=utf-8\n\n\xff\xfe\xff", "is not valid UTF-8"),
        (b"Subject: x\nContent-Type: text/plain; charset=utf-8\n\na\0b", "NUL"),
        (b"Subject: x\nContent-Type: text/html\n\n" + b"<div>" * 100_000, "within each other"),
        (b"Subject: x\nTo: " + b"a@example.org,\n " * 20_000 + b"\n\nText", "header larger than"),
    ],
)
def test_faulty_messages_are_refused(write, content, problem):
    with pytest.raises(InputError, match=problem) as raised:
        read(write("a.eml", content))
    assert raised.value.path == write("a.eml", content)


def test_parts_nested_without_end_do_no_harm(write):
    content = b"Subject: x\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1_500)
    )
    with pytest.raises(InputError, match="nested too deeply"):
        read(write("a.eml", content))


@pytest.mark.parametrize("field", [b"a=b;" * 50_000, b"x " * 5_000, b"a=b;\n " * 50_000])
def test_fields_that_would_take_long_to_read_are_refused(write, field):
    for head in (b"Content-Type: text/plain; ", b"content-disposition: attachment; "):
        with pytest.raises(InputError, match="more length than any mail program|header larger than"):
            read(write("a.eml", b"Subject: x\n" + head + field + b"\n\nText"))


@pytest.mark.parametrize(
    "header",
    [
        b"Date: nie",
        b"Date: Wed, 99 May 99999999999 10:00:00 +9999",
        b"Date: Wed, 01 May 2024 10:00:00 +999999",
        b"Content-Type: ",
        'Content-Type: text/plain; charset="ü"'.encode(),
        b"Content-Type: multipart/mixed",
        b"Content-Type: text/plain; charset*=utf-8''%FF; name*1*=x",
        b'Content-Type: text/plain; charset="',
        b"Content-Transfer-Encoding: base64",
        b"Content-Disposition: attachment; filename*=x'y'%ZZ",
        b"Subject: =?x-klingon?B?!!!?=",
        b"Subject: \xff\xfe",
        b"Content-Type: text/plain; " + b"(" * 5_000,
    ],
)
def test_malformed_headers_give_a_text_or_a_fault(write, header):
    try:
        part = read(write("a.eml", b"Subject: x\n" + header + b"\n\nText\n"))
    except InputError:
        return
    part.text.encode()


def mailbox(*messages):
    return b"".join(b"From anna@example.org Wed May  1 10:00:00 2024\n" + one + b"\n" for one in messages)


def test_a_mailbox_is_read_message_by_message(write):
    content = mailbox(
        message("eins", "Erste.").as_bytes(),
        b"Subject: zwei\nContent-Type: text/plain; charset=x-klingon\n\nnein\n",
        b"Subject: drei\n\n>From hier an\n\n>>From dort\nFrom mitten im Satz.\n",
        message("四", "您好").as_bytes(),
    )
    parts = list(read_mailbox(write("a.mbox", content)))
    assert [part.position for part in parts if not isinstance(part, InputError)] == [1, 3, 4]
    assert parts[0].text == "eins\n\nErste."
    assert str(parts[1]).count("a.mbox: message 2 is in a character set that is not known (x-klingon).") == 1
    assert parts[2].text == "drei\n\nFrom hier an\n\n>From dort\nFrom mitten im Satz."
    assert parts[3].text == "四\n\n您好"


def test_mailboxes_of_other_systems_are_read(write):
    content = mailbox(b"Subject: eins\n\nErste.\n", b"Subject: zwei\n\nZweite.\n").replace(b"\n", b"\r\n")
    assert [part.text for part in read_mailbox(write("a.mbox", content))] == ["eins\n\nErste.", "zwei\n\nZweite."]


def test_messages_that_are_too_large_are_faults_of_their_own(write, monkeypatch):
    monkeypatch.setattr(mail, "LARGEST_MESSAGE", 2_000)
    content = mailbox(
        b"Subject: a\n\n" + b"x\n" * 5_000, b"Subject: b\n\n" + b"y" * 5_000 + b"\n", b"Subject: c\n\nText\n"
    )
    large, long, good = read_mailbox(write("a.mbox", content))
    assert "message 1 is larger than" in str(large)
    assert "message 2 is larger than" in str(long)
    assert (good.text, good.position) == ("c\n\nText", 3)


def test_memory_is_that_for_one_message(write):
    path = write("a.mbox", mailbox(*[b"Subject: x\n\n" + b"Text und mehr\n" * 4_000] * 30))
    tracemalloc.start()
    assert sum(1 for _ in read_mailbox(path)) == 30
    assert tracemalloc.get_traced_memory()[1] < 1_200_000
    tracemalloc.stop()


@pytest.mark.parametrize(("content", "problem"), [(b"", "is empty"), (b"\n\n", "is empty"), (b"Text", "is no mailbox")])
def test_what_is_no_mailbox_is_refused(write, content, problem):
    with pytest.raises(InputError, match=problem):
        list(read_mailbox(write("a.mbox", content)))
