"""The engines that run a network with torch, on a CPU or a GPU."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nlpsuite.engine.batching import by_token_budget, collate
from nlpsuite.engine.layers import Layer
from nlpsuite.engine.packing import Packed, by_tokens, pack
from nlpsuite.engine.windows import Window
from nlpsuite.engine.workers import OneThread, Workers

if TYPE_CHECKING:
    from nlpsuite.model.network import Network

Logits = Mapping[str, NDArray[np.float32]]
"""By head: [outputs] for a text, or [tokens, outputs] for a token head, special tokens included."""

Found = TypeVar("Found")

TOKEN_BUDGET = 4096

FEW_TOKENS = 64
"""One thread is as fast as two with so few."""

FEW_ROWS = 8
"""Sizes of a batch are multiples of it, and, above `FEW_TOKENS`, of that."""

LEAST_TOKENS = 128
"""Of a batch: fewer are not worth a worker of their own."""


class Engine(Protocol):
    """Runs windows through a model."""

    name: str
    dtype: torch.dtype

    def run(self, windows: Sequence[Window]) -> list[Logits]:
        """Logits of every head for each window, in the order given."""
        ...


class TorchEngine:
    """Runs a network of any kind, in batches padded to their longest window.

    Args:
        network: moved to the device and set to evaluation.
        pad: the encoder's padding id.
        device: see `choose_device`.
        dtype: matrix products are computed in it; results are float32.
        budget: the most tokens of a batch, padding included.
    """

    name = "torch"

    def __init__(
        self,
        network: Network,
        pad: int,
        device: torch.device,
        dtype: torch.dtype = torch.float32,
        budget: int = TOKEN_BUDGET,
    ) -> None:
        self.network = network.to(device).eval()
        self.pad, self.device, self.dtype, self.budget = pad, device, dtype, budget

    def run(self, windows: Sequence[Window]) -> list[Logits]:
        """Logits of every head for each window, in the order given."""
        groups = list(by_token_budget([len(window.ids) for window in windows], self.budget))
        return in_order(groups, [self._run_batch([windows[index] for index in group]) for group in groups])

    @torch.inference_mode()
    def _run_batch(self, windows: Sequence[Window]) -> list[Logits]:
        batch = collate(windows, self.pad).to(self.device)
        mixed = self.dtype is not torch.float32
        with torch.autocast(self.device.type, dtype=self.dtype, enabled=mixed):
            outputs = self.network(batch.ids, batch.mask, batch.types, batch.second)
        return _split(outputs, [len(window.ids) for window in windows])


class PackedEngine(TorchEngine):
    """Runs a network whose encoder is of BERT's shape, without padding.

    Args:
        network: as for `TorchEngine`.
        pad: likewise.
        device: likewise.
        layers: the encoder's, in some number format.
        dtype: that format.
        budget: the most tokens of a batch.
        workers: batches are computed side by side by so many.
    """

    def __init__(
        self,
        network: Network,
        pad: int,
        device: torch.device,
        layers: Sequence[Layer],
        dtype: torch.dtype,
        budget: int = TOKEN_BUDGET,
        workers: int = 1,
    ) -> None:
        super().__init__(network, pad, device, dtype, budget)
        assert network.trunk is not None
        self.trunk, self.layers = network.trunk, layers
        self.workers = Workers(workers)
        self.reads_first = all(config.reads_first for config in network.configs)

    def run(self, windows: Sequence[Window]) -> list[Logits]:
        """Logits of every head for each window, in the order given."""
        groups = self._groups(windows)
        return in_order(groups, self._map(self._run_packed, groups, windows))

    def map_groups(self, function: Callable[[Sequence[Window]], Found], windows: Sequence[Window]) -> list[Found]:
        """What a function gives for groups of windows that make good batches, computed side by side."""
        return self._map(function, self._groups(windows), windows)

    def _map(
        self,
        function: Callable[[Sequence[Window]], Found],
        groups: Sequence[Sequence[int]],
        windows: Sequence[Window],
    ) -> list[Found]:
        batches = [[windows[index] for index in group] for group in groups]
        if self.device.type != "cpu" or sum(len(window.ids) for window in windows) > FEW_TOKENS:
            return self.workers.map(function, batches)
        with OneThread():
            return [function(batch) for batch in batches]

    def _groups(self, windows: Sequence[Window]) -> list[list[int]]:
        """Indices of windows in batches of equal size, as many as keep all workers busy to the end."""
        lengths = [len(window.ids) for window in windows]
        total, longest = sum(lengths), max(lengths, default=0)
        rounds = -(-total // (self.budget * self.workers.count)) or 1
        even = -(-total // (rounds * self.workers.count))
        # A batch is filled up to less than its budget by the length of a window.
        return list(by_tokens(lengths, max(min(even + longest // 2, self.budget), LEAST_TOKENS)))

    @torch.inference_mode()
    def _run_packed(self, windows: Sequence[Window]) -> list[Logits]:
        packed = pack(windows, self.device)
        return self.upper(self.lower(packed, 0), packed, 0)

    def lower(self, packed: Packed, stop: int) -> Tensor:
        """What goes into the layer `stop`, [tokens, hidden]."""
        x = self._rounded_up(self.trunk.embed(packed.ids, packed.types, packed.places))
        for layer in self.layers[:stop]:
            x = layer(x, packed)
        return x

    def upper(self, x: Tensor, packed: Packed, start: int) -> list[Logits]:
        """Logits of every head for each window, from what goes into the layer `start`."""
        x = self._through(self._rounded_up(x), packed, start)
        read = packed.firsts(x) if self.reads_first else packed.padded(x[: len(packed.ids)])
        return _split(self.network.read_heads(*read), packed.lengths)

    def _through(self, x: Tensor, packed: Packed, start: int) -> Tensor:
        """What the layers from `start` on make of their input; for first tokens alone where no other is read."""
        rows = self._rounded_up(packed.borders[:-1]) if self.reads_first else None
        if start == len(self.layers):
            return x if rows is None else x[rows]
        for layer in self.layers[start:-1]:
            x = layer(x, packed)
        return self.layers[-1](x, packed, rows)

    def _rounded_up(self, x: Tensor) -> Tensor:
        """With zeros at the end, which no token sees, up to one of a few lengths.

        oneDNN keeps what it compiled for every size, a megabyte each, so that a stream of texts would fill memory.
        """
        step = FEW_TOKENS if len(x) > FEW_TOKENS else FEW_ROWS
        missing = -len(x) % step if self.device.type == "cpu" else 0
        return torch.cat([x, x.new_zeros(missing, *x.shape[1:])]) if missing else x


def _split(outputs: Mapping[str, Tensor], lengths: Sequence[int]) -> list[Logits]:
    return split({name: tensor.float().cpu().numpy() for name, tensor in outputs.items()}, lengths)


def split(arrays: Logits, lengths: Sequence[int]) -> list[Logits]:
    """Outputs of a padded batch, [windows, outputs] or [windows, tokens, outputs], by window."""
    return [
        {name: array[row, :length] if array.ndim == 3 else array[row] for name, array in arrays.items()}
        for row, length in enumerate(lengths)
    ]


def in_order(groups: Sequence[Sequence[int]], found: Sequence[Sequence[Logits]]) -> list[Logits]:
    """What was found for groups of windows, in the order of the windows whose indices the groups hold."""
    placed = {
        index: logits
        for group, outputs in zip(groups, found, strict=True)
        for index, logits in zip(group, outputs, strict=True)
    }
    return [placed[index] for index in range(len(placed))]
