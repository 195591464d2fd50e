"""What the plugin offers: one application with a token head."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nlpsuite import Application, Head, HeadKind, Postprocessor, Result, hookimpl

NLPSUITE_API = ">=1,<2"

_HERE = Path(__file__).resolve().parent

LANGUAGES = ("zh", "en", "de", "fr", "es", "it", "nl", "pt")

TYPES = ("PER", "ORG", "LOC", "MISC")

OPTIONS = {
    "rules": "a file of TOML: patterns, lists of names, and who wins where they and the model disagree",
    "threshold": "leave out what the model is less sure of than this, from 0 to 1",
    "types": "keep only these types, with commas between them: PER,ORG",
    "values": "true to find amounts, percentages, dates, phone numbers and the like as well",
}


def _postprocessor(options: Mapping[str, Any]) -> Postprocessor:
    from nlpsuite_ner.postprocessor import NerPostprocessor

    return NerPostprocessor(options)


def _conll(result: Result) -> str:
    from nlpsuite_ner.outputs import conll

    return conll(result)


def _html(result: Result) -> str:
    from nlpsuite_ner.outputs import html

    return html(result)


application = Application(
    name="ner",
    summary="Which persons, organisations, places and other names does this text hold?",
    languages=LANGUAGES,
    heads=(
        Head("entities", HeadKind.TOKEN_LABELS, field="tags", labels=TYPES, help="names and their types"),
        Head(
            "inner",
            HeadKind.TOKEN_LABELS,
            field="inner_tags",
            labels=TYPES,
            help="names that lie within those",
            inside="entities",
        ),
    ),
    bundles={"ner-mini": _HERE / "bundles" / "ner-mini"},
    samples={lang: _HERE / "samples" / f"{lang}.jsonl" for lang in LANGUAGES},
    postprocessor=_postprocessor,
    options=OPTIONS,
    formats={"conll": _conll, "html": _html},
)


@hookimpl
def nlpsuite_applications() -> list[Application]:
    """The one application of this package."""
    return [application]
