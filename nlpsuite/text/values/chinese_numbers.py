"""Chinese numerals, such as 三十五, 一百二, 三万五, 十二点五 and 壹佰, also with digits in them, such as 3亿5000万."""

from __future__ import annotations

import re
from decimal import Decimal

__all__ = ["BIG_UNITS", "NUMERALS", "UNITS", "parse_chinese"]

_DIGITS = {
    mark: value
    for value, marks in enumerate(
        ["零〇○", "一壹", "二贰貳两兩", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖"]
    )
    for mark in marks
}
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
_POINT = "点點"

UNITS = "".join([*_SMALL, *_BIG])
BIG_UNITS = "".join(_BIG)
NUMERALS = "".join(_DIGITS) + UNITS + _POINT
"""Every character that may stand in a numeral."""

_TOKEN = re.compile(
    f"(?P<digits>[0-9]+(?:,[0-9]{{3}})*(?:[.][0-9]+)?)|(?P<run>[{''.join(_DIGITS)}]+)|(?P<unit>[{UNITS}])|(?P<point>[{_POINT}])"
)
_ZEROS = "零〇○"


def parse_chinese(text: str) -> Decimal | None:
    """The value of a numeral, None where it has none or only a vague one, such as 两三万.

    Args:
        text: `NUMERALS` and ASCII digits, the latter with a decimal stop and commas between thousands.
    """
    if text[0] in UNITS and text[0] != "十":
        return None
    return _Sum().read(text)


class _Sum:
    """What has been read of a numeral: whole parts above 万, the part below, and the figure before a unit."""

    def __init__(self) -> None:
        self.total = self.section = Decimal(0)
        self.figure: Decimal | None = None
        self.last_unit = 0
        self.short = False

    def read(self, text: str) -> Decimal | None:
        tokens = [(match.lastgroup, match[0]) for match in _TOKEN.finditer(text)]
        after_zero = False
        for index, (kind, token) in enumerate(tokens):
            following = tokens[index + 1][0] if index + 1 < len(tokens) else None
            if kind == "unit":
                if not self._multiply(token):
                    return None
            elif kind == "point":
                if following != "run" or (index and tokens[index - 1][0] != "run" and self.last_unit != 10):
                    return None
            elif index and tokens[index - 1][0] == "point":
                self.figure = (self.figure or 0) + Decimal("0." + _positional(token))
                self.short = False
            elif not self._take(kind == "digits", token, following, alone=len(tokens) == 1):
                return None
            if kind == "run":
                after_zero = token[0] in _ZEROS
        return self._finish(after_zero)

    def _take(self, is_digits: bool, token: str, following: str | None, alone: bool) -> bool:
        """Read a figure; False if it is no figure of a numeral."""
        if is_digits:
            self.figure = Decimal(token.replace(",", ""))
            self.short = len(token) == 1
            return True
        significant = token.lstrip(_ZEROS) if self.last_unit else token
        if (
            len(significant) > 1
            and (following == "unit" or self.last_unit or len(significant) < 3)
            and following != "point"
        ):
            return False  # 两三万, 三五元: about so many
        if len(significant) > 1 and not alone and following != "point":
            return False
        self.figure = Decimal(_positional(token))
        self.short = len(token) == 1
        return True

    def _multiply(self, unit: str) -> bool:
        """Apply a unit to what stands before it; False if nothing does."""
        if unit in _SMALL:
            if self.figure is None and unit not in "十拾" and self.last_unit:
                return False
            self.section += (1 if self.figure is None else self.figure) * _SMALL[unit]
            self.last_unit = _SMALL[unit]
        else:
            size, part = _BIG[unit], self.section + (self.figure or 0)
            if not part and not self.total:
                return False
            self.total = (self.total + part) * size if self.total < size else self.total + part * size
            self.section, self.last_unit = Decimal(0), size
        self.figure = None
        return True

    def _finish(self, after_zero: bool) -> Decimal | None:
        if self.figure is not None and self.short and self.last_unit and not after_zero:
            self.figure *= self.last_unit // 10  # 三万五 is 35,000; 二十五 is 25
        return self.total + self.section + (self.figure or 0)


def _positional(run: str) -> str:
    return "".join(mark if mark.isascii() else str(_DIGITS[mark]) for mark in run)
