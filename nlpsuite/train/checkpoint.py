"""The state of a training run on disk, so that it can stop anywhere and go on as if it had not.

A checkpoint is one safetensors file, named by its step, and its SHA-256 beside it. The last two are
kept: a file that was cut short or damaged is passed over for the one before.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.optim import AdamW

from nlpsuite.errors import UsageError
from nlpsuite.files import write_durably
from nlpsuite.model.network import Network

logger = logging.getLogger(__name__)

KEPT = 2


@dataclass
class Progress:
    """How far a run has come; plain values only.

    Attributes:
        fingerprint: of recipe and data; a checkpoint of another run is refused.
        epoch: running, counted from 0.
        batch: the next one of this epoch.
        step: optimiser steps done.
        seconds: spent so far.
        loss_sum, loss_count: of this epoch.
        best_score: on development data; None before the first evaluation.
        best_epoch: the one it was reached in.
        history: one row an epoch.
    """

    fingerprint: str
    epoch: int = 0
    batch: int = 0
    step: int = 0
    seconds: float = 0.0
    loss_sum: float = 0.0
    loss_count: int = 0
    best_score: float | None = None
    best_epoch: int = -1
    history: list[dict[str, Any]] = field(default_factory=list)


def trained_weights(network: Network) -> dict[str, Tensor]:
    """The parameters that training changes, by name."""
    return {name: parameter.detach() for name, parameter in network.named_parameters() if parameter.requires_grad}


class Checkpoints:
    """The checkpoints in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, progress: Progress, network: Network, optimizer: AdamW, best: Mapping[str, Tensor]) -> None:
        """Write the whole state durably, then drop the oldest."""
        from safetensors.torch import save

        tensors = {f"now/{name}": tensor for name, tensor in trained_weights(network).items()}
        tensors |= {f"best/{name}": tensor for name, tensor in best.items()}
        tensors |= {f"optimizer/{name}": tensor for name, tensor in _optimizer_state(optimizer).items()}
        tensors["random"] = torch.get_rng_state()
        content = save(
            {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()},
            metadata={"progress": json.dumps(vars(progress))},
        )
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / f"step-{progress.step:08d}-{progress.batch:06d}.safetensors"
        write_durably(file, content)
        write_durably(file.with_suffix(".sha256"), hashlib.sha256(content).hexdigest().encode())
        for old in self._files()[:-KEPT]:
            old.unlink()
            old.with_suffix(".sha256").unlink(missing_ok=True)

    def load(self, fingerprint: str, network: Network, optimizer: AdamW) -> tuple[Progress, dict[str, Tensor]] | None:
        """Put the newest whole state back; None where there is none.

        Returns:
            How far the run had come, and the best weights so far.

        Raises:
            UsageError: the checkpoint is of other data or another recipe.
        """
        for file in reversed(self._files()):
            content = file.read_bytes()
            sums = file.with_suffix(".sha256")
            if sums.is_file() and sums.read_text() == hashlib.sha256(content).hexdigest():
                return _restore(file, content, fingerprint, network, optimizer)
            logger.warning("The checkpoint %s is damaged and is passed over.", file)
        return None

    def clear(self) -> None:
        """Remove the folder's checkpoints."""
        if self.folder.is_dir():
            for file in self.folder.iterdir():
                file.unlink()
            self.folder.rmdir()

    def exist(self) -> bool:
        """Whether there is any checkpoint."""
        return bool(self._files())

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("step-*.safetensors"))


def _restore(
    file: Path, content: bytes, fingerprint: str, network: Network, optimizer: AdamW
) -> tuple[Progress, dict[str, Tensor]]:
    from safetensors import safe_open
    from safetensors.torch import load

    with safe_open(file, framework="pt") as opened:
        progress = Progress(**json.loads(opened.metadata()["progress"]))
    if progress.fingerprint != fingerprint:
        raise UsageError(
            f"The checkpoint in {file.parent} is of other data or another recipe. "
            "Train with the same ones, into another folder, or start over with --restart."
        )
    tensors = load(content)
    parameters = dict(network.named_parameters())
    with torch.no_grad():
        for name, tensor in _under("now/", tensors).items():
            parameters[name].copy_(tensor)
    _restore_optimizer(optimizer, _under("optimizer/", tensors))
    torch.set_rng_state(tensors["random"])
    return progress, _under("best/", tensors)


def _under(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _optimizer_state(optimizer: AdamW) -> dict[str, Tensor]:
    state = optimizer.state_dict()["state"]
    return {
        f"{index}/{name}": torch.as_tensor(value) for index, values in state.items() for name, value in values.items()
    }


def _restore_optimizer(optimizer: AdamW, tensors: Mapping[str, Tensor]) -> None:
    state: dict[int, dict[str, Tensor]] = {}
    for key, tensor in tensors.items():
        index, _, name = key.partition("/")
        state.setdefault(int(index), {})[name] = tensor
    optimizer.load_state_dict(optimizer.state_dict() | {"state": state})
