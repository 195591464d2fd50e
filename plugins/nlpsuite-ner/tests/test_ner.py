"""The plugin as a whole: what it says of itself, what it imports, and a tiny model of its own, end to end."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import nlpsuite_ner
import pytest
from click.testing import CliRunner
from nlpsuite_ner.plugin import TYPES, application, nlpsuite_applications

import nlpsuite
from nlpsuite.cli import cli
from nlpsuite.train.dataset import make_dataset
from nlpsuite.train.fit import Fitting
from nlpsuite.train.recipe import make_recipe
from tests.tiny import LEARNS, save_tiny_encoder, write_rows

TEXT = "the company order ORD-123456\u200b\nAnna lives in Berlin"
RULES = r"""
[[pattern]]
type = "ORDER"
regex = 'ORD-\d+'
[[gazetteer]]
type = "CITY"
names = ["Berlin"]
"""


def test_it_offers_one_application_with_options_and_formats():
    assert nlpsuite_applications() == [application]
    assert [(head.name, head.labels) for head in application.heads] == [("entities", TYPES), ("inner", TYPES)]
    assert set(application.options) == {"rules", "threshold", "types", "values"}
    assert set(application.formats) == {"conll", "html"}


def test_it_imports_only_public_names_of_the_suite():
    for file in Path(nlpsuite_ner.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith("nlpsuite."), f"{file.name} imports {node.module}"
                if node.module == "nlpsuite":
                    public = {*nlpsuite.__all__, "find_values"}
                    assert {name.name for name in node.names} <= public, file.name


def test_making_the_postprocessor_loads_nothing_heavy():
    code = (
        "import sys; from nlpsuite_ner.plugin import application; application.postprocessor({'types': 'PER'}); "
        "print({'torch', 'transformers', 'spacy', 'jieba', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "set()", done.stderr


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """A model that knows Anna and Berlin."""
    folder = tmp_path_factory.mktemp("ner")
    rows = [
        {
            "tokens": [*["the", "company", "order"][:count], "Anna", "lives", "in", "Berlin"],
            "tags": ["O"] * count + ["B-PER", "O", "O", "B-LOC"],
        }
        for count in range(4)
        for _ in range(6)
    ]
    data = write_rows(folder / "train.jsonl", rows)
    recipe = make_recipe(LEARNS | {"encoder": str(save_tiny_encoder(folder / "encoder"))})
    dataset = make_dataset(application, [data], [data], "en", {}, recipe.seed)
    Fitting(application, dataset, recipe, folder / "out", "cpu").run()
    return folder / "out"


@pytest.fixture
def rules(tmp_path):
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    return tmp_path / "rules.toml"


def pieces(result):
    return [(result.document.text[span.start : span.end], span.label, span.kind) for span in result.spans]


def test_model_and_rules_together(bundle, rules):
    app = nlpsuite.load("ner", model=bundle, lang="en", device="cpu", options={"rules": rules})
    result = app(TEXT)
    assert pieces(result) == [
        ("ORD-123456", "ORDER", "rules"),
        ("Anna", "PER", "entities"),
        ("Berlin", "CITY", "gazetteer"),
    ]
    assert pieces(app("")) == []


def test_the_command_line_writes_both_formats(bundle, rules):
    common = ["run", "ner", TEXT, "--lang", "en", "--model", str(bundle), "--device", "cpu", "-o", f"rules={rules}"]
    written = CliRunner().invoke(cli, [*common, "--format", "conll"], catch_exceptions=False)
    assert "Anna\tB-PER\nlives\tO\nin\tO\nBerlin\tB-CITY\n" in written.output
    written = CliRunner().invoke(cli, [*common, "--format", "html"], catch_exceptions=False)
    assert written.output.count("<article") == 1 and written.output.count("<mark") == 3


@pytest.fixture(scope="module")
def nested_bundle(tmp_path_factory):
    """A model that knows that a bank of Berlin is an organisation, and Berlin in it a place."""
    folder = tmp_path_factory.mktemp("nested")
    rows = [
        {
            "text": f"{begin}bank of Berlin {rest}",
            "entities": [
                {"start": len(begin), "end": len(begin) + 14, "label": "ORG"},
                {"start": len(begin) + 8, "end": len(begin) + 14, "label": "LOC"},
            ],
        }
        for begin in ("", "the ", "Anna lives in the ", "strong ")
        for rest in ("rises", "falls", "lost")
    ]
    rows += [{"text": "profit falls", "entities": []}, {"text": "Anna lives", "entities": [[0, 4, "PER"]]}] * 3
    data = write_rows(folder / "nested.jsonl", rows * 3)
    recipe = make_recipe(LEARNS | {"encoder": str(save_tiny_encoder(folder / "encoder"))})
    dataset = make_dataset(application, [data], [data], "en", {}, recipe.seed)
    Fitting(application, dataset, recipe, folder / "out", "cpu").run()
    return folder / "out"


def test_nested_names_are_learned_from_records_that_hold_them(nested_bundle):
    app = nlpsuite.load("ner", model=nested_bundle, lang="en", device="cpu")
    assert [head.name for head in app.heads] == ["entities", "inner"]
    assert {name: found["f1"]["value"] for name, found in app.manifest.metrics["dev"]["heads"].items()} == {
        "entities": 1.0,
        "inner": 1.0,
    }
    result = app("the  bank of\u200b Berlin rises")
    assert [(one["text"], one["label"], one.get("level")) for one in result.details["entities"]] == [
        ("bank of\u200b Berlin", "ORG", None),
        ("Berlin", "LOC", 2),
    ]
    assert pieces(result)[1] == ("Berlin", "LOC", "inner")
    assert "Berlin\tI-ORG\tB-LOC\n" in application.formats["conll"](result)


def test_a_flat_file_trains_one_head_only(bundle):
    app = nlpsuite.load("ner", model=bundle, lang="en", device="cpu")
    assert [head.name for head in app.heads] == ["entities"]


def test_a_spacy_pipeline_with_the_tiny_model(bundle, rules):
    import nlpsuite_ner.spacy_component  # noqa: F401
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("nlpsuite_ner", config={"model": str(bundle), "rules": str(rules), "device": "cpu"})
    first, second, third = nlp.pipe([TEXT.replace("\u200b", ""), "", "Anna lives"])
    assert [(ent.text, ent.label_) for ent in first.ents] == [
        ("ORD-123456", "ORDER"),
        ("Anna", "PER"),
        ("Berlin", "CITY"),
    ]
    assert second.ents == () and [ent.label_ for ent in third.ents] == ["PER"]
    assert 0 < third.ents[0]._.nlpsuite_score <= 1
