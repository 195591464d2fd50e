"""Eight-bit matrices: the numbers that turn a layer's weights and inputs into bytes, and the file that keeps them.

Scales are fixed when they are fitted, so that a text's outcome never hangs on its neighbours in a batch. Weights have
one scale an output. Inputs have one scale a matrix, after each of their channels was divided by a factor of its own
that the weights take on in turn (Xiao et al. 2022, arXiv 2211.10438), since a few channels are a hundred times as large
as the others. What a few neurons of the feed-forward give beyond the scale's range is added apart in float32 (the way
of Dettmers et al. 2022, arXiv 2208.07339).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import torch
from torch import Tensor

from nlpsuite.errors import BundleError

INT8_FILE = "int8.safetensors"
LEVELS = 255
MOST = 127
SITES = ("qkv", "output", "expand", "contract")
"""A layer's matrices; queries, keys and values are one."""

_CLIPS = torch.linspace(0.8, 1.0, 9).tolist()


@dataclass(frozen=True, slots=True)
class Site:
    """How one matrix and its inputs are quantized.

    Attributes:
        factor: each input channel is divided by it, and its weights are multiplied, [inputs].
        scale: of the inputs after that: an input x is the byte x / (factor · scale) + zero.
        zero: the byte that stands for 0.
        weight_scale: of each output's weights, [outputs].
        bias: of the matrix, corrected for the mean error of its quantization, [outputs].
        outliers: input channels whose part beyond the range is added apart; may be empty.
    """

    factor: Tensor
    scale: Tensor
    zero: Tensor
    weight_scale: Tensor
    bias: Tensor
    outliers: Tensor

    @property
    def range(self) -> tuple[float, float]:
        """The least and the largest input that a byte stands for, after the division."""
        scale, zero = float(self.scale), int(self.zero)
        return -zero * scale, (LEVELS - zero) * scale

    def quantized_weight(self, weight: Tensor) -> Tensor:
        """A float matrix, [outputs, inputs], as int8."""
        return quantize_weight(weight * self.factor, self.weight_scale)


LayerSites = Mapping[str, Site]
"""By name, see `SITES`."""


def quantize_weight(weight: Tensor, scale: Tensor) -> Tensor:
    """[outputs, inputs] as int8 under a scale for each output, [outputs]."""
    return (weight / scale[:, None]).round_().clamp_(-MOST, MOST).to(torch.int8)


def best_weight_scale(weight: Tensor) -> Tensor:
    """For each output the scale, [outputs], of least squared error; it may cut the largest weights a little."""
    largest = weight.abs().amax(1).clamp_(min=1e-9) / MOST
    best, least = largest, torch.full_like(largest, float("inf"))
    for clip in _CLIPS:
        scale = largest * clip
        error = (quantize_weight(weight, scale) * scale[:, None] - weight).square_().sum(1)
        best, least = torch.where(error < least, scale, best), torch.minimum(error, least)
    return best


_HALF = ("factor", "weight_scale", "bias")
"""Kept in half precision."""


def to_tensors(layers: Mapping[int, LayerSites]) -> dict[str, Tensor]:
    """As named tensors, such as `3.qkv.scale`; those with a number for each channel in half precision."""
    return {
        f"{number}.{name}.{item.name}": _kept(item.name, getattr(site, item.name))
        for number, sites in layers.items()
        for name, site in sites.items()
        for item in fields(Site)
    }


def _kept(name: str, tensor: Tensor) -> Tensor:
    return tensor.half() if name in _HALF else tensor


def read_sites(file: Path) -> dict[int, LayerSites]:
    """The reverse of `to_tensors`, from a file.

    Raises:
        BundleError: the file is damaged.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        tensors = {name: _full(tensor) for name, tensor in load_file(file).items()}
        numbers = sorted({int(name.split(".")[0]) for name in tensors})
        return {
            number: {
                name: Site(**{item.name: tensors[f"{number}.{name}.{item.name}"] for item in fields(Site)})
                for name in SITES
            }
            for number in numbers
        }
    except (SafetensorError, KeyError, ValueError) as error:
        raise BundleError(f"{file} is damaged: {error}. Restore it from where it came.") from error


def _full(tensor: Tensor) -> Tensor:
    return tensor.float() if tensor.is_floating_point() else tensor
