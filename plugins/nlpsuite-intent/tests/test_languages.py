"""The shipped model in all its languages."""

from __future__ import annotations

import pytest

import nlpsuite

PLAIN = [
    ("en", "I want to cancel my order", "cancel_order"),
    ("en", "I forgot my password and cannot log in", "login"),
    ("en", "Will it rain tomorrow?", "none"),
    ("zh", "我要取消订单", "cancel_order"),
    ("zh", "我忘记密码了，登录不了", "login"),
    ("zh", "明天会下雨吗？", "none"),
    ("de", "Ich möchte meine Bestellung stornieren", "cancel_order"),
    ("de", "Ich habe mein Passwort vergessen und kann mich nicht einloggen", "login"),
    ("de", "Wie wird das Wetter morgen?", "none"),
    ("fr", "Je veux annuler ma commande", "cancel_order"),
    ("fr", "J'ai oublié mon mot de passe, impossible de me connecter", "login"),
    ("fr", "Est-ce qu'il va pleuvoir demain ?", "none"),
    ("es", "Quiero cancelar mi pedido", "cancel_order"),
    ("es", "Olvidé mi contraseña y no puedo entrar", "login"),
    ("es", "¿Va a llover mañana?", "none"),
    ("it", "Voglio annullare il mio ordine", "cancel_order"),
    ("it", "Ho dimenticato la password e non riesco ad accedere", "login"),
    ("it", "Domani piove?", "none"),
    ("nl", "Ik wil mijn bestelling annuleren", "cancel_order"),
    ("nl", "Ik ben mijn wachtwoord vergeten en kan niet inloggen", "login"),
    ("nl", "Gaat het morgen regenen?", "none"),
    ("pt", "Quero cancelar o meu pedido", "cancel_order"),
    ("pt", "Esqueci a minha senha e não consigo entrar", "login"),
    ("pt", "Vai chover amanhã?", "none"),
]


@pytest.fixture(scope="module")
def app():
    return nlpsuite.load("customer-intent", device="cpu", dtype="fp32")


@pytest.mark.parametrize(("lang", "text", "label"), PLAIN)
def test_plain_messages_are_understood(app, lang, text, label):
    assert app(nlpsuite.Document(text, lang=lang)).label == label


def test_a_batch_answers_as_one_by_one(app):
    documents = [nlpsuite.Document(text, lang=lang) for lang, text, _ in PLAIN]
    together, apart = app(documents), [app(document) for document in documents]
    assert [result.label for result in together] == [result.label for result in apart]
    for one, other in zip(together, apart, strict=True):
        assert one.score == pytest.approx(other.score, abs=1e-4)
        assert one.details["decision"] == other.details["decision"]


def test_mixed_languages_are_understood(app):
    mixed = nlpsuite.Document("可以开发票吗 my order 20931", lang="zh")
    assert app(mixed).label == "invoice"


def test_nonsense_is_none_of_the_intents(app):
    for text in ("asdf qwer zxcv", "🍌🍌🍌", "What is the capital of Mongolia?", "给我讲个笑话"):
        assert app(text).heads[0].none


def test_two_intents_stand_where_they_are_said(app):
    text = "Please cancel order 20931. And send me the invoice for my last purchase."
    found = app(nlpsuite.Document(text, lang="en"))
    assert [(text[span.start : span.end], span.label) for span in found.spans] == [
        ("Please cancel order 20931.", "cancel_order"),
        ("And send me the invoice for my last purchase.", "invoice"),
    ]


def test_the_turns_before_give_a_short_answer_its_meaning(app):
    said = [
        ("yes please", "agent: Shall I cancel the order for you?", "cancel_order"),
        ("the second one please", "agent: Would you like a refund or a replacement in another size?", "exchange_item"),
        ("cancel it", "agent: Would you like to cancel the order or get the invoice again?", "cancel_order"),
    ]
    for text, question, label in said:
        assert app(nlpsuite.Document(text, lang="en", pair=question)).label == label
    assert app(nlpsuite.Document("是的", lang="zh", pair="agent: 您是要取消订单吗？")).label == "cancel_order"
