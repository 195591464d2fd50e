from __future__ import annotations

import gzip
import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpsuite.data import textfile
from nlpsuite.data.textfile import check_text, read_lines, read_raw_lines, read_text, shown
from nlpsuite.errors import InputError, TextError

CHINESE = "央行宣布下调存款准备金率0.5个百分点，市场流动性充裕。\n公司净利润同比增长三成，超出预期。\n"
TRADITIONAL = "臺灣證券交易所今日宣布，調降手續費並擴大對中小企業的貸款額度。\n經濟學者認為，這將有助於緩解資金壓力。\n"
GERMAN = "Die Züge fahren über München zurück.\nDas ist für mich völlig unverständlich, größtenteils.\n"
FRENCH = "Le café était fermé à cause de la grève générale.\nIl préfère l'été.\n"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030"],
)
def test_encodings_are_told_apart(write, encoding):
    for text in (CHINESE, TRADITIONAL):
        path = write("a.txt", text.encode(encoding))
        assert read_text(path) == text
        assert [line for _, line in read_lines(path)] == text.splitlines()


def test_utf16_of_both_byte_orders_has_its_mark_taken_off(write):
    for mark, name in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        path = write("a.txt", mark + GERMAN.encode(name))
        assert read_text(path) == GERMAN
        assert list(read_lines(path)) == list(enumerate(GERMAN.splitlines(), 1))


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
@pytest.mark.parametrize("text", [GERMAN, FRENCH, "A negociação continua."])
def test_west_european_code_pages_are_read(write, encoding, text):
    path = write("a.txt", text.encode(encoding))
    assert read_text(path) == text
    assert [line for _, line in read_lines(path)] == text.splitlines()


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp850", GERMAN),
        ("cp850", FRENCH),
        ("cp850", "A negociação continua."),
        ("latin-1", "Détári, Müller, Çelik"),
        ("cp1250", "Příští rok se daně zvýší, řekl včera ministr."),
        ("cp1251", "Завтра банк будет закрыт."),
    ],
)
def test_other_code_pages_are_refused_and_never_read_as_chinese(write, encoding, text):
    path = write("a.txt", text.encode(encoding))
    for read in (read_text, lambda path: list(read_lines(path))):
        with pytest.raises(InputError, match=r"a\.txt:1: is not valid UTF-8.*Convert it to UTF-8"):
            read(path)


@pytest.mark.parametrize("text", [TRADITIONAL, "公司去年的利潤，比前年好。", "臺北的股市，今日大漲。"])
def test_big5_is_read(write, text):
    path = write("a.txt", text.encode("big5"))
    assert read_text(path) == text
    assert [line for _, line in read_lines(path)] == text.splitlines()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_is_read_without_its_mark(write, monkeypatch, encoding):
    monkeypatch.setattr(textfile, "SAMPLE", 64)
    for text in (CHINESE, TRADITIONAL, GERMAN, "only ASCII\r\n" * 20):
        path = write("a.txt", text.encode(encoding))
        assert read_text(path) == text
        assert [line for _, line in read_lines(path)] == text.splitlines()


def test_a_nul_after_an_ascii_head_is_no_utf16(write, monkeypatch):
    monkeypatch.setattr(textfile, "SAMPLE", 64)
    path = write("a.txt", b"ascii only\n" * 64 + "more text\n".encode("utf-16-le"))
    with pytest.raises(InputError, match="NUL in line 65"):
        list(read_lines(path))


@pytest.mark.parametrize("text", ["央行宣布降息，", "股价今天大涨，", "董事会批准了方案，"])
def test_utf8_cut_off_at_its_end_is_not_read_as_gb18030(write, text):
    content = text.encode()[:-1]
    assert content.decode("gb18030")  # which would be rubbish
    with pytest.raises(InputError, match=r"a\.txt:1: is not valid UTF-8"):
        read_text(write("a.txt", content))


def test_damaged_utf8_is_refused_with_its_line_and_not_read_as_gb18030(write):
    lines = [f"{CHINESE.splitlines()[0]}".encode()] * 5
    lines[3] = lines[3][:-1]
    path = write("a.txt", b"\n".join(lines))
    with pytest.raises(InputError, match=r"a\.txt:4: is not valid UTF-8"):
        read_text(path)


def test_a_fault_after_the_sample_names_its_line(write, monkeypatch):
    monkeypatch.setattr(textfile, "SAMPLE", 64)
    path = write("a.txt", ("é" * 200 + "\n").encode() + b"abc\n" + b"\xff\xff\n")
    lines = read_lines(path)
    assert [next(lines)[0], next(lines)] == [1, (2, "abc")]
    with pytest.raises(InputError, match=r"a\.txt:3: is not valid UTF-8"):
        next(lines)


def test_gb18030_is_found_after_a_long_ascii_head(write, monkeypatch):
    monkeypatch.setattr(textfile, "SAMPLE", 64)
    path = write("a.txt", b"ascii only\n" * 100 + CHINESE.encode("gb18030"))
    assert list(read_lines(path))[100:] == list(enumerate(CHINESE.splitlines(), 101))
    path = write("b.txt", b"ascii only\n" * 100 + b"f\xf8r\n")
    with pytest.raises(InputError, match=r"b\.txt:101: is not valid UTF-8"):
        list(read_lines(path))


def test_a_character_cut_by_the_sample_is_no_fault(write, monkeypatch):
    for size in range(20, 30):
        monkeypatch.setattr(textfile, "SAMPLE", size)
        for encoding in ("utf-8", "gb18030"):
            path = write("a.txt", CHINESE.encode(encoding))
            assert [line for _, line in read_lines(path)] == CHINESE.splitlines()


