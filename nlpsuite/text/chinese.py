"""Chinese words, simplified or traditional, by jieba in accurate mode.

jieba is used without its cache file: reading that takes as long as building the table from the dictionary
(0.5 s against 0.6 s), and it is unmarshalled from a folder that others may write to.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from typing import Any

from nlpsuite.text.graphemes import Span, join_graphemes
from nlpsuite.text.traditional import TO_SIMPLIFIED

__all__ = ["ChineseSegmenter"]

# jieba knows simplified characters and half-width letters only; one character stays one, so offsets hold.
_AS_JIEBA_KNOWS = TO_SIMPLIFIED | {
    code: code - 0xFEE0
    for code in range(0xFF01, 0xFF5F)
    if chr(code - 0xFEE0).isalnum() or chr(code) in "％．＋－＆＃＿"
}
_LONGEST_RUN = 400
"""Characters without punctuation after which a cut is made: jieba takes quadratic time on unknown words."""
_RUN = re.compile(rf"[^\s，。！？；：、]{{1,{_LONGEST_RUN}}}|[\s，。！？；：、]+")
_EUROPEAN_LETTER = re.compile(r"[\u00aa-\u1fff]")
_FIRST_CJK = "\u2e80"


class ChineseSegmenter:
    """Cuts Chinese text into words; obeys `nlpsuite.text.Segmenter`.

    European words within the text stay whole. Making one is cheap, the first use loads the dictionary
    (about 0.6 s and 60 MB, shared by all that have no words of their own). Safe to use from several threads.

    Args:
        user_words: words that are to be kept together, such as names of products; no spaces or punctuation.
    """

    def __init__(self, user_words: Iterable[str] = ()) -> None:
        self.user_words = tuple(dict.fromkeys(word.translate(_AS_JIEBA_KNOWS) for word in user_words if word))
        self._lock = threading.Lock()
        self._own: Any = None

    def words(self, text: str) -> Iterable[Span]:
        """Start and end of every word, in order, in characters; white space belongs to none."""
        return _join_letters(text, join_graphemes(text, self._cut(text)))

    def _cut(self, text: str) -> Iterator[Span]:
        tokenizer, start = self._tokenizer(), 0
        for run in _RUN.findall(text.translate(_AS_JIEBA_KNOWS)):
            for word in tokenizer.cut(run, HMM=True):
                end = start + len(word)
                if not word.isspace():
                    yield start, end
                start = end

    def _tokenizer(self) -> Any:
        if not self.user_words:
            return _shared_tokenizer()
        with self._lock:
            if self._own is None:
                self._own = _new_tokenizer(dict(_shared_tokenizer().FREQ), _shared_tokenizer().total)
                for word in self.user_words:
                    self._own.add_word(word)
        return self._own


_shared_lock = threading.Lock()


def _shared_tokenizer() -> Any:
    with _shared_lock:
        return _load_dictionary()


@cache
def _load_dictionary() -> Any:
    tokenizer = import_module("jieba").Tokenizer()
    return _new_tokenizer(*tokenizer.gen_pfdict(tokenizer.get_dict_file()))


def _new_tokenizer(frequencies: dict[str, int], total: int) -> Any:
    """A tokenizer that is initialised by hand, as jieba's own way goes through the cache file."""
    tokenizer = import_module("jieba").Tokenizer()
    tokenizer.FREQ, tokenizer.total, tokenizer.initialized = frequencies, total, True
    return tokenizer


def _join_letters(text: str, spans: list[Span]) -> list[Span]:
    """Join what jieba cuts before a letter that is neither Chinese nor ASCII, as in "caf|é"."""
    if not _EUROPEAN_LETTER.search(text):
        return spans
    joined: list[Span] = []
    for start, end in spans:
        if joined and joined[-1][1] == start and _is_within_word(text[start - 1], text[start]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _is_within_word(before: str, after: str) -> bool:
    if before.isascii() and after.isascii():
        return False
    return before < _FIRST_CJK and after < _FIRST_CJK and _is_letter(before) and _is_letter(after)


def _is_letter(character: str) -> bool:
    # A combining mark is no letter, but ends one here: join_graphemes has put it where it belongs.
    return character.isalpha() or "\u0300" <= character <= "\u036f"
