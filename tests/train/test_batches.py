"""The order of training data: every window once, like lengths together, groups whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nlpsuite.train.batches import epoch_batches

lengths = st.lists(st.integers(1, 300), max_size=200)


@given(lengths, st.integers(1, 40), st.integers(0, 3))
def test_every_window_comes_once_and_no_batch_is_too_large(lengths, size, epoch):
    batches = epoch_batches(lengths, size, seed=1, epoch=epoch)
    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
    assert all(1 <= len(batch) <= size for batch in batches)
    assert batches == epoch_batches(lengths, size, seed=1, epoch=epoch)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=200), st.integers(1, 40))
def test_groups_stay_whole_where_a_batch_holds_them(groups, size):
    batches = epoch_batches([1] * len(groups), size, 1, 0, groups)
    assert sorted(index for batch in batches for index in batch) == list(range(len(groups)))
    for group in set(groups):
        members = groups.count(group)
        inside = [sum(groups[index] == group for index in batch) for batch in batches]
        assert sum(map(bool, inside)) == -(-members // size)


def test_epochs_differ_and_windows_of_like_length_stand_together():
    sizes = [index % 100 for index in range(1000)]
    batches = epoch_batches(sizes, 10, 1, 0)
    assert batches != epoch_batches(sizes, 10, 1, 1)
    assert max(max(sizes[i] for i in batch) - min(sizes[i] for i in batch) for batch in batches) < 40