@pytest.mark.parametrize(
    "content",
    [b"\x7fELF\x02\x01\x01\x00\x00", b"text\nmore\x00text\n", bytes(range(1, 9)) * 40],
)
def test_binary_files_are_refused(write, content):
    path = write("a.txt", content)
    for read in (read_text, lambda path: list(read_lines(path))):
        with pytest.raises(InputError, match=r"a\.txt: is a binary file"):
            read(path)


def test_the_line_of_a_nul_is_told_even_late_in_a_file_and_in_utf16(write, monkeypatch):
    monkeypatch.setattr(textfile, "SAMPLE", 64)
    late = write("late.txt", ("é" * 200 + "\n").encode() + b"ab\x00c\n")
    with pytest.raises(InputError, match="NUL in line 2"):
        list(read_lines(late))
    wide = write("wide.txt", "ab\nc\0d\n".encode("utf-16"))
    for read in (read_text, lambda path: list(read_lines(path))):
        with pytest.raises(InputError, match="NUL in line 2"):
            read(wide)


@pytest.mark.parametrize("content", [b"", b" \n\t\r\n\n", "\u3000\n".encode(), b"\xef\xbb\xbf", b"\xff\xfe"])
@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz"])
def test_empty_files_are_refused(write, content, name):
    path = write(name, gzip.compress(content) if name.endswith("gz") else content)
    for read in (read_text, lambda path: list(read_lines(path))):
        with pytest.raises(InputError, match=r"is empty\. Name a file"):
            read(path)


@pytest.mark.parametrize("read", [read_text, lambda path: list(read_lines(path))])
def test_what_is_no_readable_file_is_refused(tmp_path, read):
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "file").write_text("x")
    os.mkfifo(tmp_path / "pipe.txt")
    for name, problem in (
        ("none.txt", "there is no such file"),
        ("file/none.txt", "there is no such file"),
        ("folder.txt", "is a folder where a file is expected"),
        ("pipe.txt", "is a pipe or device"),
        ("a" * 5000, "cannot be read: File name too long"),
    ):
        with pytest.raises(InputError, match=problem) as caught:
            read(tmp_path / name)
        assert caught.value.path == tmp_path / name
        assert caught.value.cure


def test_a_file_without_permission_is_refused(write, monkeypatch):
    path = write("a.txt", "x")

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match=r"must not be read\. Ask for read permission"):
        read_text(path)


def test_gzip_is_unpacked_and_its_damage_told(write):
    packed = gzip.compress(CHINESE.encode("gb18030"))
    assert read_text(write("a.txt.GZ", packed)) == CHINESE
    for content in (packed[:-9], packed[:20] + b"\0\0\0\0" + packed[24:], b"plain text"):
        with pytest.raises(InputError, match="cannot be unpacked"):
            list(read_lines(write("b.txt.gz", content)))


def test_lines_end_at_newlines_only(write):
    path = write("a.txt", "a\u2028b\x0bc\x0cd\x85e\rf\r\ng\r\r\n\nlast\r")
    assert list(read_lines(path)) == [(1, "a\u2028b\x0bc\x0cd\x85e\rf"), (2, "g\r"), (3, ""), (4, "last\r")]
    assert "".join(line for _, line in read_raw_lines(path)) == read_text(path)


def test_a_text_keeps_its_line_ends(write):
    assert read_text(write("a.txt", "\ufeffa\r\nb\rc\n")) == "a\r\nb\rc\n"


def test_a_line_too_long_is_refused(write, monkeypatch):
    monkeypatch.setattr(textfile, "LONGEST_LINE", 10)
    assert len(list(read_lines(write("a.txt", "123456789\n123456789\n")))) == 2
    for content in (b"ok\n12345678901\n", "ok\n12345678901\n".encode("utf-16")):
        lines = read_lines(write("a.txt", content))
        assert next(lines) == (1, "ok")
        with pytest.raises(InputError, match=r"a\.txt:2: the line is longer than"):
            next(lines)


def test_a_text_too_large_is_refused(write, monkeypatch):
    monkeypatch.setattr(textfile, "LARGEST_TEXT", 1000)
    with pytest.raises(InputError, match="is larger than"):
        read_text(write("a.txt.gz", gzip.compress(b"a" * 1001)))


def test_lines_take_constant_memory(write):
    path = write("a.txt", ("净利润同比增长" * 50 + "\n") * 20_000)
    assert path.stat().st_size > 20_000_000
    tracemalloc.start()
    try:
        count = sum(1 for _ in read_lines(path))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 20_000
    assert peak < 4_000_000


@settings(max_examples=60, deadline=None, database=None)
@given(st.lists(st.text(st.characters(exclude_characters="\0\n", exclude_categories=["Cs"])), min_size=1))
def test_utf8_lines_come_back_as_they_were(tmp_path_factory, lines):
    text = "\n".join(["first line, so that the file is not empty", *lines, "ende"])
    path = tmp_path_factory.mktemp("lines") / "a.txt"
    path.write_bytes(text.encode("utf-8"))
    controls = sum(text.count(chr(code)) for code in range(32))
    if controls < len(text.encode("utf-8")) / 20:
        assert read_text(path) == text
        assert [line for _, line in read_lines(path)] == [line.removesuffix("\r") for line in text.split("\n")]


def test_lone_surrogates_are_refused():
    assert check_text("𝒳 is fine", "<argument 1>") == "𝒳 is fine"
    with pytest.raises(TextError, match=r"<argument 3>:2:text: character 4 is a lone surrogate"):
        check_text("abc\udcff", "<argument 3>", line=2, field="text")


def test_paths_that_are_no_utf8_can_be_shown():
    assert shown(Path("a\udcffb.txt")) == "a\\udcffb.txt"
