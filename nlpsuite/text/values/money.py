"""Amounts of money: a number with a currency before or after it, such as "1,2 Mrd. €", "USD 300m" and 八百元."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from nlpsuite.text.values.chinese_numbers import NUMERALS
from nlpsuite.text.values.currencies import (
    ANY_CASE,
    CODES,
    NAMES,
    OWN_SIGNS,
    PARTS,
    PREFIX_NAMES,
    SIGNS,
    SUFFIX_CODES,
    TENTHS,
)
from nlpsuite.text.values.numbers import Number, parse_digits, plain
from nlpsuite.text.values.ranges import Link, link
from nlpsuite.text.values.scales import Scale
from nlpsuite.text.values.source import BEGIN, END, GAP, LETTER, Source, alternatives, strip_accents
from nlpsuite.text.values.value import Value

__all__ = ["find_amounts"]


@dataclass(frozen=True, slots=True)
class _Currency:
    """A currency beside a number; `parts` is 100 where the number counts its hundredths, such as cents."""

    start: int
    end: int
    name: str
    code: str
    parts: int = 1


@dataclass(frozen=True, slots=True)
class _Price:
    """A number and the currency that goes with it; without a code where it has none of its own."""

    start: int
    end: int
    number: Number
    code: str = ""
    parts: int = 1
    currency_first: bool = False

    @property
    def value(self) -> Value:
        return Value(self.start, self.end, "amount", plain(self.number.scaled / self.parts), self.code)


def find_amounts(source: Source, numbers: list[Number]) -> list[Value]:
    """All amounts of money; a range such as "10-20 €" holds two."""
    prices = list(_prices(source, numbers))
    for index in range(len(prices) - 1):
        prices[index : index + 2] = _share(source, prices[index], prices[index + 1])
    return [price.value for price in prices if price.code]


def _prices(source: Source, numbers: list[Number]) -> Iterator[_Price]:
    prefixes, taken = {currency.end: currency for currency in _prefixes(source)}, 0
    for number in numbers:
        before, after = prefixes.get(number.start), _suffix(source, number)
        if before and before.start >= taken:
            price = _with_prefix(source, number, before, after)
        elif after:
            price = _with_suffix(source, number, after)
        else:
            price = _Price(number.start, number.scale.end, number)
        taken = price.end
        yield price


def _with_prefix(source: Source, number: Number, before: _Currency, after: _Currency | None) -> _Price:
    """The price of a number with a currency before it and perhaps another after, as in "$5 CAD"."""
    if number.scale.short and after is None:
        number = replace(number, scale=Scale(number.end))
    number, start, end, code = _with_english_commas(source, number, before), before.start, number.scale.end, before.code
    if after and after.parts == 1:
        if before.name == "$" and after.name.upper() in CODES | SUFFIX_CODES:
            end, code = after.end, after.code
        elif after.code == before.code or after.name in ("元", "圆", "圓"):
            end = after.end
    if number.value > 0 and re.fullmatch(r"(?:^|[^\w)\]])[-–]", source.low[max(0, start - 2) : start]):
        start, number = start - 1, replace(number, value=-number.value)
    return _Price(start, end, number, code, currency_first=True)


def _with_english_commas(source: Source, number: Number, before: _Currency) -> Number:
    """A dollar or pound sign in front shows that "1,200" is written in the English way."""
    raw = source.low[number.start : number.end]
    if before.code not in ("USD", "GBP") or not re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3})+", raw):
        return number
    value = parse_digits(raw, "en")
    return number if value is None else replace(number, value=value)


def _with_suffix(source: Source, number: Number, after: _Currency) -> _Price:
    """The price of a number with a currency after it and perhaps change after that, as in "3€50" and 三块五."""
    price = _Price(number.start, after.end, number, after.code, after.parts)
    if number.scale.size != 1 or number.value != number.value.to_integral_value():
        return price
    pattern, tenths = _CHANGE.get(after.name, (None, False))
    change = pattern.match(source.low, after.end) if pattern else None
    if change is None:
        return price
    part = Decimal(_TENTHS[change["change"]]) / 10 if tenths else Decimal(change["change"]) / 100
    return replace(price, end=change.end(), number=replace(number, value=number.value + part))


_TENTHS = {
    mark: digit
    for digit, marks in enumerate(["", "1一", "2二两", "3三", "4四", "5五半", "6六", "7七", "8八", "9九"])
    for mark in marks
}
_TENTH = f"(?P<change>[{''.join(_TENTHS)}])"
_COUNTED = "0-9零一二两三四五六七八九十百千万萬亿億.个個本件张張斤份只条條杯瓶支套块塊次包盒年月日天号元%"
_AFTER_TENTH = f"(?:[毛角][钱錢]?|[钱錢]|(?![{_COUNTED}]))"
_CHANGE = {
    "€": (re.compile("(?P<change>[0-9]{2})(?![0-9])"), False),
    "块": (re.compile(_TENTH + _AFTER_TENTH), True),
    "塊": (re.compile(_TENTH + _AFTER_TENTH), True),
    "元": (re.compile(_TENTH + "[毛角]"), True),
}


def _suffix(source: Source, number: Number) -> _Currency | None:
    pattern, table = _suffixes(source.lang)
    match = pattern.match(source.low, number.scale.end)
    if match is None:
        return None
    name, start = match["name"], match.start("name")
    code, parts = table[name]
    if not _is_code_or_name(source, name, start) or (name == "€" and start > number.end and match["cents"]):
        return None
    if number.scale.size != 1:
        return None if parts > 1 else _Currency(start, match.end(), name, code)
    if _is_no_money(source, number, name, start, match.end()):
        return None
    return _Currency(start, match.end(), name, code, parts)


def _is_code_or_name(source: Source, name: str, start: int) -> bool:
    """Whether what looks like a currency code is written like one."""
    if name.upper() not in CODES | SUFFIX_CODES:
        return True
    return name in ANY_CASE or source.text[start : start + len(name)].isupper()


_WEIGHT = re.compile(r" (?:of|heavier|lighter|overweight|in weight)\b")
# What is counted in pieces, which are called like the yuan.
_PIECES = re.compile(
    "[蛋面巧肉糖表手石玻电電屏地布砖磚牌豆饼餅肥香硬显顯内內主板骨木毛巾金银銀铜銅田拼披西排牛鸡雞土空区區业業滑画畫毯冰奖獎小大]"
)


def _is_no_money(source: Source, number: Number, name: str, start: int, end: int) -> bool:
    """Whether the name of a currency means something else here: a weight, a page, a piece of something."""
    if name in ("pound", "pounds"):
        return _WEIGHT.match(source.low, end) is not None
    if name == "p":
        return start > number.end
    if name not in ("块", "塊"):
        return False
    together = source.low[number.start : number.end] == "一" and not _CHANGE[name][0].match(source.low, end)
    return together or _PIECES.match(source.low, end) is not None


def _share(source: Source, low: _Price, high: _Price) -> tuple[_Price, _Price]:
    """Give both ends of a range the currency and scale that only one of them has."""
    linked = link(source, low.start, low.end, high.start)
    if linked is None:
        return low, high
    if not low.code and high.code and not high.currency_first:
        return replace(_scaled_like(low, high), code=high.code, parts=high.parts), high
    if low.currency_first and not high.code and (linked is Link.DASH or high.number.scale.size != 1):
        return _scaled_like(low, high), replace(high, code=low.code)
    if low.code == high.code and low.currency_first:
        return _scaled_like(low, high), high
    return low, high


def _scaled_like(low: _Price, high: _Price) -> _Price:
    if low.number.scale.size != 1 or low.number.value > high.number.value:
        return low
    return replace(low, number=replace(low.number, scale=Scale(low.number.end, high.number.scale.size)))


def _prefixes(source: Source) -> Iterator[_Currency]:
    pattern, table = _prefix_pattern(source.lang)
    for match in pattern.finditer(source.low):
        name, start = match["name"], match.start()
        if _is_code_or_name(source, name, start):
            yield _Currency(start, match.end(), name, table[name])


@cache
def _prefix_pattern(lang: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """Currencies that a number follows, and their codes by their names."""
    signs = SIGNS | OWN_SIGNS.get(lang, {})
    table = signs | _codes(CODES) | _by_name(PREFIX_NAMES.get(lang, {}))
    bare = {sign for sign in signs if len(sign) == 1 and sign != "$"}
    name = f"{alternatives(bare)}|{BEGIN}(?:{alternatives(table.keys() - bare)})"
    gap = f"{GAP}(?:大?约|大?約|共|近|为|為)?{GAP}" if lang == "zh" else GAP
    numeral = f"|[{NUMERALS}]" if lang == "zh" else ""
    return re.compile(f"(?<!/)(?P<name>{name}){gap}(?=[-+–]?[.]?[0-9]{numeral})"), table


@cache
def _suffixes(lang: str) -> tuple[re.Pattern[str], dict[str, tuple[str, int]]]:
    """Currencies that follow a number; by their names, their codes and how many make one, 100 for cents."""
    signs = SIGNS | OWN_SIGNS.get(lang, {})
    table = {name: (code, 1) for name, code in (_codes(CODES | SUFFIX_CODES) | _by_name(NAMES[lang])).items()}
    table |= {name: (code, 100) for name, code in _by_name(PARTS[lang]).items()}
    table |= {name: (code, 10) for name, code in _by_name(TENTHS.get(lang, {})).items()}
    word_end = f"(?:(?<=[\u2e80-\uffff])|{END}){_NOT_YUAN}" if lang == "zh" else f"(?!-?{LETTER})"
    # Two digits after the sign may be cents; otherwise the sign belongs to the number after it.
    sign = f"(?:{alternatives(signs.keys() - {'€'})})(?![0-9])|€(?![0-9]{{3}}|[0-9](?![0-9]))"
    name = f"(?P<name>{sign}|(?:{alternatives(table)}){word_end})(?P<cents>(?=[0-9]))?"
    return re.compile(f"(?:{GAP}(?:de |d'|di )|{GAP}){name}"), table | {sign: (code, 1) for sign, code in signs.items()}


_NOT_YUAN = "(?!(?<=元)(?:[化素首旦宵件帅气神勋老组]|宇宙|[一二]次))"


def _codes(codes: frozenset[str]) -> dict[str, str]:
    return {code.lower(): {"RMB": "CNY", "CNH": "CNY"}.get(code, code) for code in codes}


def _by_name(names: dict[str, str]) -> dict[str, str]:
    """Codes by names, and by those names as they are typed without accents."""
    table = {name: code for code, several in names.items() for name in several.split("|")}
    return {strip_accents(name): code for name, code in table.items()} | table
