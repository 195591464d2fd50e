"""Every number in a text, in digits or words, by the habits of its language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from nlpsuite.text.values.chinese_numbers import BIG_UNITS, NUMERALS, UNITS, parse_chinese
from nlpsuite.text.values.number_words import number_words, parse_words
from nlpsuite.text.values.scales import Scale, find_scale
from nlpsuite.text.values.source import BEGIN, LETTER, Source

__all__ = ["Number", "find_numbers", "parse_digits", "plain"]

_MOST_DIGITS = 24
_COMMA_IS_DECIMAL = frozenset({"de", "fr", "es", "it", "nl", "pt"})

# No sign after what may end another number, as in "5%-10%".
_SIGN = f"(?<!{LETTER})(?<![)\\].,'/+–%‰€元块塊成{UNITS}-])(?<![0-9] )(?<![0-9][$£¥])[+–-]"
_START = f"(?:{_SIGN}|{BEGIN}(?<![0-9][.,'/]))"
_TAIL = "(?:[.,](?:--|[–—-])(?![0-9]))?"  # as in "20,-"
_POINTED = "[0-9]{1,15}(?:[.,'][0-9]{1,15}){0,6}+(?![0-9])" + _TAIL
_FRACTION = "[.][0-9]{1,6}(?![0-9])"


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text.

    Attributes:
        start: its first character, which may be a sign.
        end: the character after it, without its scale.
        value: what it is worth without its scale.
        scale: the scale that follows it, such as "Mio."; empty where there is none.
    """

    start: int
    end: int
    value: Decimal
    scale: Scale

    @property
    def scaled(self) -> Decimal:
        """Its value with the scale."""
        return self.value * self.scale.size


def plain(value: Decimal) -> str:
    """A number in digits, with a stop before decimals, and without zeros that say nothing."""
    shown = format(value.normalize(), "f")
    return "0" if shown == "-0" else shown


def find_numbers(source: Source) -> list[Number]:
    """All numbers of a text in their order, none within another."""
    found: list[Number] = []
    for match in _pattern(source.lang).finditer(source.spaced):
        number = _chinese(source, match) if source.lang == "zh" else _european(source, match)
        if number is not None and (not found or number.start >= found[-1].scale.end):
            found.append(number)
    return found


def parse_digits(raw: str, lang: str) -> Decimal | None:
    """The value of a number in digits, None where they are no number, such as "1.2.3".

    A single separator before three digits parts thousands or decimals as is the habit of the language: "1.234" is
    1234 in German and 1.234 in English. Before any other number of digits it is decimal in all languages.

    Args:
        raw: ASCII digits with stops, commas, apostrophes or spaces among them, without a sign.
        lang: one of the languages that have tables.
    """
    if sum(mark.isdigit() for mark in raw) > _MOST_DIGITS:
        return None
    if raw.isdigit():
        return Decimal(raw)
    whole, mark, fraction = _split(raw, lang)
    joined = _ungroup(whole, lang, decimal=mark)
    if joined is None or not (fraction.isdigit() or not mark):
        return None
    return Decimal(f"{joined or 0}.{fraction or 0}")


def _split(raw: str, lang: str) -> tuple[str, str, str]:
    """The whole part, the decimal separator and the decimals, the last two empty where there are none."""
    last = max(raw.rfind("."), raw.rfind(","))
    if last < 0:
        return raw, "", ""
    whole, mark, fraction = raw[:last], raw[last], raw[last + 1 :]
    if mark in whole:
        return raw, "", ""
    if whole.isdigit() and len(whole) <= 3 and len(fraction) == 3 and whole[0] != "0":
        groups = "." if lang in _COMMA_IS_DECIMAL else ","
        return (raw, "", "") if mark == groups else (whole, mark, fraction)
    return whole, mark, fraction


_GROUPED = re.compile("[0-9]{1,3}(?:(?P<mark>[.,' \u00a0])[0-9]{3})(?:(?P=mark)[0-9]{3})*")
_INDIAN = re.compile("[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}")


def _ungroup(whole: str, lang: str, decimal: str) -> str | None:
    """The digits of the whole part without what parts its thousands; None where it does so wrongly."""
    if whole.isdigit() or not whole:
        return whole
    grouped = _GROUPED.fullmatch(whole)
    if (grouped and grouped["mark"] != decimal) or (lang == "en" and _INDIAN.fullmatch(whole)):
        return re.sub("[^0-9]", "", whole)
    return None


@cache
def _pattern(lang: str) -> re.Pattern[str]:
    spaces = "\u00a0" if lang in ("en", "zh") else " \u00a0"
    spaced = f"[0-9]{{1,3}}(?:[{spaces}][0-9]{{3}}){{1,6}}+(?![0-9])(?:[.,][0-9]{{1,15}})?(?![0-9]){_TAIL}"
    digits = f"(?:{spaced}|{_POINTED}|{_FRACTION})"
    if lang == "zh":
        # Digits after a numeral are another number, as in 周一20元.
        units = f"(?P<units>[{UNITS}]{{1,3}}(?:(?:{_POINTED})[{UNITS}]{{1,3}}){{0,3}}(?:[0-9]{{1,8}}(?![0-9]))?)?"
        numeral = f"(?<![{NUMERALS}几幾数數第好])[{NUMERALS}]{{1,20}}+"
        return re.compile(f"{_START}(?P<digits>{digits}){units}|(?P<words>{numeral})")
    words = number_words(lang)
    return re.compile(f"{_START}(?P<digits>{digits})" + (f"|(?P<words>{words.pattern})" if words else ""))


def _european(source: Source, match: re.Match[str]) -> Number | None:
    words = match["words"]
    if words is not None:
        value = parse_words(words, source.lang)
        parsed = None if value is None else Decimal(value)
    else:
        parsed = _signed(match, parse_digits(_bare(match["digits"]), source.lang))
    if parsed is None:
        return None
    return Number(match.start(), match.end(), parsed, find_scale(source, match.end()))


def _chinese(source: Source, match: re.Match[str]) -> Number | None:
    """A number whose last 万 or 亿 is its scale, so that 5到10万 can share it."""
    text = match["words"]
    if text is None:
        figure = parse_digits(_bare(match["digits"]), "zh")
        if figure is None:
            return None
        text = plain(figure) + (match["units"] or "")
    bare = text.rstrip(BIG_UNITS if match["words"] else UNITS)
    value, end = _signed(match, _chinese_value(text)), match.end()
    if value is None or bare == text or any(unit in bare for unit in BIG_UNITS):
        return None if value is None else Number(match.start(), end, value, find_scale(source, end))
    base = _signed(match, _chinese_value(bare))
    if not base:
        return Number(match.start(), end, value, Scale(end))
    return Number(match.start(), end - len(text) + len(bare), base, Scale(end, value / base))


def _chinese_value(text: str) -> Decimal | None:
    return parse_chinese(text) if text else None


def _bare(digits: str) -> str:
    return digits.rstrip(".,-–—")


def _signed(match: re.Match[str], value: Decimal | None) -> Decimal | None:
    return -value if value is not None and match[0][0] in "-–" else value
