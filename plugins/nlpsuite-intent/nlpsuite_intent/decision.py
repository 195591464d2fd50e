"""Answer, ask back, or hand over to a person; always with the reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nlpsuite import Result
from nlpsuite_intent.answers import Answers, Template

if TYPE_CHECKING:
    from nlpsuite_intent.faq_index import Hit

ANSWER, ASK, HAND_OVER = "answer", "ask", "hand-over"

FOR_PEOPLE = ("human", "complaint")
"""Intents that a person takes even where a template could answer."""

UPSET = 0.8
"""Beyond this calibrated confidence that a customer is upset, an uncertain machine does not ask back."""

FAQ_CONFIDENCE = 0.5
"""From it on a stored answer is likelier right than not."""


def decide(result: Result, slots: Sequence[Mapping[str, Any]], hits: Sequence[Hit], answers: Answers) -> dict[str, Any]:
    """What to do with a message: `action`, `why`, and `text` where there is something to say.

    The reasons are tried from the weightiest down: a person is asked for or due; the intent is uncertain; a template
    fits; the FAQ has the answer; nothing does.
    """
    intent, upset = result.label, _upset(result)
    template = answers.of(intent, result.document.lang)
    if intent in FOR_PEOPLE or (template and template.hand_over):
        return _said(HAND_OVER, f"{intent} is for a person")
    if result.abstained:
        return _unsure(result, upset, hits)
    if template and template.answer:
        return _from_template(template, slots, upset, f"the intent is {intent} ({result.score:.0%} sure)")
    if hits and hits[0].confidence >= FAQ_CONFIDENCE:
        return _from_faq(hits)
    if intent == "none":
        return _said(HAND_OVER if upset >= UPSET else ASK, "it is none of the known intents")
    return _said(HAND_OVER, f"there is no stored answer for {intent}")


def _unsure(result: Result, upset: float, hits: Sequence[Hit]) -> dict[str, Any]:
    doubt = f"the intent is uncertain ({result.label}, {result.score:.0%} sure)"
    if hits and hits[0].confidence >= FAQ_CONFIDENCE:
        return _from_faq(hits)
    if upset >= UPSET:
        return _said(HAND_OVER, doubt, f"the customer is upset ({upset:.0%} sure)")
    return _said(ASK, doubt)


def _from_template(template: Template, slots: Sequence[Mapping[str, Any]], upset: float, reason: str) -> dict[str, Any]:
    known = {slot["name"]: str(slot["text"]) for slot in reversed(slots)}
    missing = [name for name in template.needs if name not in known]
    if not missing:
        return _said(ANSWER, reason, text=template.fill(known))
    lacks = f"the answer needs {', '.join(missing)}, which the message does not state"
    if upset >= UPSET and missing[0] not in template.ask:
        return _said(HAND_OVER, reason, lacks, f"the customer is upset ({upset:.0%} sure)")
    return _said(ASK, reason, lacks, text=template.ask.get(missing[0], ""))


def _from_faq(hits: Sequence[Hit]) -> dict[str, Any]:
    reason = f"the FAQ entry {hits[0].entry.id} answers it ({hits[0].confidence:.0%} sure)"
    return _said(ANSWER, reason, text=hits[0].entry.answer)


def _upset(result: Result) -> float:
    """The confidence that the customer is upset; 0 where the model does not say."""
    moods = [head for head in result.heads if head.name == "mood"]
    return moods[0].scores.get("upset", 0.0) if moods else 0.0


def _said(action: str, *why: str, text: str = "") -> dict[str, Any]:
    return {"action": action, "why": list(why)} | ({"text": text} if text else {})
