"""Sentiment towards companies, articles and reasons, without a model."""

from __future__ import annotations

import pytest
from nlpsuite_finance.postprocessor import FinancePostprocessor, balance, make_postprocessor
from nlpsuite_finance.watchlist import Watchlist, read_watchlist

from nlpsuite import ConfigError, Document, HeadResult, InputError, Result, Span, UsageError

WATCHED = Watchlist([("Norvik Bank", "Norvik", "NVB"), ("贵州茅台", "茅台", "600519.SH"), ("Sun", "SUN")])


def result(document, placed=None, spans=(), **scores):
    scores = {"negative": 0.0, "neutral": 0.0, "positive": 0.0} | scores
    heads = (outcome("sentiment", scores),)
    if placed is not None:
        heads += (HeadResult("companies", "", 0.0, (), {}, spans=tuple(spans), placed=tuple(placed)),)
    return Result("finance-sentiment", document, heads, tuple(spans))


def outcome(name, scores, abstained=False):
    label = max(scores, key=scores.__getitem__)
    return HeadResult(name, label, scores[label], (label,), scores, abstained)


def completed(processor, text, *parts, placed=None, spans=(), **whole):
    (document,) = processor.prepare([Document(text, lang="en")])
    start = result(document, placed, spans, **(whole or {"negative": 0.7, "neutral": 0.3}))
    wanted = list(processor.parts(start))
    answers = [result(document, **scores) for document, scores in zip(wanted, parts, strict=True)]
    return wanted, processor.finish(start, answers)


def test_names_aliases_and_tickers_are_found_at_their_places():
    text = "norvik bank (NVB) falls; nvb is no ticker. 茅台涨停，600519.SH封板"
    assert [(text[one.start : one.end], one.name) for one in WATCHED.find(text)] == [
        ("norvik bank", "Norvik Bank"),
        ("NVB", "Norvik Bank"),
        ("茅台", "贵州茅台"),
        ("600519.SH", "贵州茅台"),
    ]


def test_without_a_head_for_companies_one_is_read_with_the_sentences_that_name_it():
    text = "Aldermoor wins the order. Norvik Bank must pay a fine. Its shares fell; NVB closed at 3."
    wanted, found = completed(FinancePostprocessor(WATCHED), text, {"negative": 0.9})
    assert [(part.text, part.places) for part in wanted] == [
        ("Norvik Bank must pay a fine. Its shares fell; NVB closed at 3.", ())
    ]
    (entity,) = found.details["entities"]
    assert (entity["name"], entity["label"], entity["score"]) == ("Norvik Bank", "negative", 0.9)
    assert [text[span.start : span.end] for span in found.spans] == ["Norvik Bank", "NVB"]
    assert {(span.label, span.kind) for span in found.spans} == {("negative", "entity")}


def test_of_several_companies_each_is_read_with_its_own_clause():
    text = "贵州茅台大涨，Norvik Bank was fined heavily"
    wanted, _ = completed(FinancePostprocessor(WATCHED), text, {"positive": 1.0}, {"negative": 1.0})
    assert [part.text for part in wanted] == ["贵州茅台大涨", "Norvik Bank was fined heavily"]


def test_a_head_for_companies_judges_each_mention_of_what_is_watched():
    text = "Norvik Bank loses the order to Sun. NVB falls."
    placed = [
        outcome("companies", {"negative": 0.5, "neutral": 0.4, "positive": 0.1}, abstained=True),
        outcome("companies", {"negative": 0.1, "neutral": 0.1, "positive": 0.8}),
        outcome("companies", {"negative": 0.9, "neutral": 0.05, "positive": 0.05}),
    ]
    found_by_itself = [Span(0, 11, "neutral", 0.6, "companies")]
    wanted, found = completed(FinancePostprocessor(WATCHED), text, placed=placed, spans=found_by_itself)
    assert wanted == []
    assert [(one["name"], one["label"], one["score"], one["abstained"]) for one in found.details["entities"]] == [
        ("Norvik Bank", "negative", pytest.approx(0.7), False),
        ("Sun", "positive", pytest.approx(0.8), False),
    ]
    head = found.head("companies")
    assert (head.label, set(head.labels)) == ("positive", {"negative", "positive"})
    assert [(text[one.start : one.end], one.label, one.kind) for one in found.spans] == [
        ("Norvik Bank", "negative", "entity"),
        ("Sun", "positive", "entity"),
        ("NVB", "negative", "entity"),
    ]


def test_a_place_that_the_model_cannot_see_is_no_answer():
    nothing = HeadResult("companies", "", 0.0, (), {}, abstained=True)
    _, found = completed(FinancePostprocessor(WATCHED), "Sun", placed=[nothing])
    (entity,) = found.details["entities"]
    assert (entity["label"], entity["score"], entity["abstained"]) == ("", 0.0, True)


