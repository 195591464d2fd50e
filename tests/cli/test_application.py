"""`nlpsuite APP COMMAND`, options of an application, and its own formats."""

from __future__ import annotations

import sys
import types
from dataclasses import replace

import click
import pytest

from nlpsuite import Document, Result, Span, hookimpl, plugins
from nlpsuite.errors import ConfigError, PluginError
from nlpsuite.runtime import BySentence, load_folder, make_postprocessor
from nlpsuite.train.dataset import make_dataset
from nlpsuite.train.fit import Fitting
from nlpsuite.train.recipe import make_recipe
from tests.tiny import FAST, NER_APP, TINY_APP, save_tiny_encoder, write_rows


class Parts:
    """Asks for the text's first word, and says what it was labelled."""

    def __init__(self, options):
        if options.get("note") == "bad":
            raise ConfigError("note cannot be bad.")
        self.note = options.get("note", "")

    def parts(self, result):
        return [Document(result.document.text.split()[0], lang=result.document.lang)] if self.note else []

    def finish(self, result, parts):
        return replace(result, details={"note": self.note, "first": [part.document.text for part in parts]})


APP = replace(
    TINY_APP,
    name="with-parts",
    postprocessor=Parts,
    options={"note": "what to note"},
    formats={"loud": lambda result: result.document.text.upper() + "\n"},
)


@pytest.fixture
def installed(cli, monkeypatch):
    class Plugin:
        @hookimpl
        def nlpsuite_applications(self):
            return [APP]

        @hookimpl
        def nlpsuite_commands(self):
            return {"with-parts": {"watch": "parts_cli:watch", "gone": "parts_cli:gone", "wrong": "parts_cli:wrong"}}

    module = types.ModuleType("parts_cli")
    module.watch = click.command()(lambda: click.echo("watching"))
    module.wrong = 3
    monkeypatch.setitem(sys.modules, "parts_cli", module)
    plugins.reset()
    plugins.registry().add("with-parts", Plugin())
    yield
    plugins.reset()


def test_a_command_of_an_application_runs(cli, installed):
    assert cli("with-parts", "watch").stdout == "watching\n"
    listed = cli("with-parts", "--help").stdout
    assert "watch" in listed
    assert "cannot be loaded" in listed and "is no click command" in listed
    assert listed.index("\n  gone") < listed.index("\n  watch") < listed.index("\n  wrong")


def test_a_command_that_is_not_there_is_the_plugins_fault(cli, installed):
    found = cli("with-parts", "gone")
    assert found.returncode == 2
    assert "The command with-parts gone cannot be loaded" in found.stderr
    assert "is no click command" in cli("with-parts", "wrong").stderr


def test_an_application_without_commands_has_none(cli):
    found = cli("finance-sentiment", "watch")
    assert found.returncode == 2


def test_unknown_options_and_formats_are_refused_before_a_model_is_loaded(cli, installed):
    assert "No format is named 'shout'" in cli("run", "with-parts", "--format", "shout", "a text").stderr
    with pytest.raises(ConfigError, match="cannot be bad"):
        make_postprocessor(APP, {"note": "bad"})
    assert make_postprocessor(TINY_APP, {}) is None


def test_results_are_completed_with_their_parts(tiny_world):
    app = load_folder(replace(APP, name=TINY_APP.name), tiny_world / "bundle", options={"note": "seen"})
    results = app(["one two", "three four five"])
    assert [result.details for result in results] == [
        {"note": "seen", "first": ["one"]},
        {"note": "seen", "first": ["three"]},
    ]
    assert all(isinstance(result, Result) and not result.spans for result in results)
    assert load_folder(replace(APP, name=TINY_APP.name), tiny_world / "bundle")("one").details == {
        "note": "",
        "first": [],
    }


class Placing:
    """Knows where the first word stands before the model does."""

    def __init__(self, options):
        self.few = "few" in options

    def prepare(self, documents):
        if self.few:
            return documents[1:]
        return [replace(one, places=(Span(0, len(one.text.split()[0]), "first", 1.0),)) for one in documents]

    def parts(self, result):
        return []

    def finish(self, result, parts):
        return result


@pytest.fixture(scope="module")
def placing(tmp_path_factory):
    """An application that labels tokens, trained on little, with a postprocessor that prepares documents."""
    world = tmp_path_factory.mktemp("placing")
    encoder = save_tiny_encoder(world / "encoder")
    rows = [{"tokens": ["Anna", "lives"], "tags": ["B-PER", "O"]}, {"tokens": ["Berlin"], "tags": ["B-LOC"]}]
    data = write_rows(world / "rows.jsonl", rows)
    recipe = make_recipe({**FAST, "encoder": str(encoder)})
    Fitting(NER_APP, make_dataset(NER_APP, [data], [data], "en", {}, 1), recipe, world / "bundle", "cpu").run()
    return replace(NER_APP, postprocessor=Placing, options={"few": "too few documents"}), world / "bundle"


def test_what_stands_at_places_that_were_prepared_is_said(placing):
    app = load_folder(*placing, device="cpu")
    for result in app(["Anna lives in Berlin", "Berlin"]):
        (placed,) = result.head("entities").placed
        assert set(placed.scores) == {"PER", "LOC"} and sum(placed.scores.values()) == pytest.approx(1)
        assert result.to_dict()["heads"]["entities"]["placed"] == [placed.to_dict()]
    asked = BySentence().parts(app("Anna lives. Berlin lives."))
    assert [(part.text, part.places) for part in asked] == [("Anna lives.", ()), ("Berlin lives.", ())]


def test_a_postprocessor_that_loses_documents_is_named(placing):
    with pytest.raises(PluginError, match="tiny-ner made 1 documents of 2"):
        load_folder(*placing, device="cpu", options={"few": "yes"})(["Anna", "Berlin"])
