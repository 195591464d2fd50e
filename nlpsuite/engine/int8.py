"""A layer of BERT in eight bits on a CPU: bytes times bytes, summed in 32 bits, with torch's oneDNN."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from nlpsuite.engine.attention import attend_half
from nlpsuite.engine.layers import FusedActivation, fused_activation, fused_qkv, norm, wanted
from nlpsuite.engine.packing import Packed
from nlpsuite.model.bert import BertLayer
from nlpsuite.model.quantization import LEVELS, LayerSites, Site


class Int8Linear:
    """A matrix in eight bits, [outputs, inputs].

    Args:
        weight: in float32.
        site: how it is quantized.
    """

    def __init__(self, weight: Tensor, site: Site) -> None:
        self.scale, self.zero = float(site.scale), int(site.zero)
        self.weight = torch.ops.onednn.qlinear_prepack(site.quantized_weight(weight), None)
        self.weight_scale, self.bias = site.weight_scale.contiguous(), site.bias
        self.weight_zero = torch.zeros(len(site.bias), dtype=torch.int32)
        self.to_byte = 1 / (site.factor * site.scale)
        self.half_up = torch.tensor([self.zero + 0.5])

    def quantize(self, x: Tensor) -> Tensor:
        """Inputs, [tokens, inputs], as bytes."""
        return torch.addcmul(self.half_up, x, self.to_byte).clamp_(0, LEVELS).to(torch.uint8)

    def __call__(self, x: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """Outputs for bytes, [tokens, outputs]."""
        return self._run(x, 1.0, 0, dtype, "none", "")

    def activated(self, x: Tensor, following: Int8Linear, activation: FusedActivation) -> Tensor:
        """Outputs after an activation, as the bytes that the following matrix takes."""
        return self._run(x, following.scale, following.zero, torch.uint8, *activation)

    def added(self, x: Tensor, residual: Tensor) -> Tensor:
        """Outputs with a residual added, [tokens, outputs]."""
        found: Tensor = torch.ops.onednn.qlinear_pointwise.binary(
            x,
            self.scale,
            self.zero,
            self.weight,
            self.weight_scale,
            self.weight_zero,
            residual,
            self.bias,
            1.0,
            0,
            torch.float32,
            1.0,
            0,
            "add",
            1.0,
            "none",
            [],
            "",
        )
        return found

    def _run(self, x: Tensor, scale: float, zero: int, dtype: torch.dtype, *activation: str) -> Tensor:
        name, algorithm = activation
        found: Tensor = torch.ops.onednn.qlinear_pointwise(
            x,
            self.scale,
            self.zero,
            self.weight,
            self.weight_scale,
            self.weight_zero,
            self.bias,
            scale,
            zero,
            dtype,
            name,
            [],
            algorithm,
        )
        return found


class Int8Layer:
    """Matrix products in eight bits, attention in bfloat16, sums and norms in float32.

    Args:
        layer: its weights are copied.
        sites: how its matrices are quantized.
    """

    def __init__(self, layer: BertLayer, sites: LayerSites) -> None:
        self.heads, self.activation = layer.heads, fused_activation(layer.activation)
        self.qkv = Int8Linear(fused_qkv(layer)[0], sites["qkv"])
        self.output = Int8Linear(layer.attention_output.weight.detach(), sites["output"])
        self.expand = Int8Linear(layer.expand.weight.detach(), sites["expand"])
        self.contract = Int8Linear(layer.contract.weight.detach(), sites["contract"])
        self.attention_norm, self.output_norm = norm(layer.attention_norm), norm(layer.output_norm)
        self.excess = Excess(layer, sites["contract"]) if len(sites["contract"].outliers) else None

    def __call__(self, x: Tensor, packed: Packed, rows: Tensor | None = None) -> Tensor:
        """See `layers.Layer`."""
        mixed = torch.empty_like(x)
        attend_half(self.qkv(self.qkv.quantize(x), torch.bfloat16), packed.runs, self.heads, mixed)
        mixed, x = wanted(rows, mixed, x)
        x = self.attention_norm(self.output.added(self.output.quantize(mixed), x))
        inner = self.expand.activated(self.expand.quantize(x), self.contract, self.activation)
        y = self.contract.added(inner, x)
        return self.output_norm(y if self.excess is None else self.excess.add(x, y))


class Excess:
    """What a few neurons of the feed-forward give beyond the range of a byte."""

    def __init__(self, layer: BertLayer, contract: Site) -> None:
        chosen = contract.outliers
        self.weight, self.bias = layer.expand.weight.detach()[chosen], layer.expand.bias.detach()[chosen]
        self.back = layer.contract.weight.detach()[:, chosen].t().contiguous()
        self.activation = layer.activation
        self.limit = contract.range[1]

    def add(self, x: Tensor, y: Tensor) -> Tensor:
        """The feed-forward's output y for its input x, both [tokens, hidden], with the excess."""
        beyond = self.activation(functional.linear(x, self.weight, self.bias)).sub_(self.limit).clamp_(min=0)
        return y.addmm_(beyond, self.back)
