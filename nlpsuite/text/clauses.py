"""A text as clauses, each of which may say something of its own: an intent, or good news for one of two."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlpsuite.text.segment import sentences

LEAST_LETTERS, LEAST_HAN = 10, 4
"""A shorter clause says too little to be read on its own; it stays with the one before."""

_JOINTS = {
    "en": "and also|and|but|while|whereas|also|plus",
    "de": "und außerdem|und|aber|während|außerdem|sowie",
    "fr": "et aussi|et|mais|tandis que|alors que|aussi|de plus",
    "es": "y además|y|pero|mientras|además|también",
    "it": "e anche|e|ma|mentre|inoltre|anche",
    "nl": "en ook|en|maar|terwijl|ook|bovendien",
    "pt": "e também|e|mas|enquanto|além disso|também",
}
_STOPS = r"[,;:，；：、—–…]+|\s-\s|\n+"
_CHINESE = "另外|还有|還有|顺便|順便|同时|而且|但是|不过|而"
_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"\w")


def clauses(text: str, lang: str) -> list[tuple[int, int]]:
    """Start and end of each clause, in order, without the white space around them."""
    found = []
    for start, end in sentences(text, lang):
        found += [(start + first, start + last) for first, last in _inside(text[start:end], lang)]
    return found


def _inside(sentence: str, lang: str) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, last in _pieces(sentence, lang):
        short = not _long_enough(sentence[first:last])
        if joined and (short or not _long_enough(sentence[slice(*joined[-1])])):
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def _pieces(sentence: str, lang: str) -> Iterator[tuple[int, int]]:
    joints = _JOINTS.get(lang, _JOINTS["en"]).split("|")
    words = f"|(?={_CHINESE})" if lang == "zh" else f"|\\s(?=(?:{'|'.join(joints)})\\s)"
    start = 0
    for cut in [*re.finditer(_STOPS + words, sentence, re.IGNORECASE), None]:
        end = cut.start() if cut else len(sentence)
        piece = sentence[start:end]
        if cut and not cut[0].strip(" ") and piece.strip().lower() in joints:
            continue  # "und außerdem" is one joint
        if piece.strip():
            yield start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))
        start = cut.end() if cut else end


def _long_enough(piece: str) -> bool:
    return len(_HAN.findall(piece)) >= LEAST_HAN or len(_LETTER.findall(piece)) >= LEAST_LETTERS
