"""Words that multiply the number before them, such as "million", "Mrd.", "mila" and 万亿."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from nlpsuite.text.values.source import END, GAP, Source, alternatives, strip_accents

__all__ = ["Scale", "find_scale"]

# By powers of ten.
_SHARED = {3: "k", 6: "m mn mio mio. mln mln. million", 9: "bn mrd mrd. mld mld."}
_SCALES = {
    "en": {
        2: "hundred", 3: "thousand grand", 5: "lakh lakhs lac", 6: "millions mil", 7: "crore crores",
        9: "billion billions b", 12: "trillion trillions tn trn",
    },
    "de": {
        2: "hundert", 3: "tausend tsd tsd. t", 6: "millionen mill mill.", 9: "milliarde milliarden",
        12: "billion billionen bio bio.",
    },
    "fr": {3: "mille", 6: "millions", 9: "milliard milliards md mds", 12: "billion billions"},
    "es": {3: "mil", 6: "millón millones mill. mill", 9: "millardo millardos", 12: "billón billones"},
    "it": {3: "mila mille", 6: "milione milioni", 9: "miliardo miliardi", 12: "bilione bilioni trilione trilioni"},
    "nl": {2: "honderd", 3: "duizend", 6: "miljoen", 9: "miljard", 12: "biljoen"},
    "pt": {
        3: "mil", 6: "milhão milhões mi", 9: "bilhão bilhões bi",
        12: "bilião biliões trilhão trilhões tri",
    },
    "zh": {
        2: "百", 3: "千 仟", 4: "万 萬 w", 6: "百万 百萬", 7: "千万 千萬", 8: "亿 億", 9: "十亿 十億", 10: "百亿 百億",
        11: "千亿 千億", 12: "万亿 萬億 兆",
    },
}  # fmt: skip
_LETTERS = frozenset("kmbtw") | {"md"}
"""Scales that are so short that they need an amount of money before or after them."""
_BEFORE_CURRENCY = "(?=€|\\$|£|¥|₹|元|eur|usd|gbp|chf|aud|cad)"


@dataclass(frozen=True, slots=True)
class Scale:
    """A multiplier.

    Attributes:
        end: the character after it, or after the number where there is none.
        size: what it multiplies by, 1 where there is none.
        short: whether it is a single letter with a space before it, which may as well be something else.
    """

    end: int
    size: Decimal = Decimal(1)
    short: bool = False


def find_scale(source: Source, position: int) -> Scale:
    """The scale of a number that ends at a position; two words count as their product, as in "mil millones"."""
    pattern, sizes = _scales(source.lang)
    match = pattern.match(source.low, position)
    if match is None:
        return Scale(position)
    size = sizes[match["first"]] * (sizes[match["second"]] if match["second"] else 1)
    return Scale(match.end(), size, match["first"] in _LETTERS and match["first"] != source.low[position : match.end()])


@cache
def _scales(lang: str) -> tuple[re.Pattern[str], dict[str, Decimal]]:
    sizes: dict[str, Decimal] = {}
    for table in (_SHARED, _SCALES[lang]):
        for power, words in table.items():
            for word in words.split():
                sizes |= {word: Decimal(10) ** power, strip_accents(word): Decimal(10) ** power}
    if lang == "zh":
        return re.compile(f"{GAP}[多余餘来來]?(?P<first>{alternatives(sizes)})(?P<second>(?!))?[多余餘]?"), sizes
    word = alternatives(sizes)
    end = f"(?:{END}|{_BEFORE_CURRENCY})"
    return re.compile(f"(?:{GAP}|-)(?P<first>{word}){end}(?: (?P<second>{word}){end})?"), sizes
