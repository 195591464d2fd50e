"""The engine that runs a network with torch, on a CPU or a GPU."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from nlpsuite.engine.batching import by_token_budget, collate
from nlpsuite.engine.windows import Window

if TYPE_CHECKING:
    from nlpsuite.model.network import Network

Logits = Mapping[str, NDArray[np.float32]]
"""By head: [outputs] for a text, or [tokens, outputs] for a token head, special tokens included."""

TOKEN_BUDGET = 4096


class Engine(Protocol):
    """Runs windows through a model."""

    name: str

    def run(self, windows: Sequence[Window]) -> list[Logits]:
        """Logits of every head for each window, in the order given."""
        ...


class TorchEngine:
    """Runs a network with torch.

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
        found: list[Logits] = [{}] * len(windows)
        for group in by_token_budget([len(window.ids) for window in windows], self.budget):
            for index, logits in zip(group, self._run_batch([windows[index] for index in group]), strict=True):
                found[index] = logits
        return found

    @torch.inference_mode()
    def _run_batch(self, windows: Sequence[Window]) -> list[Logits]:
        batch = collate(windows, self.pad).to(self.device)
        mixed = self.dtype is not torch.float32
        with torch.autocast(self.device.type, dtype=self.dtype, enabled=mixed):
            outputs = self.network(batch.ids, batch.mask, batch.types, batch.second)
        arrays = {name: tensor.float().cpu().numpy() for name, tensor in outputs.items()}
        return [
            {name: array[row, : len(window.ids)] if array.ndim == 3 else array[row] for name, array in arrays.items()}
            for row, window in enumerate(windows)
        ]
