"""Sentences and words of a text, each with its place in it; no character is ever lost.

Words are features, not fences: they help whoever asks for them and forbid nobody a span within a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from nlpsuite import plugins
from nlpsuite.application import Segmenter
from nlpsuite.errors import PluginError
from nlpsuite.text.chinese import ChineseSegmenter
from nlpsuite.text.codes import check_language
from nlpsuite.text.european import EuropeanSegmenter
from nlpsuite.text.normalise import check_unicode
from nlpsuite.text.sentences import split_sentences

__all__ = ["Segmentation", "Segmenter", "Word", "segment", "sentences", "words"]


class Word(NamedTuple):
    """A word, number, punctuation mark or symbol, never white space.

    Attributes:
        start: its first character.
        end: one past its last character.
        is_word: whether it has a letter or a digit, unlike punctuation and symbols.
    """

    start: int
    end: int
    is_word: bool


@dataclass(frozen=True, slots=True)
class Segmentation:
    """The sentences and words of a text; offsets are characters of `text`.

    Attributes:
        text: as it was given.
        lang: the code under which it was segmented.
        sentences: start and end of each, in order, without the space around them.
        words: in order; each lies within one sentence.
    """

    text: str
    lang: str
    sentences: tuple[tuple[int, int], ...]
    words: tuple[Word, ...]

    def surfaces(self) -> list[str]:
        """The words as strings."""
        return [self.text[word.start : word.end] for word in self.words]

    def words_by_sentence(self) -> list[tuple[Word, ...]]:
        """The words of each sentence."""
        rest = iter(self.words)
        following = next(rest, None)
        grouped = []
        for _, end in self.sentences:
            group = []
            while following is not None and following.start < end:
                group.append(following)
                following = next(rest, None)
            grouped.append(tuple(group))
        return grouped


def segment(text: str, lang: str, segmenter: Segmenter | None = None) -> Segmentation:
    """Cut a text into sentences and words.

    Args:
        text: any text, as it came in.
        lang: its language, as for `check_language`.
        segmenter: what cuts it into words, instead of a plugin's or the suite's own.

    Returns:
        Sentences and words that together hold every character of `text` that is not white space.

    Raises:
        UnknownName: the language can't be segmented.
        TextError: `text` holds a lone surrogate.
        PluginError: `segmenter` loses text, or gives overlapping words.
    """
    code = check_language(lang)
    check_unicode(text)
    found = split_sentences(text, code)
    return Segmentation(text, code, tuple(found), tuple(_words(text, code, found, segmenter)))


def sentences(text: str, lang: str) -> tuple[tuple[int, int], ...]:
    """Start and end of every sentence, as in `segment`, at a fraction of its cost.

    Raises:
        UnknownName: the language can't be segmented.
        TextError: `text` holds a lone surrogate.
    """
    check_unicode(text)
    return tuple(split_sentences(text, check_language(lang)))


def words(text: str, lang: str, segmenter: Segmenter | None = None) -> tuple[Word, ...]:
    """The words of a text, the same as in `segment`.

    Raises:
        UnknownName: the language can't be segmented.
        TextError: `text` holds a lone surrogate.
        PluginError: `segmenter` loses text, or gives overlapping words.
    """
    return segment(text, lang, segmenter).words


@cache
def _brought(lang: str) -> Segmenter | None:
    """The first plugin's segmenter for a language; it takes precedence over the suite's own."""
    specs = (spec for spec in plugins.segmenters() if lang in spec.languages)
    return next((spec.load() for spec in specs), None)


@cache
def _own(lang: str) -> Segmenter:
    return ChineseSegmenter() if lang == "zh" else EuropeanSegmenter(lang)


def _words(text: str, lang: str, found: Sequence[tuple[int, int]], segmenter: Segmenter | None) -> Iterator[Word]:
    foreign = segmenter or _brought(lang)
    spans = list((foreign or _own(lang)).words(text))
    problem = _problem(text, spans)
    if problem and foreign is not None:
        name = type(foreign).__name__
        raise PluginError(f"The segmenter {name} {problem}. Ask whoever made it, or do without it.")
    if problem:
        raise RuntimeError(f"The built-in segmenter for {lang!r} {problem}; this is a bug in nlpsuite.")
    for start, end in _cut_at_sentences(spans, found):
        surface = text[start:end]
        yield Word(start, end, surface.isalnum() or any(map(str.isalnum, surface)))


def _problem(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """What is wrong with a list of words, or nothing."""
    done = 0
    for start, end in spans:
        if not done <= start < end <= len(text):
            return f"gives the word ({start}, {end}), which is empty, outside of the text or not in order"
        if start > done and not text[done:start].isspace():
            return f"loses the characters {done} to {start}"
        if text[start].isspace() or text[end - 1].isspace():
            return f"gives the word ({start}, {end}), which has white space at its edge"
        done = end
    if done < len(text) and not text[done:].isspace():
        return f"loses the characters {done} to {len(text)}"
    return ""


def _cut_at_sentences(spans: Iterable[tuple[int, int]], found: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The words, cut where a sentence ends within one."""
    places = iter(found)
    _, limit = next(places, (0, 0))
    for start, end in spans:
        while limit <= start:
            _, limit = next(places)
        while limit < end:
            yield start, limit
            start, limit = next(places)
        yield start, end
