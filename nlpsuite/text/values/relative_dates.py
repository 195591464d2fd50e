"""Dates that are counted from today, such as "yesterday", "nächsten Montag", 上周五 and "il y a 3 jours"."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from functools import cache

from nlpsuite.text.values.calendar_words import calendar_words
from nlpsuite.text.values.chinese_numbers import parse_chinese
from nlpsuite.text.values.number_words import number_words, parse_words
from nlpsuite.text.values.relative_words import AGO, DAYS, FIXED, MORNING, NOUNS, STEPS
from nlpsuite.text.values.source import BEGIN, END, Source, alternatives, strip_accents
from nlpsuite.text.values.value import Value

__all__ = ["find_relative_dates"]


_CHINESE_WEEKS = {"上上": -2, "上": -1, "本": 0, "这": 0, "這": 0, "下": 1, "下下": 2}
_CHINESE_WEEKDAY = re.compile(
    f"(?P<week>{alternatives(_CHINESE_WEEKS)})[个個]?(?:周|週|星期|[礼禮]拜)(?P<day>[一二三四五六日天])(?!均)"
)
_CHINESE_NUMBER = "(?<![第0-9零一二两三四五六七八九十百几幾数數])(?:[0-9]{1,3}|[一二两兩三四五六七八九十百]{1,4})"
_IN_A_WORD = (re.compile("[以之此目当當今]$"), re.compile("[气氣性]|头条|頭條"))
"""What stands before 前天 or after 后天 and 今日 where they are parts of something else."""


def find_relative_dates(source: Source, today: datetime.date) -> Iterator[Value]:
    """All dates that are counted from `today`.

    "Next Monday" is the first Monday after today, "last Monday" the last one before it, and "this Monday" that of the
    same week, from Monday to Sunday; in Chinese all three go by weeks. Weeks as a whole are left alone.
    """
    for start, end, days in (*_named_days(source), *_counted_days(source), *_chinese_weekdays(source, today)):
        value = _away(today, days)
        if value:
            yield Value(start, end, "date", value, "relative")
    for start, end, noun, step in (*_stepped(source), *_fixed_periods(source)):
        value = _away(today, _to_weekday(today, noun, step)) if isinstance(noun, int) else _period(today, noun, step)
        if value:
            yield Value(start, end, "date", value, "relative")


def _away(today: datetime.date, days: int) -> str | None:
    try:
        return (today + datetime.timedelta(days)).isoformat()
    except OverflowError:
        return None


def _to_weekday(today: datetime.date, weekday: int, step: int) -> int:
    """How many days it is to the last, this or next of a day of the week."""
    ahead = weekday - today.weekday()
    if step > 0:
        return ahead % 7 or 7
    return ahead if step == 0 else -((-ahead) % 7 or 7)


def _period(today: datetime.date, noun: str, step: int) -> str | None:
    """The last, this or next year, quarter or month; None beyond the years that there are."""
    if noun == "year":
        year, shown = today.year + step, ""
    elif noun == "quarter":
        year, quarter = divmod(today.year * 4 + (today.month - 1) // 3 + step, 4)
        shown = f"-Q{quarter + 1}"
    else:
        year, month = divmod(today.year * 12 + today.month - 1 + step, 12)
        shown = f"-{month + 1:02}"
    return f"{year:04}{shown}" if datetime.MINYEAR <= year <= datetime.MAXYEAR else None


def _named_days(source: Source) -> Iterator[tuple[int, int, int]]:
    pattern, table = _day_names(source.lang)
    for match in pattern.finditer(source.low):
        before = source.low[max(0, match.start() - 16) : match.start()]
        if source.lang == "zh":
            in_a_word = _IN_A_WORD[0].search(before) and match[0][0] in "前后後"
            if in_a_word or _IN_A_WORD[1].match(source.low, match.end()):
                continue
        elif table[match[0]] == 1 and (morning := MORNING.get(source.lang)) and re.search(rf"\b{morning}", before):
            continue
        yield match.start(), match.end(), table[match[0]]


@cache
def _day_names(lang: str) -> tuple[re.Pattern[str], dict[str, int]]:
    table = {name: days for days, names in DAYS[lang].items() for name in names.split("|")}
    table |= {strip_accents(name): days for name, days in table.items()}
    names = alternatives(table)
    return re.compile(names if lang == "zh" else f"{BEGIN}(?:{names}){END}"), table


def _counted_days(source: Source) -> Iterator[tuple[int, int, int]]:
    for pattern, days in _counts(source.lang):
        for match in pattern.finditer(source.low):
            count = _count(match["count"], source.lang)
            if count:
                yield match.start(), match.end(), count * days


def _count(written: str, lang: str) -> int:
    if written.isdecimal():
        return int(written)
    return int((parse_chinese(written) if lang == "zh" else parse_words(written, lang)) or 0)


@cache
def _counts(lang: str) -> list[tuple[re.Pattern[str], int]]:
    words = number_words(lang)
    gap = " ?" if lang == "zh" else " "
    count = f"(?:[0-9]{{1,3}}|{words.pattern})" if words else _CHINESE_NUMBER
    return [
        (re.compile(f"{BEGIN}{before}(?P<count>{count}){gap}(?:{noun}){after}{END}"), way * days)
        for way, before, nouns, after in AGO[lang]
        for days, noun in nouns.items()
    ]


def _chinese_weekdays(source: Source, today: datetime.date) -> Iterator[tuple[int, int, int]]:
    for match in _CHINESE_WEEKDAY.finditer(source.low) if source.lang == "zh" else ():
        weekday = "一二三四五六日".find(match["day"].replace("天", "日"))
        yield match.start(), match.end(), 7 * _CHINESE_WEEKS[match["week"]] + weekday - today.weekday()


def _stepped(source: Source) -> Iterator[tuple[int, int, int | str, int]]:
    """Days of the week, by their number, and periods that are called the last, this or next one."""
    if source.lang == "zh":
        return
    before, after = STEPS[source.lang]
    weekdays = calendar_words(source.lang).weekdays
    for match in _steps(source.lang).finditer(source.low):
        found, table = (match["after"], after) if match["after"] else (match["before"], before)
        step = next((step for step, pattern in table.items() if found and re.fullmatch(pattern, found)), None)
        noun = next(name for name in ("weekday", "year", "month", "quarter") if match[name])
        if step is not None:
            yield match.start(), match.end(), weekdays[match[noun]] if noun == "weekday" else noun, step


@cache
def _steps(lang: str) -> re.Pattern[str]:
    before, after = ("|".join(table.values()) for table in STEPS[lang])
    nouns = {"weekday": alternatives(calendar_words(lang).weekdays), **NOUNS[lang]}
    noun = "|".join(f"(?P<{name}>{pattern})" for name, pattern in nouns.items())
    return re.compile(
        f"{BEGIN}(?P<before>{before})?(?:{noun}){END}(?P<after>(?:{after or '(?!)'}){END})?"
        "(?! (?:of|de|del|des|van|di) )"
    )


def _fixed_periods(source: Source) -> Iterator[tuple[int, int, str, int]]:
    for noun, steps in FIXED.get(source.lang, {}).items():
        for step, names in steps.items():
            for match in re.finditer(names, source.low):
                yield match.start(), match.end(), noun, step
