"""What the plugin offers: one application with three heads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nlpsuite import Application, Head, HeadKind, Postprocessor, hookimpl

NLPSUITE_API = ">=1,<2"

_HERE = Path(__file__).resolve().parent

LANGUAGES = ("zh", "en", "de", "fr", "es", "it", "nl", "pt")

SENTIMENTS = ("negative", "neutral", "positive")

TOPICS = (
    "results",
    "guidance",
    "mergers",
    "financing",
    "shareholders",
    "credit",
    "regulation",
    "management",
    "products",
    "operations",
    "labour",
    "macro",
    "market",
    "fraud",
    "esg",
)


def _postprocessor(options: Mapping[str, Any]) -> Postprocessor:
    from nlpsuite_finance.postprocessor import make_postprocessor

    return make_postprocessor(options)


application = Application(
    name="finance-sentiment",
    summary="Is this financial text good or bad news, and on which topics?",
    languages=LANGUAGES,
    heads=(
        Head(
            "sentiment",
            HeadKind.SINGLE_LABEL,
            field="label",
            labels=SENTIMENTS,
            help="what the text means for holders of what it is about",
        ),
        Head(
            "topics",
            HeadKind.MULTI_LABEL,
            field="topics",
            labels=TOPICS,
            help="what the text is about, of 15 topics",
        ),
        Head(
            "companies",
            HeadKind.TOKEN_LABELS,
            field="companies",
            labels=SENTIMENTS,
            help="the companies it names, each with what it means for their holders",
        ),
    ),
    bundles={"finance-mini": _HERE / "bundles" / "finance-mini"},
    samples={lang: _HERE / "samples" / f"{lang}.jsonl" for lang in LANGUAGES},
    columns={"sentiment": ("sentiment",), "topics": ("topic",)},
    postprocessor=_postprocessor,
    # A word's border matters little to a sentiment, and texts stay cut as customer-intent and recommend cut them.
    recipe={"words": False},
    options={
        "watchlist": "file of names to watch, a name a line with aliases: only these companies are looked for",
        "ner": "true or false: look for the organisations that the application ner finds (false)",
        "why": "true or false: read every sentence, give the article's balance and the sentence that says why (false)",
    },
)


@hookimpl
def nlpsuite_applications() -> list[Application]:
    """The one application of this package."""
    return [application]
