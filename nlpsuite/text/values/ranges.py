"""What joins the two ends of a range, such as the dash in "10-20 €" and "bis" in "5 bis 10 Prozent"."""

from __future__ import annotations

import re
from enum import Enum
from functools import cache

from nlpsuite.text.values.source import Source

__all__ = ["Link", "link"]

_WORDS = {
    "en": "to|or|up to", "de": "bis|oder|bis zu", "fr": "à|a|ou", "es": "a|o", "it": "a|o|ai",
    "nl": "tot|of|à|tot en met", "pt": "a|ou|até", "zh": "",
}  # fmt: skip
_BETWEEN = {
    "en": ("between", "and"), "de": ("zwischen", "und"), "fr": ("entre", "et"), "es": ("entre", "y"),
    "it": ("tra|fra", "e"), "nl": ("tussen", "en"), "pt": ("entre", "e"), "zh": ("(?!)", "(?!)"),
}  # fmt: skip


class Link(Enum):
    """How the two ends of a range are joined."""

    DASH = "dash"
    WORD = "word"


def link(source: Source, start: int, end: int, following: int) -> Link | None:
    """How a number is joined to the one after it, None if they are no range.

    Args:
        source: the text.
        start: the first character of the first number, or of its currency.
        end: the character after the first.
        following: the first character of the second number.
    """
    if following - end > 12:
        return None
    between = source.low[end:following]
    dash, words, pair, opening = _patterns(source.lang)
    if dash.fullmatch(between):
        chained = start and source.low[start - 1] in "-–~"
        return None if chained else Link.DASH
    if words.fullmatch(between):
        return Link.WORD
    opened = pair.fullmatch(between) and opening.search(source.low[max(0, start - 16) : start])
    return Link.WORD if opened else None


@cache
def _patterns(lang: str) -> tuple[re.Pattern[str], ...]:
    opening, pair = _BETWEEN[lang]
    words = "[ ]?[到至][ ]?" if lang == "zh" else f" (?:{_WORDS[lang]}) "
    return (
        re.compile(" ?(?:[-–—~]|——) ?"),
        re.compile(words),
        re.compile(f" (?:{pair}) "),
        re.compile(f"(?:^|[^a-z])(?:{opening}) $"),
    )
