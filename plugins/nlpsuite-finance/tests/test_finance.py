"""The finance plugin: what it says of itself is true, and its model reads plain news rightly."""

from __future__ import annotations

import json

import pytest
from nlpsuite_finance.plugin import SENTIMENTS, TOPICS, application, nlpsuite_applications

import nlpsuite


def test_it_offers_one_application_with_three_heads():
    assert nlpsuite_applications() == [application]
    assert [(head.name, head.labels) for head in application.heads] == [
        ("sentiment", SENTIMENTS),
        ("topics", TOPICS),
        ("companies", SENTIMENTS),
    ]


def test_it_has_a_sample_for_every_language_it_claims():
    assert set(application.samples) == set(application.languages)
    for lang, file in application.samples.items():
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        assert len(rows) >= 20
        assert {row["lang"] for row in rows} == {lang}


@pytest.fixture(scope="module")
def app():
    return nlpsuite.load("finance-sentiment", lang="zh", device="cpu")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("公司上半年净利润同比大增八成，创历史新高", "positive"),
        ("公司净利润同比下降三成", "negative"),
        ("因涉嫌信息披露违法违规，公司被证监会立案调查", "negative"),
        ("公司中标12亿元轨道交通项目", "positive"),
        ("公司将于5月18日召开年度股东大会", "neutral"),
        ("Operating profit climbed to EUR 21.4 mn from EUR 15.2 mn a year before", "positive"),
        ("The company issued a profit warning and will lay off 300 employees", "negative"),
        ("The company is headquartered in Utrecht and employs 640 people", "neutral"),
    ],
)
def test_plain_news_is_read_rightly(app, text, label):
    assert app(text).label == label


def test_topics_are_named(app):
    assert "results" in app("公司净利润同比下降三成").head("topics").labels
    assert (
        "credit"
        in app("Moody's cuts the company's rating to junk after it missed a bond payment").head("topics").labels
    )
