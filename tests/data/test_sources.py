from __future__ import annotations

import gzip
import io
import itertools
import json
import os
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpsuite.data import sources
from nlpsuite.data.columns import Naming
from nlpsuite.data.discovery import SUFFIXES
from nlpsuite.data.sources import read_documents
from nlpsuite.document import Document
from nlpsuite.errors import InputError, TextError


def read(*inputs, lang=None, **options):
    return list(read_documents([str(given) for given in inputs], lang, **options))


class Input:
    """Standard input, as bytes."""

    def __init__(self, buffer):
        self.buffer = buffer


@pytest.fixture
def stdin(monkeypatch):
    def _stdin(content):
        monkeypatch.setattr(sys, "stdin", Input(io.BytesIO(content)))

    return _stdin


def test_texts():
    assert read("One text", "利好/利空", lang="zh") == [
        Document("One text", id="1", lang="zh"),
        Document("利好/利空", id="2", lang="zh"),
    ]
    assert list(read_documents("One text", None)) == [Document("One text", id="1")]
    assert read() == []


def test_a_wrong_input_is_told_before_anything_is_read():
    with pytest.raises(InputError, match="there is no such file"):
        read_documents(["a text", "none.txt"], None)
    with pytest.raises(TextError, match="<argument 1>"):
        read_documents(["a\udcff text"], None, problems=[])


def test_a_text_file_is_one_document_as_it_stands(write):
    path = write("a.txt", "eins\r\n\nzwei\n")
    assert read(path, lang="de") == [Document("eins\r\n\nzwei\n", id="a.txt", lang="de", path=str(path))]
    packed = write("b.md.gz", gzip.compress("# 标题\n".encode("gb18030")))
    assert [document.text for document in read(packed)] == ["# 标题\n"]
    assert read(write("LICENSE", "free"))[0].text == "free"


def test_a_text_file_by_lines(write):
    path = write("a.txt", "eins\r\n\n \nzwei\n")
    assert read(path, lines=True) == [
        Document("eins", id="a.txt:1", path=str(path)),
        Document("zwei", id="a.txt:4", path=str(path)),
    ]


def test_rows(write):
    rows = [
        {"text": "eins", "id": 17, "lang": "de", "label": "x", "date": None},
        {"Headline": "deux", "lang": "fr-FR", "id": ""},
        {"text": "drei", "title": "T"},
    ]
    path = write("a.jsonl", rows)
    first, second, third = read(path)
    assert first == Document("eins", "17", "de", str(path), fields={"label": "x", "date": None})
    assert (second.text, second.id, second.lang, dict(second.fields)) == ("deux", "a.jsonl:2", "fr", {})
    assert (third.text, third.lang, dict(third.fields)) == ("drei", None, {"title": "T"})
    asked = read(path, lang="it")
    assert [document.lang for document in asked] == ["it", "it", "it"]
    assert asked[0].fields["lang"] == "de"


def test_the_text_column_can_be_named(write):
    path = write("a.csv", "text;Freitext\nno;yes\n")
    (document,) = read(path, naming=Naming({"text": "Freitext"}))
    assert (document.text, dict(document.fields)) == ("yes", {"text": "no"})
    with pytest.raises(InputError, match=r"a\.csv:2:Text2: there is no such column.*text, Freitext"):
        read(path, naming=Naming({"text": "Text2"}))


def test_rows_of_pairs_and_of_tokens(write):
    rows = [
        {"user": "u", "history": ["Dune", "Emma"], "candidate": "Solaris", "label": 1},
        {"tokens": list("在上海"), "tags": ["O", "B-LOC", "I-LOC"]},
        {"text": "a", "pair": "b"},
        {"text": "a  b", "tokens": ["a", "b"]},
    ]
    pair, tokens, second, text = read(write("a.jsonl", rows))
    assert (pair.text, pair.pair, dict(pair.fields)) == ("Dune | Emma", "Solaris", rows[0])
    assert (tokens.text, dict(tokens.fields)) == ("在上海", rows[1])
    assert (second.text, second.pair, dict(second.fields)) == ("a", "b", {})
    assert (text.text, dict(text.fields)) == ("a  b", {"tokens": ["a", "b"]})
    (named,) = read(write("b.jsonl", [rows[0] | {"note": "n"}]), naming=Naming({"text": "note"}))
    assert (named.text, named.pair) == ("n", None)


