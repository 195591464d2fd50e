"""From text to token ids and back to characters, through the `tokenizers` library."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from nlpsuite.errors import BundleError
from nlpsuite.text.chinese import ChineseSegmenter

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_SPACE_MARK = "\u2581"
_UNKNOWN = ("<unk>", "[UNK]")


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text's tokens, without special ones.

    Attributes:
        ids: one for each token.
        offsets: the characters each token covers, in the text that was tokenized.
    """

    ids: list[int]
    offsets: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Template:
    """The special tokens around one text, or around and between two.

    Attributes:
        before, between, after: ids of the special tokens in each place.
        second_type: the token type of the second text and of what follows it.
    """

    before: tuple[int, ...]
    between: tuple[int, ...]
    after: tuple[int, ...]
    second_type: int = 0

    @property
    def size(self) -> int:
        """How many special tokens there are."""
        return len(self.before) + len(self.between) + len(self.after)


class TextTokenizer:
    """A sub-word tokenizer together with the special tokens its encoder expects."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self.backend = tokenizer
        self.single = _template(tokenizer.encode("a"), paired=False)
        self.pair = _template(tokenizer.encode("a", "a"), paired=True)
        self._special = frozenset((*self.single.before, *self.pair.between, *self.pair.after))
        self._unknown = next((i for name in _UNKNOWN if (i := tokenizer.token_to_id(name)) is not None), None)

    @classmethod
    def from_folder(cls, folder: Path) -> TextTokenizer:
        """The tokenizer of a model folder; a folder without `tokenizer.json` is converted by transformers.

        Raises:
            BundleError: the folder holds no tokenizer.
        """
        from tokenizers import Tokenizer

        file = folder / "tokenizer.json"
        if file.is_file():
            return cls(Tokenizer.from_file(str(file)))
        try:
            from transformers import AutoTokenizer

            converted = AutoTokenizer.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
            return cls(converted.backend_tokenizer)
        except (OSError, ValueError, AttributeError, ImportError) as error:
            raise BundleError(f"{folder} holds no tokenizer that can be read: {error}") from error

    def pieces(self, texts: Sequence[str], *, words: bool = False) -> list[Pieces]:
        """Tokenize many texts at once, each without special tokens.

        Args:
            texts: normalised.
            words: cut tokens that cross the border of a Chinese word, as heads that label tokens need: a name may
                begin or end there.
        """
        encodings = self.backend.encode_batch(list(texts), add_special_tokens=False)
        found = [Pieces(self._plain(encoding.ids), encoding.offsets) for encoding in encodings]
        if not words:
            return found
        return [self._between_words(text, pieces) for text, pieces in zip(texts, found, strict=True)]

    def _between_words(self, text: str, pieces: Pieces) -> Pieces:
        """The same tokens, those that cross a border cut there wherever the vocabulary has the parts."""
        if not _HAN.search(text) or self.backend.token_to_id(_SPACE_MARK) is None:
            return pieces  # vocabularies without that mark have Chinese characters one by one anyway
        borders = sorted({place for word in _jieba().words(text) for place in word})
        ids: list[int] = []
        offsets: list[tuple[int, int]] = []
        for token, (start, end) in zip(pieces.ids, pieces.offsets, strict=True):
            inside = borders[bisect_right(borders, start) : bisect_left(borders, end)]
            parts = self._parts(text, token, [start, *inside, end]) if inside else [(token, (start, end))]
            ids += [part for part, _ in parts]
            offsets += [place for _, place in parts]
        return Pieces(ids, offsets)

    def _parts(self, text: str, token: int, edges: Sequence[int]) -> list[tuple[int, tuple[int, int]]]:
        """A token cut at edges, its parts as whole as the vocabulary has them; uncut where it lacks a character."""
        marked = str(self.backend.id_to_token(token)).startswith(_SPACE_MARK)
        places = [(start, end) for start, end in pairwise(edges) if not text[start:end].isspace()]
        named: list[tuple[str, tuple[int, int]]] = []
        for number, (start, end) in enumerate(places):
            raw = text[start:end].lstrip()
            begin = end - len(raw)
            folded = unicodedata.normalize("NFKC", raw)  # as vocabularies have full-width signs
            part = folded if len(folded) == len(raw) else raw
            mark = _SPACE_MARK if marked and not number else ""
            if self.backend.token_to_id(mark + part) is not None:
                named.append((mark + part, (begin, end)))
            else:
                named += [(mark, (begin, begin + 1))] if mark else []
                named += [(character, (begin + at, begin + at + 1)) for at, character in enumerate(part)]
        found = [(self.backend.token_to_id(name), place) for name, place in named]
        known = [(part_id, place) for part_id, place in found if part_id is not None]
        return known if len(known) == len(found) else [(token, (edges[0], edges[-1]))]

    def _plain(self, ids: list[int]) -> list[int]:
        """The ids with special ones made unknown: a user who writes "</s>" or "[SEP]" does not end the text."""
        if self._unknown is None or self._special.isdisjoint(ids):
            return ids
        return [self._unknown if token in self._special else token for token in ids]

    def save(self, folder: Path) -> None:
        """Write `tokenizer.json` into a folder."""
        self.backend.save(str(folder / "tokenizer.json"), pretty=False)


@cache
def _jieba() -> ChineseSegmenter:
    """The suite's own, whatever plugins are installed: a model must see its texts cut as in training."""
    return ChineseSegmenter()


def _template(encoding: Encoding, *, paired: bool) -> Template:
    """Read the special tokens off an encoded example of one piece a text."""
    places = [encoding.token_to_sequence(index) for index in range(len(encoding.ids))]
    real = [index for index, place in enumerate(places) if place is not None]
    if not real:
        raise BundleError("The tokenizer gives no token for a plain letter; its vocabulary is damaged.")
    first_end = max(index for index in real if places[index] == 0) + 1
    second_start = min((index for index in real if places[index] == 1), default=first_end)
    ids = encoding.ids
    return Template(
        before=tuple(ids[: real[0]]),
        between=tuple(ids[first_end:second_start]) if paired else (),
        after=tuple(ids[real[-1] + 1 :]),
        second_type=encoding.type_ids[second_start] if paired else 0,
    )
