"""How often each piece is used in our Latin-script languages, by word frequencies from outside.

Scores alone can't tell a piece of German from one of Finnish: the vocabulary serves a hundred languages. So
the words of public frequency lists (wordfreq 3.1.1: books, news, subtitles, web, encyclopaedia) are
tokenized, in the forms that a text may hold them in, and every piece is credited with its words' frequencies.
"""

from __future__ import annotations

import gzip
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import srsly  # type: ignore[import-untyped]
from tokenizers import Tokenizer

from mini_build.fetch import PinnedWheel

LISTS = PinnedWheel("wordfreq==3.1.1", "4b1c6ecffc6198be3396d5cf871c4423ca71c907c231348d352dd54d62b97473")
LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pt")
# The lists are in lower case; the weights are a guess at how often each form is met.
FORMS: tuple[tuple[float, Callable[[str], str]], ...] = (
    (1.0, lambda word: word),
    (0.3, lambda word: word[:1].upper() + word[1:]),
    (0.03, str.upper),
    (0.1, lambda word: "'" + word),
    (0.05, lambda word: "-" + word),
    (0.03, lambda word: "-" + word[:1].upper() + word[1:]),
)


def piece_usage(tokenizer: Tokenizer, wheel: Path | None = None) -> dict[int, float]:
    """Return the expected use of pieces per word of text, all languages added up.

    Args:
        tokenizer: with the untrimmed vocabulary.
        wheel: the wheel of the word lists, if it is already downloaded.
    """
    members = [f"wordfreq/data/large_{language}.msgpack.gz" for language in LANGUAGES]
    usage: defaultdict[int, float] = defaultdict(float)
    for language, content in zip(LANGUAGES, LISTS.read(members, wheel), strict=True):
        started = time.monotonic()
        frequencies = dict(_read_list(content))
        for weight, form in FORMS:
            encodings = tokenizer.encode_batch_fast([form(word) for word in frequencies], add_special_tokens=False)
            for frequency, encoding in zip(frequencies.values(), encodings, strict=True):
                for index in encoding.ids:
                    usage[index] += weight * frequency
        print(f"{language}: {len(frequencies):,} words in {time.monotonic() - started:.0f} s")
    return usage


def _read_list(content: bytes) -> Iterator[tuple[str, float]]:
    # The list at place n holds the words of frequency 10 ** (-n / 100); a header stands before them.
    header, *groups = srsly.msgpack_loads(gzip.decompress(content))
    if header != {"format": "cB", "version": 1}:
        raise ValueError(f"the word list has the unknown format {header}.")
    for place, words in enumerate(groups):
        for word in words:
            yield word, 10 ** (-place / 100)
