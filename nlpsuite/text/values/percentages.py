"""Percentages and percentage points, such as "3,5 Prozent", "25 bp", 百分之三十 and 两成半."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from nlpsuite.text.values.numbers import Number, plain
from nlpsuite.text.values.ranges import link
from nlpsuite.text.values.source import END, GAP, LETTER, Source, alternatives, strip_accents
from nlpsuite.text.values.value import Value

__all__ = ["find_percentages"]

_PERCENT = {
    "en": "percent|per cent|pct|pct.|percents",
    "de": "prozent|v.h.|v. h.",
    "fr": "pour cent|pourcent|pourcents|p. 100",
    "es": "por ciento|por cien",
    "it": "percento|per cento",
    "nl": "procent|percent|pct",
    "pt": "por cento",
    "zh": "percent",
}
_POINTS = {
    "en": "percentage points|percentage point|percent points|percentage-points|percentage-point|%-points|% points",
    "de": "prozentpunkte|prozentpunkten|prozentpunkt|prozent-punkte|%-punkte|%-punkten|% punkte",
    "fr": "points de pourcentage|point de pourcentage|points de pour cent|points de %",
    "es": "puntos porcentuales|punto porcentual|puntos de porcentaje",
    "it": "punti percentuali|punto percentuale",
    "nl": "procentpunten|procentpunt|%-punt|%-punten",
    "pt": "pontos percentuais|ponto percentual",
    "zh": "个百分点|個百分點|百分点|百分點",
}
_BASIS_POINTS = {
    "en": "basis points|basis point|basis-point|basis-points|bps|bp",
    "de": "basispunkte|basispunkten|basispunkt|bp",
    "fr": "points de base|point de base|pb|pdb|bp",
    "es": "puntos básicos|punto básico|puntos base|pb|bp",
    "it": "punti base|punto base|pb|bp",
    "nl": "basispunten|basispunt|bp|bps",
    "pt": "pontos base|pontos-base|ponto base|pontos básicos|pb|bp",
    "zh": "个基点|個基點|基点|基點|bps|bp",
}
_SHORT_POINTS = ("p.p.", "pp", "ppt", "ppts")
"""Also the plural of "page", so only after numbers below 100."""
_FRACTIONS = {"百分之": Decimal(1), "千分之": Decimal(10), "万分之": Decimal(100), "萬分之": Decimal(100)}
_WHOLE = re.compile("百分之?百(?![分零一二三四五六七八九])")
_MORE = {mark: Decimal(digit) / 10 for digit, mark in enumerate("零一二三四五六七八九")} | {"半": Decimal("0.5")}

# 成 also ends many words and begins more: 三成人 may be grown-ups, 一成不变 is no tenth.
_NO_TENTH = "人年员員功立为為本都长長果就份绩績熟型品名天婚家语語团團对對像因色效衣活器不套"
_TENTHS = re.compile(f"成(?P<more>[半一二三四五六七八九](?![成{_NO_TENTH}个個]))?(?![{_NO_TENTH}])")


@dataclass(frozen=True, slots=True)
class _Share:
    """A number and what it is a share of: by what it is divided to give per cent, 0 where it is no share."""

    start: int
    end: int
    value: Decimal
    divisor: Decimal = Decimal(0)
    unit: str = ""

    @property
    def found(self) -> Value:
        return Value(self.start, self.end, "percentage", plain(self.value / self.divisor), self.unit)


def find_percentages(source: Source, numbers: list[Number]) -> list[Value]:
    """All percentages; a range such as "5-10 %" holds two."""
    shares = [_share(source, number) for number in numbers]
    for index in range(len(shares) - 1):
        low, high = shares[index : index + 2]
        if not low.divisor and high.divisor and link(source, low.start, low.end, high.start):
            shares[index] = replace(low, divisor=high.divisor, unit=high.unit)
        elif low.divisor and not high.divisor and _opens_range(source, low, high):
            shares[index + 1] = replace(high, divisor=low.divisor)
    whole = [Value(match.start(), match.end(), "percentage", "100") for match in _WHOLE.finditer(source.low)]
    return whole + [share.found for share in shares if share.divisor]


def _opens_range(source: Source, low: _Share, high: _Share) -> bool:
    """Whether the sign before the first number counts for the second, as in 百分之三到五."""
    return source.low[low.start : low.start + 3] in _FRACTIONS and bool(link(source, low.start, low.end, high.start))


def _share(source: Source, number: Number) -> _Share:
    start, end, value = number.start, number.end, number.value
    fraction = _FRACTIONS.get(source.low[max(0, start - 3) : start])
    if fraction and number.scale.end == end:
        return _Share(start - 3, end, value, fraction)
    tenths = _TENTHS.match(source.low, end) if source.lang == "zh" and 0 < value <= 10 else None
    if tenths:
        return _Share(start, tenths.end(), value + _MORE.get(tenths["more"], 0), Decimal("0.1"))
    pattern, meanings = _suffixes(source.lang)
    match = pattern.match(source.low, end)
    if match is None or (match["name"] in _SHORT_POINTS and abs(value) >= 100):
        return _Share(start, end, value)
    divisor, unit = meanings[match["name"]]
    return _Share(start, match.end(), value, divisor, unit)


@cache
def _suffixes(lang: str) -> tuple[re.Pattern[str], dict[str, tuple[Decimal, str]]]:
    """What follows a number, and by what each divides it and the unit that it gives."""
    meanings = {name: (Decimal(1), "") for name in _names(_PERCENT[lang])}
    meanings |= {name: (Decimal(1), "points") for name in (*_names(_POINTS[lang]), *_SHORT_POINTS)}
    meanings |= {name: (Decimal(100), "points") for name in _names(_BASIS_POINTS[lang])}
    signs = {"%": (Decimal(1), ""), "‰": (Decimal(10), "")}
    # "42%ig" is an adjective.
    name = f"(?:{alternatives(meanings)}){END}|(?:{alternatives(signs)})(?:(?!-?{LETTER})|(?=-[0-9])|(?=off{END}))"
    return re.compile(f"(?:{GAP}|-)(?P<name>{name})"), meanings | signs


def _names(names: str) -> set[str]:
    several = names.split("|")
    return {*several, *map(strip_accents, several)}
