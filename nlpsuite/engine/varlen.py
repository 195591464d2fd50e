"""A layer of BERT on a GPU over windows that stand end to end: attention of variable lengths, nothing padded."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from nlpsuite.engine.attention import attend
from nlpsuite.engine.layers import fused_qkv, norm, wanted
from nlpsuite.engine.packing import Packed
from nlpsuite.model.bert import BertLayer


class VarlenLayer:
    """Matrix products and attention in bfloat16 or float16, sums and norms in float32.

    Args:
        layer: on the device that it is to run on.
        dtype: of the products.
    """

    def __init__(self, layer: BertLayer, dtype: torch.dtype) -> None:
        self.heads, self.dtype = layer.heads, dtype
        self.qkv = _cast(fused_qkv(layer), dtype)
        self.output, self.expand, self.contract = (
            _cast((linear.weight.detach(), linear.bias.detach()), dtype)
            for linear in (layer.attention_output, layer.expand, layer.contract)
        )
        self.activation = layer.activation
        self.attention_norm, self.output_norm = norm(layer.attention_norm), norm(layer.output_norm)

    def __call__(self, x: Tensor, packed: Packed, rows: Tensor | None = None) -> Tensor:
        """See `layers.Layer`."""
        mixed = attend_varlen(functional.linear(x.to(self.dtype), *self.qkv), packed, self.heads)
        mixed, x = wanted(rows, mixed, x)
        x = self.attention_norm(x + functional.linear(mixed, *self.output))
        inner = self.activation(functional.linear(x.to(self.dtype), *self.expand))
        return self.output_norm(x + functional.linear(inner, *self.contract))


def attend_varlen(qkv: Tensor, packed: Packed, heads: int) -> Tensor:
    """Attention in one call for windows of all lengths.

    Args:
        qkv: queries, already divided by the root of a head's width, keys and values side by side, [tokens, 3 hidden].
        packed: which tokens make up a window.
        heads: how many.

    Returns:
        [tokens, hidden].
    """
    query, key, value = qkv.chunk(3, -1)
    if qkv.device.type != "cuda":  # torch has the kernel for GPUs alone; elsewhere this serves its tests
        return attend(query, key, value, packed.runs, heads, scale=1.0)
    from torch.nn.attention.varlen import varlen_attn

    longest = max(packed.lengths)
    q, k, v = (part.view(len(part), heads, -1) for part in (query, key, value))
    mixed = varlen_attn(q, k, v, packed.borders, packed.borders, longest, longest, scale=1.0)
    assert isinstance(mixed, Tensor)
    return mixed.flatten(-2)


def _cast(tensors: tuple[Tensor, Tensor], dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    weight, bias = tensors
    return weight.to(dtype), bias.to(dtype)
