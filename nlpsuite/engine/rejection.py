"""None of these: whether a text is about anything a head knows.

The score is learned from two numbers: the energy of the logits (Liu et al. 2020, arXiv 2010.03759), which is high where
no label is supported, and by how much the logit of the label "none" exceeds the others, where training had such texts.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logsumexp

from nlpsuite.model.bundle import Rejection
from nlpsuite.model.heads import HeadConfig

Floats = NDArray[np.floating[Any]]


def known_columns(head: HeadConfig) -> list[int]:
    """The places among a head's labels of all but the one that stands for none of them."""
    return [index for index, label in enumerate(head.labels) if label != head.none]


def rejection_features(head: HeadConfig, logits: Floats) -> NDArray[np.float64]:
    """Energy and lead of the label for none, [..., 2]; the lead is 0 where the head has no such label.

    Args:
        head: what the logits are of.
        logits: [..., labels].
    """
    logits = logits.astype(np.float64)
    energy = -logsumexp(logits[..., known_columns(head)], axis=-1)
    lead = logits[..., head.labels.index(head.none)] + energy if head.none in head.labels else np.zeros_like(energy)
    return np.stack([energy, lead], axis=-1)


def chance_of_none(head: HeadConfig, logits: Floats, rejection: Rejection) -> NDArray[np.float64]:
    """The calibrated confidence that none of the labels holds, [...]."""
    features = rejection_features(head, logits)
    weights = np.array([rejection.energy, rejection.lead])
    return np.asarray(expit(features @ weights + rejection.offset), dtype=np.float64)
