"""The process that reads: what it tells, and what becomes of files that hang, crash or swell."""

from __future__ import annotations

import gzip
import json
import os
import zipfile
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest

from nlpsuite.batch.reader import Reader
from nlpsuite.batch.reading import Order, opened
from nlpsuite.errors import InputError
from tests.batch.stub import LIMITS


@contextmanager
def reading(root, room=None, **limits):
    room = room or root.parent / "room"
    room.mkdir(exist_ok=True)
    with closing(Reader(Order(str(root), str(room), limits=replace(LIMITS, **limits)))) as reader:
        yield reader


def read(reader, path, after=0):
    """The parts of a file, and the reason why it was not read to its end."""
    chunks = list(reader.read(os.fsencode(path), after))
    return [told for chunk in chunks for told in chunk.parts], chunks[-1].reason


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


def test_a_file_is_gone_on_with_after_any_of_its_parts(root):
    (root / "a.jsonl").write_text("".join(json.dumps({"text": f"t{n}"}) + "\n" for n in range(1000)))
    with reading(root) as reader:
        whole, _ = read(reader, "a.jsonl")
        assert [told.part.text for told in whole] == [f"t{n}" for n in range(1000)]
        rest, _ = read(reader, "a.jsonl", 700)
        assert rest == whole[700:]


def test_what_is_packed_is_read_and_named_by_where_it_lies(root):
    (root / "a.txt.gz").write_bytes(gzip.compress("Grüße aus Köln.".encode()))
    with zipfile.ZipFile(root / "b.zip", "w") as archive:
        archive.writestr("inner/rows.csv", "text\neins\nzwei\n")
        archive.writestr("x.png", b"")
        archive.writestr("deep.zip", b"PK")
        archive.writestr("z.txt", "zuletzt")
    with reading(root) as reader:
        (one,), _ = read(reader, "a.txt.gz")
        assert (one.place, one.position, one.part.text) == ("a.txt.gz", 0, "Grüße aus Köln.")
        parts, reason = read(reader, "b.zip")
    told = {(told.place, told.position): told.part.text if told.part else told.fault for told in parts}
    assert told["b.zip!/inner/rows.csv", 2] == "eins" and told["b.zip!/z.txt", 0] == "zuletzt"
    assert "no kind of file that is read (.png)" in told["b.zip!/x.png", 0] and not reason
    assert any("deep.zip" in fault and place == "b.zip" for (place, _), fault in told.items())
    assert [told.number for told in parts] == list(range(1, len(parts) + 1))
    assert not list((root.parent / "room").iterdir())


def test_a_text_that_is_too_long_or_empty_is_a_fault_and_others_follow(root):
    rows = [{"text": "x" * 20_000}, {"text": " "}, {"text": "fine"}]
    (root / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with reading(root) as reader:
        parts, _ = read(reader, "a.jsonl")
    assert parts[0].fault.startswith("is longer than 10,000 characters")
    assert "is empty" in parts[1].fault and parts[2].part.text == "fine"


def test_a_file_that_takes_too_long_is_refused_and_the_next_one_is_read(root):
    (root / "a.txt").write_text("a")
    (root / "b.json").write_text('[{"text": "a", "more": [' + ",".join(["[]"] * 4_000_000) + "]}]")
    with reading(root) as reader:
        assert read(reader, "a.txt")[1] == ""
        reader.order = replace(reader.order, limits=replace(reader.order.limits, seconds=0.01))
        assert read(reader, "b.json")[1].startswith("took longer than 0.01 s")
        assert read(reader, "a.txt")[0][0].part.text == "a"  # another process, with time to start


def test_a_file_that_ends_its_reader_is_refused_and_the_next_one_is_read(root, monkeypatch):
    (root / "a.txt").write_text("a")
    with reading(root) as reader:
        assert read(reader, "a.txt")[1] == ""
        assert reader._process is not None
        reader._process.kill()
        assert read(reader, "a.txt")[1] == "its reader ended over it (killed by SIGKILL)."
        assert read(reader, "a.txt")[0][0].part.text == "a"


def test_a_file_that_swells_is_refused(root):
    (root / "a.json").write_text('[{"text": "a", "more": [' + ",".join(["[]"] * 4_000_000) + "]}]")
    (root / "b.txt").write_text("b")
    with reading(root, megabytes=300) as reader:
        assert read(reader, "a.json")[1] == "needs more than 300 MB to be read"
        assert read(reader, "b.txt")[0][0].part.text == "b"


def test_nothing_outside_the_folder_is_opened_even_when_it_is_swapped_in(root, tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "a.txt").write_text("secret")
    (root / "link.txt").symlink_to(tmp_path / "secret" / "a.txt")
    (root / "folder").symlink_to(tmp_path / "secret")  # as if a folder had been swapped after it was walked
    os.mkfifo(root / "pipe.txt")
    for path in (b"link.txt", b"folder/a.txt", b"../secret/a.txt", b"pipe.txt", b"gone.txt"):
        with pytest.raises(InputError), opened(root, path, links=False):
            pass
    with pytest.raises(InputError, match="leads out"), opened(root, b"link.txt", links=True):
        pass
