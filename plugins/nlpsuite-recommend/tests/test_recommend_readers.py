"""Items and readers are read as they stand, and every fault is named with its file, line, field and cure."""

from __future__ import annotations

import json

import pytest
from nlpsuite_recommend.readers import Item, Past, Reader, numeric_columns, read_items, read_readers
from nlpsuite_recommend.records import time_of

from nlpsuite import InputError, TextError

ITEMS = [Item("a1", "Tides", price=4.0), Item("a2", "Moons")]


@pytest.fixture
def write(tmp_path):
    def write_file(name, *rows):
        path = tmp_path / name
        lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    return write_file


def test_an_item_keeps_all_its_columns(write):
    row = {
        "id": 7,
        "text": "潮汐表",
        "publisher": "North",
        "time": "1970-01-02",
        "popularity": 0.3,
        "stock": True,
        "section": "sea",
        "none": None,
    }
    (item,) = read_items(write("items.jsonl", row))
    assert item == Item("7", "潮汐表", "North", 86_400.0, None, 0.3, None, 1.0, {"section": "sea"})
    assert item.value("section") == "sea"
    assert item.value("stock") == 1.0
    assert item.value("nowhere") is None


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_with_any_usual_delimiter(write, delimiter):
    path = write(
        "items.csv", delimiter.join(["id", "text", "price", "section"]), delimiter.join(["007", "Tides", "2.5", ""])
    )
    assert read_items(path) == [Item("007", "Tides", price=2.5)]


def test_a_table_with_quoted_line_ends_counts_its_lines_rightly(write):
    path = write("items.csv", "id,text,price", 'a,"one', 'two",1', "", "b,three,cheap")
    with pytest.raises(InputError) as caught:
        read_items(path)
    assert (caught.value.line, caught.value.field) == (5, "price")


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path):
    path = tmp_path / "items.csv"
    path.write_bytes(b"\xef\xbb\xbfid,text\r\na,b\r\n")
    assert read_items(path) == [Item("a", "b")]


@pytest.mark.parametrize(
    ("row", "field", "problem"),
    [
        ({"text": "x"}, "id", "missing"),
        ({"id": True, "text": "x"}, "id", "true or false"),
        ({"id": "b"}, "text", "missing"),
        ({"id": "b", "text": "  "}, "text", "blank"),
        ({"id": "b", "text": ["x"]}, "text", "a list"),
        ({"id": "b", "text": "x", "price": "cheap"}, "price", "'cheap'"),
        ({"id": "b", "text": "x", "price": -1}, "price", "less than 0"),
        ({"id": "b", "text": "x", "popularity": [1]}, "popularity", "a list"),
        ({"id": "b", "text": "x", "time": "soon"}, "time", "'soon'"),
        ({"id": "b", "text": "x", "time": 1.7e12}, "time", "milliseconds"),
        ({"id": "b", "text": "x", "time": True}, "time", "true or false"),
        ({"id": "a", "text": "x"}, "id", "already given on line 1"),
        ('{"id": "b", "text": "x", "price": NaN}', None, "NaN"),
        ('{"id": "b", "text": "x", "price": 1e999}', None, "too large"),
        ('{"id": "b", "id": "c"}', None, "twice"),
        ("[1]", None, "an? JSON array"),
        ("{", None, "malformed"),
        ("[" * 100_000, None, "malformed"),
    ],
)
def test_a_faulty_item_is_named(write, row, field, problem):
    path = write("items.jsonl", {"id": "a", "text": "good"}, "", row)
    with pytest.raises(InputError, match=problem) as caught:
        read_items(path)
    error = caught.value
    assert (str(error.path), error.line, error.field) == (str(path), 3, field)
    assert error.cure.endswith(".")


def test_a_lone_surrogate_is_refused(write):
    with pytest.raises(TextError, match="surrogate"):
        read_items(write("items.jsonl", '{"id": "a", "text": "\\ud800"}'))


def test_files_that_cannot_be_read_are_named(tmp_path, write):
    bad = tmp_path / "bad.jsonl"
    bad.write_bytes(b'{"id": "a", "text": "ok"}\n{"id": "b", "text": "\xff"}\n')
    for path, problem in [
        (tmp_path / "no.jsonl", "no such file"),
        (tmp_path, "no file of records"),
        (bad, "not valid UTF-8"),
        (write("items.txt", "x"), "no file of records"),
        (write("empty.jsonl", ""), "is empty"),
        (write("empty.csv", "id,text"), "holds no record"),
    ]:
        with pytest.raises(InputError, match=problem):
            read_items(path)
    folder = tmp_path / "folder.jsonl"
    folder.mkdir()
    with pytest.raises(InputError, match="is a folder"):
        read_items(folder)


def test_the_age_follows_from_the_time_or_is_given():
    assert Item("a", "x", time=0.0).age(2 * 86_400.0) == 2.0
    assert Item("a", "x", time=86_400.0).age(0.0) == 0.0
    assert Item("a", "x", age_days=3.0).age(0.0) == 3.0
    assert Item("a", "x").age(0.0) is None


