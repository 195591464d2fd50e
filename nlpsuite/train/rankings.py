"""Losses that order the candidates of one history, beside the loss of each label by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor
from torch.nn import functional


def ranking_loss(logits: Tensor, target: Tensor, groups: Tensor, kind: str) -> Tensor:
    """The mean loss over the groups that hold both better and worse candidates, a scalar; 0 where none does.

    Args:
        logits: of the pairs, [batch].
        target: 0 to 1, NaN where there is no gold, [batch].
        groups: equal where the history is the same, [batch].
        kind: a name in `LOSSES`.
    """
    known = ~target.isnan()
    logits, target, groups = logits[known].float(), target[known], groups[known]
    losses = []
    for group in torch.unique(groups):
        inside = groups == group
        if target[inside].min() < target[inside].max():
            losses.append(LOSSES[kind](logits[inside], target[inside]))
    return torch.stack(losses).mean() if losses else logits.sum() * 0.0


def pairwise(logits: Tensor, target: Tensor) -> Tensor:
    """How far better candidates are from standing above worse ones (RankNet, Burges et al. 2005)."""
    better = target[:, None] > target[None, :]
    return functional.softplus(logits[None, :] - logits[:, None])[better].mean()


def listwise(logits: Tensor, target: Tensor) -> Tensor:
    """The cross-entropy of the candidates' shares (ListNet, Cao et al. 2007)."""
    return -(target / target.sum() * logits.log_softmax(0)).sum()


LOSSES: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {"pairwise": pairwise, "listwise": listwise}
