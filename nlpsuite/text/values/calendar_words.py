"""What months, days and quarters are called, in the order of the calendar; a stroke parts forms of the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from nlpsuite.text.values.source import strip_accents

__all__ = ["ORDINALS", "QUARTERS", "CalendarWords", "calendar_words", "numbered"]

_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "de": "januar/jänner februar/feber märz/maerz april mai juni/juno juli/julei august september oktober november"
    " dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre/setiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
}
_SHORT_MONTHS = {
    "en": "jan feb mar apr may jun jul aug sep/sept oct nov dec",
    "de": "jan/jän feb mär/mrz apr mai jun jul aug sep/sept okt nov dez",
    "fr": "janv/jan févr/fév mars avr mai juin juil août/aoû sept/sep oct nov déc",
    "es": "ene feb mar abr may jun jul ago sep/sept/set oct nov dic",
    "it": "gen/genn feb/febbr mar apr mag giu lug ago set/sett ott nov dic",
    "nl": "jan feb mrt apr mei jun jul aug sep/sept okt nov dec",
    "pt": "jan fev mar abr mai jun jul ago set out nov dez",
}
_WEEKDAYS = {
    "en": "monday tuesday wednesday thursday friday saturday sunday",
    "de": "montag dienstag mittwoch donnerstag freitag samstag/sonnabend sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "pt": "segunda-feira/segunda terça-feira/terça quarta-feira/quarta quinta-feira/quinta sexta-feira/sexta sábado"
    " domingo",
}
_SHORT_WEEKDAYS = {
    "en": "mon tue/tues wed thu/thur/thurs fri sat sun",
    "de": "mo di mi do fr sa so",
    "fr": "lun mar mer jeu ven sam dim",
    "es": "lun mar mié jue vie sáb dom",
    "it": "lun mar mer gio ven sab dom",
    "nl": "ma di wo do vr za zo",
    "pt": "seg ter qua qui sex sáb dom",
}
_WORDS_AS_WELL = {
    "en": "may mar march sat sun wed",
    "es": "mar may set ago dic",
    "it": "mar set ago dic gen mag",
    "pt": "mar set dez out ago",
}

QUARTERS = {
    "en": "quarter",
    "de": "quartal/quartals",
    "fr": "trimestre",
    "es": "trimestre",
    "it": "trimestre",
    "nl": "kwartaal",
    "pt": "trimestre",
    "zh": "季度/季",
}
"""What a quarter of a year is called."""
ORDINALS = {
    "en": "first/1st second/2nd third/3rd fourth/4th",
    "de": "erstes/ersten/erste/1./i. zweites/zweiten/zweite/2./ii. drittes/dritten/dritte/3./iii."
    " viertes/vierten/vierte/4./iv.",
    "fr": "premier/1er deuxième/second/2e/2ème/2nd troisième/3e/3ème quatrième/4e/4ème",
    "es": "primer/1er/1.er/1º segundo/2º/2.º/2do tercer/3er/3.er/3º cuarto/4º/4.º/4to",
    "it": "primo/1°/1º secondo/2°/2º terzo/3°/3º quarto/4°/4º",
    "nl": "eerste/1e/1ste tweede/2e/2de derde/3e/3de vierde/4e/4de",
    "pt": "primeiro/1º/1.º/1° segundo/2º/2.º/2° terceiro/3º/3.º/3° quarto/4º/4.º/4°",
    "zh": "第一/一/第1/1 第二/二/第2/2 第三/三/第3/3 第四/四/第4/4",
}
"""First to fourth, as they stand before a quarter."""


@dataclass(frozen=True, slots=True)
class CalendarWords:
    """Names by their place in the calendar, in lower case, with and without accents.

    Attributes:
        months: 1 to 12 by their full names.
        short_months: the same by abbreviations, without a stop.
        weekdays: 0 for Monday to 6 by their full names.
        short_weekdays: the same by abbreviations, without a stop.
        ambiguous: which of all these are other words as well.
    """

    months: dict[str, int]
    short_months: dict[str, int]
    weekdays: dict[str, int]
    short_weekdays: dict[str, int]
    ambiguous: frozenset[str]


@cache
def calendar_words(lang: str) -> CalendarWords:
    """The names of a language, which must not be Chinese."""
    months = numbered(_MONTHS[lang], 1)
    short = {name: month for name, month in numbered(_SHORT_MONTHS[lang], 1).items() if name not in months}
    return CalendarWords(
        months,
        short,
        numbered(_WEEKDAYS[lang], 0),
        numbered(_SHORT_WEEKDAYS[lang], 0),
        frozenset(_WORDS_AS_WELL.get(lang, "").split()),
    )


def numbered(words: str, first: int) -> dict[str, int]:
    """Places by words: those of a row that is parted by spaces, forms of the same by strokes."""
    table: dict[str, int] = {}
    for place, forms in enumerate(words.split(), first):
        for form in forms.split("/"):
            table |= {strip_accents(form): place, form: place}
    return table