def test_times_without_a_zone_are_in_utc():
    assert time_of("1970-01-01T01:00:00") == 3600.0
    assert time_of("1970-01-01T01:00:00+01:00") == 0.0
    assert time_of("1970-01-01T00:00:01Z") == time_of(1) == time_of("1") == 1.0


def test_histories_name_items_or_hold_texts(write):
    path = write(
        "readers.jsonl",
        {"id": "r1", "history": ["a2", "a1"], "candidates": [["a1", 1], ["a2", 0], "a2"], "town": "Ghent"},
        {"id": "r2", "history": [{"item": "a1", "weight": 2}, {"text": "Stars", "item": "gone", "price": 3}]},
        {"id": "r3", "history": []},
    )
    first, second, third = read_readers(path, ITEMS)
    assert first.history == (Past("Moons", "a2"), Past("Tides", "a1", price=4.0))
    assert first.candidates == (("a1", 1), ("a2", 0), ("a2", None))
    assert first.columns == {"town": "Ghent"}
    assert second.history == (Past("Tides", "a1", None, 2.0, 4.0), Past("Stars", "gone", None, 1.0, 3.0))
    assert third == Reader("r3")
    assert [reader.taken for reader in (first, second, third)] == [{"a1", "a2"}, {"a1", "gone"}, set()]


def test_histories_of_texts_need_no_items(write):
    (reader,) = read_readers(write("readers.jsonl", {"id": "r", "history": ["Tide tables.", "Moons."]}))
    assert [past.text for past in reader.history] == ["Tide tables.", "Moons."]


def test_a_history_with_all_its_times_is_put_in_order(write):
    pieces = [{"text": "new", "time": "2026-02-01"}, {"text": "old", "time": "2026-01-01"}]
    path = write("readers.jsonl", {"id": "r", "history": pieces}, {"id": "s", "history": [*pieces, {"text": "when?"}]})
    sorted_one, mixed = read_readers(path)
    assert [past.text for past in sorted_one.history] == ["old", "new"]
    assert [past.text for past in mixed.history] == ["new", "old", "when?"]


@pytest.mark.parametrize(
    ("row", "field", "problem"),
    [
        ({"id": "s"}, "history", "missing"),
        ({"id": "s", "history": "a1"}, "history", "not a list"),
        ({"id": "s", "history": ["a3"]}, "history[0]", "no item has the id 'a3'"),
        ({"id": "s", "history": ["a1", 9]}, "history[1]", "'9'"),
        ({"id": "s", "history": [None]}, "history[0]", "null"),
        ({"id": "s", "history": [{}]}, "history[0]", "neither"),
        ({"id": "s", "history": [{"item": "zz"}]}, "history[0].item", "'zz'"),
        ({"id": "s", "history": [{"text": "x", "weight": -1}]}, "history[0].weight", "less than 0"),
        ({"id": "s", "history": [{"text": "x", "time": "soon"}]}, "history[0].time", "soon"),
        ({"id": "s", "history": [], "candidates": [["a1", 2]]}, "candidates[0]", "label 2"),
        ({"id": "s", "history": [], "candidates": [["zz", 1]]}, "candidates[0]", "'zz'"),
        ({"id": "s", "history": [], "candidates": [{"id": "a1"}]}, "candidates[0]", "an object"),
        ({"id": "r", "history": []}, "id", "already given on line 1"),
    ],
)
def test_a_faulty_reader_is_named(write, row, field, problem):
    path = write("readers.jsonl", {"id": "r", "history": ["a1"]}, row)
    with pytest.raises(InputError, match=problem) as caught:
        read_readers(path, ITEMS)
    error = caught.value
    assert (str(error.path), error.line, error.field) == (str(path), 2, field)
    assert error.cure


def test_a_near_id_is_suggested(write):
    items = [Item("north-001", "x"), Item("south-001", "y")]
    path = write("readers.jsonl", {"id": "r", "history": ["north-001", "north-0001"]})
    with pytest.raises(InputError, match="Did you mean 'north-001'"):
        read_readers(path, items)


def test_readers_are_no_table(write):
    with pytest.raises(InputError, match="JSON lines"):
        read_readers(write("readers.csv", "id,history", "a,b"))


def test_the_usual_price_is_the_weighted_median():
    history = (Past("x", price=1.0), Past("x", price=9.0, weight=3.0), Past("x", price=5.0), Past("x"))
    assert Reader("r", history).usual_price == 9.0
    assert Reader("r", (Past("x", price=2.0), Past("x", price=0.0), Past("x", price=8.0))).usual_price == 2.0
    assert Reader("r", (Past("x", price=9.0), Past("x", price=1.0))).usual_price == 1.0
    assert Reader("r", (Past("x"),)).usual_price is None


def test_columns_with_numbers_throughout_are_numeric():
    items = [Item("a", "x", columns={"stars": 4, "section": "sea", "code": 1}), Item("b", "y", columns={"code": "1"})]
    assert numeric_columns(items) == ["stars"]
