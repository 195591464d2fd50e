"""Files are whole or not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlpsuite.files import write_durably


def test_a_file_is_replaced_whole_with_its_permissions(tmp_path):
    path = tmp_path / "new" / "file"
    write_durably(path, b"one")
    write_durably(path, b"two", mode=0o600)
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_failure_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_durably(path, b"one")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        write_durably(path, b"two")
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]
