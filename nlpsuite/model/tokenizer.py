"""From text to token ids and back to characters, through the `tokenizers` library."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nlpsuite.errors import BundleError

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Chinese characters, as in a character class of a regular expression."""

_HAN, _HAN_OR_RUN = re.compile(f"[{HAN}]"), re.compile(f"[{HAN}]|[^{HAN}]+")
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

    def pieces(self, texts: Sequence[str], *, characters: bool = False) -> list[Pieces]:
        """Tokenize many texts at once, each without special tokens.

        Args:
            texts: normalised.
            characters: cut tokens so that every Chinese character has its own, as heads that label tokens need: a
                name may begin or end anywhere among them.
        """
        encodings = self.backend.encode_batch(list(texts), add_special_tokens=False)
        found = [Pieces(self._plain(encoding.ids), encoding.offsets) for encoding in encodings]
        if not characters:
            return found
        return [self._apart(text, pieces) for text, pieces in zip(texts, found, strict=True)]

    def _apart(self, text: str, pieces: Pieces) -> Pieces:
        """The same tokens, with one for each Chinese character wherever the vocabulary has them all."""
        if not _HAN.search(text):
            return pieces
        ids: list[int] = []
        offsets: list[tuple[int, int]] = []
        for token, (start, end) in zip(pieces.ids, pieces.offsets, strict=True):
            parts = self._parts(text, token, start, end)
            ids += [part for part, _ in parts]
            offsets += [place for _, place in parts]
        return Pieces(ids, offsets)

    def _parts(self, text: str, token: int, start: int, end: int) -> list[tuple[int, tuple[int, int]]]:
        whole = [(token, (start, end))]
        name = str(self.backend.id_to_token(token))
        mark = _SPACE_MARK if name.startswith(_SPACE_MARK) else ""
        if name == mark or not _HAN.search(text, start, end) or (end - start == 1 and not mark):
            return whole
        places = [match.span() for match in _HAN_OR_RUN.finditer(text, start, end)]
        found = [(self.backend.token_to_id(text[first:last]), (first, last)) for first, last in places]
        if mark:
            found.insert(0, (self.backend.token_to_id(mark), (start, start + 1)))
        known = [(part, place) for part, place in found if part is not None]
        return known if len(known) == len(found) else whole

    def _plain(self, ids: list[int]) -> list[int]:
        """The ids with special ones made unknown: a user who writes "</s>" or "[SEP]" does not end the text."""
        if self._unknown is None or self._special.isdisjoint(ids):
            return ids
        return [self._unknown if token in self._special else token for token in ids]

    def save(self, folder: Path, *, characters: bool = False) -> None:
        """Write `tokenizer.json` into a folder; `characters` as for `pieces`."""
        backend = self.backend
        if characters:
            from tokenizers import Regex, Tokenizer, pre_tokenizers

            backend = Tokenizer.from_str(backend.to_str())
            steps = [step for step in (backend.pre_tokenizer,) if step is not None]
            apart = pre_tokenizers.Split(Regex(f"[{HAN}]"), "isolated")
            backend.pre_tokenizer = pre_tokenizers.Sequence([*steps, apart])
        backend.save(str(folder / "tokenizer.json"), pretty=False)


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
