from __future__ import annotations

import csv
import gzip
import io
import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpsuite.data import csvrows, textfile
from nlpsuite.data.rows import ROW_SUFFIXES, Row, read_rows, suffix_of, try_rows
from nlpsuite.errors import InputError, TextError

ROWS = [{"text": "Der Zug kam zu spät", "n": 1}, {"text": "央行\u2028降息", "n": None}]


def rows_of(path):
    return [(row.line, dict(row.fields)) for row in read_rows(path)]


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "A.JSONL"])
def test_json_lines(write, name):
    path = write(name, "\n".join(["", json.dumps(ROWS[0]), " \t", json.dumps(ROWS[1], ensure_ascii=False)]))
    assert list(read_rows(path)) == [Row(ROWS[0], str(path), 2), Row(ROWS[1], str(path), 4)]


def test_json_array_knows_the_line_of_each_object(write):
    text = '\n[\n {"text": "a\\nb"},\n\n {"text":\n "c"}, {"text": "d"}\n]\n'
    assert rows_of(write("a.json", text)) == [(3, {"text": "a\nb"}), (5, {"text": "c"}), (6, {"text": "d"})]


def test_tables_of_every_delimiter(write):
    for delimiter, name in ((",", "a.csv"), (";", "a.csv"), ("\t", "a.csv"), ("\t", "a.tsv")):
        lines = [["text", "label, or so; perhaps"], ["eins, zwei; drei", 'a "b"\nc'], ["vier", ""]]
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL).writerows(lines)
        path = write(name, "\ufeff" + out.getvalue())
        assert rows_of(path) == [
            (2, {"text": "eins, zwei; drei", "label, or so; perhaps": 'a "b"\nc'}),
            (4, {"text": "vier", "label, or so; perhaps": ""}),
        ]


def test_a_table_of_one_column(write):
    assert rows_of(write("a.csv", "text\nhello\n")) == [(2, {"text": "hello"})]
    assert rows_of(write("a.tsv", "text\nhello, world; so\n")) == [(2, {"text": "hello, world; so"})]


def test_tables_keep_line_ends_in_cells_and_pass_over_empty_rows(write):
    path = write("a.csv", '\r\ntext,label\r\n"a\r\nb",x\r\n\r\n,\r\nc,y')
    assert rows_of(path) == [(3, {"text": "a\r\nb", "label": "x"}), (7, {"text": "c", "label": "y"})]


def test_a_column_without_a_name_gets_one(write):
    assert rows_of(write("a.csv", ",text \n0,a\n")) == [(2, {"column 1": "0", "text": "a"})]


def test_tables_in_gb18030_and_utf16(write):
    text = "文本,标签\n央行宣布下调存款准备金率,利好\n"
    for encoding in ("gb18030", "utf-16"):
        assert rows_of(write("a.csv", text.encode(encoding))) == [
            (2, {"文本": "央行宣布下调存款准备金率", "标签": "利好"})
        ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl.gz", '{"text": "a"}\n'),
        ("a.ndjson.gz", '{"text": "a"}\n'),
        ("a.json.gz", '[{"text": "a"}]'),
        ("a.csv.gz", "text\na\n"),
        ("a.tsv.gz", "text\na\n"),
    ],
)
def test_packed_files(write, name, content):
    path = write(name, gzip.compress(content.encode()))
    assert [row.fields for row in read_rows(path)] == [{"text": "a"}]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"text": "a"', "malformed JSON: Expecting ',' delimiter at column"),
        ("{'text': 'a'}", "malformed JSON: Expecting property name"),
        ('{"text": "a"} {"text": "b"}', "malformed JSON: Extra data"),
        ('["a"]', "is a JSON array, not an object"),
        ('"a"', "is a JSON string, not an object"),
        ("null", "is a JSON null, not an object"),
        ("true", "is a JSON boolean, not an object"),
        ('{"n": NaN}', "NaN is not JSON"),
        ('{"n": [-Infinity]}', "-Infinity is not JSON"),
        ('{"n": 1e999}', "the number 1e999 is too large"),
        ('{"n": ' + "9" * 5000 + "}", "the number 99999999999999999999… is too large"),
        ('{"n": ' + "[" * 100_000 + "}", "nested too deeply"),
        ('{"n": 1, "n": 2}', "the key 'n' twice"),
    ],
)
def test_faulty_json_is_refused_with_its_line(write, line, problem):
    good = '{"text": "ok"}'
    rows = read_rows(write("a.jsonl", f"{good}\n\n{line}\n"))
    assert next(rows).fields == {"text": "ok"}
    with pytest.raises(InputError) as caught:
        next(rows)
    assert problem in str(caught.value)
    assert caught.value.line == 3
    rows = read_rows(write("a.json", f"[{good},\n\n{line}\n]"))
    assert next(rows).fields == {"text": "ok"}
    with pytest.raises(InputError) as caught:
        list(rows)
    assert caught.value.line in (3, 4)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ('{"ok": "\\ud83d\\ude00", "text": "a\\ud800"}', "text"),
        ('{"tokens": ["a", {"b": "\\uDFFF"}]}', "tokens"),
        ('{"a\\udc00": 1}', "'a\\udc00'"),
    ],
)
def test_lone_surrogates_are_refused_with_their_field(write, fields, field):
    for path in (write("a.jsonl", f"\n{fields}\n"), write("a.json", f"[\n{fields}]")):
        with pytest.raises(TextError, match="lone surrogate") as caught:
            list(read_rows(path))
        assert (caught.value.path, caught.value.line, caught.value.field) == (path, 2, field)
        str(caught.value).encode("utf-8")