def test_with_nothing_watched_companies_are_those_recognised():
    text = "Norvik Bank fell, Sun rose. Norvik cut jobs, norvik bank denies it."
    places = [(0, 11, "negative", 0.9), (18, 21, "positive", 0.8), (28, 34, "negative", 0.5), (45, 56, "neutral", 0.7)]
    spans = [Span(*place, "companies") for place in places]
    _, found = completed(FinancePostprocessor(), text, placed=[], spans=spans)
    assert [(one["name"], one["label"], one["score"]) for one in found.details["entities"]] == [
        ("Norvik Bank", "negative", pytest.approx(0.7)),
        ("Sun", "positive", pytest.approx(0.8)),
    ]
    assert len(found.details["entities"][0]["mentions"]) == 3
    assert {one.kind for one in found.spans} == {"entity"}


def test_a_short_name_within_another_word_is_another_company():
    text = "Boeing up, ING down, 海珝药业涨停，海珝获批"
    places = [(0, 6, "positive", 0.9), (11, 14, "negative", 0.8), (21, 25, "positive", 0.9), (28, 30, "positive", 0.7)]
    _, found = completed(FinancePostprocessor(), text, placed=[], spans=[Span(*place, "companies") for place in places])
    named = [(one["name"], one["label"], len(one["mentions"])) for one in found.details["entities"]]
    assert named == [("Boeing", "positive", 1), ("ING", "negative", 1), ("海珝药业", "positive", 2)]


def test_given_places_go_before_what_is_watched_and_none_is_there_twice():
    given = Span(0, 15, "Norvik Bank plc", 1.0, "entity")
    document = Document("Norvik Bank plc and Sun", places=(given,))
    processor = FinancePostprocessor(WATCHED)
    (once,) = processor.prepare([document])
    assert [place.label for place in once.places] == ["Norvik Bank plc", "Sun"]
    assert processor.prepare([once]) == [once]


def test_what_is_watched_goes_before_what_is_recognised_as_an_organisation():
    class Recogniser:
        def __call__(self, documents):
            named = {"Norvik Bank plc sued Aldermoor": [(0, 15), (21, 30)], "Nothing": []}
            spans = [[Span(*place, "ORG", 0.9, "entity") for place in named[one.text]] for one in documents]
            return [Result("ner", one, (), tuple(found)) for one, found in zip(documents, spans, strict=True)]

    processor = FinancePostprocessor(WATCHED, ner=True, _names={"ner": Recogniser()})
    documents = processor.prepare([Document("Norvik Bank plc sued Aldermoor"), Document("Nothing")])
    assert [[place.label for place in one.places] for one in documents] == [["Norvik Bank", "Aldermoor"], []]


def test_a_text_without_the_watched_asks_for_nothing():
    wanted, found = completed(FinancePostprocessor(WATCHED), "Oil is dearer.")
    assert wanted == []
    assert found.details == {"entities": []}


def test_the_sentence_that_says_why_and_the_balance():
    text = "The firm met. Profit collapsed. A new chair came."
    parts = ({"neutral": 1.0}, {"negative": 0.9, "neutral": 0.1}, {"positive": 0.3, "neutral": 0.7})
    _, found = completed(FinancePostprocessor(why=True), text, *parts)
    assert found.details["why"]["text"] == "Profit collapsed."
    assert found.details["article"] == {
        "balance": pytest.approx((-0.9 * 0.9 + 0.3 * 0.3) / 1.2, abs=1e-4),
        "sentences": 3,
    }


def test_balance_of_neutral_sentences_is_zero():
    assert balance([result(Document("x"), neutral=1.0)]) == 0.0


def test_options(tmp_path):
    (tmp_path / "watch.txt").write_text("# mine\nNorvik Bank\tNorvik|NVB\n")
    assert make_postprocessor({}) == FinancePostprocessor()
    assert (
        make_postprocessor({"watchlist": str(tmp_path / "watch.txt")}).watchlist.find("at NVB")[0].name == "Norvik Bank"
    )
    with pytest.raises(ConfigError, match="option why"):
        make_postprocessor({"why": "maybe"})


def test_a_faulty_watch_list_is_refused_with_its_place(tmp_path):
    (tmp_path / "a.txt").write_text("Acme\tA||B\n")
    with pytest.raises(InputError, match=r"a.txt:1: holds an empty name"):
        read_watchlist(tmp_path / "a.txt")
    (tmp_path / "b.txt").write_text("# nothing\n")
    with pytest.raises(InputError, match="nothing to watch"):
        read_watchlist(tmp_path / "b.txt")
    with pytest.raises(UsageError, match="no watch list"):
        read_watchlist(tmp_path / "c.txt")
