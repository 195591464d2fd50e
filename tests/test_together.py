"""Applications that read together: what they share is computed once, and each says what it says alone."""

from __future__ import annotations

import pytest

import nlpsuite
from nlpsuite.engine.together import shared_layers
from nlpsuite.errors import UsageError

TEXTS = ["Siemens raises its forecast after a strong quarter.", "Where is my parcel?", "Angela Merkel visits Lisbon."]
APPS = ("finance-sentiment", "customer-intent", "ner")


@pytest.fixture(scope="module")
def together():
    return nlpsuite.load_together(APPS, lang="en", device="cpu", dtype="fp32", ner={})


def test_the_shipped_models_share_their_lower_layers(together):
    assert shared_layers([app.engine for app in together.applications.values()]) == 6


def test_results_are_those_of_each_alone(together):
    found = together(TEXTS)
    for name, app in together.applications.items():
        for one, other in zip(app(TEXTS), (results[name] for results in found), strict=True):
            assert (one.label, one.document, one.spans) == (other.label, other.document, other.spans)
            assert one.score == pytest.approx(other.score, abs=1e-4)


def test_a_text_gives_one_result_and_an_iterator_gives_them_as_they_come(together):
    assert set(together(TEXTS[0])) == set(APPS)
    endless = (text for _ in iter(int, 1) for text in TEXTS)
    assert next(together(endless))["ner"].document.text == TEXTS[0]


def test_what_cannot_be_loaded_is_said():
    with pytest.raises(UsageError, match="each once"):
        nlpsuite.load_together(["ner", "ner"])
    with pytest.raises(UsageError, match="each once"):
        nlpsuite.load_together([])
    with pytest.raises(UsageError, match="faq"):
        nlpsuite.load_together(["ner"], faq={})
