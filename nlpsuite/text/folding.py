"""What characters fold to, alone and together, and which of them act on their neighbours.

Three deliberate departures from NFKC (Unicode Standard Annex 15), besides dropping what is invisible:

* Chinese punctuation (，！？：；（）～…) stays, because Chinese encoders have learnt it as it is; those
  that want the half-width forms fold them in their own tokenizer.
* Spacing accents stay one character (NFKC makes them a space and a mark, which tears words apart);
  the acute accent typed for an apostrophe becomes one.
* A run of more than 32 combining marks is folded in pieces, so that no input takes quadratic time.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["CHUNK", "KINDS", "SINGLES", "SURROGATE", "fold", "is_quiet"]

_KEPT = frozenset("，！？：；（）～…")
_MARKS = frozenset({"Mn", "Mc", "Me"})
_SPACES = frozenset({"Zs", "Cc"})
_LINE_ENDS = frozenset("\n\r\x0b\x0c\x85\u2028\u2029")
_BLACK_FLAG, _CANCEL_TAG = "\U0001f3f4", "\U000e007f"
_JOINERS = "\u200c\u200d"
# Format characters that one can see: Arabic, Syriac and Kaithi signs that are set around others.
_VISIBLE_FORMAT = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")

# What a character does to its neighbours; `CHUNK` finds in a string of these what must be folded.
_PLAIN, _JOINS, _EXPANDS, _DROPPED, _JOINER = "q", "j", "x", "d", "z"
_RETURN, _FLAG, _TAG, _TAG_END, SURROGATE = "r", "f", "t", "e", "s"

CHUNK = re.compile(
    "(?P<flag>ft{2,7}e)"  # the flags of England, Scotland and Wales
    "|[qxf]?+[dzte]*+j(?:[dzte]*+j){0,31}"  # a base and its marks, whatever is invisible between them
    "|[dzte]++|x|r"
)


def _kind(character: str) -> str:
    """What one character does to its neighbours, once `_single` has folded it."""
    code, category = ord(character), unicodedata.category(character)
    if category == "Cs":
        return SURROGATE
    if character == "\r":
        return _RETURN
    if character in _JOINERS:
        return _JOINER
    if code == 0xE007F or 0xE0020 <= code < 0xE007F:
        return _TAG_END if character == _CANCEL_TAG else _TAG
    if (category == "Cf" and not _is_visible_format(character)) or _is_variation_selector(code):
        return _DROPPED
    folded = _compatible(character)
    if _joins(folded[0]):
        return _JOINS
    if folded != character:
        return _EXPANDS
    return _FLAG if character == _BLACK_FLAG else _PLAIN


def _single(character: str) -> str:
    """The character that one character folds to by itself, itself where that takes more than one."""
    if character in _LINE_ENDS:
        return character if character == "\r" else "\n"
    if unicodedata.category(character) in _SPACES:
        return " "
    if character == "\u00b4":
        return "'"
    folded = _compatible(character)
    return folded if len(folded) == 1 else character


def _compatible(character: str) -> str:
    """NFKC of one character, except for those that are better left alone."""
    if character in _KEPT:
        return character
    folded = unicodedata.normalize("NFKC", character)
    return character if folded[0] == " " and len(folded) > 1 else folded


def _joins(character: str) -> bool:
    """Whether the character may combine, or change places, with what stands before it."""
    code = ord(character)
    return (
        unicodedata.category(character) in _MARKS
        or unicodedata.combining(character) != 0
        or 0x1160 <= code <= 0x11FF  # vowels and final consonants of Hangul syllables
        or code == 0x16D67  # the one vowel sign of Kirat Rai that combines and is called a letter
    )


def _is_visible_format(character: str) -> bool:
    return character in _VISIBLE_FORMAT or 0x13430 <= ord(character) <= 0x1345F


def _is_variation_selector(code: int) -> bool:
    return 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF


class _Table(dict[int, str]):
    """A table for `str.translate` that is filled as characters turn up."""


class _Singles(_Table):
    def __missing__(self, code: int) -> str:
        self[code] = folded = _single(chr(code))
        return folded


class _Kinds(_Table):
    def __missing__(self, code: int) -> str:
        self[code] = kind = _kind(chr(code))
        return kind


SINGLES, KINDS = _Singles(), _Kinds()


def is_quiet(character: str) -> bool:
    """Whether the character stays as it is and leaves its neighbours alone."""
    code = ord(character)
    return SINGLES[code] == character and KINDS[code] in (_PLAIN, _FLAG)


def fold(chunk: str, before: str, after: str) -> str:
    """The normal form of one chunk.

    Args:
        chunk: a base and its marks, or one character that expands or may be dropped.
        before: the last character put out, empty at the start.
        after: the character that follows, empty at the end.
    """
    if chunk == "\r":
        return "" if after == "\n" else "\n"
    kept: list[str] = []
    for index, character in enumerate(chunk):
        kind = KINDS[ord(character)]
        if kind == _JOINER:
            following = chunk[index + 1 : index + 2] or after
            if _keeps_joiner(character, kept[-1] if kept else before, following):
                kept.append(character)
        elif kind not in (_DROPPED, _TAG, _TAG_END):
            kept.append(_compatible(character))
    # NFC is enough, as each character is folded already; NFKC would undo what `_compatible` leaves alone.
    return unicodedata.normalize("NFC", "".join(kept))


def _keeps_joiner(joiner: str, before: str, after: str) -> bool:
    """Whether a zero-width (non-)joiner matters: in an emoji, or in a script whose letters join."""
    if not before or not after:
        return False
    if joiner == "\u200d" and _is_pictograph(before) and _is_pictograph(after):
        return True
    return _is_joining(before[-1]) and _is_joining(after)


def _is_pictograph(character: str) -> bool:
    code = ord(character)
    return 0x2190 <= code <= 0x2BFF or 0x1F000 <= code <= 0x1FAFF


def _is_joining(character: str) -> bool:
    """Arabic to Myanmar, with the Indic scripts, and Khmer and Mongolian."""
    code = ord(character)
    return 0x0600 <= code <= 0x109F or 0x1780 <= code <= 0x18AF
