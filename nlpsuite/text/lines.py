"""Whether a line break ends a sentence, or only a line that was wrapped."""

from __future__ import annotations

import re

__all__ = ["is_complete"]

_BULLET = re.compile(
    r"[-\u2013\u2014•·*▪●◦○■□►※]\s"
    r"|\(?\d{1,3}[.)、）．]"
    r"|[（(][一二三四五六七八九十\d]{1,3}[)）]"
    r"|[一二三四五六七八九十]{1,3}、"
)
_FULL_LINE = 40
"""Columns from which on a line may have been wrapped; Chinese characters take two."""


def is_complete(line: str, ahead: str) -> bool:
    """Whether a line ends with its sentence: a blank line, a heading, a list item.

    Args:
        line: without its line break. A stop at its end was judged already, so it says nothing here.
        ahead: how the next line begins.
    """
    line, ahead = line.rstrip(), ahead.lstrip(" \t\u3000\u00a0")
    if not line or _BULLET.match(ahead):
        return True
    if line[-1] in ".．…,，、-" or ahead[:1].islower():
        return False
    return line[-1] in ":：" or _columns(line) < _FULL_LINE


def _columns(line: str) -> int:
    """The width of a line on a screen, as far as it matters."""
    return sum(2 if character >= "\u1100" else 1 for character in line[:_FULL_LINE])
