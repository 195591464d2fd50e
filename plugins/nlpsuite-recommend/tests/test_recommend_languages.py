"""The shipped model in all its languages."""

from __future__ import annotations

import pytest

import nlpsuite

SAMPLES = {
    "zh": (
        "手冲咖啡入门：水温、研磨度与注水的节奏。 | 埃塞俄比亚豆子为什么有花香。",
        "家用磨豆机横评：三百元与三千元差在哪。",
        "英超第十轮战报：补时绝杀，积分榜再洗牌。",
    ),
    "en": (
        "How to sharpen a chisel by hand. | Dovetail joints without a jig, step by step.",
        "Hand planes for beginners. Setting the iron, reading the grain, and your first clean shaving.",
        "The best skin creams of the year, ranked by our beauty desk.",
    ),
    "de": (
        "Wanderung durchs Höllental: Route, Einkehr, schönste Ausblicke. | Hüttentouren im Karwendel für Einsteiger.",
        "Drei Tage von Hütte zu Hütte in den Dolomiten. Etappen, Höhenmeter, Schlafplätze.",
        "Zinsen steigen: Was das für Ihren Bausparvertrag bedeutet.",
    ),
    "fr": (
        "Le levain pas à pas, de la farine à la croûte. | Pourquoi votre pain retombe : les erreurs de cuisson.",
        "Brioche maison : pétrissage, pousse et dorure, sans robot.",
        "Mercato d'hiver : les attaquants que visent les clubs de Ligue 1.",
    ),
    "es": (
        "Guía de aves de los humedales andaluces. | Cómo elegir tus primeros prismáticos para observar pájaros.",
        "La migración de las cigüeñas por el Estrecho. Cuándo y desde dónde verla.",
        "Declaración de la renta: las deducciones que casi nadie aplica.",
    ),
    "it": (
        "La Resistenza nelle valli piemontesi. | Diari di guerra: la ritirata di Russia raccontata dai soldati.",
        "L'autunno del 1943. Una storia di fughe, bande e paesi di montagna.",
        "I dieci cosmetici naturali da provare questa primavera.",
    ),
    "nl": (
        "Zelf je fietsketting vervangen. | Remblokjes afstellen in tien minuten.",
        "Een slag in je wiel? Zo richt je het thuis, met alleen een spaaksleutel.",
        "Nieuwe serie op tv: een drama over drie zussen in Den Haag.",
    ),
    "pt": (
        "Como cultivar ervas aromáticas na varanda. | Compostagem em apartamento: o que pôr e o que evitar.",
        "Tomates em vasos. Rega, adubo e tutores para uma colheita farta.",
        "A bolsa fecha em queda com receio dos juros americanos.",
    ),
}
PAIRS = [
    nlpsuite.Document(history, lang=lang, pair=candidate)
    for lang, (history, *both) in SAMPLES.items()
    for candidate in both
]


def test_one_text_alone_is_refused(app):
    with pytest.raises(nlpsuite.InputError, match="scores two texts against each other.*history and a candidate"):
        app("How to sharpen a chisel by hand.")


@pytest.fixture(scope="module")
def app():
    return nlpsuite.load("recommend", device="cpu", dtype="fp32")


@pytest.mark.parametrize("lang", SAMPLES)
def test_what_suits_the_history_scores_higher(app, lang):
    suits, other = app([document for document in PAIRS if document.lang == lang])
    assert suits.score > other.score + 0.1


def test_a_history_in_one_language_matches_a_text_in_another(app):
    history, candidate = SAMPLES["de"][0], SAMPLES["fr"][2]
    near, far = app([nlpsuite.Document(history, pair=text, lang="de") for text in (SAMPLES["en"][1], candidate)])
    mountains = app(nlpsuite.Document(history, pair="Hut to hut in the Alps: a week of walking above the clouds."))
    assert mountains.score > max(near.score, far.score)


def test_a_batch_answers_as_one_by_one(app):
    together, apart = app(PAIRS), [app(document) for document in PAIRS]
    assert [result.score for result in together] == pytest.approx([result.score for result in apart], abs=1e-4)
