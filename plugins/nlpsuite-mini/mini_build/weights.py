"""The weights file: the source's blocks as they are, with only the kept rows of the word table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mini_build.source import Shape, Source, split_blocks

Arrays = dict[str, npt.NDArray[np.generic]]
WORD_TABLE = "embeddings.word_embeddings.weight"
EMBEDDINGS = {
    "emb.word": WORD_TABLE,
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
LAYER_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
KINDS = {"w": "weight", "b": "bias"}


def bert_name(name: str) -> str:
    """Translate a tensor's name in the source to that in `transformers.BertModel`."""
    if name in EMBEDDINGS:
        return EMBEDDINGS[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{LAYER_PARTS[part]}.{KINDS[kind]}"


def build_arrays(source: Source, kept: Sequence[int]) -> Arrays:
    """Return what the weights file holds.

    A matrix `x` of the source becomes `x.q4`, uint8 (rows, columns / 32, 16), and `x.scale`,
    float16 (rows, columns / 32); all else is float32 under its own name.

    Args:
        source: the untrimmed model.
        kept: rows of the word table to keep, in their new order.
    """
    arrays: Arrays = {}
    for name, blocks in source.matrices.items():
        target = bert_name(name)
        packed, scales = split_blocks(blocks, _columns(name, source.shape))
        if target == WORD_TABLE:
            packed, scales = packed[np.asarray(kept)], scales[np.asarray(kept)]
        arrays[f"{target}.q4"], arrays[f"{target}.scale"] = packed, np.ascontiguousarray(scales)
    for name, values in source.vectors.items():
        rows = {"emb.pos": source.shape.positions, "emb.type": source.shape.token_types}.get(name)
        arrays[bert_name(name)] = values.reshape(rows, -1) if rows else values
    return arrays


def bert_config(shape: Shape, vocabulary: int) -> dict[str, object]:
    """Return the content of `config.json` for a word table of so many rows."""
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "vocab_size": vocabulary,
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.intermediate,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.token_types,
        "initializer_range": 0.02,
        "layer_norm_eps": float(f"{shape.eps:.6g}"),
        "bos_token_id": 0,
        "pad_token_id": 1,
        "eos_token_id": 2,
    }


def _columns(name: str, shape: Shape) -> int:
    return shape.intermediate if name.endswith("fo.w") else shape.hidden
