"""Low-rank adapters (LoRA, Hu et al. 2021, arXiv 2106.09685) on an encoder's upper layers.

Training goes through peft. What a bundle keeps are the two small factors of each adapted matrix; loading adds
their product to the base weights, so that serving pays nothing for them and needs no peft.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from torch import Tensor, nn

from nlpsuite.errors import BundleError, ConfigError
from nlpsuite.model.bert import Bert

ALL_MATRICES = ("query", "key", "value", "attention_output", "expand", "contract")
_ADAPTED = re.compile(r"^(?P<module>.+)\.lora_(?P<factor>[AB])\.default\.weight$")


@dataclass(frozen=True, slots=True)
class AdapterConfig:
    """A LoRA adapter's shape.

    Attributes:
        rank: of the factors.
        alpha: the product is scaled by alpha / rank.
        first_layer: layers below it are left alone.
        matrices: which of a layer's matrices are adapted.
        dropout: on the adapter's input, in training.
    """

    rank: int = 16
    alpha: int = 32
    first_layer: int = 0
    matrices: tuple[str, ...] = ALL_MATRICES
    dropout: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """As plain values, for a bundle."""
        return asdict(self) | {"matrices": list(self.matrices)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> AdapterConfig:
        """The reverse of `to_dict`."""
        return cls(**values | {"matrices": tuple(values["matrices"])})


def add_adapter(encoder: nn.Module, config: AdapterConfig) -> None:
    """Put trainable LoRA factors into a built-in encoder and freeze everything else of it.

    Raises:
        ConfigError: the encoder is not of BERT's shape, or has fewer layers.
    """
    if not isinstance(encoder, Bert):
        raise ConfigError("Adapters need an encoder of BERT's shape; train this one without --adapter.")
    if config.first_layer >= encoder.config.layers:
        raise ConfigError(f"The encoder has {encoder.config.layers} layers; none is above the frozen ones.")
    from peft import LoraConfig, inject_adapter_in_model

    targets = [
        f"layers.{layer}.{matrix}"
        for layer in range(config.first_layer, encoder.config.layers)
        for matrix in config.matrices
    ]
    lora = LoraConfig(r=config.rank, lora_alpha=config.alpha, lora_dropout=config.dropout, target_modules=targets)
    inject_adapter_in_model(lora, encoder)


def adapter_weights(encoder: nn.Module) -> dict[str, Tensor]:
    """The trained factors, as `layers.6.query.A` and `.B`; empty where there is no adapter."""
    found = ((_ADAPTED.match(name), tensor) for name, tensor in encoder.state_dict().items())
    return {f"{match['module']}.{match['factor']}": tensor for match, tensor in found if match}


def adapted_weights(factors: Iterable[str]) -> list[str]:
    """The encoder's weights that factors of these names are added to, sorted."""
    return sorted({f"{name.rpartition('.')[0]}.weight" for name in factors})


def merge_adapter(encoder: nn.Module, factors: Mapping[str, Tensor], config: AdapterConfig) -> None:
    """Add the product of each pair of factors to the matrix it adapts.

    Raises:
        BundleError: a factor has no partner, or no matrix to adapt.
    """
    scale = config.alpha / config.rank
    for name in (adapted.removesuffix(".weight") for adapted in adapted_weights(factors)):
        try:
            weight = encoder.get_submodule(name).get_parameter("weight")
            product = factors[f"{name}.B"].float() @ factors[f"{name}.A"].float()
            # Not in place, since the weight may be mapped from a file; the product's memory becomes the new weight's.
            weight.data = product.mul_(scale).add_(weight.detach())
        except (AttributeError, KeyError, RuntimeError) as error:
            raise BundleError(f"The bundle's adapter for {name} does not fit the encoder: {error}") from error