@pytest.mark.parametrize("text", ["", "  ", None, 5])
def test_a_row_without_text_is_refused_with_its_place(write, text):
    path = write("a.jsonl", [{"text": "ok"}, {"text": text}])
    documents = read_documents([str(path)], None)
    assert next(documents).text == "ok"
    with pytest.raises(InputError, match=r"a\.jsonl:2:text: is "):
        next(documents)


def test_a_folder(write, tmp_path):
    write("news/b.txt", "b")
    write("news/sub/a.csv", "text,id\nrow one,\nrow two,own\n")
    write("news/c.json.gz", gzip.compress(b'[{"text": "c"}]'))
    write("news/.hidden.txt", "hidden")
    write("news/picture.png", b"\x89PNG\0")
    documents = read(tmp_path / "news")
    assert [(document.id, document.text) for document in documents] == [
        ("b.txt", "b"),
        ("c.json.gz:1", "c"),
        ("sub/a.csv:2", "row one"),
        ("own", "row two"),
    ]
    assert documents[2].path == str(tmp_path / "news" / "sub" / "a.csv")


def test_ids_are_unique_and_do_not_depend_on_where_things_lie(write, tmp_path, monkeypatch):
    for top in ("here", "there"):
        for name in ("x/a.txt", "x/b.csv", "y/a.txt", "y/sub/b.csv"):
            write(f"{top}/{name}", "text\n1\n")
    here, there = tmp_path / "here", tmp_path / "there"
    ids = [document.id for document in read(here / "x", here / "y", "one", "two")]
    assert ids == ["x/a.txt", "x/b.csv:2", "y/a.txt", "y/sub/b.csv:2", "1", "2"]
    assert ids == [document.id for document in read(there / "x", there / "y", "one", "two")]
    monkeypatch.chdir(there / "x")
    assert ids == [document.id for document in read("../x", "../y", "one", "two")]
    assert [document.id for document in read("a.txt")] == ["a.txt"]
    assert [document.id for document in read(".")] == ["a.txt", "b.csv:2"]
    assert [document.id for document in read("a.txt", "b.csv")] == ["a.txt", "b.csv:2"]


