"""Chinese dates, such as 2025年3月1日, 三月八号, 2025年第三季度 and, counted from today, 去年3月."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from nlpsuite.text.values.chinese_numbers import parse_chinese
from nlpsuite.text.values.iso import full_year, iso_date
from nlpsuite.text.values.source import Source
from nlpsuite.text.values.value import Value

__all__ = ["find_chinese_dates"]

_YEARS_AWAY = {"前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2, "後年": 2}
_AWAY = "(?<![以之此目当當])前年|(?<![以之此今战戰日])[后後]年|上年(?![纪紀])|[去今本明]年"
_DIGITS = "零〇○一二三四五六七八九"
_TO_ASCII = str.maketrans(_DIGITS, "000123456789")
_QUARTERS = {mark: number for number, marks in enumerate(["1一", "2二", "3三", "4四"], 1) for mark in marks}

_ALONE = f"(?<![0-9.,十{_DIGITS}])"
_FIGURE = "[0-9]{1,2}(?![0-9])|[一二三四五六七八九十]{1,3}"
_YEAR = (
    f"(?P<away>{_AWAY})度?的?"
    f"|{_ALONE}(?P<year>[12][0-9]{{3}}|[一二][{_DIGITS}]{{3}}|[0-9]{{2}}(?= ?年 ?[0-9]{{1,2}} ?月)) ?年度?"
)
_NO_HOUSE = "(?![楼线線馆館门門店机院码碼车車])"
_DAYS = f"(?:(?P<from>(?P<low>{_FIGURE}) ?[日号號]?) ?[-–—~至到] ?)?(?P<day>{_FIGURE}) ?[日号號]{_NO_HOUSE}"
_DATE = re.compile(
    f"(?=[0-9{_DIGITS}十去今本明前后後上])(?:(?:{_YEAR}) ?|{_ALONE})"
    "(?:(?:第(?P<nth>[1-4一二三四]) ?季度?|(?P<quarter>[1-4一二三四]) ?季度|q(?P<q>[1-4])(?![0-9]))"
    f"|(?P<month>{_FIGURE}) ?月份?(?: ?{_DAYS})?)?"
)
_NO_YEAR = re.compile("[代级級]|的?[历歷]史")
_FIRST_YEAR, _LAST_YEAR = 1800, 2199
"""Other numbers before 年 rather tell how many years."""


def find_chinese_dates(source: Source, today: datetime.date | None) -> Iterator[Value]:
    """All dates that are written with 年, 月 and 日, and quarters.

    Years such as 去年 count only if it is known what today is.
    """
    if source.lang != "zh":
        return
    for match in _DATE.finditer(source.low):
        year, unit = _year(match, today)
        if match["month"]:
            yield from _in_month(match, year, unit)
        elif year is None:
            continue
        elif quarter := match["nth"] or match["quarter"] or match["q"]:
            yield Value(match.start(), match.end(), "date", f"{year:04}-Q{_QUARTERS[quarter]}", unit)
        elif _FIRST_YEAR <= year <= _LAST_YEAR and not _NO_YEAR.match(source.low, match.end()):
            yield Value(match.start(), match.end(), "date", str(year), unit)


def _year(match: re.Match[str], today: datetime.date | None) -> tuple[int | None, str]:
    """The year that is named and the unit that goes with it."""
    if match["away"]:
        year = today.year + _YEARS_AWAY[match["away"]] if today else 0
        return (year, "relative") if datetime.MINYEAR <= year <= datetime.MAXYEAR else (None, "")
    if not match["year"]:
        return None, ""
    return full_year(match["year"].translate(_TO_ASCII)), ""


def _in_month(match: re.Match[str], year: int | None, unit: str) -> Iterator[Value]:
    """A month, a day in it, or both ends of a range of days."""
    start, end = match.start() if year is not None else match.start("month"), match.end()
    month, day = _figure(match["month"]), _figure(match["day"])
    value = iso_date(year, month, day or None) if month else None
    if value is None:
        return
    low = iso_date(year, month, _figure(match["low"])) if match["low"] else None
    if low:
        yield Value(start, match.end("from"), "date", low, unit)
        start = match.start("day")
    yield Value(start, end, "date", value, unit)


def _figure(written: str | None) -> int:
    """The number that is written, 0 if none is, or none that could be a month or a day."""
    value = int(written) if written and written.isdecimal() else parse_chinese(written) if written else None
    return int(value) if value else 0
