"""Which script a text is written in, and which languages are written so."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter

__all__ = ["LANGUAGES_BY_SCRIPT", "main_script"]

HAN, KANA = "Han", "Kana"


def _codes(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


LANGUAGES_BY_SCRIPT: dict[str, tuple[str, ...]] = {
    "Latin": _codes(
        """af az bs ca cs cy da de en eo es et eu fi fo fr fy ga gd gl ha hr ht hu id ig is it jv ku la lb lt
        lv mg ms mt nl nn no om pl pt qu ro rw se sk sl sn so sq st su sv sw tk tl tr uz vi wa xh yo
        zu"""
    ),
    "Cyrillic": _codes("ba be bg kk ky mk mn os ru sr tg tt uk"),
    "Arabic": _codes("ar fa ps sd ug ur"),
    "Devanagari": _codes("hi mr ne sa"),
    "Bengali": ("bn", "as"),
    "Greek": ("el",),
    "Armenian": ("hy",),
    "Georgian": ("ka",),
    "Hebrew": ("he",),
    "Ethiopic": ("am",),
    "Gurmukhi": ("pa",),
    "Gujarati": ("gu",),
    "Oriya": ("or",),
    "Tamil": ("ta",),
    "Telugu": ("te",),
    "Kannada": ("kn",),
    "Malayalam": ("ml",),
    "Sinhala": ("si",),
    "Thai": ("th",),
    "Lao": ("lo",),
    "Tibetan": ("bo",),
    "Burmese": ("my",),
    "Khmer": ("km",),
    "Hangul": ("ko",),
    KANA: ("ja",),
    HAN: ("zh",),
}
"""ISO 639-1 codes; where there is one, script alone decides."""

# First and last code point of the blocks that letters of these scripts come from, in order.
_BLOCKS = (
    (0x0041, 0x024F, "Latin"), (0x0370, 0x03FF, "Greek"), (0x0400, 0x052F, "Cyrillic"),
    (0x0530, 0x058F, "Armenian"), (0x0590, 0x05FF, "Hebrew"), (0x0600, 0x06FF, "Arabic"),
    (0x0750, 0x077F, "Arabic"), (0x08A0, 0x08FF, "Arabic"), (0x0900, 0x097F, "Devanagari"),
    (0x0980, 0x09FF, "Bengali"), (0x0A00, 0x0A7F, "Gurmukhi"), (0x0A80, 0x0AFF, "Gujarati"),
    (0x0B00, 0x0B7F, "Oriya"), (0x0B80, 0x0BFF, "Tamil"), (0x0C00, 0x0C7F, "Telugu"),
    (0x0C80, 0x0CFF, "Kannada"), (0x0D00, 0x0D7F, "Malayalam"), (0x0D80, 0x0DFF, "Sinhala"),
    (0x0E00, 0x0E7F, "Thai"), (0x0E80, 0x0EFF, "Lao"), (0x0F00, 0x0FFF, "Tibetan"),
    (0x1000, 0x109F, "Burmese"), (0x10A0, 0x10FF, "Georgian"), (0x1100, 0x11FF, "Hangul"),
    (0x1200, 0x139F, "Ethiopic"), (0x1780, 0x17FF, "Khmer"), (0x1E00, 0x1EFF, "Latin"),
    (0x1F00, 0x1FFF, "Greek"), (0x3005, 0x3007, HAN), (0x3040, 0x30FF, KANA), (0x3130, 0x318F, "Hangul"),
    (0x31F0, 0x31FF, KANA), (0x3400, 0x4DBF, HAN), (0x4E00, 0x9FFF, HAN), (0xA960, 0xA97F, "Hangul"),
    (0xAC00, 0xD7FF, "Hangul"), (0xF900, 0xFAFF, HAN), (0xFB50, 0xFDFF, "Arabic"), (0xFE70, 0xFEFE, "Arabic"),
    (0xFF21, 0xFF5A, "Latin"), (0xFF66, 0xFF9F, KANA), (0x20000, 0x323AF, HAN),
)  # fmt: skip
_STARTS = [first for first, _, _ in _BLOCKS]

_WEIGHTS = {HAN: 4.0, KANA: 2.5, "Hangul": 2.5}
"""How many letters of an alphabet say as much as one such character, so that a brand name does not outvote
the Chinese sentence around it."""

_JAPANESE_SHARE = 0.1
"""Share of kana from which on a text is Japanese; the particle の alone, common in Chinese names, is none."""


def main_script(text: str) -> tuple[str | None, float]:
    """The script that most of a text is written in, and its share; None for a text without letters."""
    counts: Counter[str] = Counter()
    characters = Counter(text)
    for character, count in characters.items():
        script = _script(character) if character.isalpha() else None
        if script:
            counts[script] += count
    if counts[KANA] - characters["の"] > _JAPANESE_SHARE * (counts[HAN] + counts[KANA]):
        counts[KANA] += counts.pop(HAN, 0)
    else:
        counts[HAN] += counts.pop(KANA, 0)
    weighted = {script: count * _WEIGHTS.get(script, 1.0) for script, count in counts.items() if count}
    if not weighted:
        return None, 0.0
    best = max(weighted, key=lambda script: (weighted[script], script != "Latin"))
    return best, weighted[best] / sum(weighted.values())


def _script(character: str) -> str | None:
    code = ord(character)
    index = bisect_right(_STARTS, code) - 1
    if index < 0 or code > _BLOCKS[index][1]:
        return None
    return _BLOCKS[index][2]
