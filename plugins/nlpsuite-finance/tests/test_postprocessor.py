"""Sentiment towards companies, articles and reasons, without a model."""

from __future__ import annotations

import pytest
from nlpsuite_finance.postprocessor import FinancePostprocessor, balance, make_postprocessor
from nlpsuite_finance.watchlist import Watchlist, read_watchlist

from nlpsuite import ConfigError, Document, HeadResult, InputError, Result, UsageError

WATCHED = Watchlist([("Norvik Bank", "Norvik", "NVB"), ("贵州茅台", "茅台", "600519.SH"), ("Sun", "SUN")])


def result(document, **scores):
    scores = {"negative": 0.0, "neutral": 0.0, "positive": 0.0} | scores
    label = max(scores, key=scores.__getitem__)
    head = HeadResult("sentiment", label, scores[label], (label,), scores)
    return Result("finance-sentiment", document, (head,))


def completed(processor, text, *parts, **whole):
    start = result(Document(text, lang="en"), **(whole or {"negative": 0.7, "neutral": 0.3}))
    wanted = processor.parts(start)
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


def test_a_company_is_read_with_the_sentences_that_name_it():
    text = "Aldermoor wins the order. Norvik Bank must pay a fine. Its shares fell; NVB closed at 3."
    wanted, found = completed(FinancePostprocessor(WATCHED), text, {"negative": 0.9})
    assert [(part.text, part.pair) for part in wanted] == [
        ("Norvik Bank must pay a fine. Its shares fell; NVB closed at 3.", None)
    ]
    wanted, _ = completed(FinancePostprocessor(WATCHED, target=True), text, {"negative": 0.9})
    assert wanted[0].pair == "Norvik Bank"
    (entity,) = found.details["entities"]
    assert (entity["name"], entity["label"], entity["score"]) == ("Norvik Bank", "negative", 0.9)
    assert [text[span.start : span.end] for span in found.spans] == ["Norvik Bank", "NVB"]
    assert {(span.label, span.kind) for span in found.spans} == {("negative", "entity")}


def test_of_several_companies_each_is_read_with_its_own_clause():
    text = "贵州茅台大涨，Norvik Bank was fined heavily"
    wanted, _ = completed(FinancePostprocessor(WATCHED), text, {"positive": 1.0}, {"negative": 1.0})
    assert [part.text for part in wanted] == ["贵州茅台大涨", "Norvik Bank was fined heavily"]


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
    assert make_postprocessor({}) is None
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
