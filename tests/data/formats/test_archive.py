from __future__ import annotations

import gzip
import io
import os
import struct
import tracemalloc
import zipfile

import pytest
import zstandard

from nlpsuite.data.formats.archive import unpack
from nlpsuite.data.formats.zips import BOMB_SIZE
from nlpsuite.errors import InputError

TEXT = "Größe und 大小, été.\n" * 50
LIMIT = 100_000_000


def zipped(members, method=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as target:
        for name, content in members:
            target.writestr(name, content)
    return stream.getvalue()


@pytest.fixture
def read(write, tmp_path):
    """What is unpacked, by name, and the faults; each file is removed when it has been read, as it should be."""
    room = tmp_path / "room"
    room.mkdir()

    def _read(content, kind=".zip", limit=LIMIT):
        found, faults = {}, []
        for one in unpack(write("a.packed", content), kind, room, limit):
            if isinstance(one, InputError):
                faults.append(str(one))
                continue
            name, path = one
            assert path.parent == room
            assert path.name.startswith("member-")
            assert list(room.iterdir()) == [path]
            found[name] = path.read_bytes()
            path.unlink()
        return found, faults

    yield _read
    assert list(room.iterdir()) == []


def test_members_are_unpacked_in_the_order_of_their_names(read):
    members = [("b/c.txt", "drei"), ("a.txt", TEXT), ("b/", ""), ("b/公告.txt", "vier"), ("B.txt", "zwei")]
    found, faults = read(zipped(members))
    assert list(found.items()) == [
        ("B.txt", b"zwei"),
        ("a.txt", TEXT.encode()),
        ("b/c.txt", b"drei"),
        ("b/公告.txt", b"vier"),
    ]
    assert faults == []


def test_an_empty_archive_holds_nothing(read):
    assert read(zipped([])) == ({}, [])


@pytest.mark.parametrize(
    "name", ["../a.txt", "a/../../b.txt", "/etc/passwd", "..\\a.txt", "C:\\a.txt", "\\\\x\\a", ".."]
)
def test_names_that_lead_out_are_faults(read, name):
    found, faults = read(zipped([(name, "böse"), ("gut..txt", "gut")]))
    assert found == {"gut..txt": b"gut"}
    assert len(faults) == 1
    assert "a.packed: " in faults[0] and "has a name that leads out of the archive" in faults[0]


@pytest.mark.parametrize("name", ["a\0.txt", "a\0/../b", "\0"])
def test_names_with_nul_are_faults(read, name):
    content = zipped([("X" * len(name), "böse")]).replace(b"X" * len(name), name.encode())
    found, faults = read(content)
    assert found == {}
    assert "has a name that leads out of the archive" in faults[0]
    assert "\0" not in faults[0]


def test_a_member_without_a_name_is_a_fault(read):
    found, faults = read(without_names(zipped([("X", "böse")], zipfile.ZIP_STORED)))
    assert found == {}
    assert "leads out of the archive" in faults[0]


def without_names(content):
    """An archive of one member whose name is one character, without it."""
    central = content.index(b"PK\1\2")
    local = content[:26] + b"\0\0" + content[28:30] + content[31:central]
    entry = content[central : central + 28] + b"\0\0" + content[central + 30 : central + 46]
    return local + entry + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(entry), len(local), 0)


@pytest.mark.parametrize("name", ["a.zip", "b/A.TAR.GZ", "a.zst", "a.tar", "a.7z", "a.rar", "a.tgz"])
def test_packed_files_within_are_faults(read, name):
    found, faults = read(zipped([(name, zipped([("x", "y")])), ("a.txt", "gut")]))
    assert found == {"a.txt": b"gut"}
    assert f"{name!r} is packed within a packed file" in faults[0]


