"""Quarters and fiscal years, such as "Q3 2025", "troisième trimestre 2025" and "FY25"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from nlpsuite.text.values.calendar_words import ORDINALS, QUARTERS, numbered
from nlpsuite.text.values.iso import full_year
from nlpsuite.text.values.source import BEGIN, END, Source, alternatives, strip_accents
from nlpsuite.text.values.value import Value

__all__ = ["find_periods"]

_FULL = "[12][0-9]{3}"
_YEAR = f"(?:fy)?'?(?P<year>{_FULL}|(?<=['/qty])[0-9]{{2}})(?![.,][0-9]| ?[%€])"
_LETTERS = {"fr": "qt", "es": "qt", "it": "qt", "pt": "qt"}
"""What stands for a quarter beside its number."""
_FISCAL = {
    "en": "fiscal year|financial year|fiscal",
    "de": "geschäftsjahr|geschäftsjahres|wirtschaftsjahr",
    "fr": "exercice|exercice fiscal",
    "es": "ejercicio|ejercicio fiscal|año fiscal",
    "it": "esercizio|anno fiscale",
    "nl": "boekjaar",
    "pt": "exercício|exercício de|ano fiscal|ano fiscal de",
    "zh": "财年|財年",
}
_OF = {
    "en": "of |in ",
    "de": "des jahres |",
    "fr": "de |",
    "es": "de |del |del año ",
    "it": "del |",
    "nl": "van |",
    "pt": "de |do ano de ",
}


def find_periods(source: Source) -> Iterator[Value]:
    """All quarters and fiscal years; a year without such a mark is left alone."""
    for pattern in _quarters(source.lang):
        for match in pattern.finditer(source.low):
            number = _number(source.lang, match["number"])
            yield Value(match.start(), match.end(), "date", f"{full_year(match['year']):04}-Q{number}")
    for match in _fiscal(source.lang).finditer(source.low):
        year = match["short"] or match["named"]
        yield Value(match.start(), match.end(), "date", f"{full_year(year):04}")


def _number(lang: str, written: str) -> int:
    return int(written) if written.isdecimal() else numbered(ORDINALS[lang], 1)[written]


@cache
def _quarters(lang: str) -> tuple[re.Pattern[str], ...]:
    letter = f"[{_LETTERS.get(lang, 'q')}]"
    several = [
        f"{BEGIN}{letter}(?P<number>[1-4])(?: (?:{_OF.get(lang, '')})|[ /-]?){_YEAR}{END}",
        f"{BEGIN}(?P<number>[1-4]) ?{letter}[ /-]?{_YEAR}{END}",
        f"{BEGIN}(?P<year>{_FULL})[ /-]?{letter}(?P<number>[1-4]){END}",
    ]
    if lang != "zh":
        ordinals = alternatives([*numbered(ORDINALS[lang], 1), *"1234"])
        names = alternatives(name for name in QUARTERS[lang].split("/"))
        joint = f" (?:{_OF[lang]})" + ("?" if lang == "en" else "")
        several.append(f"{BEGIN}(?P<number>{ordinals})[ -](?:{names}),?{joint}(?P<year>{_FULL}){END}(?![.,][0-9])")
    return tuple(map(re.compile, several))


@cache
def _fiscal(lang: str) -> re.Pattern[str]:
    names = _FISCAL[lang].split("|")
    words = alternatives([*names, *map(strip_accents, names)])
    named = f"(?P<named>{_FULL}) ?(?:{words})" if lang == "zh" else f"(?:{words}) (?P<named>{_FULL})"
    return re.compile(f"{BEGIN}(?:fy ?'?(?P<short>{_FULL}|[0-9]{{2}})|{named}){END}(?![-/.,][0-9])")
