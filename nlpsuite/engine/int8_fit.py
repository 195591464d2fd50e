"""Fitting the scales of eight-bit layers on texts, one matrix after the other, with the exact network beside it.

What is quantized is imitated in float32, so that any machine can fit. Each matrix sees what those before it give when
they are quantized, and its bias makes up for the mean error of all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional

from nlpsuite.engine.attention import attend
from nlpsuite.engine.layers import fused_qkv
from nlpsuite.engine.packing import Packed, Run
from nlpsuite.model.bert import Bert, BertLayer
from nlpsuite.model.quantization import LEVELS, LayerSites, Site, best_weight_scale, quantize_weight

SHARES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""How much of a channel's size may move from inputs to weights, as an exponent: tried in turn for every matrix."""

CLIPS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""How much of the range of a feed-forward's neurons may be kept, likewise."""

FIXED = "contract"
"""The matrix whose inputs come as bytes from the one before, so that their channels cannot be divided."""

TRIED = 3000
"""Tokens that are looked at to choose among these."""

OUTLIERS = 8
"""Neurons of a layer whose excess is added apart."""

OUTLYING = 1.5
"""They are worth it where the largest is so many times as large as the next."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One vector a token, [tokens, channels], as it should be and as eight bits make it."""

    exact: Tensor
    seen: Tensor


@torch.inference_mode()
def fit_sites(bert: Bert, packed: Packed, known: Mapping[int, LayerSites] | None = None) -> dict[int, LayerSites]:
    """Fit how each layer is quantized.

    Args:
        bert: whose weights.
        packed: texts to fit on; some ten thousand tokens do.
        known: layers that are fitted already, on the same weights: they are taken over.

    Returns:
        By layer.
    """
    runs = packed.runs
    first = bert.embed(packed.ids, packed.types, packed.places)
    x = Pair(first, first)
    found: dict[int, LayerSites] = {}
    for number, layer in enumerate(bert.layers):
        assert isinstance(layer, BertLayer)
        x, found[number] = _fit_layer(layer, x, runs, (known or {}).get(number, {}))
    return found


def _fit_layer(layer: BertLayer, x: Pair, runs: Sequence[Run], known: LayerSites) -> tuple[Pair, LayerSites]:
    """What the layer gives, and its sites."""
    sites: dict[str, Site] = dict(known)

    def through(name: str, inputs: Pair, weight: Tensor, bias: Tensor) -> Pair:
        if name not in sites:
            sites[name] = _fit_site(name, inputs, weight, bias)
        return Pair(functional.linear(inputs.exact, weight, bias), _imitate(inputs.seen, weight, sites[name]))

    qkv = through("qkv", x, *fused_qkv(layer))
    mixed = Pair(_attend(qkv.exact, runs, layer.heads), _attend(qkv.seen, runs, layer.heads))
    output = layer.attention_output
    x = _normed(layer.attention_norm, x, through("output", mixed, output.weight, output.bias))
    inner = through("expand", x, layer.expand.weight, layer.expand.bias)
    active = Pair(layer.activation(inner.exact), layer.activation(inner.seen))
    x = _normed(layer.output_norm, x, through("contract", active, layer.contract.weight, layer.contract.bias))
    return x, sites


def _fit_site(name: str, inputs: Pair, weight: Tensor, bias: Tensor) -> Site:
    """The site with the least squared error, whose bias then makes up for what all before it have left."""
    some = inputs.seen[:: max(len(inputs.seen) // TRIED, 1)]
    wanted = functional.linear(some, weight, bias)
    tried = (
        [_fixed(inputs.seen, weight, bias, clip) for clip in CLIPS]
        if name == FIXED
        else [_divided(inputs.seen, weight, bias, share) for share in SHARES]
    )
    site = min(tried, key=lambda one: float((_imitate(some, weight, one) - wanted).square().mean()))
    error = functional.linear(inputs.exact, weight, bias).mean(0) - _imitate(inputs.seen, weight, site).mean(0)
    return replace(site, bias=_as_kept(bias + error))


def _divided(seen: Tensor, weight: Tensor, bias: Tensor, share: float) -> Site:
    factor = _as_kept(_factor(seen, weight, share))
    divided = seen / factor
    return _site(factor, float(divided.min()), float(divided.max()), weight, bias, torch.zeros(0, dtype=torch.long))


def _fixed(seen: Tensor, weight: Tensor, bias: Tensor, clip: float) -> Site:
    outliers, highest = _outliers(seen)
    return _site(torch.ones(1), float(seen.min()), highest * clip, weight, bias, outliers)


def _site(factor: Tensor, lowest: float, highest: float, weight: Tensor, bias: Tensor, outliers: Tensor) -> Site:
    lowest, highest = min(lowest, 0.0), max(highest, 0.0)
    scale = (highest - lowest) / LEVELS or 1.0
    zero = torch.tensor(round(-lowest / scale))
    return Site(factor, torch.tensor(scale), zero, _as_kept(best_weight_scale(weight * factor)), bias, outliers)


def _as_kept(tensor: Tensor) -> Tensor:
    """Rounded as the file will have it, so that what is fitted next sees what will run."""
    return tensor.half().float()


def _factor(seen: Tensor, weight: Tensor, share: float) -> Tensor:
    inputs = seen.abs().amax(0).clamp(min=1e-4)
    weights = weight.abs().amax(0).clamp(min=1e-6)
    factor = inputs**share / weights ** (1 - share)
    return factor / factor.mean()


def _outliers(seen: Tensor) -> tuple[Tensor, float]:
    """The channels that are much larger than the others, and the largest of the others."""
    largest = seen.amax(0)
    chosen = largest.topk(min(OUTLIERS + 1, len(largest)))
    most, rest = float(chosen.values[0]), float(chosen.values[-1])
    if most <= OUTLYING * rest:
        return torch.zeros(0, dtype=torch.long), most
    return chosen.indices[:-1].sort().values, rest


def _imitate(x: Tensor, weight: Tensor, site: Site) -> Tensor:
    """What the eight-bit matrix gives for float inputs, [tokens, outputs]."""
    byte = ((x / (site.factor * site.scale)) + site.zero).round_().clamp_(0, LEVELS)
    rounded = (byte - site.zero) * site.scale
    weights = quantize_weight(weight * site.factor, site.weight_scale) * site.weight_scale[:, None]
    found = functional.linear(rounded, weights, site.bias)
    if len(site.outliers):
        beyond = (x[:, site.outliers] - site.range[1]).clamp(min=0)
        found = found + beyond @ weight[:, site.outliers].t()
    return found


def _attend(qkv: Tensor, runs: Sequence[Run], heads: int) -> Tensor:
    query, key, value = qkv.chunk(3, -1)
    return attend(query, key, value, runs, heads, scale=1.0)


def _normed(norm: torch.nn.LayerNorm, x: Pair, added: Pair) -> Pair:
    return Pair(norm(x.exact + added.exact), norm(x.seen + added.seen))
