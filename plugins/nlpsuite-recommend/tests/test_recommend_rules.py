"""Rules are read strictly: a fault is named with file, key and cure."""

from __future__ import annotations

import pytest
from nlpsuite_recommend.readers import Item
from nlpsuite_recommend.rules import Boost, Condition, Limit, Pin, Rules, parse_rules, read_rules

from nlpsuite import ConfigError

WHOLE = """
never_adjacent = ["publisher", "section"]

[[limit]]
column = "publisher"
max = 2
in_first = 10

[[exclude]]
column = "stock"
equals = 0

[[exclude]]
column = "age_days"
above = 30

[[pin]]
id = "a1"
position = 1

[[boost]]
column = "section"
equals = "local"
by = 0.2

[[boost]]
column = "price"
above = 5
below = 10
by = -0.5
"""


def test_a_file_of_rules(tmp_path):
    path = tmp_path / "rules.toml"
    path.write_text(WHOLE, "utf-8")
    assert read_rules(path) == Rules(
        never_adjacent=("publisher", "section"),
        limits=(Limit("publisher", 2, 10),),
        exclusions=(Condition("stock", equals=0.0), Condition("age_days", above=30.0)),
        pins=(Pin("a1", 1),),
        boosts=(Boost(Condition("section", equals="local"), 0.2), Boost(Condition("price", None, 10.0, 5.0), -0.5)),
    )
    path.write_text("", "utf-8")
    assert read_rules(path) == Rules()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("never_ajacent = []", ["never_ajacent is no rule", "Did you mean 'never_adjacent'"]),
        ('never_adjacent = "publisher"', ["never_adjacent is 'publisher'", "list of columns"]),
        ("never_adjacent = [1]", ["never_adjacent is [1]"]),
        ('[limit]\ncolumn = "p"', ["limit is no list", "[[limit]]"]),
        ('[[limit]]\ncolumn = "p"\nmax = 0\nin_first = 3', ["limit[1].max is 0", "at least 1"]),
        ('[[limit]]\ncolumn = "p"\nmax = true\nin_first = 3', ["limit[1].max is True"]),
        ('[[limit]]\ncolumn = "p"\nmax = 1', ["limit[1].in_first is missing"]),
        ("[[limit]]\nmax = 1\nin_first = 3", ["limit[1].column is missing"]),
        ('[[limit]]\ncolum = "p"', ["limit[1].colum is not known here", "Did you mean 'column'"]),
        ('[[exclude]]\ncolumn = "p"', ["exclude[1].column has no condition", "Give equals"]),
        ('[[exclude]]\ncolumn = "p"\nequals = 1\nbelow = 2', ["exclude[1].column has equals and another"]),
        ('[[exclude]]\ncolumn = "p"\nequals = []', ["exclude[1].equals is []"]),
        ('[[exclude]]\ncolumn = "p"\nbelow = "a"', ["exclude[1].below is 'a'"]),
        ('[[exclude]]\ncolumn = "p"\nbelow = nan', ["exclude[1].below is nan"]),
        ('[[pin]]\nid = ""\nposition = 1', ["pin[1].id is ''"]),
        ('[[pin]]\nid = "a"\nposition = 0', ["pin[1].position is 0"]),
        ('[[pin]]\nid = "a"\nposition = 1\n[[pin]]\nid = "a"\nposition = 2', ["pin[2].id 'a' is pinned already"]),
        ('[[pin]]\nid = "a"\nposition = 1\n[[pin]]\nid = "b"\nposition = 1', ["pin[2].position 1 is taken by 'a'"]),
        ('[[boost]]\ncolumn = "p"\nequals = 1', ["boost[1].by is missing", "log-odds"]),
        ('[[boost]]\ncolumn = "p"\nequals = 1\nby = inf', ["boost[1].by is inf"]),
        ("limit = [1 2]", ["is not TOML", "line 1"]),
    ],
)
def test_a_fault_is_named_with_file_key_and_cure(tmp_path, text, words):
    path = tmp_path / "rules.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        read_rules(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert message.endswith((".", "?"))
    for word in words:
        assert word in message


def test_files_that_cannot_be_read(tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_bytes(b"\xff")
    for path, word in [(tmp_path / "no.toml", "cannot be read"), (tmp_path, "cannot be read"), (bad, "UTF-8")]:
        with pytest.raises(ConfigError, match=word):
            read_rules(path)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (Condition("stock", equals=0.0), True),
        (Condition("stock", equals="0"), True),
        (Condition("stock", below=1.0), True),
        (Condition("stock", below=0.0), False),
        (Condition("stock", above=0.0), False),
        (Condition("code", equals=7.0), True),
        (Condition("code", equals="007"), True),
        (Condition("code", equals="7"), False),
        (Condition("code", above=6.0, below=8.0), True),
        (Condition("tags", equals="new"), True),
        (Condition("tags", equals="old"), False),
        (Condition("tags", above=0.0), False),
        (Condition("publisher", equals="North"), False),
        (Condition("nowhere", below=5.0), False),
        (Condition("local", equals=1.0), True),
        (Condition("box", equals="abc"), False),
    ],
)
def test_conditions(condition, holds):
    item = Item("a", "x", stock=0.0, columns={"code": "007", "tags": ["new", "sea"], "local": True, "box": {"a": 1}})
    assert condition.holds(item) is holds


def test_boosts_are_named_and_added_up():
    rules = parse_rules(
        {
            "boost": [
                {"column": "section", "equals": "local", "by": 0.2},
                {"column": "section", "equals": "local", "by": 0.3},
                {"column": "price", "above": 5, "below": 10, "by": -1},
            ]
        }
    )
    item = Item("a", "x", price=7.0, columns={"section": "local"})
    assert rules.boosts_of(item) == {'boost section = "local"': 0.5, "boost price < 10 and price > 5": -1.0}
    assert rules.boosts_of(Item("b", "y")) == {}


def test_an_exclusion_gives_its_reason():
    rules = parse_rules({"exclude": [{"column": "stock", "equals": 0}]})
    assert rules.exclusion(Item("a", "x", stock=0.0)) == "exclude stock = 0"
    assert rules.exclusion(Item("a", "x", stock=1.0)) is None
    assert rules.exclusion(Item("a", "x")) is None


def test_a_column_that_no_item_has_is_found():
    items = [Item("a", "x", publisher="North", time=0.0, columns={"section": "sea"})]
    parse_rules({"never_adjacent": ["publisher"], "exclude": [{"column": "age_days", "above": 9}]}).check_columns(items)
    with pytest.raises(ConfigError, match=r"rules.toml: no item has the column 'sektion'\. Did you mean 'section'"):
        parse_rules({"never_adjacent": ["sektion"]}).check_columns(items, "rules.toml")
    with pytest.raises(ConfigError, match="'stock'"):
        parse_rules({"exclude": [{"column": "stock", "equals": 0}]}).check_columns(items)
