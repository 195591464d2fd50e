"""Attention over windows that stand end to end: each token looks at the tokens of its own window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from nlpsuite.engine.packing import Run

CACHED = 400_000
"""Attention weights computed at once on a CPU: they are read and written five times, and should stay near the core."""

VECTOR = 16
"""Numbers that a processor takes at once; torch's softmax over fewer is ten times as slow as over that many."""


def attend(
    query: Tensor, key: Tensor, value: Tensor, runs: Sequence[Run], heads: int, scale: float | None = None
) -> Tensor:
    """Attention as torch has it, in the precision of its inputs.

    Args:
        query, key, value: [tokens, hidden].
        runs: which tokens make up a window.
        heads: how many.
        scale: of the scores; one by the root of a head's width when None.

    Returns:
        [tokens, hidden].
    """
    out = torch.empty_like(query, memory_format=torch.contiguous_format)
    for run in runs:
        q, k, v = (_windows(part, run, heads).transpose(1, 2) for part in (query, key, value))
        mixed = functional.scaled_dot_product_attention(q, k, v, scale=scale)
        _windows(out, run, heads).copy_(mixed.transpose(1, 2))
    return out


def attend_half(qkv: Tensor, runs: Sequence[Run], heads: int, out: Tensor) -> None:
    """Attention with bf16 products and a float32 softmax: on a CPU faster than torch's for windows of any length.

    Args:
        qkv: queries, already divided by the root of a head's width, keys and values side by side, [tokens, 3 hidden],
            bfloat16.
        runs: which tokens make up a window.
        heads: how many.
        out: is filled, [tokens, hidden].
    """
    for run in _chunks(runs, heads):
        parts = qkv[run.first : run.stop].view(run.count, run.length, 3, heads, -1).permute(2, 0, 3, 1, 4)
        query, key, value = parts.contiguous().view(3, run.count * heads, run.length, -1)
        weights = _softmax(torch.bmm(query, key.transpose(1, 2)), run.length)
        mixed = torch.bmm(weights, value)
        _windows(out, run, heads).copy_(mixed.view(run.count, heads, run.length, -1).transpose(1, 2))


def _softmax(scores: Tensor, length: int) -> Tensor:
    if length >= VECTOR:
        return torch.softmax(scores.float(), -1).bfloat16()
    wide = torch.full((*scores.shape[:-1], VECTOR), float("-inf"))
    wide[..., :length] = scores
    return torch.softmax(wide, -1)[..., :length].bfloat16()


def _windows(tensor: Tensor, run: Run, heads: int) -> Tensor:
    """The tokens of a run, [windows, length, heads, width]."""
    return tensor[run.first : run.stop].view(run.count, run.length, heads, -1)


def _chunks(runs: Sequence[Run], heads: int) -> Iterator[Run]:
    for run in runs:
        most = max(CACHED // (heads * run.length * run.length), 1)
        for done in range(0, run.count, most):
            yield Run(run.first + done * run.length, min(most, run.count - done), run.length)
