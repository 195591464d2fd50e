"""Windows end to end: nothing is lost or padded, runs are of one length, heads see what they would see padded."""

from __future__ import annotations

from itertools import pairwise

import torch
from hypothesis import given
from hypothesis import strategies as st

from nlpsuite.engine.packing import Run, by_tokens, pack
from nlpsuite.engine.windows import Window

CPU = torch.device("cpu")


def window(ids: list[int], types: list[int] | None = None, second: int = 0) -> Window:
    return Window(ids, types, 0, max(len(ids) - 2, 0), 1, second)


@given(st.lists(st.integers(1, 50), max_size=60), st.integers(10, 200))
def test_groups_hold_every_window_once_within_the_budget(lengths, budget):
    groups = list(by_tokens(lengths, budget))
    assert sorted(index for group in groups for index in group) == list(range(len(lengths)))
    assert all(len(group) == 1 or sum(lengths[i] for i in group) <= budget for group in groups)


@given(st.lists(st.integers(1, 6), min_size=1, max_size=20))
def test_runs_cover_the_tokens_in_order(lengths):
    packed = pack([window([5] * length) for length in lengths], CPU)
    runs = packed.runs
    assert runs[0].first == 0 and runs[-1].stop == sum(lengths)
    assert all(one.stop == two.first and one.length != two.length for one, two in pairwise(runs))
    assert [run.length for run in runs for _ in range(run.count)] == lengths


def test_tokens_stand_end_to_end_with_their_places():
    packed = pack([window([2, 5, 6, 3], [0, 0, 1, 1], second=2), window([2, 3])], CPU)
    assert packed.ids.tolist() == [2, 5, 6, 3, 2, 3]
    assert packed.places.tolist() == [0, 1, 2, 3, 0, 1]
    assert packed.types is not None and packed.types.tolist() == [0, 0, 1, 1, 0, 0]
    assert packed.runs == [Run(0, 1, 4), Run(4, 1, 2)]
    assert pack([window([2, 3])], CPU).types is None


def test_heads_see_each_window_with_its_mask():
    packed = pack([window([2, 5, 6, 3], second=2), window([2, 3])], CPU)
    x, mask, second = packed.padded(torch.arange(1.0, 7)[:, None])
    assert x[..., 0].tolist() == [[1, 2, 3, 4], [5, 6, 0, 0]]
    assert mask.tolist() == [[True] * 4, [True, True, False, False]]
    assert second is not None and second.tolist() == [[False, False, True, True], [False] * 4]
    assert pack([window([2, 3])], CPU).padded(torch.ones(2, 1))[2] is None
