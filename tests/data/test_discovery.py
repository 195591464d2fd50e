from __future__ import annotations

import os
from pathlib import Path

import pytest

from nlpsuite.data.discovery import SUFFIXES, InputKind, files_in, looks_like_path, understand
from nlpsuite.errors import InputError, TextError


@pytest.mark.parametrize(
    "text",
    [
        *(
            "news/today",
            "a/b",
            "data.csv",
            "my news.txt",
            "x.JSONL.gz",
            "notes.md",
            "a.tsv",
            "a.json",
            "b.ndjson",
        ),
        *("./x", "../x y", "~/texts", "~anna/texts", "/none/a b", "/none", "./新闻", "/新闻", "新闻.txt"),
        *("report.pdf", "report.docx"),
    ],
)
def test_what_looks_like_a_path(text):
    assert looks_like_path(text)
    with pytest.raises(InputError, match=r"there is no such file or folder\. Check its name"):
        understand([text])


@pytest.mark.parametrize(
    "text",
    [
        *(
            "The shares rose 24/7 in May",
            "利好/利空",
            "上涨5%",
            "Ein Text.",
            "hello",
            "24 / 7",
            "~5 % lower",
            "...",
            "Fin.",
        ),
        *("see notes.txt for more", "line one\nsee notes.txt", "Umsatz 3.5", "I read report.pdf", "a\tb/c"),
    ],
)
def test_what_is_a_text(text):
    assert not looks_like_path(text)
    assert [(found.kind, found.given) for found in understand([text])] == [(InputKind.TEXT, text)]


def test_what_exists_is_a_path_whatever_it_looks_like(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Bank").mkdir()
    (tmp_path / "LICENSE").write_text("x")
    (tmp_path / "a b.csv").write_text("x")
    kinds = [found.kind for found in understand(["Bank", "LICENSE", "a b.csv", "-", "text"])]
    assert kinds == [InputKind.FOLDER, InputKind.FILE, InputKind.FILE, InputKind.STDIN, InputKind.TEXT]


def test_texts_are_numbered_among_themselves(tmp_path):
    found = understand(["one", str(tmp_path), "two", "-", "three"])
    assert [given.number for given in found] == [1, 0, 2, 0, 3]


def test_a_path_object_is_never_a_text():
    with pytest.raises(InputError, match="there is no such file or folder"):
        understand([Path("hello")])


def test_texts_that_cannot_be_worked_on(tmp_path):
    with pytest.raises(TextError, match="<argument 2>: character 4 is a lone surrogate"):
        understand(["fine", "bad\udcff text"])
    for text in ("", "  \n"):
        with pytest.raises(InputError, match="<argument 1>: is an empty text"):
            understand([text])
    assert understand(["word " * 10_000])[0].kind is InputKind.TEXT
    assert understand(["nul \0 inside"])[0].kind is InputKind.TEXT


def test_unknown_suffixes_are_refused_with_those_that_are_known(write):
    with pytest.raises(InputError, match=r"a\.pdf: files that end in \.pdf are not read") as caught:
        understand([str(write("a.pdf", "x"))])
    assert all(suffix in str(caught.value) for suffix in SUFFIXES)


def test_what_is_named_twice_is_refused(write, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write("news/a.txt", "x")
    write("news-2/a.txt", "x")
    (tmp_path / "link").symlink_to(tmp_path / "news")
    assert len(understand(["news", "news-2"])) == 2
    for inputs in (["news/a.txt", "news"], ["news", "./news"], ["news", "link"], ["-", "x", "-"]):
        with pytest.raises(InputError, match="is named twice"):
            understand(inputs)


def test_no_permission_is_said(monkeypatch):
    def refuse(self, **_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", refuse)
    with pytest.raises(InputError, match="must not be looked at"):
        understand(["/secret/a.txt"])


def test_files_of_a_folder_are_sorted_and_those_of_known_suffix(write, tmp_path):
    names = ["b.txt", "a/z.csv", "a/b/x.jsonl.gz", "c.MD", "a.tsv", "a0.ndjson", "d.json"]
    for name in [*names, "x.pdf", "Makefile", ".hidden.txt", ".git/a.txt", "a/.b/c.txt", "y.gz"]:
        write(name, "x")
    found = [path.relative_to(tmp_path).as_posix() for path in files_in(tmp_path)]
    assert found == ["a/b/x.jsonl.gz", "a/z.csv", "a.tsv", "a0.ndjson", "b.txt", "c.MD", "d.json"]


def test_links_are_not_followed_out_of_the_folder(write, tmp_path):
    write("outside/a.txt", "x")
    write("root/in/a.txt", "x")
    root = tmp_path / "root"
    (root / "folder-out").symlink_to(tmp_path / "outside")
    (root / "folder-in").symlink_to(root / "in")
    (root / "in" / "loop").symlink_to(root)
    (root / "out.txt").symlink_to(tmp_path / "outside" / "a.txt")
    (root / "in.txt").symlink_to(root / "in" / "a.txt")
    (root / "broken.txt").symlink_to(root / "none.txt")
    (tmp_path / "link-to-root").symlink_to(root)
    for start in (root, tmp_path / "link-to-root"):
        assert [path.relative_to(start).as_posix() for path in files_in(start)] == ["in/a.txt", "in.txt"]


def test_a_folder_that_must_not_be_read(write, tmp_path, monkeypatch):
    write("a/x.txt", "x")
    write("b/x.txt", "x")
    real = os.scandir

    def scandir(folder):
        if Path(folder).name == "a":
            raise PermissionError(13, "Permission denied")
        return real(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(InputError, match="the folder cannot be read: Permission denied"):
        list(files_in(tmp_path))
    problems: list[InputError] = []
    assert [path.name for path in files_in(tmp_path, problems)] == ["x.txt"]
    assert len(problems) == 1
