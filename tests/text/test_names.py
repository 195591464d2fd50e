"""Names in texts: boundaries, letter case, true offsets, and very many of them."""

from __future__ import annotations

import re
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpsuite.text.names import Names, _cut, read_name_lines

PARTS, EXACT = {"whole_words": False}, {"fold": False}


def find(text, *names, mode=MappingProxyType({})):
    found = Names([(name, name) for name in names], **mode).find(text)
    return [text[start:end] for start, end, _ in found]


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("Anna and Annabel", "Anna", ["Anna"]),
        ("ANNA", "Anna", ["ANNA"]),
        ("Hauptstrasse 5, HAUPTSTRASSE, Hauptstraße", "Hauptstraße", ["Hauptstrasse", "HAUPTSTRASSE", "Hauptstraße"]),
        ("in İstanbul we met", "İstanbul", ["İstanbul"]),
        ("İİİ İSTANBUL met", "İstanbul", ["İSTANBUL"]),
        ("Cafe\u0301 Blau", "Café Blau", ["Cafe\u0301 Blau"]),
        ("Café Blau", "Cafe\u0301 Blau", ["Café Blau"]),
        ("die ＡＢＣ Bank", "ABC", ["ＡＢＣ"]),
        ("L’Oréal rises", "L'Oréal", ["L’Oréal"]),
        ("Bank  of\nAmerica", "Bank of America", ["Bank  of\nAmerica"]),
        ("the Bank of\n\nAmerica", "Bank of America", []),
        ("the Bank of\r\nAmerica", "Bank of America", ["Bank of\r\nAmerica"]),
        ("AT&T, C++ and Yahoo!", "Yahoo!", ["Yahoo!"]),
        ("AT&T, C++ and Yahoo!", "C++", ["C++"]),
        ("Siemens's and Siemens-Chef", "Siemens", ["Siemens", "Siemens"]),
        ("中国银行今天表示", "中国银行", ["中国银行"]),
        ("昨天的苹果iPhone发布", "iPhone", ["iPhone"]),
        ("昨天的苹果iPhone发布", "苹果", ["苹果"]),
        ("iPhones发布", "iPhone", []),
        ("𠮷野家开业", "𠮷野家", ["𠮷野家"]),
        ("", "Anna", []),
        ("New York New", "New York New Jersey", []),
    ],
)
def test_whole_words_whatever_the_case(text, name, found):
    assert find(text, name) == found


def test_case_can_matter():
    assert find("Orange and orange", "Orange", mode=EXACT) == ["Orange"]
    assert find("Cafe\u0301 and CAFÉ", "Café", mode=EXACT) == ["Cafe\u0301"]


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("Donaudampfschiff", "dampf", ["dampf"]),
        ("GROSSE STRASSE", "straße", ["STRASSE"]),
        ("Straßen", "strasse", ["Straße"]),
        ("Maß", "mas", []),  # ends within ß
        ("ßa", "sa", []),  # begins within ß
        ("ßa", "ssa", ["ßa"]),
        ("xİstanbuly", "İstanbul", ["İstanbul"]),
    ],
)
def test_parts_of_words_end_where_a_character_ends(text, name, found):
    assert find(text, name, mode=PARTS) == found


def test_names_that_overlap_are_all_found():
    assert find("Bank of New York Times", "Bank of New York", "New York Times", "New York", "Bank") == [
        "Bank",
        "Bank of New York",
        "New York",
        "New York Times",
    ]


def test_an_alias_gives_the_canonical_name_and_the_first_of_equal_names_counts():
    names = Names([("Deutsche Bank", "Deutsche Bank"), ("DB", "Deutsche Bank"), ("db", "Deutsche Bahn")])
    assert list(names.find("at DB")) == [(3, 5, "Deutsche Bank")]


@given(
    st.text(alphabet="abAB中国ßİ \n.", max_size=40),
    st.lists(st.text(alphabet="abAB中国", min_size=1, max_size=4), min_size=1, max_size=5),
)
def test_exact_parts_are_what_a_plain_search_finds(text, names):
    expected = {
        (match.start(), match.start() + len(name)) for name in names for match in re.finditer(f"(?={name})", text)
    }
    assert {
        (start, end) for start, end, _ in Names([(n, n) for n in names], fold=False, whole_words=False).find(text)
    } == expected


@given(st.text(max_size=60), st.booleans(), st.booleans())
def test_units_hold_every_character_once(text, fold, whole_words):
    units = _cut(text, fold, whole_words)
    starts = [start for start in units.starts if start >= 0]
    ends = [end for end in units.ends if end >= 0]
    assert [0, *ends] == [*starts, len(text)]
    assert len(units.keys) == len(units.starts) == len(units.ends)


def test_very_many_names_are_found_in_one_go():
    many = Names([(f"Firma x{number} AG", "x") for number in range(20_000)])
    text = " ".join(f"Firma x{number} AG" for number in range(0, 40_000, 40))
    assert len(list(many.find(text))) == 500
    hostile = Names([("a " * count + "b", "x") for count in range(1, 40)])
    assert list(hostile.find("a " * 20_000)) == []


def test_lines_of_a_list():
    lines = ["# companies", "", "Deutsche Bank AG\tDB| Deutsche Bank ", "Acme\t", " Beta\r", "Gamma\tA||B"]
    assert list(read_name_lines(lines)) == [
        (3, ["Deutsche Bank AG", "DB", "Deutsche Bank"]),
        (4, ["Acme", ""]),
        (5, ["Beta"]),
        (6, ["Gamma", "A", "", "B"]),
    ]
