"""Batches: every window once, longest first, within the budget; results do not hang on the batch."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from nlpsuite.application import HeadKind
from nlpsuite.engine.batching import by_token_budget, collate
from nlpsuite.engine.torch_engine import TorchEngine
from nlpsuite.engine.windows import Window
from nlpsuite.model.bert import Bert
from nlpsuite.model.heads import HeadConfig
from nlpsuite.model.names import config_from_foreign
from nlpsuite.model.network import Network
from tests.tiny import CONFIG


@given(st.lists(st.integers(1, 50), max_size=60), st.integers(10, 200))
def test_groups_hold_every_window_once_within_the_budget(lengths, budget):
    groups = list(by_token_budget(lengths, budget))
    assert sorted(index for group in groups for index in group) == list(range(len(lengths)))
    assert all(len(group) == 1 or max(lengths[i] for i in group) * len(group) <= budget for group in groups)


def window(ids: list[int], types: list[int] | None = None) -> Window:
    return Window(ids, types, 0, max(len(ids) - 2, 0), 1)


def test_padding_is_masked_and_types_are_kept():
    batch = collate([window([2, 5, 3]), window([2, 5, 6, 7, 3], [0, 0, 0, 1, 1])], pad=9)
    assert batch.ids.tolist() == [[2, 5, 3, 9, 9], [2, 5, 6, 7, 3]]
    assert batch.mask.tolist() == [[True, True, True, False, False], [True] * 5]
    assert batch.types is not None and batch.types.tolist() == [[0] * 5, [0, 0, 0, 1, 1]]


def test_a_result_does_not_hang_on_its_batch():
    torch.manual_seed(0)
    heads = [
        HeadConfig("mood", HeadKind.SINGLE_LABEL, ("a", "b"), 32),
        HeadConfig("tags", HeadKind.TOKEN_LABELS, ("O",), 32),
    ]
    network = Network(Bert(config_from_foreign(CONFIG)), heads)
    windows = [window([2, *range(5, 5 + length), 3]) for length in (1, 20, 7, 3, 12)]
    together = TorchEngine(network, 0, torch.device("cpu")).run(windows)
    alone = [TorchEngine(network, 0, torch.device("cpu")).run([one])[0] for one in windows]
    for one, other, source in zip(together, alone, windows, strict=True):
        np.testing.assert_allclose(one["mood"], other["mood"], atol=1e-5)
        np.testing.assert_allclose(one["tags"], other["tags"], atol=1e-5)
        assert one["tags"].shape == (len(source.ids), 1)
