"""Merging: rules and lists over the model, thresholds, types, values."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from nlpsuite_ner.plugin import application
from nlpsuite_ner.postprocessor import NerPostprocessor

import nlpsuite
from nlpsuite import ConfigError, Span

TEXT = "Anna Berg of Deutsche Bank AG in Berlin wrote ORD-123456"
FOUND = (("Anna Berg", "PER"), ("Deutsche Bank AG", "ORG", 0.6), ("Berlin", "LOC"))
RULES = r"""
[[pattern]]
type = "ORDER"
regex = '\bORD-\d{6}\b'
[[gazetteer]]
type = "BANK"
names = ["Deutsche Bank"]
"""


@pytest.fixture
def finish(tmp_path):
    def run(result, rules=None, **options):
        if rules is not None:
            (tmp_path / "rules.toml").write_text(rules, encoding="utf-8")
            options["rules"] = str(tmp_path / "rules.toml")
        postprocessor = NerPostprocessor(options)
        assert postprocessor.parts(result) == []
        return postprocessor.finish(result, [])

    return run


def test_without_options_only_details_are_added(finish, result_of):
    result = result_of(TEXT, *FOUND)
    done = finish(result)
    assert (done.spans, done.heads) == (result.spans, result.heads)
    assert done.details["values"] == []
    assert done.details["entities"][1] == {
        "start": 13,
        "end": 29,
        "text": "Deutsche Bank AG",
        "label": "ORG",
        "score": 0.6,
        "source": "model",
    }


def test_rules_and_lists_win_over_the_model(finish, result_of, shown):
    done = finish(result_of(TEXT, *FOUND), RULES)
    assert shown(done) == [
        ("Anna Berg", "PER", "entities"),
        ("Deutsche Bank", "BANK", "gazetteer"),
        ("Berlin", "LOC", "entities"),
        ("ORD-123456", "ORDER", "rules"),
    ]
    sources = [(one["source"], one.get("canonical")) for one in done.details["entities"]]
    assert sources == [("model", None), ("gazetteer", "Deutsche Bank"), ("model", None), ("rules", None)]
    assert json.loads(json.dumps(done.to_dict()))["details"]["entities"] == done.details["entities"]


def test_the_model_wins_where_the_file_says_so(finish, result_of, shown):
    done = finish(result_of(TEXT, *FOUND), 'precedence = ["model"]\n' + RULES)
    assert ("Deutsche Bank AG", "ORG", "entities") in shown(done)
    assert ("ORD-123456", "ORDER", "rules") in shown(done)


def test_an_alias_carries_the_canonical_name(finish, tmp_path, result_of):
    (tmp_path / "banks.txt").write_text("Deutsche Bank AG\tDB|德银\n", encoding="utf-8")
    done = finish(result_of("德银上涨", lang="zh"), '[[gazetteer]]\ntype = "ORG"\nfile = "banks.txt"')
    assert [(one["text"], one["canonical"]) for one in done.details["entities"]] == [("德银", "Deutsche Bank AG")]


def test_the_threshold_is_for_the_model_alone(finish, result_of, shown):
    done = finish(result_of(TEXT, *FOUND), RULES, threshold="0.95")
    assert [one[0] for one in shown(done)] == ["Deutsche Bank", "ORD-123456"]
    assert shown(finish(result_of(TEXT, *FOUND), threshold=0.6)) == shown(result_of(TEXT, *FOUND))


def test_types_that_are_not_wanted_still_compete(finish, result_of, shown):
    assert [one[0] for one in shown(finish(result_of(TEXT, *FOUND), RULES, types="PER, ORG"))] == ["Anna Berg"]
    assert [one[1] for one in shown(finish(result_of(TEXT, *FOUND), types=["ORG", "LOC"]))] == ["ORG", "LOC"]


def test_inner_entities_stay_and_are_marked(finish, result_of, shown):
    result = result_of(TEXT, *FOUND, inner=(("Deutsche", "MISC", 0.5), ("Berg", "PER")))
    done = finish(result)
    assert sorted(shown(done)) == sorted(shown(result))
    assert [(one["text"], one["level"]) for one in done.details["entities"] if "level" in one] == [
        ("Berg", 2),
        ("Deutsche", 2),
    ]
    assert [one["text"] for one in done.details["entities"]][2:4] == ["Deutsche Bank AG", "Deutsche"]


def test_inner_entities_meet_neither_rules_nor_outer_ones_but_threshold_and_types(finish, result_of, shown):
    result = result_of(TEXT, *FOUND, inner=(("Deutsche", "MISC", 0.5), ("Berg", "PER")))
    assert ("Deutsche", "MISC", "inner") in shown(finish(result, RULES))
    assert ("Deutsche Bank", "BANK", "gazetteer") in shown(finish(result, RULES))
    assert ("Deutsche", "MISC", "inner") not in shown(finish(result, threshold=0.55))
    assert shown(finish(result, types="MISC")) == [("Deutsche", "MISC", "inner")]


def test_other_spans_stay(finish, result_of):
    result = result_of(TEXT, *FOUND)
    sentence = Span(0, len(TEXT), "", 1.0, "sentence")
    done = finish(nlpsuite.Result("ner", result.document, result.heads, (sentence, *result.spans)), threshold=1)
    assert done.spans == (sentence,)


@dataclass
class Value:
    start: int
    end: int
    kind: str
    value: str
    unit: str


def test_values_are_spans_beside_the_entities(finish, monkeypatch, result_of, shown):
    asked = []

    def find_values(text, lang):
        asked.append((text, lang))
        return [Value(0, 4, "amount", "20", "EUR")]

    monkeypatch.setattr(nlpsuite, "find_values", find_values, raising=False)
    done = finish(result_of("20 € for Anna", ("Anna", "PER"), lang="de"), values="true")
    assert asked == [("20 € for Anna", "de")]
    assert shown(done, ("value", "entities")) == [("Anna", "PER", "entities"), ("20 €", "amount", "value")]
    value = {"start": 0, "end": 4, "text": "20 €", "kind": "amount", "value": "20", "unit": "EUR"}
    assert done.details["values"] == [value]
    finish(result_of("20 €", lang=None), values=True)
    assert asked[1] == ("20 €", "xx")
    finish(result_of("20 €"), values="false")
    assert len(asked) == 2


@pytest.mark.skipif("find_values" not in nlpsuite.__all__, reason="nlpsuite finds no values yet")
def test_values_of_a_real_text(finish, result_of):
    done = finish(result_of("Anna paid 20 Euro, 30 % of it", ("Anna", "PER"), lang="en"), values=True)
    found = [(one["text"], one["kind"], one["value"], one["unit"]) for one in done.details["values"]]
    assert ("20 Euro", "amount", "20", "EUR") in found
    assert [(kind, value) for text, kind, value, _ in found if "30" in text] == [("percentage", "30")]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("threshold", "much", "threshold is 'much'. Give it a number from 0 to 1"),
        ("threshold", "1.5", "from 0 to 1"),
        ("threshold", "nan", "from 0 to 1"),
        ("threshold", True, "from 0 to 1"),
        ("types", "PER,,ORG", "types with commas"),
        ("types", "", "types with commas"),
        ("types", 3, "types with commas"),
        ("values", "maybe", "values is 'maybe'. Give it true or false"),
        ("rules", 3, "path of a file"),
    ],
)
def test_a_value_that_does_not_suit_is_refused(name, value, message):
    with pytest.raises(ConfigError, match=message):
        application.postprocessor({name: value})


def test_none_is_as_good_as_nothing(result_of, shown):
    postprocessor = application.postprocessor(dict.fromkeys(application.options))
    assert shown(postprocessor.finish(result_of(TEXT, *FOUND), [])) == shown(result_of(TEXT, *FOUND))
