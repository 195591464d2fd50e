"""What training minimises: the mean over heads of the loss of those examples that have gold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from nlpsuite.application import HeadKind
from nlpsuite.model.heads import HeadConfig
from nlpsuite.train.rankings import ranking_loss
from nlpsuite.train.targets import IGNORED


def total_loss(
    logits: Mapping[str, Tensor],
    targets: Mapping[str, Tensor],
    heads: Sequence[HeadConfig],
    smoothing: float = 0.0,
    weights: Mapping[str, Tensor] | None = None,
    ranking: str = "none",
    groups: Tensor | None = None,
) -> Tensor:
    """The mean of the heads' losses, a scalar.

    Args:
        logits: by head, as `Network.forward` gives them.
        targets: by head, as `target_tensors` gives them.
        heads: which there are.
        smoothing: share of a target spread over all labels (Szegedy et al. 2015, arXiv 1512.00567).
        weights: by head, one for each label, [labels].
        ranking: one more loss of each pair score, see `nlpsuite.train.rankings`; "none" for none.
        groups: equal where pairs share a history, [batch]; needed for a ranking.
    """
    weights = weights or {}
    losses = [
        head_loss(logits[head.name], targets[head.name], head.kind, smoothing, weights.get(head.name)) for head in heads
    ]
    if groups is not None and ranking != "none":
        scores = [head.name for head in heads if head.kind is HeadKind.PAIR_SCORE]
        losses += [ranking_loss(logits[name].flatten(), targets[name], groups, ranking) for name in scores]
    return torch.stack(losses).mean()


def head_loss(
    logits: Tensor, target: Tensor, kind: HeadKind, smoothing: float = 0.0, weight: Tensor | None = None
) -> Tensor:
    """The loss of one head over the rows that have gold; 0 where none has."""
    if kind in (HeadKind.SINGLE_LABEL, HeadKind.TOKEN_LABELS):
        logits, target = logits.flatten(0, -2), target.flatten()
        if not bool((target != IGNORED).any()):
            return logits.sum() * 0.0
        return functional.cross_entropy(logits, target, weight=weight, ignore_index=IGNORED, label_smoothing=smoothing)
    logits = logits.reshape(target.shape)
    known = ~target.isnan()
    texts = known.any(-1).sum() if target.ndim > 1 else known.sum()
    if not bool(texts):
        return logits.sum() * 0.0
    goal = target[known] * (1 - smoothing) + smoothing / 2
    # The sum over a text's labels, as the likelihood has it: their mean would leave a head with many labels far behind.
    return functional.binary_cross_entropy_with_logits(logits[known], goal, reduction="sum") / texts