def test_paths_that_are_no_utf8_can_be_printed(tmp_path):
    try:
        (tmp_path / "a\udcff.txt").write_text("x")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (document,) = read(tmp_path)
    assert document.id == "a\\udcff.txt"
    json.dumps([document.id, document.path], ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize("name", ["empty", "others"])
def test_a_folder_without_anything_to_read_is_refused(write, tmp_path, name):
    (tmp_path / "empty").mkdir()
    write("others/a.pdf", "x")
    for problems in (None, []):
        with pytest.raises(InputError, match="holds no file that can be read") as caught:
            read(tmp_path / name, problems=problems)
        assert all(suffix in str(caught.value) for suffix in SUFFIXES)


def test_a_faulty_file_of_a_folder_does_not_lose_the_others(write, tmp_path):
    write("news/a.txt", b"\x00\x01")
    write("news/b.txt", "b")
    write("news/c.txt", "")
    write("news/d.jsonl", '{"text": "d"}\nbroken\n{"text": "lost"}\n')
    write("news/e.csv", "n\n1\n")
    write("news/f.txt", "f")
    problems: list[InputError] = []
    assert [document.text for document in read(tmp_path / "news", problems=problems)] == ["b", "d", "f"]
    assert [str(problem.path).rpartition("/")[2] for problem in problems] == [
        *("a.txt", "c.txt", "d.jsonl", "e.csv"),
    ]
    assert problems[2].line == 2
    with pytest.raises(InputError, match="is a binary file"):
        read(tmp_path / "news")


def test_a_folder_of_faulty_files_is_refused(write, tmp_path):
    write("news/a.txt", b"\x00\x01")
    write("news/b.txt", "")
    problems: list[InputError] = []
    with pytest.raises(InputError, match=r"none of the 2 files in it can be read.*a\.txt: is a binary file"):
        read(tmp_path / "news", problems=problems)
    assert len(problems) == 2


def test_a_single_faulty_file_is_raised_and_one_of_several_noted(write, tmp_path):
    bad, good = write("a.txt", ""), write("b.txt", "b")
    problems: list[InputError] = []
    with pytest.raises(InputError, match="is empty"):
        read(bad, problems=problems)
    assert problems == []
    assert [document.text for document in read(bad, good, "text", problems=problems)] == ["b", "text"]
    assert [problem.path for problem in problems] == [bad]
    with pytest.raises(InputError, match="is empty"):
        read(bad, good)


def test_standard_input_is_a_document_a_line(stdin):
    stdin("\ufeffeins\r\n\n  \nzwei\u2028drei\n央行".encode())
    assert read("-", lang="de") == [
        Document("eins", id="stdin:1", lang="de"),
        Document("zwei\u2028drei", id="stdin:4", lang="de"),
        Document("央行", id="stdin:5", lang="de"),
    ]
    stdin(b"")
    assert read("-") == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"f\xfcr", "is not valid UTF-8"), (b"\xed\xa0\x80", "is not valid UTF-8"), (b"a\0b", "is binary")],
)
def test_faults_of_standard_input_have_their_line(stdin, content, problem):
    stdin(b"ok\n\n" + content + b"\n")
    documents = read_documents(["-"], None, problems=[])
    assert next(documents).text == "ok"
    with pytest.raises(InputError, match=f"<stdin>:3: {problem}"):
        next(documents)


def test_a_line_of_standard_input_too_long_is_refused(stdin, monkeypatch):
    monkeypatch.setattr(sources, "LONGEST_LINE", 10)
    stdin(b"123456789\n12345678901")
    documents = read_documents(["-"], None)
    assert next(documents).text == "123456789"
    with pytest.raises(InputError, match="<stdin>:2: the line is longer than"):
        next(documents)


def test_standard_input_is_read_as_it_comes(monkeypatch):
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as source, os.fdopen(writing, "wb", buffering=0) as sink:
        monkeypatch.setattr(sys, "stdin", Input(source))
        documents = read_documents(["before", "-"], None)
        assert next(documents).text == "before"
        for text in ("eins", "zwei"):
            sink.write(f"{text}\n".encode())
            assert next(documents).text == text


def test_rows_are_read_as_they_are_asked_for(write):
    lines = itertools.chain(['{"text": "eins"}'] * 3, ["broken"])
    documents = read_documents([str(write("a.jsonl", "\n".join(lines)))], None)
    assert [next(documents).id for _ in range(3)] == ["a.jsonl:1", "a.jsonl:2", "a.jsonl:3"]
    with pytest.raises(InputError, match=r"a\.jsonl:4"):
        next(documents)


@settings(max_examples=50, deadline=None, database=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: not text.isspace()),
        min_size=1,
        max_size=5,
    )
)
def test_texts_of_json_lines_come_back_as_they_were(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("documents") / "a.jsonl"
    lines = [json.dumps({"text": text, "n": n}, ensure_ascii=False) for n, text in enumerate(texts)]
    path.write_bytes("\n".join(lines).encode("utf-8"))
    documents = read(path)
    assert [document.text for document in documents] == texts
    assert len({document.id for document in documents}) == len(texts)
    assert [document.fields["n"] for document in documents] == list(range(len(texts)))
