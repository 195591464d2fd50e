"""Q4_0, the 4-bit form in which the matrices are stored.

The columns of a matrix are cut into blocks of 32. A block has one float16 scale and 16 bytes; byte j holds
weight j in its low and weight j + 16 in its high half, and a weight is (half - 8) * scale.
"""

from __future__ import annotations

import torch

BLOCK = 32
OFFSET = 8


def dequantize(packed: torch.Tensor, scales: torch.Tensor) -> torch.Tensor:
    """Unpack one matrix, exactly.

    Args:
        packed: uint8 (rows, blocks, 16).
        scales: float16 (rows, blocks).

    Returns:
        float32 (rows, blocks * 32).
    """
    rows, blocks, half = packed.shape
    weights = torch.empty(rows, blocks, BLOCK, dtype=torch.float32)
    weights[..., :half] = packed & 0x0F
    weights[..., half:] = packed >> 4
    weights -= OFFSET
    weights *= scales.float().unsqueeze(-1)
    return weights.view(rows, blocks * BLOCK)
