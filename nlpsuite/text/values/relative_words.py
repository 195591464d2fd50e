"""Words for days and times that are counted from today."""

from __future__ import annotations

__all__ = ["AGO", "DAYS", "FIXED", "MORNING", "NOUNS", "STEPS"]

DAYS = {
    "en": {-2: "the day before yesterday|day before yesterday", -1: "yesterday", 0: "today", 1: "tomorrow",
           2: "the day after tomorrow|day after tomorrow"},
    "de": {-2: "vorgestern", -1: "gestern", 0: "heute", 1: "morgen", 2: "übermorgen"},
    "fr": {-2: "avant-hier|avant hier", -1: "hier", 0: "aujourd'hui", 1: "demain", 2: "après-demain|après demain"},
    "es": {-2: "anteayer|antes de ayer|antier", -1: "ayer", 0: "hoy", 1: "mañana", 2: "pasado mañana"},
    "it": {-2: "l'altro ieri|altro ieri|avantieri|l'altroieri", -1: "ieri", 0: "oggi", 1: "domani",
           2: "dopodomani|dopo domani"},
    "nl": {-2: "eergisteren", -1: "gisteren", 0: "vandaag", 1: "morgen", 2: "overmorgen"},
    "pt": {-2: "anteontem|antes de ontem", -1: "ontem", 0: "hoje", 1: "amanhã", 2: "depois de amanhã"},
    "zh": {-3: "大前天", -2: "前天|前日", -1: "昨天|昨日", 0: "今天|今日", 1: "明天|明日",
           2: "后天|後天", 3: "大后天|大後天"},
}  # fmt: skip
"""Days by how far from today they are."""

MORNING = {
    "de": r"(?:am|guten|heute|gestern|vorgestern|jeden|diesen|der|den|dem|einen|schönen|früh) $",
    "nl": r"(?:goede|goeie|deze|elke|iedere|de|gisteren|een|vanmorgen) $",
    "es": r"(?:la|las|esta|una|cada|buena|toda la|ayer) $",
}
"""What stands before the same word where it means the morning."""

STEPS = {
    "en": ({-1: "last |previous ", 0: "this ", 1: "next "}, {}),
    "de": (
        {-1: "letzte[nrsm]? |vergangene[nrsm]? |vorige[nrsm]? ", 0: "diese[nrsm]? ",
         1: "nächste[nrsm]? |naechste[nrsm]? |kommende[nrsm]? "},
        {},
    ),
    "fr": ({0: "ce |cet |cette "}, {-1: " derni(?:er|ère|ere)| passée?", 1: " prochaine?"}),
    "es": (
        {-1: "pasado |pasada ", 0: "este |esta ", 1: "próximo |proximo |próxima |proxima "},
        {-1: " pasado| pasada", 1: " próximo| proximo| próxima| que viene"},
    ),
    "it": (
        {-1: "scorso |scorsa ", 0: "questo |questa |quest'", 1: "prossimo |prossima "},
        {-1: " scorso| scorsa", 1: " prossimo| prossima"},
    ),
    "nl": ({-1: "vorige? |afgelopen ", 0: "dit |deze ", 1: "volgende? |komende? |aanstaande "}, {}),
    "pt": (
        {0: "este |esta |neste |nesta |deste |desta ", 1: "próxim[oa] |proxim[oa] "},
        {-1: " passado| passada", 1: " que vem"},
    ),
}  # fmt: skip
"""Patterns of what makes a weekday, month, quarter or year the last, this or next one; before and after it."""

NOUNS = {
    "en": {"year": "year", "month": "month", "quarter": "quarter"},
    "de": {"year": "jahr(?:es|e)?", "month": "monats?", "quarter": "quartals?"},
    "fr": {"year": "année|annee|an", "month": "mois(?:-ci)?", "quarter": "trimestre"},
    "es": {"year": "año", "month": "mes", "quarter": "trimestre"},
    "it": {"year": "anno", "month": "mese", "quarter": "trimestre"},
    "nl": {"year": "jaar", "month": "maand", "quarter": "kwartaal"},
    "pt": {"year": "ano", "month": "mês|mes", "quarter": "trimestre"},
}
"""Patterns of what a year, month and quarter are called."""

FIXED = {
    "zh": {
        "month": {-1: "上个月|上個月|上月", 0: "本月|这个月|這個月", 1: "下个月|下個月|下月"},
        "quarter": {-1: "上季度|上个季度|上個季度", 0: "本季度|这个季度|這個季度", 1: "下季度|下个季度|下個季度"},
    },
}
"""Last, this and next period where one word says it."""

AGO = {
    "en": [(-1, "", {1: "days?", 7: "weeks?"}, " ago"), (1, "in ", {1: "days?", 7: "weeks?"}, "(?:'? time)?")],
    "de": [(-1, "vor ", {1: "tag(?:en|e)?", 7: "wochen?"}, ""), (1, "in ", {1: "tag(?:en|e)?", 7: "wochen?"}, "")],
    "fr": [(-1, "il y a ", {1: "jours?", 7: "semaines?"}, ""), (1, "dans ", {1: "jours?", 7: "semaines?"}, "")],
    "es": [
        (-1, "hace ", {1: "días?|dias?", 7: "semanas?"}, ""),
        (1, "dentro de ", {1: "días?|dias?", 7: "semanas?"}, ""),
    ],
    "it": [
        (-1, "", {1: "giorn[oi]", 7: "settiman[ae]"}, " fa"),
        (1, "(?:tra|fra) ", {1: "giorn[oi]", 7: "settiman[ae]"}, ""),
    ],
    "nl": [
        (-1, "", {1: "dag(?:en)?", 7: "we(?:ek|ken)"}, " geleden"),
        (1, "over ", {1: "dag(?:en)?", 7: "we(?:ek|ken)"}, ""),
    ],
    "pt": [
        (-1, "há ", {1: "dias?", 7: "semanas?"}, "(?: atrás)?"),
        (-1, "", {1: "dias?", 7: "semanas?"}, " atrás"),
        (1, "(?:dentro de|daqui a) ", {1: "dias?", 7: "semanas?"}, ""),
    ],
    "zh": [
        (-1, "", {1: "天|日", 7: "周|週|个星期|個星期|星期"}, "(?:之?前|以前)"),
        (1, "", {1: "天|日", 7: "周|週|个星期|個星期|星期"}, "(?:之?[后後]|以[后後])"),
    ],
}
"""How days and weeks are counted off: which way, and patterns of what stands before the number, of the nouns by how
many days they are, and of what stands after."""
