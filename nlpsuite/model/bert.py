"""The BERT encoder (Devlin et al. 2019, arXiv 1810.04805), for every model of its shape.

One small implementation serves BERT, RoBERTa, XLM-R, CamemBERT, ELECTRA and DistilBERT: they differ in names,
in where positions start and in whether there are token types. Importing it costs no transformers, and
its layers can be run in parts, which is what lets applications share the lower ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class BertConfig:
    """The shape of an encoder.

    Attributes:
        vocab, hidden, layers, heads, ffn, positions, types: sizes; `types` is 0 without token types.
        embedding: width of the embeddings, projected to `hidden` where it differs.
        eps: of the layer norms.
        activation: "gelu", "gelu_tanh" or "relu".
        first_position: index of the first token's position.
        pad: id of the padding token.
        dropout: of embeddings and sublayers; attention_dropout: of attention weights.
    """

    vocab: int
    hidden: int
    layers: int
    heads: int
    ffn: int
    positions: int
    types: int = 2
    embedding: int = 0
    eps: float = 1e-12
    activation: str = "gelu"
    first_position: int = 0
    pad: int = 0
    dropout: float = 0.1
    attention_dropout: float = 0.1

    @property
    def window(self) -> int:
        """The most tokens one pass takes, special ones included."""
        return self.positions - self.first_position


class _Linear(nn.Linear):
    """A linear layer that draws no weights when made: they are loaded, or drawn by `Bert`."""

    def reset_parameters(self) -> None:
        """Nothing."""


class _Embedding(nn.Embedding):
    """An embedding that draws no weights when made, likewise."""

    def reset_parameters(self) -> None:
        """Nothing."""


class BertLayer(nn.Module):
    """Self-attention and feed-forward, each with its residual and post-norm."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        h = config.hidden
        self.heads = config.heads
        self.attention_dropout = config.attention_dropout
        self.query, self.key, self.value = _Linear(h, h), _Linear(h, h), _Linear(h, h)
        self.attention_output = _Linear(h, h)
        self.attention_norm = nn.LayerNorm(h, eps=config.eps)
        self.expand, self.contract = _Linear(h, config.ffn), _Linear(config.ffn, h)
        self.output_norm = nn.LayerNorm(h, eps=config.eps)
        self.activation = activation(config.activation)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """[batch, tokens, hidden] to the same; `mask` [batch, 1, 1, tokens] is True where a token is real."""
        x = self.attention_norm(x + self.dropout(self.attention_output(self.attend(x, mask))))
        inner = self.contract(self.activation(self.expand(x)))
        normed: Tensor = self.output_norm(x + self.dropout(inner))
        return normed

    def attend(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """Multi-head attention of every token to all real tokens: [batch, tokens, hidden]."""
        batch, tokens, _ = x.shape
        query, key, value = (
            project(x).view(batch, tokens, self.heads, -1).transpose(1, 2)
            for project in (self.query, self.key, self.value)
        )
        mixed = functional.scaled_dot_product_attention(
            query, key, value, attn_mask=mask, dropout_p=self.attention_dropout if self.training else 0.0
        )
        return mixed.transpose(1, 2).reshape(batch, tokens, -1)


class Bert(nn.Module):
    """The encoder: token ids in, one vector a token out.

    Args:
        config: its shape.
        initialise: draw random weights; False where all are loaded next. (torch's meta device would do as
            well, but its first use imports for a second and a half.)
    """

    def __init__(self, config: BertConfig, initialise: bool = True) -> None:
        super().__init__()
        self.config = config
        width = config.embedding or config.hidden
        self.words = _Embedding(config.vocab, width, padding_idx=config.pad)
        self.positions = _Embedding(config.positions, width)
        self.types = _Embedding(config.types, width) if config.types else None
        self.embedding_norm = nn.LayerNorm(width, eps=config.eps)
        self.widen = _Linear(width, config.hidden) if width != config.hidden else None
        self.dropout = nn.Dropout(config.dropout)
        self.layers = nn.ModuleList(BertLayer(config) for _ in range(config.layers))
        if initialise:
            self._draw_weights()

    def _draw_weights(self) -> None:
        for module in self.modules():
            if isinstance(module, _Linear):
                nn.Linear.reset_parameters(module)
            elif isinstance(module, _Embedding):
                nn.Embedding.reset_parameters(module)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor | None = None) -> Tensor:
        """Encode a batch.

        Args:
            ids: token ids, [batch, tokens].
            mask: True where a token is real, [batch, tokens].
            types: token types, [batch, tokens]; zeros when None.

        Returns:
            One vector a token, [batch, tokens, hidden].
        """
        return self.run_layers(self.embed(ids, types), mask)

    def embed(self, ids: Tensor, types: Tensor | None = None, places: Tensor | None = None) -> Tensor:
        """The input of the first layer.

        Args:
            ids: token ids, [batch, tokens] with padding on the right, or [tokens] where `places` is given.
            types: token types in the shape of the ids; zeros when None.
            places: of each token in its text, in the shape of the ids; counted along the last axis when None.

        Returns:
            In the shape of the ids, and [hidden] for each.
        """
        if places is None:
            places = torch.arange(ids.shape[-1], device=ids.device)
        x = self.words(ids) + self.positions(places + self.config.first_position)
        if self.types is not None:
            x = x + self.types(torch.zeros_like(ids) if types is None else types)
        x = self.dropout(self.embedding_norm(x))
        widened: Tensor = x if self.widen is None else self.widen(x)
        return widened

    def give_layers(self) -> list[BertLayer]:
        """The layers, for an engine that converts them: what it no longer needs of them can then be freed."""
        layers = [layer for layer in self.layers if isinstance(layer, BertLayer)]
        self.layers = nn.ModuleList()
        return layers

    def run_layers(self, x: Tensor, mask: Tensor, start: int = 0, stop: int | None = None) -> Tensor:
        """Apply the layers from `start` up to but not including `stop`: [batch, tokens, hidden]."""
        attention_mask = None if bool(mask.all()) else mask[:, None, None, :]
        return self.run_masked(x, attention_mask, start, stop)

    def run_masked(self, x: Tensor, mask: Tensor | None, start: int = 0, stop: int | None = None) -> Tensor:
        """As `run_layers`, with the mask as a layer takes it: this looks at no value, so it can be traced."""
        if len(self.layers) != self.config.layers:
            raise RuntimeError("The encoder's layers were given to an engine.")
        for layer in self.layers[start:stop]:
            x = layer(x, mask)
        return x


def activation(name: str) -> nn.Module:
    """The activation of that name.

    Raises:
        KeyError: there is none of that name.
    """
    known: dict[str, nn.Module] = {
        "gelu": nn.GELU(),
        "gelu_tanh": nn.GELU(approximate="tanh"),
        "relu": nn.ReLU(),
        "tanh": nn.Tanh(),
    }
    return known[name]
