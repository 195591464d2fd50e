"""What the plugin offers: one application with two heads."""

from __future__ import annotations

from pathlib import Path

from nlpsuite import Application, Head, HeadKind, hookimpl

NLPSUITE_API = ">=1,<2"

_HERE = Path(__file__).resolve().parent

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

application = Application(
    name="finance-sentiment",
    summary="Is this financial text good or bad news, and on which topics?",
    languages=("zh", "en"),
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
    samples={lang: _HERE / "samples" / f"{lang}.jsonl" for lang in ("zh", "en")},
    columns={"sentiment": ("sentiment",), "topics": ("topic",)},
)


@hookimpl
def nlpsuite_applications() -> list[Application]:
    """The one application of this package."""
    return [application]
