"""What the machine could do at most: its fastest matrix product, and the operations a text needs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import torch

from nlpsuite.model.bert import BertConfig

Product = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

SIZES = (1024, 2048)
SECONDS = 0.7


def matrix_product(dtype: torch.dtype, device: torch.device) -> float:
    """The most operations a second that a product of two square matrices reaches; a multiply-add is two."""
    best = 0.0
    for size in SIZES:
        one, other = (torch.randn(size, size, device=device).mul_(20).to(dtype) for _ in range(2))
        multiply = torch._int_mm if dtype is torch.int8 else torch.mm
        best = max(best, 2 * size**3 / _seconds_each(multiply, one, other))
    return best


def _seconds_each(multiply: Product, one: torch.Tensor, other: torch.Tensor) -> float:
    least, until = float("inf"), time.perf_counter() + SECONDS
    with torch.inference_mode():
        while time.perf_counter() < until:
            began = time.perf_counter()
            multiply(one, other)
            if one.device.type == "cuda":
                torch.cuda.synchronize(one.device)
            least = min(least, time.perf_counter() - began)
    return least


def operations(config: BertConfig, lengths: Iterable[int]) -> float:
    """Operations of a pass forward over windows of these lengths, in tokens; heads and norms are left out.

    A token takes 2 for each weight of a layer's matrices, and 4 for each token it attends to and each number of its
    vector: 24 h² + 4 n h a layer, where the feed-forward is four times as wide as the hidden vectors.
    """
    h, ffn = config.hidden, config.ffn
    weights = 2 * (4 * h * h + 2 * h * ffn)
    return float(config.layers * sum(n * weights + 4 * n * n * h for n in lengths))
