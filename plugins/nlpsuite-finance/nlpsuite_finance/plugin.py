"""What the plugin offers: one application with two heads."""

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


def _postprocessor(options: Mapping[str, Any]) -> Postprocessor | None:
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
    ),
    bundles={"finance-mini": _HERE / "bundles" / "finance-mini"},
    samples={lang: _HERE / "samples" / f"{lang}.jsonl" for lang in LANGUAGES},
    columns={"sentiment": ("sentiment",), "topics": ("topic",), "pair": ("target",)},
    postprocessor=_postprocessor,
    options={
        "watchlist": "file of names to watch, a name a line with aliases: the sentiment towards each is given",
        "ner": "true or false: also towards each organisation that the application ner finds (false)",
        "target": "true where the model was trained on rows with a target: it is given the company's name (false)",
        "why": "true or false: read every sentence, give the article's balance and the sentence that says why (false)",
    },
)


@hookimpl
def nlpsuite_applications() -> list[Application]:
    """The one application of this package."""
    return [application]
