"""Text as models like it, with an exact map back to the text that came in.

`normalise` folds what looks alike into one form: compatibility characters and combining marks nearly as NFKC
does (see `folding`), no invisible format characters, plain spaces and newlines.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

from nlpsuite.errors import TextError
from nlpsuite.text.folding import CHUNK, KINDS, SINGLES, SURROGATE, fold, is_quiet

__all__ = ["NormalisedText", "check_unicode", "normalise"]


class _Edit(NamedTuple):
    """A stretch whose characters do not map one to one; empty in the result where text was dropped."""

    start: int
    end: int
    original_start: int
    original_end: int


@dataclass(frozen=True, slots=True)
class NormalisedText:
    """A normalised text that knows where each of its characters came from.

    Attributes:
        original: the text that came in.
        text: the normalised text.
    """

    original: str
    text: str
    _edits: tuple[_Edit, ...] = ()
    _starts: tuple[int, ...] = field(default=(), repr=False)

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """Map a span of `text` to the span of `original` that it came from.

        Args:
            start: first character of the span in `text`.
            end: one past its last character.

        Returns:
            Start and end in `original`: whole characters, and at least one unless the span is empty.

        Raises:
            ValueError: the span does not lie in `text`.
        """
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"({start}, {end}) is no span of a text of {len(self.text)} characters")
        if start == end:
            at = len(self.original) if start == len(self.text) else self._source(start)[0]
            return at, at
        return self._source(start)[0], self._source(end - 1)[1]

    def _source(self, index: int) -> tuple[int, int]:
        """The original span behind one normalised character."""
        last = bisect_right(self._starts, index) - 1
        if last < 0:
            return index, index + 1
        edit = self._edits[last]
        if index < edit.end:
            return edit.original_start, edit.original_end
        at = index - edit.end + edit.original_end
        return at, at + 1


def normalise(text: str) -> NormalisedText:
    """Fold `text` into the form that models are given.

    Args:
        text: any text.

    Returns:
        The normalised text and the map back to `text`.

    Raises:
        TextError: `text` holds a lone surrogate, so it is no valid Unicode.
    """
    if text.isascii() and not _ASCII_NOISE.search(text):
        return NormalisedText(text, text)
    characters = set(text)
    if characters <= _QUIET or not _learn(characters):
        return NormalisedText(text, text)
    return _rewrite(text)


_ASCII_NOISE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_QUIET: set[str] = set()


def _learn(characters: set[str]) -> bool:
    """Remember which of the characters need nothing; true where one needs something."""
    _QUIET.update(filter(is_quiet, characters - _QUIET))
    return not characters <= _QUIET


def _rewrite(text: str) -> NormalisedText:
    source = text.translate(SINGLES)
    kinds = source.translate(KINDS)
    if SURROGATE in kinds:
        raise _lone_surrogate(text, kinds.index(SURROGATE))
    parts: list[str] = []
    edits: list[_Edit] = []
    copied = length = 0
    last = ""
    for match in CHUNK.finditer(kinds):
        start, end = match.span()
        if start > copied:
            parts.append(source[copied:start])
            length += start - copied
            last = source[start - 1]
        chunk, copied = source[start:end], end
        folded = chunk if match["flag"] else fold(chunk, last, source[end : end + 1])
        if folded != chunk:
            edits.append(_Edit(length, length + len(folded), start, end))
        if folded:
            parts.append(folded)
            length += len(folded)
            last = folded[-1]
    parts.append(source[copied:])
    return NormalisedText(text, "".join(parts), tuple(edits), tuple(edit.start for edit in edits))


def check_unicode(text: str) -> None:
    """Refuse a text that is no valid Unicode.

    Raises:
        TextError: `text` holds a lone surrogate; the message names its position.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise _lone_surrogate(text, error.start) from None


def _lone_surrogate(text: str, position: int) -> TextError:
    code = ord(text[position])
    return TextError(
        f"character {position} of the text is a lone surrogate (U+{code:04X}), which is no valid Unicode",
        cure="Read the source with its right encoding, or decode it with errors='replace'.",
    )
