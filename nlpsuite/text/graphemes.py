"""Keep together what a reader sees as one character."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

__all__ = ["join_graphemes"]

Span = tuple[int, int]

_MARKS = frozenset({"Mn", "Mc", "Me"})
_ZERO_WIDTH_JOINER = "\u200d"


def join_graphemes(text: str, spans: Iterable[Span]) -> list[Span]:
    """Join neighbouring spans where the cut between them falls within one visible character.

    Such characters are letters with combining marks, emoji with skin tones, families of emoji and flags.

    Args:
        text: what the spans belong to.
        spans: in order and not overlapping.
    """
    if text.isascii() or not any(_JOINED[character] for character in set(text)):
        return list(spans)
    joined: list[Span] = []
    for start, end in spans:
        if joined and joined[-1][1] == start and _is_one_character(text, joined[-1], start):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _is_one_character(text: str, before: Span, cut: int) -> bool:
    """Whether the characters on both sides of `cut` are parts of one."""
    following = text[cut]
    if following.isascii():
        return False
    return (
        _extends(following)
        or (text[cut - 1] == _ZERO_WIDTH_JOINER and unicodedata.category(following) == "So")
        or (_is_flag_letter(following) and before[1] - before[0] == 1 and _is_flag_letter(text[cut - 1]))
    )


def _extends(character: str) -> bool:
    """Whether the character is drawn onto the one before it."""
    code = ord(character)
    return (
        character == _ZERO_WIDTH_JOINER
        or 0x1F3FB <= code <= 0x1F3FF  # skin tones
        or 0xE0020 <= code <= 0xE007F  # tags in flags
        or unicodedata.category(character) in _MARKS
    )


class _Joined(dict[str, bool]):
    """Whether a character can be part of a longer one, found out when it turns up first."""

    def __missing__(self, character: str) -> bool:
        self[character] = joined = _extends(character) or _is_flag_letter(character)
        return joined


_JOINED = _Joined()


def _is_flag_letter(character: str) -> bool:
    return 0x1F1E6 <= ord(character) <= 0x1F1FF
