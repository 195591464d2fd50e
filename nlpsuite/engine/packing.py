"""Windows end to end in one long row, so that nothing is padded: a layer's matrices meet real tokens only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from nlpsuite.engine.windows import Window


@dataclass(frozen=True, slots=True)
class Run:
    """Windows of one length that follow one another, so that attention takes them at once.

    Attributes:
        first: the index of their first token.
        count: how many windows.
        length: of each, in tokens.
    """

    first: int
    count: int
    length: int

    @property
    def stop(self) -> int:
        """The index after their last token."""
        return self.first + self.count * self.length


@dataclass(frozen=True)
class Packed:
    """Windows end to end.

    Attributes:
        ids: token ids, [tokens].
        places: of each token in its window, [tokens].
        types: token types, [tokens], or None where all are zero.
        lengths: of the windows.
        seconds: for each window the index of its second text's first token, or 0.
    """

    ids: Tensor
    places: Tensor
    types: Tensor | None
    lengths: list[int]
    seconds: list[int]

    @cached_property
    def runs(self) -> list[Run]:
        """The windows by equal neighbours."""
        found, first = [], 0
        for length, alike in groupby(self.lengths):
            run = Run(first, sum(1 for _ in alike), length)
            found.append(run)
            first = run.stop
        return found

    @cached_property
    def borders(self) -> Tensor:
        """Where windows begin, and where the last one ends, [windows + 1], int32."""
        ends = torch.tensor([0, *self.lengths], device=self.ids.device).cumsum(0)
        return ends.to(torch.int32)

    def some(self, windows: Sequence[int]) -> tuple[Packed, Tensor | None]:
        """Some of the windows, by index in order, and the indices of their tokens; None where they are all."""
        if len(windows) == len(self.lengths):
            return self, None
        starts = self.borders.tolist()
        rows = torch.cat([torch.arange(starts[index], starts[index + 1]) for index in windows]).to(self.ids.device)
        kept = Packed(
            self.ids[rows],
            self.places[rows],
            None if self.types is None else self.types[rows],
            [self.lengths[index] for index in windows],
            [self.seconds[index] for index in windows],
        )
        return kept, rows

    def firsts(self, x: Tensor) -> tuple[Tensor, Tensor, None]:
        """What heads read that read first tokens alone, from the vectors of those, [windows or more, hidden].

        Returns:
            The vectors, [windows, 1, hidden], and a mask of them.
        """
        first = x[: len(self.lengths), None]
        return first, torch.ones(first.shape[:2], dtype=torch.bool, device=x.device), None

    def padded(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor | None]:
        """What heads read, from one vector a token, [tokens, hidden].

        Returns:
            The vectors, [windows, longest, hidden]; the mask of real tokens, [windows, longest]; and that of tokens
            of the second text, or None where no window has one.
        """
        longest = max(self.lengths)
        places = torch.arange(longest, device=x.device)
        lengths = torch.tensor(self.lengths, device=x.device)[:, None]
        mask = places < lengths
        second = None
        if any(self.seconds):
            begins = torch.tensor(self.seconds, device=x.device)[:, None]
            second = mask & (begins > 0) & (places >= begins)
        return pad_sequence(list(torch.split(x, self.lengths)), batch_first=True), mask, second


def pack(windows: Sequence[Window], device: torch.device) -> Packed:
    """Put windows end to end; those of one length should be neighbours."""
    lengths = [len(window.ids) for window in windows]
    ids = torch.tensor([token for window in windows for token in window.ids])
    places = torch.cat([torch.arange(length) for length in lengths])
    types = None
    if any(window.types for window in windows):
        types = torch.tensor([kind for window in windows for kind in (window.types or [0] * len(window.ids))])
        types = types.to(device)
    return Packed(ids.to(device), places.to(device), types, lengths, [window.second for window in windows])


def by_tokens(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Indices of windows in groups of at most so many tokens, longest first.

    A window longer than the budget makes a group of its own.
    """
    group: list[int] = []
    tokens = 0
    for index in sorted(range(len(lengths)), key=lambda index: (-lengths[index], index)):
        if group and tokens + lengths[index] > budget:
            yield group
            group, tokens = [], 0
        group.append(index)
        tokens += lengths[index]
    if group:
        yield group