def test_whole_surrogate_pairs_are_characters(write):
    path = write("a.jsonl", '{"text": "\\ud83d\\ude00 and \\\\ud800"}')
    assert rows_of(path) == [(1, {"text": "😀 and \\ud800"})]


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ('{"text": "a"}\n{"text": "b"}\n', 1, "is not a JSON array of objects. Name it .jsonl"),
        ("\n\n7", 3, "is not a JSON array"),
        ('[{"a": 1}\n{"a": 2}]', 2, "expecting ',' or ']'"),
        ('[{"a": 1},\n]', 2, "malformed JSON"),
        ('[{"a": 1}]\n[]', 1, "something follows the array"),
        ('[{"a": 1},\n{"a": }]', 2, "malformed JSON"),
    ],
)
def test_faulty_arrays_are_refused(write, text, line, problem):
    with pytest.raises(InputError) as caught:
        list(read_rows(write("a.json", text)))
    assert problem in str(caught.value)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("text,label\na,b\nc\n", 3, "the row has 1 cells, but the header has 2"),
        ("text,label\na,b,c\n", 2, "the row has 3 cells"),
        ('text,label\na,b\n"c,d\ne,f\n', 3, "cannot be read as a table: unexpected end of data"),
        ('text,label\n"a"b,c\n', 2, "cannot be read as a table"),
        ("text,label,text\na,b,c\n", 1, "two columns have this name"),
    ],
)
def test_faulty_tables_are_refused(write, text, line, problem):
    with pytest.raises(InputError) as caught:
        list(read_rows(write("a.csv", text)))
    assert problem in str(caught.value)
    assert (caught.value.line, bool(caught.value.cure)) == (line, True)


def test_long_cells_are_read_and_too_long_ones_refused(write, monkeypatch):
    text = "x" * 1_000_000
    assert rows_of(write("a.csv", f"text\n{text}\n")) == [(2, {"text": text})]
    before = csv.field_size_limit(10)
    try:
        monkeypatch.setattr(csvrows, "LONGEST_LINE", 100)
        with pytest.raises(InputError, match="field larger than field limit"):
            list(read_rows(write("a.csv", "text\n" + "x" * 200 + "\n")))
    finally:
        csv.field_size_limit(before)


@pytest.mark.parametrize(("name", "text"), [("a.json", "[ ]"), ("a.csv", "text,label\n")])
def test_files_without_records_are_refused(write, name, text):
    with pytest.raises(InputError, match="holds no record"):
        list(read_rows(write(name, text)))


def test_unknown_suffixes_are_refused_with_those_that_are_known(write):
    for name in ("a.txt", "a.parquet", "a", "a.gz"):
        with pytest.raises(InputError, match="is no file of records") as caught:
            list(read_rows(write(name, "x")))
        assert all(suffix in str(caught.value) for suffix in ROW_SUFFIXES)


