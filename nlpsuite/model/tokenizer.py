"""From text to token ids and back to characters, through the `tokenizers` library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nlpsuite.errors import BundleError

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

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

    def pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """Tokenize many texts at once, each without special tokens."""
        encodings = self.backend.encode_batch(list(texts), add_special_tokens=False)
        return [Pieces(self._plain(encoding.ids), encoding.offsets) for encoding in encodings]

    def _plain(self, ids: list[int]) -> list[int]:
        """The ids with special ones made unknown: a user who writes "</s>" or "[SEP]" does not end the text."""
        if self._unknown is None or self._special.isdisjoint(ids):
            return ids
        return [self._unknown if token in self._special else token for token in ids]

    def save(self, folder: Path) -> None:
        """Write `tokenizer.json` into a folder."""
        self.backend.save(str(folder / "tokenizer.json"), pretty=False)


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
