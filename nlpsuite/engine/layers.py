"""A layer of BERT over windows that stand end to end, in float32 or bfloat16."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

import torch
from torch import Tensor, nn

from nlpsuite.engine.attention import attend, attend_half
from nlpsuite.engine.packing import Packed
from nlpsuite.model.bert import BertLayer

FusedActivation = tuple[str, str]

Norm = Callable[[Tensor], Tensor]

TYPICAL_TOKENS = 1024
"""Of a batch: what matrices are laid out for."""


class Layer(Protocol):
    """One vector a token in, one out, [tokens, hidden], float32."""

    def __call__(self, x: Tensor, packed: Packed, rows: Tensor | None = None) -> Tensor:
        """Tokens see the tokens of their own window.

        Args:
            x: [tokens, hidden].
            packed: which tokens make up a window.
            rows: the tokens whose vectors are wanted, [wanted]; all when None.

        Returns:
            [tokens, hidden], or [wanted, hidden].
        """
        ...


class ExactLayer:
    """In the precision of the weights, which are not copied: what is trained can be run meanwhile."""

    def __init__(self, layer: BertLayer) -> None:
        self.layer = layer

    def __call__(self, x: Tensor, packed: Packed, rows: Tensor | None = None) -> Tensor:
        """See `Layer`."""
        layer = self.layer
        mixed = attend(layer.query(x), layer.key(x), layer.value(x), packed.runs, layer.heads)
        mixed, x = wanted(rows, mixed, x)
        x = layer.attention_norm(x + layer.attention_output(mixed))
        normed: Tensor = layer.output_norm(x + layer.contract(layer.activation(layer.expand(x))))
        return normed


class HalfLayer:
    """Matrix products in bfloat16, sums and norms in float32, on a CPU."""

    def __init__(self, layer: BertLayer) -> None:
        self.heads, self.activation = layer.heads, fused_activation(layer.activation)
        self.qkv = HalfLinear(*fused_qkv(layer))
        self.output, self.expand, self.contract = (
            HalfLinear(linear.weight.detach(), linear.bias.detach())
            for linear in (layer.attention_output, layer.expand, layer.contract)
        )
        self.attention_norm, self.output_norm = norm(layer.attention_norm), norm(layer.output_norm)

    def __call__(self, x: Tensor, packed: Packed, rows: Tensor | None = None) -> Tensor:
        """See `Layer`."""
        mixed = torch.empty(x.shape, dtype=torch.bfloat16)
        attend_half(self.qkv(x.bfloat16()), packed.runs, self.heads, mixed)
        mixed, x = wanted(rows, mixed, x)
        x = self.attention_norm(x + self.output(mixed))
        return self.output_norm(x + self.contract(self.expand(x.bfloat16(), self.activation)))


class HalfLinear:
    """A matrix in bfloat16, laid out once as oneDNN wants it.

    Args:
        weight: [outputs, inputs].
        bias: [outputs].
    """

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        self.weight = torch.ops.mkldnn._reorder_linear_weight(weight.bfloat16(), TYPICAL_TOKENS)
        self.bias = bias.bfloat16()

    def __call__(self, x: Tensor, activation: FusedActivation = ("none", "")) -> Tensor:
        """Outputs for inputs, [tokens, inputs], both bfloat16, after an activation."""
        name, algorithm = activation
        found: Tensor = torch.ops.mkldnn._linear_pointwise(x, self.weight, self.bias, name, [], algorithm)
        return found


def wanted(rows: Tensor | None, mixed: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    """What attention gave and the residual, [tokens, hidden], for the tokens that are wanted; see `Layer`."""
    return (mixed, x) if rows is None else (mixed[rows], x[rows])


def norm(module: nn.LayerNorm) -> Norm:
    """The same without a module around it, which takes as long as the norm of a short text."""
    return partial(
        torch.layer_norm,
        normalized_shape=module.normalized_shape,
        weight=module.weight.detach(),
        bias=module.bias.detach(),
        eps=module.eps,
    )


def can_fuse(activation: nn.Module) -> bool:
    """Whether oneDNN applies an activation to a product as it writes it."""
    return _kind(activation) in _FUSED


def fused_activation(activation: nn.Module) -> FusedActivation:
    """The name and the algorithm of an activation, as torch's oneDNN has them; see `can_fuse`."""
    return _FUSED[_kind(activation)]


def _kind(activation: nn.Module) -> tuple[type[nn.Module], str]:
    return type(activation), getattr(activation, "approximate", "")


_FUSED: dict[tuple[type[nn.Module], str], FusedActivation] = {
    (nn.GELU, "none"): ("gelu", "none"),
    (nn.GELU, "tanh"): ("gelu", "tanh"),
    (nn.ReLU, ""): ("relu", ""),
}


def fused_qkv(layer: BertLayer) -> tuple[Tensor, Tensor]:
    """Weight, [3 hidden, hidden], and bias of the three projections as one, queries divided as attention wants them."""
    width = layer.query.out_features // layer.heads
    parts = [(layer.query, width**-0.5), (layer.key, 1.0), (layer.value, 1.0)]
    weight = torch.cat([linear.weight.detach() * factor for linear, factor in parts])
    return weight, torch.cat([linear.bias.detach() * factor for linear, factor in parts])
