"""Windows gathered so that little is padded: sorted by length, batched by token budget, order restored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from nlpsuite.engine.windows import Window


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows side by side.

    Attributes:
        ids: [windows, tokens], padded on the right.
        mask: True where a token is real, [windows, tokens].
        types: [windows, tokens], or None.
        second: True where a token is of the second text, [windows, tokens]; None where no window has one.
    """

    ids: Tensor
    mask: Tensor
    types: Tensor | None
    second: Tensor | None = None

    def to(self, device: torch.device) -> Batch:
        """The same on a device."""
        types, second = (None if tensor is None else tensor.to(device) for tensor in (self.types, self.second))
        return Batch(self.ids.to(device), self.mask.to(device), types, second)


def collate(windows: Sequence[Window], pad: int) -> Batch:
    """Pad windows to the longest of them."""
    longest = max(len(window.ids) for window in windows)
    ids = torch.full((len(windows), longest), pad, dtype=torch.long)
    mask = torch.zeros((len(windows), longest), dtype=torch.bool)
    typed = any(window.types for window in windows)
    types = torch.zeros_like(ids) if typed else None
    second = torch.zeros_like(mask) if any(window.second for window in windows) else None
    for row, window in enumerate(windows):
        length = len(window.ids)
        ids[row, :length] = torch.tensor(window.ids)
        mask[row, :length] = True
        if types is not None and window.types:
            types[row, :length] = torch.tensor(window.types)
        if second is not None and window.second:
            second[row, window.second : length] = True
    return Batch(ids, mask, types, second)


def by_token_budget(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Indices of windows in groups whose padded size stays within a number of tokens, longest first.

    A window longer than the budget makes a group of its own.
    """
    order = sorted(range(len(lengths)), key=lambda index: (-lengths[index], index))
    start = 0
    while start < len(order):
        longest = max(lengths[order[start]], 1)
        stop = start + max(budget // longest, 1)
        yield order[start:stop]
        start = stop
