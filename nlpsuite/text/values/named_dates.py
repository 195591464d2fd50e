"""Dates with the name of a month, such as "1. März 2025", "May 18" and "1º de março"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from nlpsuite.text.values.calendar_words import calendar_words
from nlpsuite.text.values.iso import full_year, iso_date
from nlpsuite.text.values.numeric_dates import weekday_before
from nlpsuite.text.values.source import BEGIN, END, Source, alternatives
from nlpsuite.text.values.value import Value

__all__ = ["find_named_dates"]


@dataclass(frozen=True, slots=True)
class _Habits:
    """How a language writes a date, as patterns.

    Attributes:
        ordinal: what follows the day.
        to_month: what stands between day and month.
        to_year: what stands between month and year.
        until: the word between two days.
        first: a word for the first day.
    """

    ordinal: str
    to_month: str
    to_year: str
    until: str
    first: str = "(?!)"


_HABITS = {
    "en": _Habits("st|nd|rd|th", " of |[ -]", ",? of |,? ?|-", "to|until|and"),
    "de": _Habits("[.]", " ?|-", " |-", "bis|bis zum|und"),
    "fr": _Habits("er", " ", " (?:de )?", "au|et", "premier"),
    "es": _Habits("[ºo°]|er|ro", " del? (?:mes de )?|[ -]", " del? (?:año )?|,? |-", "al|a|y", "primero"),
    "it": _Habits("[°º]", " di |[ -]", " del? |,? |-", "al|e", "primo"),
    "nl": _Habits("e|ste|de", "[ -]", " van |,? |-", "tot|tot en met|t/m|en"),
    "pt": _Habits("[.]?[ºo°]", " de |[ -]", " de |,? |-", "a|ao|até|e", "primeiro"),
}
_YEAR = "(?P<year>[12][0-9]{3}|(?<=-)[0-9]{2}|'[0-9]{2})(?![0-9])(?![.,][0-9])"
_DAY_END = "(?![0-9:])(?![.,][0-9])(?! ?[%‰€£$¥])"


def find_named_dates(source: Source) -> Iterator[Value]:
    """All dates with the name of a month, and months with their year; of a range of days, both."""
    if source.lang == "zh":
        return
    for match in _day_first(source.lang).finditer(source.low):
        day = "1" if match["first"] else match["day"]
        if _is_meant(source, match, day):
            yield from _day_and_other(match, source.lang, day)
    if source.lang == "en":
        for match in _month_first().finditer(source.low):
            if _is_meant(source, match, match["day"]):
                yield from _day_and_other(match, source.lang, match["day"])


def _is_meant(source: Source, match: re.Match[str], day: str | None) -> bool:
    """Whether the name is that of a month, and enough of a date stands beside it."""
    name, year, dot = match["month"], match["year"], match["dot"]
    if not (day or year):
        return False
    if match["short"] and source.lang not in ("en", "de") and not (year or dot):
        return False
    if name not in calendar_words(source.lang).ambiguous or source.text[match.start("month")].isupper():
        return True
    if day:
        return bool(year or match["ordinal"] or dot)
    return name == "march"


def _day_and_other(match: re.Match[str], lang: str, day: str | None) -> Iterator[Value]:
    """The date, before or after it the other end of its range if there is one."""
    words, other = calendar_words(lang), match["other"]
    month = (words.months | words.short_months)[match["month"]]
    year = full_year(match["year"].lstrip("'")) if match["year"] else None
    value = iso_date(year, month, None if day is None else int(day))
    if value is None:
        return
    start, end = match.span()
    other_value = iso_date(year, month, int(other)) if other else None
    if other_value and match.start("other") < match.start("month"):
        yield Value(start, match.end("from"), "date", other_value)
        start = match.start("day")
    elif other_value:
        yield Value(match.start("other"), end, "date", other_value)
        end = match.end("first_day")
    yield Value(start, end, "date", value)


@cache
def _day_first(lang: str) -> re.Pattern[str]:
    habits = _HABITS[lang]
    until = f"(?: ?[-–—] ?| (?:{habits.until}) )"
    days = (
        f"{BEGIN}(?<![0-9][.,/:'])(?:(?P<from>(?P<other>[0-9]{{1,2}})(?:{habits.ordinal})?){until})?"
        f"(?P<day>[0-9]{{1,2}})(?P<ordinal>{habits.ordinal})?|{BEGIN}(?P<first>{habits.first})"
    )
    return re.compile(
        f"{weekday_before(lang)}(?:(?:{days})(?:{habits.to_month}))?{BEGIN}{_month_name(lang)}"
        f"(?:(?:{habits.to_year}){_YEAR})?"
    )


@cache
def _month_first() -> re.Pattern[str]:
    habits = _HABITS["en"]
    until = f"(?: ?[-–—] ?| (?:{habits.until}) )"
    return re.compile(
        f"{weekday_before('en')}{BEGIN}{_month_name('en')}[ -]"
        f"(?P<first_day>(?P<day>[0-9]{{1,2}})(?P<ordinal>{habits.ordinal})?)"
        f"(?:{until}(?P<other>[0-9]{{1,2}})(?:{habits.ordinal})?(?={END}{_DAY_END}|, ?[12]))?"
        f"{END}(?:(?:,? |,){_YEAR}|{_DAY_END})"
    )


def _month_name(lang: str) -> str:
    words = calendar_words(lang)
    full, short = alternatives(words.months), alternatives(words.short_months)
    return f"(?P<month>(?:{full})|(?P<short>{short})){END}(?(short)(?P<dot>[.])?)"
