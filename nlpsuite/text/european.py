"""Words of all languages but Chinese, by spaCy's rule-based tokenizers; no model is needed."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from functools import cache
from typing import TYPE_CHECKING

from nlpsuite.text.graphemes import Span, join_graphemes

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["EuropeanSegmenter"]

_KNOWN_WORDS = 100_000
"""Words that spaCy may remember, some 50 MB; it forgets none by itself."""
_LONGEST_TOKEN = 1000
# spaCy takes quadratic time on runs of punctuation and of anything else without a space.
_TOO_LONG = re.compile(rf"[^\w\s]{{16,}}|\S{{{_LONGEST_TOKEN}}}")
_REPEATED = re.compile(r"(.)\1*", re.DOTALL)
_PLAIN_TOKENIZER = {"nlp": {"tokenizer": {"@tokenizers": "spacy.Tokenizer.v1"}}}


class EuropeanSegmenter:
    """Cuts text into words as spaCy does; obeys `nlpsuite.text.Segmenter`.

    Making one is cheap, the first use imports spaCy. Safe to use from several threads. Japanese, Korean, Thai
    and Vietnamese need a package of their own (see spaCy); without it they are cut at spaces and
    punctuation only.

    Args:
        lang: one of `nlpsuite.text.languages()`.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def words(self, text: str) -> Iterable[Span]:
        """Start and end of every word, in order, in characters; white space belongs to none."""
        return join_graphemes(text, self._cut(text))

    def _cut(self, text: str) -> Iterator[Span]:
        position = 0
        for match in _TOO_LONG.finditer(text):
            yield from self._tokens(text[position : match.start()], position)
            if len(match.group()) == _LONGEST_TOKEN:
                yield match.span()
            else:
                yield from (
                    (match.start() + run.start(), match.start() + run.end())
                    for run in _REPEATED.finditer(match.group())
                )
            position = match.end()
        yield from self._tokens(text[position:], position)

    def _tokens(self, text: str, offset: int) -> list[Span]:
        if not text:
            return []
        nlp, lock = _pipeline(self.lang)
        # A zone forgets the words seen in it, but is slow on new ones and allows one thread at a time.
        with lock, nlp.memory_zone() if len(nlp.vocab) > _KNOWN_WORDS else nullcontext():
            return [
                (offset + token.idx, offset + token.idx + len(token))
                for token in nlp.tokenizer(text)
                if not token.is_space
            ]


@cache
def _pipeline(lang: str) -> tuple[Language, threading.Lock]:
    import spacy

    try:
        return spacy.blank(lang), threading.Lock()
    except ImportError:
        return spacy.blank(lang, config=_PLAIN_TOKENIZER), threading.Lock()
