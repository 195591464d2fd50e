from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pyarrow as pa
import pytest
from pyarrow import parquet

from nlpsuite.data.formats.parquet import BATCH, read_parquet
from nlpsuite.errors import InputError


@pytest.fixture
def save(tmp_path):
    def _save(table, **more):
        path = tmp_path / "a.parquet"
        parquet.write_table(table if isinstance(table, pa.Table) else pa.table(table), path, **more)
        return path

    return _save


def test_rows_are_plain_values_with_their_numbers(save):
    path = save(
        {
            "text": ["Größe", "央行宣布降息", "été", None],
            "label": ["a", "b", "c", "d"],
            "score": [1, 2, None, 4],
            "share": [0.5, None, 1.0, 2.0],
            "sure": [True, False, None, True],
            "tags": [["x", "y"], [], None, ["z"]],
            "about": [{"a": 1, "b": "x"}, None, {"a": None, "b": "y"}, {"a": 2, "b": "z"}],
        }
    )
    rows = list(read_parquet(path))
    assert [number for number, _ in rows] == [1, 2, 3, 4]
    assert rows[0][1] == {
        "text": "Größe",
        "label": "a",
        "score": 1,
        "share": 0.5,
        "sure": True,
        "tags": ["x", "y"],
        "about": {"a": 1, "b": "x"},
    }
    assert rows[1][1]["text"] == "央行宣布降息"
    assert rows[2][1]["about"] == {"a": None, "b": "y"}


def test_times_are_text_and_other_numbers_are_plain(save):
    zone = timezone(timedelta(hours=8))
    table = pa.table(
        {
            "day": pa.array([date(2024, 5, 1)]),
            "moment": pa.array([datetime(2024, 5, 1, 10)], pa.timestamp("ms")),
            "exact": pa.array([1714557600123456789], pa.timestamp("ns")),
            "zoned": pa.array([datetime(2024, 5, 1, 10, tzinfo=zone)], pa.timestamp("us", tz="Asia/Shanghai")),
            "clock": pa.array([36_000_123_456_789], pa.time64("ns")),
            "hour": pa.array([time(10)], pa.time32("s")),
            "price": pa.array([Decimal("1.50")]),
            "days": pa.array([{"on": date(2024, 5, 1), "all": [date(2024, 5, 2)]}]),
            "kind": pa.array(["x"]).dictionary_encode(),
            "map": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
        }
    )
    ((_, row),) = read_parquet(save(table))
    assert row == {
        "day": "2024-05-01",
        "moment": "2024-05-01T10:00:00",
        "exact": "2024-05-01T10:00:00.123456",
        "zoned": "2024-05-01T02:00:00+00:00",
        "clock": "10:00:00.123456",
        "hour": "10:00:00",
        "price": 1.5,
        "days": {"on": "2024-05-01", "all": ["2024-05-02"]},
        "kind": "x",
        "map": [["a", 1]],
    }


def test_bytes_are_left_out(save):
    path = save({"text": ["x"], "image": [b"\x89PNG"], "parts": [[b"a"]], "both": [{"name": "n", "bytes": b"b"}]})
    assert list(read_parquet(path)) == [(1, {"text": "x", "parts": [], "both": {"name": "n"}})]
    with pytest.raises(InputError, match="only bytes"):
        list(read_parquet(save({"image": [b"\x89PNG"]})))


@pytest.mark.parametrize("compression", ["none", "snappy", "gzip", "zstd"])
def test_rows_are_counted_across_batches_and_groups(save, compression):
    count = 2 * BATCH + 10
    path = save({"n": list(range(count))}, row_group_size=700, compression=compression)
    assert list(read_parquet(path)) == [(number + 1, {"n": number}) for number in range(count)]


def test_names_with_dots_are_names(save):
    path = save({"a.b": ["x"], "a": [{"b": "y"}]})
    assert list(read_parquet(path)) == [(1, {"a.b": "x", "a": {"b": "y"}})]


def test_no_rows_are_no_rows(save):
    assert list(read_parquet(save({"text": pa.array([], pa.string())}))) == []


def test_two_columns_of_one_name_are_refused(save):
    table = pa.table([pa.array(["x"]), pa.array(["y"])], names=["text", "text"])
    with pytest.raises(InputError, match="a.parquet:'text': has two columns of one name"):
        list(read_parquet(save(table)))


def test_damaged_files_are_refused(save, write):
    whole = save({"text": [f"Satz {number}" for number in range(5_000)]}, compression="zstd").read_bytes()
    middle = bytearray(whole)
    middle[100:400] = b"\xff" * 300
    for content in (b"", b"PAR1", b"Text " * 100, whole[:-20], whole[: len(whole) // 2], whole[1000:], bytes(middle)):
        with pytest.raises(InputError, match=r"b\.parquet: cannot be read as Parquet"):
            list(read_parquet(write("b.parquet", content)))


def test_values_without_a_plain_form_are_refused(save):
    table = pa.table({"day": pa.array([2_000_000_000], pa.date32()), "text": ["x"]})
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        list(read_parquet(save(table)))


def test_moments_in_utc_stay_so(save):
    table = {"at": [datetime(2024, 5, 1, tzinfo=UTC)]}
    assert list(read_parquet(save(table))) == [(1, {"at": "2024-05-01T00:00:00+00:00"})]
