"""On a GPU: attention of variable lengths says what the plain network says."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from nlpsuite.engine.torch_engine import PackedEngine, TorchEngine
from nlpsuite.engine.varlen import VarlenLayer
from nlpsuite.model.bert import BertLayer
from tests.engine.test_engines import WINDOWS, network

pytestmark = [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")]


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_it_says_what_the_plain_network_says(dtype):
    place = torch.device("cuda")
    wanted = TorchEngine(network(), 0, torch.device("cpu")).run(WINDOWS)
    made = network().to(place)
    assert made.trunk is not None
    layers = [VarlenLayer(layer, dtype) for layer in made.trunk.layers if isinstance(layer, BertLayer)]
    for one, other in zip(wanted, PackedEngine(made, 0, place, layers, dtype).run(WINDOWS), strict=True):
        for head in one:
            np.testing.assert_allclose(one[head], other[head], atol=0.05)
