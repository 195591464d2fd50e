"""A text made ready for rules, character for character, and the bricks that the rules are built of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["BEGIN", "END", "GAP", "LANGUAGES", "LETTER", "Source", "alternatives", "strip_accents"]

LANGUAGES = frozenset({"zh", "en", "de", "fr", "es", "it", "nl", "pt"})
"""The languages that have tables of their own; any other is read like English."""

LETTER = r"[^\W\u2e80-\uffff]"
"""A letter or digit of a script that puts spaces between words: not one of Chinese or Japanese."""
BEGIN = f"(?<!{LETTER})"
END = f"(?!{LETTER})"
GAP = " ?"

_NO_BREAK = "\u00a0"
_ALIASES = {"cmn": "zh", "yue": "zh", "wuu": "zh", "lzh": "zh"}

# The Chinese comma, stop, colon and brackets stay: they part values and never belong to one.
_FOLDED: dict[int, str] = {
    **{
        code: chr(code - 0xFEE0)
        for code in range(0xFF01, 0xFF5F)
        if chr(code - 0xFEE0).isalnum() or chr(code) in "％＋－．＄＃＠／＿＆＝"
    },
    **{ord(space): _NO_BREAK for space in "\u00a0\u2007\u2008\u2009\u200a\u202f\u3000"},
    **{ord(dash): "-" for dash in "\u2010\u2011\u2212"},
    **{ord(wave): "~" for wave in "\uff5e\u301c"},
    **{ord(quote): "'" for quote in "\u2018\u2019\u02bc"},
    ord("￡"): "£",
    ord("￥"): "¥",
}
_WIDE_GROUPING = re.compile("(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")


@dataclass(frozen=True, slots=True)
class Source:
    """A text as the rules read it; every form has the offsets of the original.

    Attributes:
        text: with half-width digits and letters, one kind of space, plain hyphens and apostrophes.
        low: the same in lower case.
        spaced: the same again, where no-break spaces stand out; they part thousands in any language.
        lang: one of `LANGUAGES`.
    """

    text: str
    low: str
    spaced: str
    lang: str

    @classmethod
    def read(cls, text: str, lang: str) -> Source:
        """Make a text ready.

        Args:
            text: any text.
            lang: a code, also with script or region; any that is not known counts as English.
        """
        base = re.split("[-_]", lang.strip().lower(), maxsplit=1)[0]
        code = _ALIASES.get(base, base)
        folded = _WIDE_GROUPING.sub(",", text).translate(_FOLDED)
        # Of all characters, only this one is longer in lower case.
        spaced = folded.replace("\u0130", "i").lower()
        known = code if code in LANGUAGES else "en"
        return cls(folded.replace(_NO_BREAK, " "), spaced.replace(_NO_BREAK, " "), spaced, known)


def alternatives(words: Iterable[str]) -> str:
    """A pattern for any of these words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))


def strip_accents(word: str) -> str:
    """The word as it is typed without accents, such as "fevrier"."""
    return "".join(mark for mark in unicodedata.normalize("NFD", word) if not unicodedata.combining(mark))