def test_encrypted_members_are_faults(read):
    content = bytearray(zipped([("a.txt", "geheim"), ("b.txt", "offen")]))
    content[6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    found, faults = read(bytes(content))
    assert found == {"b.txt": b"offen"}
    assert "'a.txt' is encrypted" in faults[0]


def test_links_are_faults(read):
    link = zipfile.ZipInfo("a.txt")
    link.external_attr = 0o120777 << 16
    found, faults = read(zipped([(link, "/etc/passwd")]))
    assert found == {}
    assert "'a.txt' is a link" in faults[0]


def test_damaged_members_are_faults(read):
    content = zipped([("a.txt", "verfälscht"), ("b.txt", "heil")], zipfile.ZIP_STORED)
    found, faults = read(content.replace("verfälscht".encode(), b"verfalscht "))
    assert found == {"b.txt": b"heil"}
    assert "'a.txt' is damaged" in faults[0]


def test_sizes_that_are_declared_are_not_believed(read):
    content = zipped([("a.txt", TEXT)])
    central = content.index(b"PK\1\2")

    def declaring(size):
        return content[: central + 24] + struct.pack("<L", size) + content[central + 28 :]

    found, faults = read(declaring(10))
    assert found == {}
    assert "'a.txt' is damaged" in faults[0]
    assert read(declaring(10_000)) == ({"a.txt": TEXT.encode()}, [])


def test_methods_that_unpack_too_much_at_once_are_faults(read):
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        found, faults = read(zipped([("a.txt", TEXT)], method))
        assert found == {}
        assert "'a.txt' is packed by a method that is not read" in faults[0]


def test_members_beyond_the_limit_are_faults(read):
    found, faults = read(zipped([("a.txt", os.urandom(1_001)), ("b.txt", os.urandom(1_000))]), limit=1_000)
    assert list(found) == ["b.txt"]
    assert "'a.txt' is larger than 1000 bytes when unpacked" in faults[0]


def test_bombs_are_faults_whatever_size_they_declare(read):
    content = zipped([("a.txt", b"\0" * (BOMB_SIZE + 1)), ("b.txt", b"\0" * (BOMB_SIZE - 1))])
    found, faults = read(content)
    assert list(found) == ["b.txt"]
    assert "'a.txt' unpacks to far more than text would, as bombs do" in faults[0]
    central = content.index(b"PK\1\2")
    found, faults = read(content[: central + 24] + struct.pack("<L", 1_000) + content[central + 28 :])
    assert list(found) == ["b.txt"]
    assert "'a.txt' is damaged" in faults[0]


def test_members_that_share_their_bytes_are_refused(read):
    content = zipped([("a.txt", os.urandom(10_000))], zipfile.ZIP_STORED)
    central, end = content.index(b"PK\1\2"), content.index(b"PK\5\6")
    entries = content[central:end] * 50
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 50, 50, len(entries), central, 0)
    with pytest.raises(InputError, match="share their bytes|is no zip file"):
        read(content[:central] + entries + tail)


def test_damaged_archives_are_refused(read):
    whole = zipped([("a.txt", TEXT), ("b.txt", TEXT)])
    for content in (b"", b"PK\3\4", b"Text", whole[:-30], os.urandom(1_000)):
        with pytest.raises(InputError, match=r"a\.packed: is no zip file, or a damaged one"):
            read(content)


def test_names_in_no_encoding_are_no_bug(read):
    content = bytearray(zipped([("é.txt", "x")]))
    try:
        _, faults = read(bytes(content).replace("é".encode(), b"\xff\xff"))
    except InputError as error:
        faults = [str(error)]
    assert faults


@pytest.mark.parametrize("kind", [".gz", ".zst"])
@pytest.mark.parametrize("content", [b"", TEXT.encode(), os.urandom(300_000)])
def test_single_files_are_unpacked(read, kind, content):
    assert read(packed(kind, content), kind) == ({"": content}, [])
    assert read(packed(kind, content) * 3, kind) == ({"": content * 3}, [])


def packed(kind, content):
    return gzip.compress(content) if kind == ".gz" else zstandard.ZstdCompressor().compress(content)


@pytest.mark.parametrize("kind", [".gz", ".zst"])
def test_single_files_that_are_damaged_or_too_large_are_refused(read, kind):
    noise = os.urandom(100_000)
    whole = packed(kind, noise)
    broken = whole[:50_000] + bytes([whole[50_000] ^ 255]) + whole[50_001:]
    for content in (b"Text", whole[:-10], whole[:20], whole + b"Text", *([broken] if kind == ".gz" else [])):
        with pytest.raises(InputError, match=r"a\.packed: cannot be unpacked by"):
            read(content, kind)
    with pytest.raises(InputError, match=r"a\.packed: is larger than 99999 bytes when unpacked"):
        read(whole, kind, limit=99_999)
    with pytest.raises(InputError, match="as bombs do"):
        read(packed(kind, b"\0" * (BOMB_SIZE + 1)), kind)


def test_zst_frames_without_a_size_and_frames_to_skip_are_read(read):
    frame = zstandard.ZstdCompressor(write_content_size=False, write_checksum=True).compressobj()
    content = frame.compress(TEXT.encode()) + frame.flush()
    skipped = struct.pack("<LL", 0x184D2A50, 4) + b"egal"
    assert read(skipped + content + skipped + content, ".zst") == ({"": TEXT.encode() * 2}, [])


@pytest.mark.parametrize(("exponent", "allowed"), [(17, True), (18, False), (31, False)])
def test_zst_frames_that_ask_for_much_memory_are_refused(read, exponent, allowed):
    content = b"\x28\xb5\x2f\xfd\x00" + bytes([exponent << 3]) + struct.pack("<L", 5 << 3 | 1)[:3] + b"hallo"
    if allowed:
        assert read(content, ".zst") == ({"": b"hallo"}, [])
    else:
        with pytest.raises(InputError, match="cannot be unpacked by zstd"):
            read(content, ".zst")


def test_memory_stays_small(read, tmp_path):
    bomb = zstandard.ZstdCompressor().compress(b"\0" * 500_000_000)
    tracemalloc.start()
    with pytest.raises(InputError, match="as bombs do"):
        read(bomb, ".zst")
    assert tracemalloc.get_traced_memory()[1] < 50_000_000
    tracemalloc.stop()


def test_a_full_disk_is_said_to_be(write, tmp_path):
    with pytest.raises(InputError, match=r"cannot be unpacked: No such file"):
        list(unpack(write("a.zip", zipped([("a.txt", "x")])), ".zip", tmp_path / "none", LIMIT))
