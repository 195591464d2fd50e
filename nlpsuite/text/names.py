"""Finding very many names in a text at once.

A text is cut into units: words, and everything else, such as Chinese and Japanese characters, one by one. At each
unit one look-up says whether any name begins with it, and how many units such names have; one more look-up for each
of those lengths finds them. The cost hangs on the text and on the longest name, not on how many names there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

_MARKS = "\u0300-\u036f"
_UNSPACED = "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Scripts that put no space between words, so that a name may stand anywhere."""

_WORDS = re.compile(rf"\s+|[^\W{_UNSPACED}](?:[^\W{_UNSPACED}]|[{_MARKS}])*|.", re.DOTALL)
_CHARACTERS = re.compile(rf"\s+|.[{_MARKS}]*", re.DOTALL)
_APOSTROPHES = str.maketrans("\u2019\u02bc\u2018", "'''")


@dataclass(frozen=True, slots=True)
class _Units:
    """A text, cut into what is compared.

    Attributes:
        keys: what each unit is compared by.
        starts: the character at which it begins; -1 where it is the later part of a character, as in ß = ss.
        ends: one past its last character; -1 where it is the earlier part of a character.
    """

    keys: list[str]
    starts: list[int]
    ends: list[int]


def _cut(text: str, fold: bool, whole_words: bool) -> _Units:
    """The units of a text; any white space within a paragraph is one space."""
    keys: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in (_WORDS if whole_words else _CHARACTERS).finditer(text):
        key = _key(match.group(), fold)
        parts = [key] if whole_words else list(key)
        later = [-1] * (len(parts) - 1)
        keys += parts
        starts += [match.start(), *later]
        ends += [*later, match.end()]
    return _Units(keys, starts, ends)


class Names:
    """Names to look for, each with the one that it stands for.

    Args:
        names: pairs of a name and its canonical name; of equal names the first one counts.
        fold: whether upper and lower case are the same.
        whole_words: whether a name begins and ends where a word does; where no space stands between words, it may
            stand anywhere.
    """

    def __init__(self, names: Iterable[tuple[str, str]], *, fold: bool = True, whole_words: bool = True) -> None:
        self.fold, self.whole_words = fold, whole_words
        self._canonical: dict[tuple[str, ...], str] = {}
        lengths: dict[str, set[int]] = {}
        for name, canonical in names:
            keys = tuple(_cut(name.strip(), fold, whole_words).keys)
            self._canonical.setdefault(keys, canonical)
            lengths.setdefault(keys[0], set()).add(len(keys))
        self._lengths = {key: tuple(sorted(found)) for key, found in lengths.items()}

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Start, end and canonical name of every place where a name stands, also where one lies within another."""
        units = _cut(text, self.fold, self.whole_words)
        keys, limit = units.keys, len(units.keys)
        for first, key in enumerate(keys):
            for length in self._lengths.get(key, ()):
                last = first + length - 1
                if last >= limit or units.starts[first] < 0 or units.ends[last] < 0:
                    continue
                canonical = self._canonical.get(tuple(keys[first : last + 1]))
                if canonical is not None:
                    yield units.starts[first], units.ends[last], canonical


def read_name_lines(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """The names of each line of a gazetteer, the canonical one first.

    Args:
        lines: `name`, or `name<TAB>alias|alias`; empty lines and those that begin with # are passed over.

    Yields:
        The line's number, counted from 1, and its names without the space around them; a name may be empty.
    """
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            name, tab, aliases = line.rstrip("\r\n").partition("\t")
            yield number, [one.strip() for one in (name, *(aliases.split("|") if tab else ()))]


@lru_cache(maxsize=1 << 16)
def _key(unit: str, fold: bool) -> str:
    if unit.isspace():
        return "\n" if unit.count("\n") > 1 else " "  # no name goes on in the next paragraph
    plain = normalize("NFKC", unit.translate(_APOSTROPHES))
    return normalize("NFKC", plain.casefold()) if fold else plain