def test_suffixes():
    assert [suffix_of(name) for name in ("a/b.CSV.gz", "b.d/c", "x.tar.gz", ".jsonl")] == [
        ".csv",
        "",
        ".tar",
        "",
    ]


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_rows_take_constant_memory(write, name):
    text = "净利润同比增长" * 100
    lines = [json.dumps({"text": text}, ensure_ascii=False)] if name == "a.jsonl" else [text]
    path = write(name, "\n".join(["" if name == "a.jsonl" else "text", *lines * 10_000]))
    assert path.stat().st_size > 20_000_000
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_rows(path)) == 10_000
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


QUICK = settings(max_examples=60, deadline=None, database=None)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
_LEAVES = st.none() | st.booleans() | _NUMBERS | _TEXTS
_VALUES = _LEAVES | st.lists(_LEAVES, max_size=3) | st.dictionaries(_TEXTS, _LEAVES, max_size=2)
_OBJECTS = st.lists(st.dictionaries(_TEXTS, _VALUES, max_size=4), min_size=1, max_size=4)


@QUICK
@given(_OBJECTS, st.booleans())
def test_json_lines_come_back_as_they_were(tmp_path_factory, objects, ascii_only):
    path = tmp_path_factory.mktemp("rows") / "a.jsonl"
    lines = [json.dumps(fields, ensure_ascii=ascii_only) + "\n" for fields in objects]
    path.write_bytes("".join(lines).encode("utf-8"))
    assert rows_of(path) == list(enumerate(objects, 1))


@QUICK
@given(_OBJECTS, st.sampled_from([None, 1]))
def test_json_arrays_come_back_as_they_were(tmp_path_factory, objects, indent):
    path = tmp_path_factory.mktemp("rows") / "a.json"
    path.write_bytes(json.dumps(objects, ensure_ascii=False, indent=indent).encode("utf-8"))
    assert [row.fields for row in read_rows(path)] == objects


_CELLS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"], min_codepoint=9), max_size=8)


@QUICK
@given(st.lists(st.tuples(_CELLS, _CELLS), min_size=1, max_size=4), st.sampled_from(csvrows.DELIMITERS))
def test_tables_come_back_as_they_were(tmp_path_factory, cells, delimiter):
    path = tmp_path_factory.mktemp("rows") / "a.csv"
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([("the text of the row", "its label"), *cells])
    content = out.getvalue().encode("utf-8")
    if sum(content.count(bytes([code])) for code in range(9, 32)) > len(content) / 20 or not any(map(any, cells)):
        return
    path.write_bytes(content)
    assert [tuple(row.fields.values()) for row in read_rows(path)] == [pair for pair in cells if any(pair)]


def test_a_lone_object_is_the_only_row(write):
    assert rows_of(write("a.json", '\n{"text": "a",\n "n": 1}\n')) == [(2, {"text": "a", "n": 1})]


def test_a_faulty_row_is_told_in_its_place_and_those_after_it_are_read(write, monkeypatch):
    monkeypatch.setattr(textfile, "LONGEST_LINE", 40)
    long = '{"text": "' + "x" * 200 + '"}'
    lines = ['{"text": "a"}', "{", long, '{"text": 1, "text": 2}', '{"text": "b"}']
    rows = list(try_rows(write("a.jsonl", "\n".join(lines)), ".jsonl"))
    assert [row.fields["text"] if isinstance(row, Row) else row.line for row in rows] == ["a", 2, 3, 4, "b"]
    table = list(try_rows(write("a.csv", "id,text\n1,a\n2\n3,c,d\n4,b\n"), ".csv"))
    assert [row.fields["text"] if isinstance(row, Row) else row.line for row in table] == ["a", 3, 4, "b"]
    array = list(try_rows(write("a.json", '[{"text": "a"}, 7, {"text": "b"}]'), ".json"))
    assert [row.fields["text"] if isinstance(row, Row) else row.problem for row in array] == [
        "a",
        "is a JSON number, not an object",
        "b",
    ]
