"""Ranking losses, against sums worked out by hand."""

from __future__ import annotations

import math

import pytest
import torch

from nlpsuite.train.rankings import ranking_loss

LOGITS = torch.tensor([2.0, 0.0, 1.0, 5.0, 7.0])
TARGET = torch.tensor([1.0, 0.0, float("nan"), 0.0, 0.0])
GROUPS = torch.tensor([4, 4, 4, 9, 9])


@pytest.mark.parametrize("kind", ["pairwise", "listwise"])
def test_one_better_and_one_worse_candidate(kind):
    # Without gold the third says nothing; the last two have nothing to tell apart.
    found = ranking_loss(LOGITS, TARGET, GROUPS, kind)
    assert float(found) == pytest.approx(math.log(1 + math.exp(-2.0)), abs=1e-6)


def test_shares_of_several_good_candidates():
    logits, target = torch.tensor([1.0, 1.0, 1.0, 1.0]), torch.tensor([1.0, 1.0, 0.0, 0.0])
    assert float(ranking_loss(logits, target, torch.zeros(4), "listwise")) == pytest.approx(math.log(4), abs=1e-6)


@pytest.mark.parametrize("kind", ["pairwise", "listwise"])
def test_only_the_order_within_a_history_counts(kind):
    logits, target = torch.tensor([0.0, 9.0]), torch.tensor([1.0, 0.0])
    logits.requires_grad_()
    loss = ranking_loss(logits, target, torch.tensor([1, 2]), kind)
    loss.backward()
    assert loss.item() == 0.0 and logits.grad is not None and not logits.grad.any()
