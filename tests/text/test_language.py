from __future__ import annotations

import pytest
from hypothesis import given, settings

from nlpsuite.errors import TextError, UnknownName
from nlpsuite.text import Detection, detect, languages
from tests.text.nasty import texts

FIRST_CLASS = ["zh", "en", "de", "fr", "es", "it", "nl", "pt"]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("zh", "净利润下降"),
        ("zh", "公司淨利潤同比下降三成"),
        ("zh", "iPhone 15 Pro Max 很好用"),
        ("zh", "@某人 今天天气不错http://t.cn/abc，出去走走"),
        ("zh", "鲜の每日"),
        ("en", "Where is my order? It should be here by now."),
        ("en", "Thanks for the quick help!"),
        ("de", "Wann kommt meine Bestellung endlich an?"),
        ("de", "Der Umsatz ist gestiegen."),
        ("fr", "Merci beaucoup pour votre aide"),
        ("fr", "Le chiffre d'affaires a baissé de trois pour cent."),
        ("es", "¿Dónde está mi pedido?"),
        ("es", "Los beneficios de la empresa bajaron este año."),
        ("it", "Vorrei sapere quando arriva il pacco."),
        ("nl", "Kan ik mijn bestelling nog wijzigen?"),
        ("pt", "Não consigo entrar na minha conta."),
        ("pl", "Kiedy dostanę swoje zamówienie? Czekam już tydzień."),
        ("sv", "Jag har inte fått min beställning än."),
        ("nb", "Hvor lenge må jeg vente på pakken min? Det har gått en uke nå."),
        ("tr", "Siparişim ne zaman gelecek, bir haftadır bekliyorum."),
        ("ru", "Когда придёт мой заказ?"),
        ("uk", "Коли надійде моє замовлення? Я чекаю вже тиждень."),
        ("el", "Πού είναι η παραγγελία μου;"),
        ("ja", "注文した商品がまだ届きません"),
        ("ko", "주문한 상품이 아직 안 왔어요"),
        ("ar", "متى يصل طلبي؟ أنا أنتظر منذ أسبوع"),
        ("he", "איפה ההזמנה שלי"),
        ("th", "สินค้าของฉันอยู่ที่ไหน"),
    ],
)
def test_tells(lang: str, text: str) -> None:
    found = detect(text)
    assert (found.lang, found.guess) == (lang, lang)
    assert 0.8 <= found.confidence <= 1


@pytest.mark.parametrize(
    "text", ["OK", "Lufthansa", "AAPL $TSLA", "asdf qwer zxcv", "in", "播放Lee Aaron的专辑Everybody Happy"]
)
def test_says_when_it_is_unsure(text: str) -> None:
    found = detect(text)
    assert found.lang is None
    assert found.guess is not None
    assert 0 < found.confidence < 0.8


@pytest.mark.parametrize("text", ["", " \n", "12345", "!!! 😀", "http://example.com/hello", "@someone", "\x00\u200b"])
def test_text_without_letters_has_no_language(text: str) -> None:
    assert detect(text) == Detection(None, 0.0, None)


def test_candidates_are_the_only_answers() -> None:
    swedish = "Jag har inte fått min beställning än."
    assert detect(swedish, ["sv", "da", "nb"]).lang == "sv"
    assert detect(swedish, FIRST_CLASS).guess in FIRST_CLASS
    assert detect("Wann kommt das Paket?", ["zh", "ja"]) == Detection(None, 0.0, None)
    assert detect("Wann kommt das Paket?", ["zh", "de"]).lang == "de"
    assert detect("hola", ["es", "zh-Hant"]).lang == "es"
    assert detect("你好", ["en", "zh-Hant"]).lang == "zh"


def test_candidates_help_where_the_text_is_short() -> None:
    assert detect("Danke").lang is None
    assert detect("Danke", ["de", "en"]).lang == "de"


def test_refuses_unknown_candidates() -> None:
    with pytest.raises(UnknownName, match="'tlh'"):
        detect("Hallo", ["de", "tlh"])
    with pytest.raises(UnknownName, match="at least one candidate"):
        detect("Hallo", [])


def test_a_language_that_cannot_be_segmented_is_only_a_guess() -> None:
    found = detect(
        "Habari ya asubuhi, ningependa kujua lini agizo langu litafika nyumbani kwangu kwa sababu nimesubiri sana."
    )
    assert found.guess == "sw"
    assert found.lang is None


def test_refuses_lone_surrogates() -> None:
    with pytest.raises(TextError):
        detect("abc \ud800")


def test_long_texts_cost_no_more() -> None:
    text = "Der Umsatz ist gestiegen. "
    assert detect(text * 100_000).lang == "de"


@given(texts)
@settings(max_examples=300)
def test_answers_any_text(text: str) -> None:
    found = detect(text)
    assert found.lang is None or (found.lang in languages() and found.lang == found.guess)
    assert 0 <= found.confidence <= 1 + 1e-9
