"""Several intents, slots, answers and decisions, without a model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from nlpsuite_intent.answers import read_answers
from nlpsuite_intent.postprocessor import IntentPostprocessor

from nlpsuite import ConfigError, Document, HeadResult, Result, Span

ANSWERS = """
[order_status]
answer = "Order {order} is on its way."
ask = { order = "Which order is it?" }

[refund]
hand_over = true

[fr.invoice]
answer = "Votre facture est dans votre compte."
"""


def result(text, label, score=0.9, *, upset=0.1, abstained=False, lang="en", none=False):
    intent = HeadResult("intent", label, score, (label,), {label: score}, abstained=abstained, none=none)
    mood = HeadResult("mood", "neutral", 1 - upset, ("neutral",), {"upset": upset, "neutral": 1 - upset})
    return Result("customer-intent", Document(text, lang=lang), (intent, mood))


def completed(whole, *parts, **options):
    processor = IntentPostprocessor(options)
    wanted = processor.parts(whole)
    answers = [result(document.text, label, score) for document, (label, score) in zip(wanted, parts, strict=True)]
    return processor.finish(whole, answers)


@pytest.fixture
def answers(tmp_path) -> Path:
    (tmp_path / "answers.toml").write_text(ANSWERS)
    return tmp_path / "answers.toml"


def described(found):
    text = found.document.text
    return [(text[span.start : span.end], span.label) for span in found.spans]


def test_a_message_of_one_clause_is_one_intent_and_asks_for_no_more():
    found = completed(result(" Where is my order? ", "order_status"))
    assert described(found) == [("Where is my order?", "order_status")]
    assert found.details["intents"][0]["text"] == "Where is my order?"


def test_every_intent_has_the_clause_that_carries_it():
    whole = result("Hello there folks. Please cancel my order, and send me the invoice.", "cancel_order")
    found = completed(whole, ("greeting", 0.9), ("cancel_order", 0.8), ("invoice", 0.7))
    assert described(found) == [("Please cancel my order", "cancel_order"), ("and send me the invoice.", "invoice")]


def test_neighbouring_clauses_of_one_intent_are_one():
    whole = result("It never arrived here. It is two weeks late now.", "late_delivery")
    found = completed(whole, ("late_delivery", 0.6), ("late_delivery", 0.9))
    assert described(found) == [("It never arrived here. It is two weeks late now.", "late_delivery")]


def test_an_intent_of_the_whole_that_no_clause_shows_spans_the_message():
    whole = result("I paid on Monday. It was on Friday again.", "unexpected_charge")
    found = completed(whole, ("none", 0.9), ("none", 0.9))
    assert [span.label for span in found.spans] == ["unexpected_charge"]


def test_slots_are_found_by_rule():
    found = completed(
        result("Order #A-10293 cost 20 EUR, write to Ann@Example.com", "refund"), ("refund", 0.9), ("refund", 0.9)
    )
    slots = {slot["name"]: slot for slot in found.details["slots"]}
    assert slots["order"]["value"] == "A-10293"
    assert (slots["amount"]["value"], slots["amount"]["unit"]) == ("20", "EUR")
    assert slots["email"]["text"] == "Ann@Example.com"
    assert completed(result("Order #A-10293 cost 20 EUR", "refund"), slots="false").details["slots"] == []


def test_a_template_is_filled_or_asks_for_what_it_lacks(answers):
    told = completed(result("Where is order #A-10293?", "order_status"), answers=answers).details["decision"]
    assert (told["action"], told["text"]) == ("answer", "Order A-10293 is on its way.")
    asked = completed(result("Where is it?", "order_status"), answers=answers).details["decision"]
    assert (asked["action"], asked["text"]) == ("ask", "Which order is it?")
    assert "needs order" in " ".join(asked["why"])


def test_templates_are_by_language(answers):
    french = completed(result("Ma facture ?", "invoice", lang="fr"), answers=answers).details["decision"]
    assert french["text"] == "Votre facture est dans votre compte."
    assert completed(result("My invoice?", "invoice"), answers=answers).details["decision"]["action"] == "hand-over"


@pytest.mark.parametrize(
    ("label", "changes", "action"),
    [
        ("human", {}, "hand-over"),
        ("refund", {}, "hand-over"),
        ("order_status", {"abstained": True}, "ask"),
        ("order_status", {"abstained": True, "upset": 0.9}, "hand-over"),
        ("none", {"none": True}, "ask"),
        ("none", {"none": True, "upset": 0.95}, "hand-over"),
    ],
)
def test_who_acts_depends_on_intent_certainty_and_mood(answers, label, changes, action):
    decision = completed(result("Some message", label, **changes), answers=answers).details["decision"]
    assert decision["action"] == action
    assert decision["why"]


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        ("[refund]\nanser = 'x'", "no key 'anser'"),
        ("[refund]\nanswer = 'Hello {ordr}'", "slot 'ordr'"),
        ("[refund]\nanswer = 'Hello {'", "no template"),
        ("refund = 3", "must be a table"),
        ("[refund", "as TOML"),
    ],
)
def test_faulty_answers_are_refused_with_their_place(tmp_path, toml, problem):
    (tmp_path / "a.toml").write_text(toml)
    with pytest.raises(ConfigError, match=problem):
        read_answers(tmp_path / "a.toml")


def test_a_truth_value_is_checked():
    with pytest.raises(ConfigError, match="true or false"):
        IntentPostprocessor({"several": "perhaps"})


def test_names_that_ner_finds_are_slots_and_are_looked_for_in_many_messages_at_once():
    processor = IntentPostprocessor({"ner": "true"})
    calls = []

    def ner(documents):
        calls.append(len(documents))
        found = [(Span(8, 12, "PER", 0.9, "entities"),) if "Anna" in one.text else () for one in documents]
        return [Result("ner", one, (), spans) for one, spans in zip(documents, found, strict=True)]

    processor.slots._names["ner"] = ner
    prepared = processor.prepare([Document("This is Anna.", lang="en"), Document("It is late.", lang="en")])
    assert calls == [2]
    finished = [processor.finish(replace(result(d.text, "order_status"), document=d), []) for d in prepared]
    assert [[(slot["name"], slot["value"]) for slot in one.details["slots"]] for one in finished] == [
        [("per", "Anna")],
        [],
    ]
    assert IntentPostprocessor({}).prepare(prepared) is prepared
