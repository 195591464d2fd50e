"""The names that Hugging Face gives to configuration keys and weights, kept in one reversible table.

Nothing else in the suite knows a foreign name: loading reads the table forwards, export reads it backwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nlpsuite.errors import BundleError
from nlpsuite.model.bert import BertConfig


@dataclass(frozen=True, slots=True)
class Family:
    """How one kind of checkpoint names what `Bert` holds.

    Attributes:
        prefix: stands before every weight in checkpoints that carry heads.
        weights: ours to theirs; `#` stands for the number of a layer.
        positions_after_pad: whether positions start after the padding id, as RoBERTa's do.
        types: whether there are token types.
        narrow: whether embeddings may be narrower than the layers.
        head: how its sequence classifier is laid out, in `HEAD_LAYOUTS`.
    """

    prefix: str
    weights: Mapping[str, str]
    positions_after_pad: bool = False
    types: bool = True
    narrow: bool = False
    head: str = "bert"


@dataclass(frozen=True, slots=True)
class HeadLayout:
    """How a kind of sequence classifier names the two projections of a text head.

    Attributes:
        dense, output: names of the projections.
        activation: between them; fixed in transformers' code.
    """

    dense: str
    output: str
    activation: str


_BERT = {
    "words": "embeddings.word_embeddings",
    "positions": "embeddings.position_embeddings",
    "types": "embeddings.token_type_embeddings",
    "embedding_norm": "embeddings.LayerNorm",
    "widen": "embeddings_project",
    "layers.#.query": "encoder.layer.#.attention.self.query",
    "layers.#.key": "encoder.layer.#.attention.self.key",
    "layers.#.value": "encoder.layer.#.attention.self.value",
    "layers.#.attention_output": "encoder.layer.#.attention.output.dense",
    "layers.#.attention_norm": "encoder.layer.#.attention.output.LayerNorm",
    "layers.#.expand": "encoder.layer.#.intermediate.dense",
    "layers.#.contract": "encoder.layer.#.output.dense",
    "layers.#.output_norm": "encoder.layer.#.output.LayerNorm",
}
_DISTILBERT = {
    "words": "embeddings.word_embeddings",
    "positions": "embeddings.position_embeddings",
    "embedding_norm": "embeddings.LayerNorm",
    "layers.#.query": "transformer.layer.#.attention.q_lin",
    "layers.#.key": "transformer.layer.#.attention.k_lin",
    "layers.#.value": "transformer.layer.#.attention.v_lin",
    "layers.#.attention_output": "transformer.layer.#.attention.out_lin",
    "layers.#.attention_norm": "transformer.layer.#.sa_layer_norm",
    "layers.#.expand": "transformer.layer.#.ffn.lin1",
    "layers.#.contract": "transformer.layer.#.ffn.lin2",
    "layers.#.output_norm": "transformer.layer.#.output_layer_norm",
}
_ROBERTA = Family("roberta.", _BERT, positions_after_pad=True, head="roberta")

FAMILIES: Mapping[str, Family] = {
    "bert": Family("bert.", _BERT),
    "electra": Family("electra.", _BERT, narrow=True, head="electra"),
    "roberta": _ROBERTA,
    "xlm-roberta": _ROBERTA,
    "camembert": _ROBERTA,
    "distilbert": Family("distilbert.", _DISTILBERT, types=False, head="distilbert"),
}
"""By the `model_type` of a configuration."""

HEAD_LAYOUTS: Mapping[str, HeadLayout] = {
    "bert": HeadLayout("bert.pooler.dense", "classifier", "tanh"),
    "roberta": HeadLayout("classifier.dense", "classifier.out_proj", "tanh"),
    "electra": HeadLayout("classifier.dense", "classifier.out_proj", "gelu"),
    "distilbert": HeadLayout("pre_classifier", "classifier", "relu"),
    "deberta": HeadLayout("pooler.dense", "classifier", "gelu"),
}
"""By `Family.head`."""

FOREIGN_HEADS: Mapping[str, str] = {"deberta": "deberta", "deberta-v2": "deberta", "mpnet": "roberta"}
"""The layout of those encoders that transformers runs, by `model_type`."""

TOKEN_OUTPUT = "classifier"
"""What every family calls the projection of a token head."""

LAYER_COUNTS = ("num_hidden_layers", "n_layers")
"""The configuration keys that hold the number of layers."""

_ACTIVATIONS = {"gelu": "gelu", "gelu_new": "gelu_tanh", "gelu_pytorch_tanh": "gelu_tanh", "relu": "relu"}


def config_from_foreign(foreign: Mapping[str, Any]) -> BertConfig:
    """Our configuration from the content of a `config.json`.

    Raises:
        BundleError: the model is of a kind or uses a feature that `Bert` does not have.
    """
    kind = foreign.get("model_type", "")
    if kind not in FAMILIES:
        raise BundleError(f"No built-in encoder reads model type {kind!r}.")

    def get(*names: str, default: Any = None) -> Any:
        return next((foreign[name] for name in names if foreign.get(name) is not None), default)

    def need(*names: str) -> Any:
        found = get(*names)
        if found is None:
            raise BundleError(f"The encoder's config.json lacks {names[0]!r}. Restore it from where it came.")
        return found

    act = get("hidden_act", "activation", default="gelu")
    if act not in _ACTIVATIONS:
        raise BundleError(f"The encoder's activation {act!r} is not one of {', '.join(_ACTIVATIONS)}.")
    if get("position_embedding_type", default="absolute") != "absolute":
        raise BundleError("The encoder uses relative positions, which the built-in BERT does not have.")
    if get("is_decoder", default=False):
        raise BundleError("The model is a decoder: its tokens do not see what follows them. Name an encoder.")
    family = FAMILIES[kind]
    hidden = need("hidden_size", "dim")
    pad = get("pad_token_id", default=1 if family.positions_after_pad else 0)
    return BertConfig(
        vocab=need("vocab_size"),
        hidden=hidden,
        layers=need(*LAYER_COUNTS),
        heads=need("num_attention_heads", "n_heads"),
        ffn=need("intermediate_size", "hidden_dim"),
        positions=need("max_position_embeddings"),
        types=get("type_vocab_size", default=2) if family.types else 0,
        embedding=get("embedding_size", default=128) if family.narrow else hidden,
        eps=get("layer_norm_eps", default=1e-12),
        activation=_ACTIVATIONS[act],
        first_position=pad + 1 if family.positions_after_pad else 0,
        pad=pad,
        dropout=get("hidden_dropout_prob", "dropout", default=0.1),
        attention_dropout=get("attention_probs_dropout_prob", "attention_dropout", default=0.1),
    )


def ours(foreign_name: str, family: Family) -> str | None:
    """Our name of a foreign weight, or None where `Bert` has no such weight (a pooler, another head)."""
    name = foreign_name.removeprefix(family.prefix)
    stem, _, leaf = name.rpartition(".")
    leaf = {"gamma": "weight", "beta": "bias"}.get(leaf, leaf)
    match = re.search(r"\.(\d+)\.", stem)
    pattern = stem if match is None else stem.replace(match.group(0), ".#.", 1)
    for mine, theirs in family.weights.items():
        if theirs == pattern:
            numbered = mine if match is None else mine.replace("#", match.group(1))
            return f"{numbered}.{leaf}"
    return None


def theirs(name: str, family: Family) -> str:
    """The foreign name of one of our weights, with the family's prefix."""
    stem, _, leaf = name.rpartition(".")
    match = re.search(r"\.(\d+)\.", stem)
    pattern = stem if match is None else stem.replace(match.group(0), ".#.", 1)
    foreign = family.weights[pattern]
    return family.prefix + (foreign if match is None else foreign.replace("#", match.group(1))) + f".{leaf}"


def rename_weights(foreign_weights: Iterable[tuple[str, Any]], family: Family) -> dict[str, Any]:
    """The weights that `Bert` holds, by our names; all others are left out."""
    named = ((ours(name, family), tensor) for name, tensor in foreign_weights)
    return {name: tensor for name, tensor in named if name is not None}
