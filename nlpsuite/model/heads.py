"""What stands on the encoder: one small module for each kind of head."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from nlpsuite.application import HeadKind
from nlpsuite.model.bert import activation

POOLINGS = ("mean", "first")


@dataclass(frozen=True, slots=True)
class HeadConfig:
    """All that is needed to build a head anew.

    Attributes:
        name, kind: as in the application.
        labels: in the order of the head's outputs; tags in BIO2 for a token head; empty for a pair score.
        pooling: "mean" over real tokens or the "first" token; a token head has none.
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
    """

    def __init__(self, config: HeadConfig) -> None:
        super().__init__()
        self.config = config
        self.dense = nn.Linear(config.hidden, config.hidden)
        self.activation = activation(config.activation)
        self.dropout = nn.Dropout(config.dropout)
        self.output = nn.Linear(config.hidden, config.outputs)
        nn.init.normal_(self.output.weight, std=0.02)
        nn.init.zeros_(self.output.bias)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Logits, [batch, outputs]."""
        logits: Tensor = self.output(self.dropout(self.activation(self.dense(self.pool(x, mask)))))
        return logits

    def pool(self, x: Tensor, mask: Tensor) -> Tensor:
        """One vector a text: [batch, hidden]."""
        if self.config.pooling == "first":
            return x[:, 0]
        pooled = mean_pool(x, mask)
        return functional.layer_norm(pooled, (self.config.hidden,), eps=1e-12)


class TokenHead(nn.Module):
    """One projection of every token: [batch, tokens, hidden] to [batch, tokens, outputs]."""

    def __init__(self, config: HeadConfig) -> None:
        super().__init__()
        self.config = config
        self.dropout = nn.Dropout(config.dropout)
        self.output = nn.Linear(config.hidden, config.outputs)
        nn.init.normal_(self.output.weight, std=0.02)
        nn.init.zeros_(self.output.bias)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Logits, [batch, tokens, outputs]."""
        logits: Tensor = self.output(self.dropout(x))
        return logits


def build_head(config: HeadConfig) -> TextHead | TokenHead:
    """The module for a head's kind, freshly initialised."""
    return TokenHead(config) if config.kind is HeadKind.TOKEN_LABELS else TextHead(config)


def mean_pool(x: Tensor, mask: Tensor) -> Tensor:
    """The mean of the real tokens' vectors, in float32: [batch, hidden]."""
    weights = mask.to(torch.float32).unsqueeze(-1)
    return (x.float() * weights).sum(1) / weights.sum(1).clamp(min=1.0)
