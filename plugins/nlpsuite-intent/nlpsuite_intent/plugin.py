"""What the plugin offers: one application with two heads, and the commands of its FAQ."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nlpsuite import Application, Head, HeadKind, Postprocessor, hookimpl

NLPSUITE_API = ">=1,<2"

_HERE = Path(__file__).resolve().parent

LANGUAGES = ("zh", "en", "de", "fr", "es", "it", "nl", "pt")

INTENTS = (
    "order_status",
    "late_delivery",
    "cancel_order",
    "change_order",
    "return_item",
    "exchange_item",
    "refund",
    "damaged_item",
    "warranty",
    "payment_failed",
    "payment_methods",
    "unexpected_charge",
    "invoice",
    "lost_card",
    "login",
    "change_data",
    "close_account",
    "subscription",
    "technical_fault",
    "opening_hours",
    "price",
    "discount",
    "availability",
    "product_info",
    "delivery_options",
    "complaint",
    "compliment",
    "human",
    "greeting",
    "thanks",
    "none",
)

MOODS = ("upset", "neutral", "pleased")


def _postprocessor(options: Mapping[str, Any]) -> Postprocessor:
    from nlpsuite_intent.postprocessor import IntentPostprocessor

    return IntentPostprocessor(options)


application = Application(
    name="customer-intent",
    summary="What does this customer want, in what mood, and what is to be done?",
    languages=LANGUAGES,
    heads=(
        Head(
            "intent",
            HeadKind.SINGLE_LABEL,
            field="label",
            labels=INTENTS,
            none="none",
            help="what the customer wants, of 30 intents or none of these",
        ),
        Head("mood", HeadKind.SINGLE_LABEL, field="mood", labels=MOODS, help="how the customer feels"),
    ),
    bundles={"intent-mini": _HERE / "bundles" / "intent-mini"},
    samples={lang: _HERE / "samples" / f"{lang}.jsonl" for lang in LANGUAGES},
    columns={"intent": ("intent",), "pair": ("context",)},
    postprocessor=_postprocessor,
    options={
        "several": "true or false: read every clause on its own to find several intents (true)",
        "slots": "true or false: find order numbers, amounts, dates, phones and e-mails (true)",
        "ner": "true or false: find names as well, by the application ner (false)",
        "answers": "TOML file of answers by intent, with slots in braces",
        "faq": "table or folder of questions and answers to search",
        "faq_model": "encoder or bundle that the FAQ is searched with (nlpsuite-mini)",
    },
)


@hookimpl
def nlpsuite_applications() -> list[Application]:
    """The one application of this package."""
    return [application]


@hookimpl
def nlpsuite_commands() -> dict[str, dict[str, str]]:
    """`nlpsuite customer-intent faq …` and `… add`."""
    return {"customer-intent": {"faq": "nlpsuite_intent.faq_cli:faq", "add": "nlpsuite_intent.add_cli:add"}}
