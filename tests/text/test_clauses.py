"""Messages as clauses."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpsuite.text.clauses import clauses


@pytest.mark.parametrize(
    ("lang", "text", "wanted"),
    [
        ("en", "Cancel my order, and send me the invoice.", ["Cancel my order", "and send me the invoice."]),
        ("en", "Where is it? I want my money back!", ["Where is it?", "I want my money back!"]),
        ("en", "Yes, please", ["Yes, please"]),
        (
            "de",
            "Ich kündige und außerdem ist die Rechnung falsch",
            ["Ich kündige", "und außerdem ist die Rechnung falsch"],
        ),
        ("fr", "Je veux annuler et aussi changer d'adresse", ["Je veux annuler", "et aussi changer d'adresse"]),
        ("zh", "快递一直没到，另外发票什么时候开？", ["快递一直没到", "另外发票什么时候开？"]),
        ("zh", "好的，谢谢", ["好的，谢谢"]),
        ("xx", "", []),
    ],
)
def test_clauses(lang, text, wanted):
    assert [text[start:end] for start, end in clauses(text, lang)] == wanted


@given(st.text(max_size=60), st.sampled_from(["en", "zh", "de", "xx"]))
def test_clauses_stand_in_order_and_lose_no_word(text, lang):
    found = clauses(text, lang)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    outside = "".join(
        text[end:start]
        for end, start in zip([0, *(e for _, e in found)], [*(s for s, _ in found), len(text)], strict=True)
    )
    assert not any(character.isalnum() for character in outside)
