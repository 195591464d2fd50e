"""The packaged weights, unpacked; this needs torch and safetensors but not transformers."""

from __future__ import annotations

import torch
from safetensors import safe_open

from nlpsuite_mini import DATA
from nlpsuite_mini.integrity import check_file
from nlpsuite_mini.q4 import dequantize

WEIGHTS = "model.q4.safetensors"
PACKED, SCALE = ".q4", ".scale"


def load_state_dict() -> dict[str, torch.Tensor]:
    """Return all weights as float32, with the key names of `transformers.BertModel` (no pooler).

    Raises:
        DamagedFileError: the weights are not the ones that were built.
    """
    check_file(WEIGHTS)
    weights: dict[str, torch.Tensor] = {}
    with safe_open(DATA / WEIGHTS, framework="pt") as stored:
        for key in stored.keys():  # noqa: SIM118 (it has keys but is no mapping)
            if key.endswith(PACKED):
                name = key.removesuffix(PACKED)
                weights[name] = dequantize(stored.get_tensor(key), stored.get_tensor(name + SCALE))
            elif not key.endswith(SCALE):
                weights[key] = stored.get_tensor(key)
    return weights
