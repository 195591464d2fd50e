"""`nlpsuite APP COMMAND`, options of an application, and its own formats."""

from __future__ import annotations

import sys
import types
from dataclasses import replace

import click
import pytest

from nlpsuite import Document, Result, Span, hookimpl, plugins
from nlpsuite.errors import ConfigError
from nlpsuite.runtime import load_folder, make_postprocessor
from tests.tiny import TINY_APP


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


class Placing(Parts):
    """Knows where the first word stands before the model does."""

    def prepare(self, documents):
        return [replace(one, places=(Span(0, len(one.text.split()[0]), "first", 1.0),)) for one in documents]

    def finish(self, result, parts):
        return replace(
            result, details={"places": [result.document.text[p.start : p.end] for p in result.document.places]}
        )


def test_a_postprocessor_may_prepare_documents(tiny_world):
    app = load_folder(replace(APP, name=TINY_APP.name, postprocessor=Placing), tiny_world / "bundle")
    assert [result.details["places"] for result in app(["one two", "three four"])] == [["one"], ["three"]]
    sentences = app("One is here. Two is there.", by_sentence=True)
    assert [span.kind for span in sentences.spans] == ["sentence", "sentence"]
