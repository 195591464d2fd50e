"""The shipped model in all its languages."""

from __future__ import annotations

import pytest

import nlpsuite

PLAIN = [
    ("en", "The company's profit doubled to a record", "positive"),
    ("en", "The company issued a profit warning and its shares collapsed", "negative"),
    ("zh", "公司净利润同比翻番，创历史新高", "positive"),
    ("zh", "公司因财务造假被立案调查，股价跌停", "negative"),
    ("de", "Der Konzern verdoppelt seinen Gewinn und hebt die Prognose an", "positive"),
    ("de", "Gewinnwarnung: Der Konzern rutscht tief in die Verlustzone", "negative"),
    ("fr", "Le groupe double son bénéfice et relève ses prévisions", "positive"),
    ("fr", "Le groupe lance un avertissement sur résultats, le titre s'effondre", "negative"),
    ("es", "La compañía duplica su beneficio y eleva sus previsiones", "positive"),
    ("es", "La compañía se declara en quiebra y sus acciones se desploman", "negative"),
    ("it", "Il gruppo raddoppia l'utile e alza le stime per l'anno", "positive"),
    ("it", "Il gruppo taglia le stime e il titolo crolla in Borsa", "negative"),
    ("nl", "Het bedrijf verdubbelt de winst en verhoogt de verwachting", "positive"),
    ("nl", "Het bedrijf is failliet verklaard", "negative"),
    ("pt", "A empresa duplica o lucro e eleva as projeções para o ano", "positive"),
    ("pt", "A empresa pede recuperação judicial e as ações despencam", "negative"),
]


@pytest.fixture(scope="module")
def app():
    return nlpsuite.load("finance-sentiment", device="cpu", dtype="fp32")


@pytest.mark.parametrize(("lang", "text", "label"), PLAIN)
def test_plain_news_is_read_rightly(app, lang, text, label):
    assert app(nlpsuite.Document(text, lang=lang)).label == label


def test_a_batch_answers_as_one_by_one(app):
    documents = [nlpsuite.Document(text, lang=lang) for lang, text, _ in PLAIN]
    together, apart = app(documents), [app(document) for document in documents]
    assert [result.label for result in together] == [result.label for result in apart]
    assert [result.score for result in together] == pytest.approx([result.score for result in apart], abs=1e-4)


def test_mixed_languages_are_read(app):
    assert app(nlpsuite.Document("Tencent 第三季度 net profit 大增 45%, beats 预期", lang="zh")).label == "positive"


def test_good_for_one_and_bad_for_the_other(tmp_path):
    (tmp_path / "watch.txt").write_text("Aldermoor\nNorvik Bank\n")
    app = nlpsuite.load("finance-sentiment", lang="en", device="cpu", options={"watchlist": tmp_path / "watch.txt"})
    text = "Aldermoor wins the huge order, while Norvik Bank is fined 300 million for fraud."
    found = {entity["name"]: entity["label"] for entity in app(text).details["entities"]}
    assert found == {"Aldermoor": "positive", "Norvik Bank": "negative"}
