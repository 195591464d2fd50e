"""An encoder with its heads: one pass, one tensor of logits for each head."""

from __future__ import annotations

from collections.abc import Iterable

from torch import Tensor, nn

from nlpsuite.errors import UnknownName
from nlpsuite.model.bert import Bert
from nlpsuite.model.heads import HeadConfig, TextHead, TokenHead, build_head
from nlpsuite.model.sharing import Common


class Network(nn.Module):
    """What is trained and served.

    Args:
        encoder: see `EncoderModule`.
        heads: their configurations, the application's first head first.
    """

    def __init__(self, encoder: nn.Module, heads: Iterable[HeadConfig]) -> None:
        super().__init__()
        self.encoder = encoder
        self.common: Common | None = None  # kept here so that what is shared lives as long as the network
        self.heads = nn.ModuleDict({config.name: build_head(config) for config in heads})

    @property
    def configs(self) -> list[HeadConfig]:
        """The heads' configurations, in order."""
        return [head.config for head in self.heads.values() if isinstance(head, TextHead | TokenHead)]

    def config(self, head: str) -> HeadConfig:
        """The configuration of a head.

        Raises:
            UnknownName: there is no head of that name.
        """
        found = {config.name: config for config in self.configs}
        if head not in found:
            raise UnknownName("head", head, found)
        return found[head]

    def forward(
        self, ids: Tensor, mask: Tensor, types: Tensor | None = None, second: Tensor | None = None
    ) -> dict[str, Tensor]:
        """Logits of every head.

        Args:
            ids: token ids, [batch, tokens].
            mask: True where a token is real, [batch, tokens].
            types: token types, [batch, tokens], or None.
            second: True where a token is of the second text, [batch, tokens]; None where no text has a second.

        Returns:
            By head: [batch, outputs], or [batch, tokens, outputs] for a token head.
        """
        return self.read_heads(self.encoder(ids, mask, types), mask, second)

    def read_heads(self, x: Tensor, mask: Tensor, second: Tensor | None = None) -> dict[str, Tensor]:
        """Logits of every head from the encoder's output, [batch, tokens, hidden]."""
        return {name: head(x, mask, second).float() for name, head in self.heads.items()}

    @property
    def trunk(self) -> Bert | None:
        """The encoder where its layers can be run in parts, else None."""
        return self.encoder if isinstance(self.encoder, Bert) else None
