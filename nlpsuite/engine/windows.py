"""Long texts as windows that an encoder can take, cut at sentence ends where there are any.

Nothing of a text is left out: what does not fit into one window goes into the next.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from nlpsuite.application import HeadKind
from nlpsuite.document import Document, Span
from nlpsuite.model.heads import HeadConfig
from nlpsuite.model.tokenizer import Pieces, Template, TextTokenizer
from nlpsuite.text import NormalisedText, normalise, sentences, words

TOKEN_OVERLAP = 32
"""Tokens that neighbouring windows share for heads that label tokens."""


@dataclass(frozen=True, slots=True)
class Window:
    """What the encoder sees at once.

    Attributes:
        ids: token ids, special ones included.
        types: token types, or None where all are zero.
        first: index, among the text's tokens, of the first one here.
        size: how many of the text's tokens are here.
        lead: how many special tokens stand before them.
        second: index of the second text's first token; 0 where there is no second text.
    """

    ids: list[int]
    types: list[int] | None
    first: int
    size: int
    lead: int
    second: int = 0

    @property
    def content(self) -> tuple[tuple[int, ...], tuple[int, ...], int]:
        """All that the network sees of it: equal for windows that come out alike."""
        return tuple(self.ids), tuple(self.types or ()), self.second


@dataclass(frozen=True, slots=True)
class PreparedText:
    """A document, ready for the encoder.

    Attributes:
        document: what it was made from.
        normalised: its text with the way back to the original.
        pieces: the text's tokens, offsets in the normalised text.
        windows: at least one.
    """

    document: Document
    normalised: NormalisedText
    pieces: Pieces
    windows: list[Window]

    def original_span(self, first: int, last: int) -> tuple[int, int]:
        """The characters of the original text that the tokens `first` to `last` cover, both included."""
        start, end = self.pieces.offsets[first][0], self.pieces.offsets[last][1]
        return self.normalised.to_original(start, end)

    def continues_word(self, token: int) -> bool:
        """Whether a token goes on with the word of the one before it."""
        end, start = self.pieces.offsets[token - 1][1], self.pieces.offsets[token][0]
        text = self.normalised.text
        return token > 0 and end == start and _in_word(text[end - 1 : end]) and _in_word(text[start : start + 1])

    def tokens_under(self, spans: Iterable[Span]) -> Iterator[list[int]]:
        """For each span of the original text the tokens that it touches."""
        places = [self.original_span(index, index) for index in range(len(self.pieces.ids))]
        for span in spans:
            yield [i for i, (start, end) in enumerate(places) if start < span.end and end > span.start]


@dataclass(frozen=True, slots=True)
class WindowMaker:
    """Prepares documents for one encoder.

    Attributes:
        tokenizer: the encoder's.
        max_tokens: of a window, special tokens included.
        overlap: how many tokens neighbouring windows share, for heads that label tokens.
        words: whether tokens are cut at the borders of Chinese words.
    """

    tokenizer: TextTokenizer
    max_tokens: int
    overlap: int = 0
    words: bool = False

    @classmethod
    def for_heads(
        cls, tokenizer: TextTokenizer, max_tokens: int, heads: Iterable[HeadConfig], *, words: bool = False
    ) -> WindowMaker:
        """The one that these heads need, in training and after; words matter to those that label tokens."""
        labels = labels_tokens(heads)
        return cls(tokenizer, max_tokens, TOKEN_OVERLAP if labels else 0, words and labels)

    def prepare(self, documents: Sequence[Document]) -> list[PreparedText]:
        """Normalise, tokenize and cut; one value a document, in order.

        Raises:
            TextError: a text holds what cannot be processed, such as a lone surrogate.
        """
        normalised = [normalise(document.text) for document in documents]
        pieces = self.tokenizer.pieces([text.text for text in normalised], words=self.words)
        paired = [document.pair is not None for document in documents]
        second = iter(self.tokenizer.pieces([normalise(d.pair).text for d in documents if d.pair is not None]))
        return [
            PreparedText(document, text, own, list(self._windows(document, text, own, next(second) if pair else None)))
            for document, text, own, pair in zip(documents, normalised, pieces, paired, strict=True)
        ]

    def _windows(
        self, document: Document, text: NormalisedText, own: Pieces, second: Pieces | None
    ) -> Iterator[Window]:
        template = self.tokenizer.single if second is None else self.tokenizer.pair
        room = self.max_tokens - template.size
        if second is None:
            ranges = cut(len(own.ids), room, self.overlap, self._breaks(document, text, own, room))
            yield from (_single(own.ids, first, last, template) for first, last in ranges)
            return
        room_second = min(len(second.ids), max(room // 2, room - len(own.ids)))
        own_ranges = cut(len(own.ids), room - room_second, 0, [])
        second_ranges = cut(len(second.ids), max(room_second, 1), 0, [])
        for (first, last), (from_second, to_second) in product(own_ranges, second_ranges):
            yield _paired(own.ids, first, last, second.ids[from_second:to_second], template)

    def _breaks(self, document: Document, text: NormalisedText, own: Pieces, room: int) -> list[int]:
        """Tokens before which a cut does least harm, or nothing where no cut is needed."""
        if len(own.ids) <= room:
            return []
        starts = [start for start, _ in sentences(text.text, document.lang or "xx")]
        return _pieces_at(starts, own) or _pieces_at(_word_starts(text.text, document.lang), own)


def _in_word(character: str) -> bool:
    """Whether words hold it that stand between spaces: scripts with upper and lower case write so, Chinese does not."""
    return character.isdigit() or character.lower() != character.upper()


def labels_tokens(heads: Iterable[HeadConfig]) -> bool:
    """Whether one of the heads labels tokens, not texts."""
    return any(head.kind is HeadKind.TOKEN_LABELS for head in heads)


def cut(length: int, room: int, overlap: int, breaks: Sequence[int]) -> list[tuple[int, int]]:
    """Cut `length` tokens into ranges of at most `room`, at the last break that keeps them over half full.

    Args:
        length: how many tokens there are; 0 gives one empty range.
        room: the most tokens of a range.
        overlap: how many tokens a range shares with the one before.
        breaks: sorted token indices to prefer; where none fits, the cut is made at the limit.
    """
    ranges, first = [], 0
    while length - first > room:
        last = first + room
        index = bisect_right(breaks, last) - 1
        if index >= 0 and breaks[index] > first + room // 2:
            last = breaks[index]
        ranges.append((first, last))
        first = max(last - overlap, first + 1)
    return [*ranges, (first, length)]


def _pieces_at(starts: Iterable[int], own: Pieces) -> list[int]:
    """The tokens that begin at, or next after, the given characters."""
    begins = [start for start, _ in own.offsets]
    return sorted({bisect_right(begins, start - 1) for start in starts} - {0, len(begins)})


def _word_starts(text: str, lang: str | None) -> list[int]:
    return [word.start for word in words(text, lang or "xx")]


def _single(ids: Sequence[int], first: int, last: int, template: Template) -> Window:
    inside = [*template.before, *ids[first:last], *template.after]
    return Window(inside, None, first, last - first, len(template.before))


def _paired(ids: Sequence[int], first: int, last: int, second: Sequence[int], template: Template) -> Window:
    left = [*template.before, *ids[first:last], *template.between]
    right = [*second, *template.after]
    types = [0] * len(left) + [template.second_type] * len(right) if template.second_type else None
    return Window(left + right, types, first, last - first, len(template.before), len(left))
