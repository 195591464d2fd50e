"""Every engine says what the plain network says, whatever a window's neighbours are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nlpsuite.application import HeadKind
from nlpsuite.engine.device import has_fast_int8
from nlpsuite.engine.int8 import Int8Layer
from nlpsuite.engine.int8_fit import fit_sites
from nlpsuite.engine.layers import ExactLayer, HalfLayer, Layer
from nlpsuite.engine.packing import Packed, pack
from nlpsuite.engine.torch_engine import PackedEngine, TorchEngine
from nlpsuite.engine.windows import Window
from nlpsuite.model.bert import Bert, BertLayer
from nlpsuite.model.heads import HeadConfig
from nlpsuite.model.names import config_from_foreign
from nlpsuite.model.network import Network
from tests.tiny import CONFIG

CPU = torch.device("cpu")
HEADS = [
    HeadConfig("mood", HeadKind.SINGLE_LABEL, ("a", "b", "c"), 32),
    HeadConfig("tags", HeadKind.TOKEN_LABELS, ("O", "B-X", "I-X"), 32),
    HeadConfig("match", HeadKind.PAIR_SCORE, (), 32, pooling="both"),
]
FORMATS = {"fp32": torch.float32, "bf16": torch.bfloat16, "int8": torch.int8}


FIRST = [HeadConfig("mood", HeadKind.SINGLE_LABEL, ("a", "b", "c"), 32, pooling="first")]
"""Read first tokens alone."""


def network(heads: Sequence[HeadConfig] = HEADS) -> Network:
    torch.manual_seed(3)
    made = Network(Bert(config_from_foreign(CONFIG)), heads).eval()
    with torch.no_grad():
        for parameter in made.heads.parameters():
            parameter.normal_(std=0.3)
    return made


def window(length: int, seed: int, second: int = 0) -> Window:
    ids = [2, *np.random.default_rng(seed).integers(5, 40, length).tolist(), 3]
    types = [int(bool(second) and place >= second) for place in range(len(ids))]
    return Window(ids, types if second else None, 0, length, 1, second)


WINDOWS = [window(length, seed, 2 if seed % 3 == 0 else 0) for seed, length in enumerate([1, 20, 7, 7, 3, 40, 7, 12])]


def layers(of: Network, name: str) -> Sequence[Layer]:
    bert = of.trunk
    assert bert is not None
    modules = [layer for layer in bert.layers if isinstance(layer, BertLayer)]
    if name == "fp32":
        return [ExactLayer(layer) for layer in modules]
    if name == "bf16":
        return [HalfLayer(layer) for layer in modules]
    sites = fit_sites(bert, pack([window(12, seed) for seed in range(60)], CPU))
    return [Int8Layer(layer, sites[number]) for number, layer in enumerate(modules)]


def engine(name: str, budget: int = 64, workers: int = 1, heads: Sequence[HeadConfig] = HEADS) -> PackedEngine:
    made = network(heads)
    return PackedEngine(made, 0, CPU, layers(made, name), FORMATS[name], budget, workers)


@pytest.fixture(
    scope="module",
    params=[
        "fp32",
        "bf16",
        pytest.param(
            "int8", marks=pytest.mark.skipif(not has_fast_int8(CPU), reason="this processor has no fast int8")
        ),
    ],
)
def packed(request):
    return request.param, engine(request.param)


TOLERANCE = {"fp32": 1e-5, "bf16": 0.03, "int8": 0.3}
"""Of logits whose standard deviation is about 2."""


def test_it_says_what_the_plain_network_says(packed):
    name, made = packed
    wanted = TorchEngine(network(), 0, CPU).run(WINDOWS)
    for one, other in zip(wanted, made.run(WINDOWS), strict=True):
        for head in one:
            assert one[head].shape == other[head].shape
            np.testing.assert_allclose(one[head], other[head], atol=TOLERANCE[name])


def test_heads_that_read_first_tokens_are_told_the_same_by_a_last_layer_for_those_alone(packed):
    name, _ = packed
    made = engine(name, heads=FIRST)
    run, wanted = [], TorchEngine(network(FIRST), 0, CPU).run(WINDOWS)
    last = made.layers[-1]

    def counted(*args: object) -> torch.Tensor:
        run.append(last(*args))
        return run[-1]

    made.layers = [*made.layers[:-1], counted]
    for one, other in zip(wanted, made.run(WINDOWS), strict=True):
        np.testing.assert_allclose(one["mood"], other["mood"], atol=TOLERANCE[name])
    assert sum(map(len, run)) < sum(len(window.ids) for window in WINDOWS)


@torch.inference_mode()
def test_without_layers_of_its_own_an_engine_reads_first_tokens_too():
    made = engine("fp32", heads=FIRST)
    batch = pack(WINDOWS, CPU)
    whole = made.upper(made.lower(batch, 0), batch, 0)
    shared = made.upper(made.lower(batch, len(made.layers)), batch, len(made.layers))
    for one, other in zip(whole, shared, strict=True):
        np.testing.assert_allclose(one["mood"], other["mood"], atol=1e-5)


@given(st.permutations(range(len(WINDOWS))), st.integers(1, len(WINDOWS)), st.integers(10, 200))
def test_a_result_does_not_hang_on_its_neighbours(packed, order, count, budget):
    _, made = packed
    alone = [made.run([WINDOWS[index]])[0] for index in order[:count]]
    made.budget = budget
    for one, other in zip(alone, made.run([WINDOWS[index] for index in order[:count]]), strict=True):
        for head in one:
            np.testing.assert_allclose(one[head], other[head], atol=1e-3)


def test_threads_change_nothing(packed):
    name, made = packed
    side_by_side = engine(name, budget=16, workers=3)
    for one, other in zip(made.run(WINDOWS), side_by_side.run(WINDOWS), strict=True):
        for head in one:
            np.testing.assert_allclose(one[head], other[head], atol=1e-3)
    assert torch.get_num_threads() == 1


def test_no_windows_are_no_work(packed):
    assert packed[1].run([]) == []


def test_sizes_of_products_are_few():
    sizes = set()

    def noted(x: torch.Tensor, packed: Packed, rows: torch.Tensor | None = None) -> torch.Tensor:
        sizes.add(len(x))
        return x

    made = network()
    counted = PackedEngine(made, 0, CPU, [noted], torch.float32, 4096)
    for tokens in range(1, 60):
        assert len(counted.run([window(tokens, 1)])[0]["tags"]) == tokens + 2
    assert len(sizes) <= 8
