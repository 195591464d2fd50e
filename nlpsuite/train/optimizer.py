"""What is trained, how fast each part of it, and how the speed changes over time."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR

from nlpsuite.errors import ConfigError
from nlpsuite.model.adapters import AdapterConfig, add_adapter
from nlpsuite.model.bert import Bert
from nlpsuite.model.network import Network
from nlpsuite.train.recipe import Recipe

_LAYER = re.compile(r"(?:^|\.)layers?\.(\d+)\.")


def prepare_parameters(network: Network, recipe: Recipe) -> AdapterConfig | None:
    """Freeze what the recipe freezes and put in its adapters; gives the adapter's shape, if any.

    Raises:
        ConfigError: the encoder has not that many layers, or cannot take adapters.
    """
    encoder, trunk = network.encoder, network.trunk
    if recipe.adapter_rank:
        adapter = AdapterConfig(
            rank=recipe.adapter_rank, alpha=2 * recipe.adapter_rank, first_layer=recipe.freeze_layers
        )
        add_adapter(encoder, adapter)
        return adapter
    if recipe.freeze_layers and (trunk is None or recipe.freeze_layers > trunk.config.layers):
        raise ConfigError(f"This encoder has no {recipe.freeze_layers} layers that could be frozen.")
    if recipe.freeze_words or recipe.freeze_layers:
        for name, parameter in encoder.named_parameters():
            parameter.requires_grad_(not _is_frozen(name, recipe))
    return None


def _is_frozen(name: str, recipe: Recipe) -> bool:
    layer = _LAYER.search(name)
    if layer is None:
        words = name.startswith("words.") or "word_embeddings" in name
        return bool(recipe.freeze_layers) or (words and recipe.freeze_words)
    return int(layer.group(1)) < recipe.freeze_layers


def make_optimizer(network: Network, recipe: Recipe) -> AdamW:
    """AdamW (Loshchilov and Hutter 2017, arXiv 1711.05101) with one group a layer and kind of weight."""
    return AdamW(list(_groups(network, recipe)), betas=(0.9, 0.98), eps=1e-6, fused=True)


def _groups(network: Network, recipe: Recipe) -> Iterator[dict[str, Any]]:
    """Parameters with the same learning rate and weight decay; lower layers learn more slowly.

    Layer-wise decay follows Howard and Ruder 2018 (arXiv 1801.06146) and Clark et al. 2020 (arXiv 2003.10555).
    """
    depth = _depth(network.encoder)
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            decay = recipe.weight_decay if parameter.ndim > 1 else 0.0
            groups.setdefault((_rate(name, depth, recipe), decay), []).append(parameter)
    for (rate, decay), parameters in groups.items():
        yield {"params": parameters, "lr": rate, "weight_decay": decay}


def _depth(encoder: nn.Module) -> int:
    if isinstance(encoder, Bert):
        return encoder.config.layers
    found = [int(match.group(1)) for name, _ in encoder.named_parameters() if (match := _LAYER.search(name))]
    return max(found, default=-1) + 1


def _rate(name: str, depth: int, recipe: Recipe) -> float:
    if name.startswith("heads."):
        return recipe.head_learning_rate
    layer = _LAYER.search(name)
    below = depth - 1 - int(layer.group(1)) if layer else depth
    return float(recipe.learning_rate * recipe.layer_decay**below)


def make_schedule(optimizer: AdamW, recipe: Recipe, steps: int, done: int = 0) -> LambdaLR:
    """Rises over the warm-up, then falls as the recipe says.

    Args:
        optimizer: with the groups' highest learning rates.
        recipe: the options.
        steps: of the whole training.
        done: of them, where a run goes on.
    """
    warmup = max(1, round(steps * recipe.warmup))

    def factor(step: int) -> float:
        if step < warmup:
            return (step + 1) / (warmup + 1)
        progress = min(1.0, (step - warmup) / max(1, steps - warmup))
        if recipe.schedule == "cosine":
            return 0.5 * (1 + math.cos(math.pi * progress))
        return 1.0 if recipe.schedule == "constant" else 1.0 - progress

    for group in optimizer.param_groups:
        group["initial_lr"] = group["lr"]
    return LambdaLR(optimizer, factor, last_epoch=done - 1)


def seed_everything(seed: int) -> None:
    """Start torch's random numbers anew; nothing else in training draws from a global generator."""
    torch.manual_seed(seed)
