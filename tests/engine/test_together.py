"""Engines on one encoder: lower layers run once, and every answer is what the engine alone would give."""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import Tensor

from nlpsuite.application import HeadKind
from nlpsuite.document import Document
from nlpsuite.engine.layers import ExactLayer
from nlpsuite.engine.merge import run_texts
from nlpsuite.engine.packing import Packed
from nlpsuite.engine.together import run_together, shared_layers
from nlpsuite.engine.torch_engine import PackedEngine, TorchEngine
from nlpsuite.engine.varlen import VarlenLayer
from nlpsuite.engine.windows import PreparedText, WindowMaker
from nlpsuite.model.bert import Bert, BertLayer
from nlpsuite.model.heads import HeadConfig
from nlpsuite.model.names import config_from_foreign
from nlpsuite.model.network import Network
from nlpsuite.model.tokenizer import TextTokenizer
from tests.tiny import CONFIG

CPU = torch.device("cpu")
TEXTS = ["profit rises", "the bank lost a lawsuit", "shares", "profit rises", "good news of the company"]


class Counted(ExactLayer):
    """Counts the tokens that go through it."""

    tokens = 0

    def __call__(self, x: Tensor, packed: Packed) -> Tensor:
        self.tokens += len(packed.ids)
        return super().__call__(x, packed)


def engines() -> tuple[list[PackedEngine], Counted]:
    """Two on one encoder, whose upper layer each has trained."""
    torch.manual_seed(1)
    base = Bert(config_from_foreign(CONFIG)).eval()
    lowest = base.layers[0]
    assert isinstance(lowest, BertLayer)
    shared = Counted(lowest)
    made = []
    for name, outputs in (("mood", ("a", "b")), ("kind", ("x", "y", "z"))):
        upper = copy.deepcopy(base.layers[1])
        assert isinstance(upper, BertLayer)
        torch.nn.init.normal_(upper.query.weight)
        network = Network(base, [HeadConfig(name, HeadKind.SINGLE_LABEL, outputs, 32)])
        made.append(PackedEngine(network, 0, CPU, [shared, ExactLayer(upper)], torch.float32, 16))
    return made, shared


def prepared(tiny_encoder, texts: list[str]) -> list[PreparedText]:
    return WindowMaker(TextTokenizer.from_folder(tiny_encoder), 32).prepare([Document(text) for text in texts])


def test_answers_are_those_of_each_engine_alone(tiny_encoder):
    both, shared = engines()
    texts = [prepared(tiny_encoder, TEXTS), prepared(tiny_encoder, [*TEXTS[2:], "weak quarter"])]
    alone = [run_texts(engine, own) for engine, own in zip(both, texts, strict=True)]
    shared.tokens = 0
    together = run_together(both, texts)
    different = {window.content for own in texts for text in own for window in text.windows}
    assert shared.tokens == sum(len(ids) for ids, _, _ in different)
    for one, other in zip(alone, together, strict=True):
        for wanted, found in zip(one, other, strict=True):
            assert wanted.keys() == found.keys()
            for head in wanted:
                np.testing.assert_allclose(wanted[head], found[head], atol=1e-5)


def test_engines_that_share_nothing_run_by_themselves(tiny_encoder):
    first, second = engines()[0][0], engines()[0][0]
    assert shared_layers([first, second]) == 0
    assert shared_layers([first, TorchEngine(first.network, 0, CPU)]) == 0
    texts = prepared(tiny_encoder, TEXTS)
    found = run_together([first, second], [texts, texts])
    np.testing.assert_allclose(found[0][0]["mood"], run_texts(first, texts)[0]["mood"], atol=1e-5)


def test_the_layer_for_gpus_computes_the_same(tiny_encoder):
    """On a CPU, in float32; what torch has for GPUs alone is tested on one."""
    both, _ = engines()
    engine = both[0]
    modules = [layer.layer for layer in engine.layers if isinstance(layer, ExactLayer)]
    other = PackedEngine(
        engine.network, 0, CPU, [VarlenLayer(module, torch.float32) for module in modules], torch.float32
    )
    texts = prepared(tiny_encoder, TEXTS)
    for one, two in zip(run_texts(engine, texts), run_texts(other, texts), strict=True):
        np.testing.assert_allclose(one["mood"], two["mood"], atol=1e-5)


def test_engines_may_read_nothing_in_common(tiny_encoder):
    both, _ = engines()
    texts = [prepared(tiny_encoder, ["profit rises " * 6]), prepared(tiny_encoder, ["loss " * 14, "news " * 14])]
    alone = [run_texts(engine, own) for engine, own in zip(both, texts, strict=True)]
    for one, other in zip(alone, run_together(both, texts), strict=True):
        for head in (name for name in one[0]):
            np.testing.assert_allclose([text[head] for text in one], [text[head] for text in other], atol=1e-5)
