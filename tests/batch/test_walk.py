"""What is found in a folder."""

from __future__ import annotations

import os
import socket

import pytest

from nlpsuite.batch.walk import Choice, walk
from nlpsuite.errors import ConfigError


def found(root, **choice):
    return {one.path.decode("utf-8", "surrogateescape"): one.problem for one in walk(root, Choice(**choice))}


def test_whatever_is_no_file_is_told_with_its_reason(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (root / "a.txt").write_text("a")
    (root / ".hidden.txt").write_text("hidden")
    (root / ".git").mkdir()
    (root / ".git" / "b.txt").write_text("b")
    (root / "picture.png").write_bytes(b"")
    os.mkfifo(root / "pipe.txt")
    (root / "loop").symlink_to(root)
    (root / "out.txt").symlink_to(tmp_path / "secret.txt")
    with socket.socket(socket.AF_UNIX) as there:
        there.bind(os.path.relpath(root / "socket.txt"))
    assert found(root) == {
        "a.txt": "",
        "picture.png": "is of no kind that is read (.png)",
        "pipe.txt": "is a pipe, socket or device, not a file",
        "socket.txt": "is a pipe, socket or device, not a file",
        "loop": "is a link, which is not followed (see --links)",
        "out.txt": "is a link, which is not followed (see --links)",
    }


def test_links_are_followed_inside_the_folder_only_and_each_file_is_read_once(tmp_path):
    root = tmp_path / "root"
    (root / "all").mkdir(parents=True)
    (root / "today").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    for name in "ab":
        (root / "all" / f"{name}.txt").write_text(name)
    (root / "today" / "one.txt").symlink_to(root / "all" / "a.txt")
    (root / "today" / "again.txt").symlink_to("one.txt")
    (root / "today" / "out.txt").symlink_to(tmp_path / "secret.txt")
    (root / "today" / "dangling.txt").symlink_to("nowhere.txt")
    (root / "today" / "loop.txt").symlink_to("loop.txt")
    (root / "today" / "above.txt").symlink_to("..")
    inside = found(root, links="inside", include=["today/"])
    read = [name for name, problem in inside.items() if not problem]
    assert len(read) == 1 and read[0] in ("today/one.txt", "today/again.txt")
    assert inside["today/out.txt"] == "is a link that leads out of the folder"
    assert all(inside[f"today/{name}.txt"] for name in ("dangling", "loop", "above"))
    everything = found(root, links="inside")
    assert everything["today/one.txt"] == "is a link to a file that is read at another place"


def test_names_may_be_anything(tmp_path):
    names = [b"new\nline.txt", b"bad\xff\xfeutf8.txt", "结果.txt".encode(), b'quote".txt', b"no suffix"]
    for name in names:
        (tmp_path / os.fsdecode(name)).write_text("x")
    assert sorted(one.path for one in walk(tmp_path, Choice())) == sorted(names)
    assert sorted(one.path for one in walk(tmp_path, Choice(include=["*.txt"]))) == sorted(names[:4])


def test_a_folder_that_must_not_be_read_is_told(tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()
    (tmp_path / "a.txt").write_text("a")
    real = os.scandir

    def refuse(path):
        if os.fsencode(path).endswith(b"closed"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert found(tmp_path) == {"a.txt": "", "closed": "the folder cannot be read: Permission denied"}


def test_folders_may_lie_deep_in_one_another(tmp_path):
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(300):
        os.mkdir("deep", dir_fd=here)
        inner = os.open("deep", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(os.open("a.txt", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    assert list(found(tmp_path).values()) == [""]


def test_a_policy_for_links_that_does_not_exist_is_refused():
    with pytest.raises(ConfigError, match="links is one of"):
        Choice(links="all")
