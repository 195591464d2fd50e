"""The spaCy component, with an application that knows two names and counts its calls."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import spacy
from nlpsuite_ner import spacy_component
from spacy.tokens import Span as SpacySpan

import nlpsuite

KNOWN = {"Anna": "PER", "上海": "LOC"}


@pytest.fixture
def loads(monkeypatch, result_of):
    """How the application was loaded, and the sizes of the batches it was given."""
    seen = {"with": [], "batches": []}

    def app(texts):
        seen["batches"].append(len(texts))
        return [result_of(text, *((name, KNOWN[name]) for name in KNOWN if name in text)) for text in texts]

    def load(name, **options):
        seen["with"].append((name, options))
        return app

    monkeypatch.setattr(nlpsuite, "load", load)
    return seen


def ents(doc):
    return [(ent.text, ent.label_, ent._.nlpsuite_score) for ent in doc.ents]


def test_it_sets_entities_and_loads_when_first_needed(loads):
    nlp = spacy.blank("en")
    nlp.add_pipe("nlpsuite_ner")
    assert loads["with"] == []
    assert ents(nlp("Anna came")) == [("Anna", "PER", 0.9)]
    assert ents(nlp("nobody came")) == []
    assert loads["with"] == [("ner", {"lang": "en", "model": None, "device": "auto", "options": {}})]


def test_settings_reach_the_application(loads):
    nlp = spacy.blank("xx")
    settings = {"model": "models/mine", "lang": "de", "rules": "rules.toml", "device": "cpu"}
    nlp.add_pipe("nlpsuite_ner", config=settings)
    nlp("Anna")
    expected = {"lang": "de", "model": "models/mine", "device": "cpu", "options": {"rules": "rules.toml"}}
    assert loads["with"] == [("ner", expected)]


def test_a_pipeline_for_any_language_detects_it(loads):
    nlp = spacy.blank("xx")
    nlp.add_pipe("nlpsuite_ner")
    nlp("Anna")
    assert loads["with"][0][1]["lang"] == "auto"


def test_many_documents_go_in_batches(loads):
    nlp = spacy.blank("en")
    nlp.add_pipe("nlpsuite_ner")
    docs = list(nlp.pipe((f"{'Anna' if number % 2 else 'nobody'} {number}" for number in range(10)), batch_size=4))
    assert loads["batches"] == [4, 4, 2]
    assert [len(doc.ents) for doc in docs] == [0, 1] * 5
    assert docs[3].text == "Anna 3"


def test_contexts_and_no_documents_at_all(loads):
    nlp = spacy.blank("en")
    nlp.add_pipe("nlpsuite_ner")
    assert list(nlp.pipe([])) == []
    assert loads["with"] == []
    ((doc, context),) = nlp.pipe([("Anna", 7)], as_tuples=True)
    assert (ents(doc), context) == ([("Anna", "PER", 0.9)], 7)


def test_inner_entities(monkeypatch, result_of):
    result = result_of("Bank of China", ("Bank of China", "ORG"), inner=(("China", "LOC"),))
    monkeypatch.setattr(nlpsuite, "load", lambda name, **options: lambda texts: [result for _ in texts])
    nlp = spacy.blank("en")
    nlp.add_pipe("nlpsuite_ner")
    doc = nlp("Bank of China")
    assert ents(doc) == [("Bank of China", "ORG", 0.9)]
    assert [(span.text, span.label_) for span in doc.spans["inner"]] == [("China", "LOC")]


@pytest.mark.parametrize("segmenter", ["char", "jieba"])
def test_chinese(loads, segmenter):
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": segmenter}}})
    nlp.add_pipe("nlpsuite_ner")
    assert ents(nlp("昨天他在上海工作")) == [("上海", "LOC", 0.9)]
    assert loads["with"][0][1]["lang"] == "zh"


@pytest.mark.parametrize(("overwrite", "label"), [(False, "OLD"), (True, "PER")])
def test_entities_that_are_there_stay_unless_told(loads, overwrite, label):
    nlp = spacy.blank("en")
    component = nlp.add_pipe("nlpsuite_ner", config={"overwrite": overwrite})
    doc = nlp.make_doc("Anna came")
    doc.ents = [SpacySpan(doc, 0, 1, "OLD")]
    assert [ent.label_ for ent in component(doc).ents] == [label]


def test_a_saved_pipeline_keeps_its_settings(loads, tmp_path):
    nlp = spacy.blank("en")
    nlp.add_pipe("nlpsuite_ner", config={"rules": "rules.toml", "overwrite": True})
    nlp("Anna")
    nlp.to_disk(tmp_path / "saved")
    for again in (spacy.load(tmp_path / "saved"), spacy.blank("en").from_config(nlp.config).from_bytes(nlp.to_bytes())):
        component = again.get_pipe("nlpsuite_ner")
        assert (component.rules, component.overwrite, component.lang) == ("rules.toml", True, "en")
        assert ents(again("Anna")) == [("Anna", "PER", 0.9)]


def test_a_wrong_setting_is_refused(loads):
    with pytest.raises(ValueError, match="modle"):
        spacy.blank("en").add_pipe("nlpsuite_ner", config={"modle": "x"})


def entry_point():
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
    return project["project"]["entry-points"]["spacy_factories"]["nlpsuite_ner"]


def test_the_entry_point_leads_to_the_factory():
    module, _, name = entry_point().partition(":")
    assert getattr(importlib.import_module(module), name) is spacy_component.make_component


def test_spacy_finds_it_by_its_entry_point_and_nothing_heavy_is_loaded(tmp_path):
    info = tmp_path / "stand_in-0.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stand-in\nVersion: 0.1\n")
    (info / "entry_points.txt").write_text(f"[spacy_factories]\nnlpsuite_ner = {entry_point()}\n")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import spacy; nlp = spacy.blank('en'); "
        "nlp.add_pipe('nlpsuite_ner'); print(nlp.pipe_names, {'nlpsuite.runtime', 'transformers'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "['nlpsuite_ner'] set()", done.stderr
