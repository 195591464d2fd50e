"""How many words of real text the trimmed vocabulary cuts otherwise than the untrimmed one."""

from __future__ import annotations

import json
import random
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Encoding, Tokenizer

from mini_build.pieces import METASPACE
from mini_build.source import Source
from mini_build.tokenizer import SPECIALS, UNK, build_tokenizer

APPLICATIONS = ("finance-sentiment", "intent", "ner")
TEXTS_PER_LANGUAGE = 3000
SEED = 1
UNKNOWN_ID = SPECIALS.index(UNK)


@dataclass(frozen=True, slots=True)
class Changes:
    """Counts over some texts.

    Attributes:
        words: runs of characters between spaces; each Han or kana character is a word of its own.
        changed: words that any piece touches which is not the same piece at the same place in both.
        before: tokens by the untrimmed vocabulary.
        after: tokens by the trimmed vocabulary.
        unknown: how many more unknown tokens the trimmed vocabulary gives.
    """

    words: int = 0
    changed: int = 0
    before: int = 0
    after: int = 0
    unknown: int = 0

    def __add__(self, other: Changes) -> Changes:
        return Changes(
            self.words + other.words,
            self.changed + other.changed,
            self.before + other.before,
            self.after + other.after,
            self.unknown + other.unknown,
        )


def compare(before: Sequence[str], after: Sequence[str]) -> Changes:
    """Compare the pieces of one text by the untrimmed and by the trimmed vocabulary."""
    old, new = _places(before), _places(after)
    touched = {place for start, end, _ in old ^ new for place in range(start, end)}
    words = list(_words("".join(before)))
    changed = sum(not touched.isdisjoint(range(start, end)) for start, end in words)
    return Changes(len(words), changed, len(before), len(after))


def compare_texts(full: Tokenizer, trimmed: Tokenizer, texts: Sequence[str]) -> Changes:
    """Tokenize texts both ways and add up the changes."""
    both = zip(
        full.encode_batch(texts, add_special_tokens=False),
        trimmed.encode_batch(texts, add_special_tokens=False),
        strict=True,
    )
    return sum((_compare_encodings(before, after) for before, after in both), Changes())


def print_changes(source: Source, kept: Sequence[int], folder: Path) -> None:
    """Print a table of changed words for each language under `folder/<application>/<language>/`."""
    full, trimmed = build_tokenizer(source, range(len(source.pieces))), build_tokenizer(source, kept)
    print(f"{len(kept):,} pieces\nlang   texts    words  changed   share  tokens before -> after  unknown")
    languages = sorted({path.name for app in APPLICATIONS for path in (folder / app).iterdir()})
    for language in languages:
        texts = read_texts(folder, language)
        found = compare_texts(full, trimmed, texts)
        print(
            f"{language:4} {len(texts):7,} {found.words:8,} {found.changed:8,} "
            f"{found.changed / found.words:7.2%}  {found.before:9,} -> {found.after:9,} "
            f"({found.after / found.before - 1:+.2%}) {found.unknown:3}"
        )


def read_texts(folder: Path, language: str) -> list[str]:
    """Return up to 3,000 texts of the `dev.jsonl` files of a language, drawn with a fixed seed."""
    paths = [path for app in APPLICATIONS for path in sorted((folder / app / language).glob("*/dev.jsonl"))]
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").split("\n") if line]
    texts = [_text(json.loads(line), language) for line in lines]
    return random.Random(SEED).sample(texts, min(TEXTS_PER_LANGUAGE, len(texts)))


def _compare_encodings(before: Encoding, after: Encoding) -> Changes:
    # An unknown token keeps its text and shows by its id alone.
    unknown = after.ids.count(UNKNOWN_ID) - before.ids.count(UNKNOWN_ID)
    return compare(before.tokens, after.tokens) + Changes(unknown=unknown)


def _text(row: dict[str, str | list[str]], language: str) -> str:
    if "text" in row:
        return str(row["text"])
    return ("" if language == "zh" else " ").join(row["tokens"])


def _places(pieces: Sequence[str]) -> set[tuple[int, int, str]]:
    places: set[tuple[int, int, str]] = set()
    position = 0
    for piece in pieces:
        places.add((position, position + len(piece), piece))
        position += len(piece)
    return places


def _words(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for place, character in enumerate(text):
        alone = _is_ideograph(character)
        if (alone or character == METASPACE) and text[start:place].strip(METASPACE):
            yield start, place
        if alone:
            yield place, place + 1
        if alone or character == METASPACE:
            start = place + alone
    if text[start:].strip(METASPACE):
        yield start, len(text)


def _is_ideograph(character: str) -> bool:
    return unicodedata.name(character, "").startswith(("CJK", "HIRAGANA", "KATAKANA"))
