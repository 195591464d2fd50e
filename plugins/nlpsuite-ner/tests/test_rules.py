"""The rules file: what it finds, and what it says of mistakes."""

from __future__ import annotations

import pytest
from nlpsuite_ner.rules import read_rules

from nlpsuite import ConfigError


@pytest.fixture
def rules(tmp_path):
    def write(toml, **files):
        for name, content in files.items():
            (tmp_path / f"{name}.txt").write_text(content, encoding="utf-8")
        (tmp_path / "rules.toml").write_text(toml, encoding="utf-8")
        return read_rules(tmp_path / "rules.toml")

    return write


def found(rules, text, lang="en"):
    return [(text[one.start : one.end], one.label, one.source, one.canonical) for one in rules.find(text, lang)]


def test_patterns_with_groups_and_languages(rules):
    read = rules(r"""
        [[pattern]]
        type = "ORDER"
        regex = '\bORD-(\d{6})\b'
        [[pattern]]
        type = "NUMBER"
        regex = '\bORD-(\d{6})\b'
        group = 1
        lang = "de"
    """)
    text = "ORD-123456 or ORD-12"
    assert found(read, text) == found(read, text, None) == [("ORD-123456", "ORDER", "rules", "")]
    assert found(read, text, "de-CH")[1] == ("123456", "NUMBER", "rules", "")


def test_a_pattern_that_matches_nothing_or_leaves_its_group_out_finds_nothing(rules):
    read = rules("[[pattern]]\ntype='A'\nregex='x*'\n[[pattern]]\ntype='B'\nregex='(y)?z'\ngroup=1")
    assert found(read, "abxxz yz") == [("xx", "A", "rules", ""), ("y", "B", "rules", "")]


def test_lists_of_names_from_a_file_and_inline(rules):
    read = rules(
        """
        [[gazetteer]]
        type = "ORG"
        file = "companies.txt"
        [[gazetteer]]
        type = "FRUIT"
        names = ["Apple", "Kiwi"]
        case = "exact"
        [[gazetteer]]
        type = "PART"
        names = ["dampf"]
        whole_words = false
        lang = "de"
        """,
        companies="\ufeff# ours\nDeutsche Bank AG\tDB|德意志银行\r\n\nAcme\n",
    )
    assert found(read, "ACME and 德意志银行, apple Kiwi Volldampf") == [
        ("ACME", "ORG", "gazetteer", "Acme"),
        ("德意志银行", "ORG", "gazetteer", "Deutsche Bank AG"),
        ("Kiwi", "FRUIT", "gazetteer", "Kiwi"),
    ]
    assert found(read, "Volldampf", "de") == [("dampf", "PART", "gazetteer", "dampf")]


def test_precedence_is_completed(rules):
    assert rules("").precedence == ("rules", "gazetteer", "model")
    assert rules('precedence = ["model"]').precedence == ("model", "rules", "gazetteer")


PATTERN, GAZETTEER = "[[pattern]]\n", "[[gazetteer]]\n"


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("patern = 1", r"rules\.toml, patern: there is no such key\..*Did you mean pattern\?"),
        ("[pattern]\ntype='A'", r"pattern: this is no list of tables\. Write \[\[pattern\]\]"),
        ("pattern = ['x']", "pattern: this is no list of tables"),
        ("precedence = 'model'", "precedence: 'model' is no list"),
        ("precedence = ['modle']", "precedence: there is no 'modle'. List some of rules, gazetteer, model"),
        ("precedence = ['model', 'model']", "precedence: one is named twice"),
        (PATTERN + 'regex="\\d"', "rules.toml is no TOML:.*single quotes"),
        (PATTERN + "regex='a'", r"\[\[pattern\]\] 1, type: the type is missing\. Name"),
        (PATTERN + "type='A B'\nregex='a'", "type: 'A B' cannot be a type"),
        (PATTERN + "type=3\nregex='a'", 'type: 3 is not a text. Write type = "ORG"'),
        (PATTERN + "type='A'", "regex: the pattern is missing"),
        (
            PATTERN + "type='A'\nregex='a'\n" + PATTERN + "type='A'\nregex='(a'",
            r"\] 2, regex: '\(a' is no regular.*missing",
        ),
        (PATTERN + "type='A'\nregex='a'\ngroup=1", "group: the pattern has no group 1. Leave it out"),
        (PATTERN + "type='A'\nregex='(a)'\ngroup=2", "no group 2. The pattern's groups are numbered from 1 to 1"),
        (PATTERN + "type='A'\nregex='(a)'\ngroup=-1", "no group -1"),
        (PATTERN + "type='A'\nregex='(a)'\ngroup=true", "group: True is not a whole number"),
        (PATTERN + "type='A'\nregexp='a'", "regexp: there is no such key.*Did you mean regex"),
        (PATTERN + "type='A'\nregex='a'\nlang='German'", "lang: 'German' is no code of a language"),
        (GAZETTEER + "type='A'", "file: it is missing"),
        (GAZETTEER + "type='A'\nnames=['a']\nfile='b.txt'", "file: both are given"),
        (
            GAZETTEER + "type='A'\nfile='b.txt'",
            r"\[\[gazetteer\]\] 1, file: there is no file .*b\.txt\. It is looked for beside rules\.toml",
        ),
        (GAZETTEER + "type='A'\nfile=''", "file: there is no file"),
        (GAZETTEER + "type='A'\nfile='gap.txt'", r"gap\.txt:2 holds an empty name\. A line is"),
        (GAZETTEER + "type='A'\nfile='latin.txt'", r"latin\.txt is not UTF-8"),
        (GAZETTEER + "type='A'\nnames=[]", "names: the list is empty"),
        (GAZETTEER + "type='A'\nnames=['a', ' ']", "names: name 2, ' ', is empty or no text"),
        (GAZETTEER + "type='A'\nnames=['a', 1]", "names: name 2, 1, is empty or no text"),
        (GAZETTEER + "type='A'\nnames=['a']\ncase='lower'", 'case: there is no \'lower\'. Write "ignore" or "exact"'),
        (GAZETTEER + "type='A'\nnames=['a']\nwhole_words='no'", "whole_words: 'no' is not true or false"),
        (GAZETTEER + "type='A'\nnames=['a']\nregex='a'", r"\[\[gazetteer\]\] 1, regex: there is no such key"),
    ],
)
def test_mistakes_are_named_with_their_place_and_cure(rules, tmp_path, toml, message):
    (tmp_path / "latin.txt").write_bytes("Café".encode("latin-1"))
    with pytest.raises(ConfigError, match=message) as error:
        rules(toml, gap="Acme\nBeta\tB||C\n")
    assert str(tmp_path / "rules.toml") in str(error.value)


def test_a_file_that_cannot_be_read(tmp_path):
    with pytest.raises(ConfigError, match="none.toml cannot be read: No such file"):
        read_rules(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes("# é".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"latin\.toml is not UTF-8"):
        read_rules(tmp_path / "latin.toml")
