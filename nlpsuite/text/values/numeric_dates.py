"""Dates in digits, such as "2025-03-01", "01.03.2025" and "3/4/25"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from nlpsuite.text.values.calendar_words import calendar_words
from nlpsuite.text.values.iso import full_year, iso_date
from nlpsuite.text.values.source import BEGIN, END, LETTER, Source, alternatives
from nlpsuite.text.values.value import Value

__all__ = ["find_numeric_dates", "weekday_before"]

_ALONE = f"{BEGIN}(?<![0-9][-./:,])(?<!{LETTER}-)"
_NO_MORE = "(?![0-9])(?![-./,:][0-9])"
_NO_SIGN = "(?! ?[%‰€£])"
_YEAR_FIRST = re.compile(
    f"{_ALONE}(?P<year>[12][0-9]{{3}})(?:(?P<mark>[-./])(?P<month>[0-9]{{1,2}})(?P=mark)(?P<day>[0-9]{{1,2}})"
    f"|-(?P<only>0[1-9]|1[0-2]))(?:{_NO_MORE}(?!-?{LETTER})|(?=t[0-9]))"
)
_YEAR_LAST = (
    "(?P<first>[0-9]{1,2})(?:(?P<mark>[-./])(?P<second>[0-9]{1,2})(?P=mark)(?P<year>[12][0-9]{3}|[0-9]{2})"
    f"|[.] (?P<second_apart>[0-9]{{1,2}})[.] (?P<year_apart>[12][0-9]{{3}})){_NO_MORE}{END}{_NO_SIGN}"
)
_MONTH = f"{_ALONE}(?P<month>0[1-9]|1[0-2])(?P<mark>[./])(?P<year>(?:19|20)[0-9]{{2}}){_NO_MORE}{END}"
_NO_YEAR = f"(?P<day>[0-9]{{1,2}})[.](?P<month>[0-9]{{1,2}})[.](?![0-9.]){END}"
# Words after which two numbers with a stroke or hyphen are a day without its year.
_CUES = {
    "en": "on|by|until|since|before|after|dated",
    "de": "am|vom|zum|bis|ab",
    "fr": "le|du|au|jusqu'au",
    "es": "el|del|al|día",
    "it": "il|dal|al|del|entro il",
    "nl": "op|vanaf|tot|van|per",
    "pt": "dia|em|até|no dia",
}
_VERSION = re.compile(
    r"(?:^|[^\w])(?:version|versions?|versión|versione|versie|versão|v|ver|release|update|firmware|build|kapitel|§|"
    r"abschnitt|punkt|ziffer|absatz|tabelle|abb|chapter|section|chapitre|capítulo|capitolo|sezione|ip|ios|android|n[º°]|nr|núm|nro)"
    r"[. ]{0,2}$|版本号?[ :：]?$"
)


def find_numeric_dates(source: Source) -> Iterator[Value]:
    """All dates in digits.

    In English the month comes first, unless the first number is above 12 or stops part them; in all other languages
    the day does. Two digits of a year stand for 1969 to 2068.
    """
    yield from _year_first(source)
    yield from _year_last(source)
    yield from _months(source)
    if source.lang != "zh":
        yield from _without_year(source)


def _year_first(source: Source) -> Iterator[Value]:
    for match in _YEAR_FIRST.finditer(source.low):
        year, only = int(match["year"]), match["only"]
        if only and int(only) == (year + 1) % 100:
            continue  # "2011-12" is a season
        value = iso_date(year, int(only or match["month"]), None if only else int(match["day"]))
        yield from _dated(match.start(), match.end(), value)


def _year_last(source: Source) -> Iterator[Value]:
    for match in _year_last_pattern(source.lang).finditer(source.low):
        first, second = match["first"], match["second"] or match["second_apart"]
        mark, year = match["mark"] or ".", match["year"] or match["year_apart"]
        start = match.start("first")
        if len(year) == 2 and mark != "/" and (mark, source.lang) != (".", "de") and len(first + second) < 4:
            continue
        if mark == "." and _VERSION.search(source.low[max(0, start - 16) : start]):
            continue
        day, month = int(first), int(second)
        if source.lang == "en" and mark != "." and day <= 12:
            day, month = month, day
        yield from _dated(match.start(), match.end(), iso_date(full_year(year), month, day))


def _months(source: Source) -> Iterator[Value]:
    for match in re.finditer(_MONTH, source.low):
        numbered = _VERSION.search(source.low[max(0, match.start() - 16) : match.start()])
        if not numbered and (match["mark"] == "/" or source.lang == "de"):
            yield from _dated(match.start(), match.end(), iso_date(int(match["year"]), int(match["month"]), None))


def _without_year(source: Source) -> Iterator[Value]:
    stops, cued = _without_year_patterns(source.lang)
    for match in stops.finditer(source.low) if stops else ():
        start = match.start("day")
        if not _VERSION.search(source.low[max(0, start - 16) : start]) and not _is_heading(source, match):
            yield from _dated(match.start(), match.end(), iso_date(None, int(match["month"]), int(match["day"])))
    for match in cued.finditer(source.low):
        day, month = int(match["first"]), int(match["second"])
        if source.lang == "en" and day <= 12:
            day, month = month, day
        if match["date"] != "24/7":
            yield from _dated(match.start("date"), match.end("date"), iso_date(None, month, day))


def _is_heading(source: Source, match: re.Match[str]) -> bool:
    """Whether "3.4." numbers a heading, as at the start of "3.4. Ergebnisse"."""
    before, after = source.text[max(0, match.start() - 1) : match.start()], source.text[match.end() : match.end() + 2]
    short = len(match["day"] + match["month"]) == 2
    return short and before in ("", "\n") and after[:1] == " " and after[1:].isupper()


def _dated(start: int, end: int, value: str | None) -> Iterator[Value]:
    if value is not None:
        yield Value(start, end, "date", value)


@cache
def weekday_before(lang: str) -> str:
    """A pattern for a day of the week before a date, with what may stand between them."""
    if lang == "zh":
        return ""
    words = calendar_words(lang)
    stop = "[.]?,?" if lang == "en" else "(?:[.],?|,)"
    article = "(?:the|den|dem|der|le|el|il|o|dia|al|del)"
    names = f"(?:{alternatives(words.weekdays)}),?|(?:{alternatives(words.short_weekdays)}){stop}"
    return f"(?:{BEGIN}(?:{names}) (?:{article} )?)?"


@cache
def _year_last_pattern(lang: str) -> re.Pattern[str]:
    return re.compile(f"{weekday_before(lang)}{_ALONE}{_YEAR_LAST}")


@cache
def _without_year_patterns(lang: str) -> tuple[re.Pattern[str] | None, re.Pattern[str]]:
    stops = re.compile(f"{weekday_before(lang)}{_ALONE}{_NO_YEAR}") if lang == "de" else None
    marks = "/-" if lang == "nl" else "/"
    cued = (
        f"{BEGIN}(?:{_CUES[lang]}) (?P<date>(?P<first>[0-9]{{1,2}})[{marks}](?P<second>[0-9]{{1,2}}))"
        f"{_NO_MORE}{END}{_NO_SIGN}"
    )
    return stops, re.compile(cued)
