"""What stands on the encoder: one small module for each kind of head."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from nlpsuite.application import HeadKind
from nlpsuite.model.bert import activation

POOLINGS = ("mean", "first", "both")

LIKENESS_SCALE, LIKENESS_MIDDLE = 10.0, 0.85
"""Mean vectors of two texts have cosines in a narrow band high up; this spreads it around 0."""


@dataclass(frozen=True, slots=True)
class HeadConfig:
    """All that is needed to build a head anew.

    Attributes:
        name, kind: as in the application.
        labels: in the order of the head's outputs; tags in BIO2 for a token head; empty for a pair score.
        pooling: "mean" over real tokens, the "first" token, or "both" texts' means compared; a token head has none.
        dropout: before the last projection.
        activation: between the two projections of a text head.
        hidden: width of the encoder's output.
        none: the label that stands for none of the others, whether it is among `labels` or only ever answered.
    """

    name: str
    kind: HeadKind
    labels: tuple[str, ...]
    hidden: int
    pooling: str = "mean"
    dropout: float = 0.1
    activation: str = "tanh"
    none: str = ""

    def __post_init__(self) -> None:
        if self.pooling not in POOLINGS:
            raise ValueError(f"pooling is one of {', '.join(POOLINGS)}, not {self.pooling!r}")

    @property
    def outputs(self) -> int:
        """How many numbers the head gives for a text, or for a token."""
        return len(self.labels) if self.kind is not HeadKind.PAIR_SCORE else 1

    @property
    def compares(self) -> bool:
        """Whether it reads two texts apart."""
        return self.pooling == "both" and self.kind is not HeadKind.TOKEN_LABELS

    @property
    def reads_first(self) -> bool:
        """Whether it reads no token but the first."""
        return self.pooling == "first" and self.kind is not HeadKind.TOKEN_LABELS

    def to_dict(self) -> dict[str, Any]:
        """As plain values, for a bundle."""
        return asdict(self) | {"kind": str(self.kind), "labels": list(self.labels)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> HeadConfig:
        """The reverse of `to_dict`."""
        return cls(**values | {"kind": HeadKind(values["kind"]), "labels": tuple(values["labels"])})


class TextHead(nn.Module):
    """Pools the tokens, then two projections: [batch, tokens, hidden] to [batch, outputs].

    With mean pooling the pooled vector is layer-normalised without learned scale. That makes it the exact
    equal of one more attention layer (see `export`), so that transformers can load what was trained.

    With the pooling "both" the two texts' means u and v are compared: the first projection sees u, v, |u - v| and
    u * v (Conneau et al. 2017, arXiv 1705.02364), the second one also their cosine, so that a pair score starts
    from how alike the texts are. A text without a second one is compared with itself.
    """

    def __init__(self, config: HeadConfig) -> None:
        super().__init__()
        self.config = config
        self.dense = nn.Linear(config.hidden * (4 if config.compares else 1), config.hidden)
        self.activation = activation(config.activation)
        self.dropout = nn.Dropout(config.dropout)
        self.output = nn.Linear(config.hidden + config.compares, config.outputs)
        nn.init.normal_(self.output.weight, std=0.02)
        nn.init.zeros_(self.output.bias)
        if config.compares and config.kind is HeadKind.PAIR_SCORE:
            nn.init.ones_(self.output.weight[:, -1])

    def forward(self, x: Tensor, mask: Tensor, second: Tensor | None = None) -> Tensor:
        """Logits, [batch, outputs]; `second` [batch, tokens] is True where a token is of the second text."""
        logits: Tensor = self.output(self.features(x, mask, second))
        return logits

    def features(self, x: Tensor, mask: Tensor, second: Tensor | None = None) -> Tensor:
        """What the last projection sees: [batch, hidden], and the cosine as one more with the pooling "both"."""
        if not self.config.compares:
            projected: Tensor = self.dropout(self.activation(self.dense(self.pool(x, mask))))
            return projected
        one, other = self.pool(x, mask if second is None else mask & ~second), self.pool(x, _other(mask, second))
        compared = torch.cat([one, other, (one - other).abs(), one * other], dim=-1)
        cosine = (one * other).mean(-1, keepdim=True)
        projected = self.dropout(self.activation(self.dense(compared)))
        return torch.cat([projected.float(), (cosine - LIKENESS_MIDDLE) * LIKENESS_SCALE], dim=-1)

    def pool(self, x: Tensor, mask: Tensor) -> Tensor:
        """One vector a text: [batch, hidden]."""
        if self.config.reads_first:
            return x[:, 0]
        pooled = mean_pool(x, mask)
        return functional.layer_norm(pooled, (self.config.hidden,), eps=1e-12)


def _other(mask: Tensor, second: Tensor | None) -> Tensor:
    """Where the second text is, or, in rows that have none, the first."""
    if second is None:
        return mask
    return mask & (second | ~second.any(-1, keepdim=True))


class TokenHead(nn.Module):
    """One projection of every token: [batch, tokens, hidden] to [batch, tokens, outputs]."""

    def __init__(self, config: HeadConfig) -> None:
        super().__init__()
        self.config = config
        self.dropout = nn.Dropout(config.dropout)
        self.output = nn.Linear(config.hidden, config.outputs)
        nn.init.normal_(self.output.weight, std=0.02)
        nn.init.zeros_(self.output.bias)

    def forward(self, x: Tensor, mask: Tensor, second: Tensor | None = None) -> Tensor:
        """Logits, [batch, tokens, outputs]; it reads each token by itself."""
        logits: Tensor = self.output(self.dropout(x))
        return logits


def build_head(config: HeadConfig) -> TextHead | TokenHead:
    """The module for a head's kind, freshly initialised."""
    return TokenHead(config) if config.kind is HeadKind.TOKEN_LABELS else TextHead(config)


def mean_pool(x: Tensor, mask: Tensor) -> Tensor:
    """The mean of the real tokens' vectors, in float32: [batch, hidden]."""
    weights = mask.to(torch.float32).unsqueeze(-1)
    return (x.float() * weights).sum(1) / weights.sum(1).clamp(min=1.0)
