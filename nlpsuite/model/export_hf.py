"""One head with its encoder in the layout that transformers loads unaided, with equal outputs.

A head that reads the first token is laid out as the family's own classifier. A head that reads the mean is
that too, over one more layer whose attention is uniform: after it, the first token's vector is the
normalised mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from nlpsuite.application import HeadKind
from nlpsuite.errors import BundleError, UsageError
from nlpsuite.model.bert import Bert, BertConfig
from nlpsuite.model.encoder import Encoder
from nlpsuite.model.export_files import Card, export_config, reads_types, write_files
from nlpsuite.model.export_probes import TOLERANCE, batches, largest_difference
from nlpsuite.model.foreign import ForeignEncoder, quiet_transformers
from nlpsuite.model.heads import HeadConfig
from nlpsuite.model.names import (
    FAMILIES,
    FOREIGN_HEADS,
    HEAD_LAYOUTS,
    LAYER_COUNTS,
    TOKEN_OUTPUT,
    HeadLayout,
    theirs,
)
from nlpsuite.model.network import Network

SCALE = 2.0**10
"""By how much the mean outweighs the first token's own vector: twice this power of two.

One factor shrinks the vectors that enter the mean layer, one enlarges the mean in it: together they leave
2**-20 of the first token in the sum, and apart they keep every number within the range of fp16.
"""

_TOO = "Export it with --format onnx."


def export_hf(network: Network, encoder: Encoder, head_name: str, folder: Path, card: Card) -> None:
    """Write a head and its encoder as a folder for transformers, and check that it gives the same.

    Args:
        network: restored from a bundle, adapters merged.
        encoder: the network's.
        head_name: the head to export.
        folder: an empty one.
        card: for the model card and the tokenizer's limits.

    Raises:
        UsageError: transformers has no model of this form.
        BundleError: what was written gives other outputs.
    """
    from safetensors.torch import save_file

    head = network.config(head_name)
    if head.compares:
        raise UsageError(
            f"transformers has no classifier that compares two texts, as the head {head.name!r} does. {_TOO}"
        )
    config = export_config(encoder, head, card) | {"architectures": [_architecture(encoder, head)]}
    if isinstance(encoder.module, Bert):
        weights = _built_in_weights(network, encoder.module, head, config)
    else:
        weights = _foreign_weights(network, head, config)
    contiguous = {name: tensor.detach().float().cpu().contiguous() for name, tensor in weights.items()}
    write_files(folder, encoder, head, config, card)
    file = folder / "model.safetensors"
    save_file(contiguous, file, metadata={"format": "pt"})
    # safetensors writes files that only their owner may read.
    file.chmod((folder / "config.json").stat().st_mode)
    with quiet_transformers():
        check_hf(network, encoder, head, folder)


def check_hf(network: Network, encoder: Encoder, head: HeadConfig, folder: Path) -> None:
    """Load what was written as transformers does, and compare token ids and logits.

    Raises:
        BundleError: they differ.
    """
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    model = _load(folder, head)
    for texts, batch in batches(encoder, head):
        if [tokenizer(*text)["input_ids"] for text in texts] != batch.untrimmed:
            raise BundleError("The exported tokenizer gives other tokens than the bundle's own.")
        types = {"token_type_ids": batch.types} if reads_types(encoder) else {}
        with torch.inference_mode():
            found = model(input_ids=batch.ids, attention_mask=batch.mask.long(), **types).logits
            wanted = network(batch.ids, batch.mask, batch.types)[head.name]
        difference = largest_difference(found, wanted, batch.mask)
        if difference > TOLERANCE:
            raise BundleError(f"The exported model differs from the bundle's own by {difference:.2g}. {_TOO}")


def mean_layer(config: BertConfig) -> dict[str, Tensor]:
    """The weights of a layer that makes every token the layer-normalised mean of all, by `BertLayer`'s names.

    Its input is to be `SCALE` times smaller than the vectors to average. Attention with queries and keys of
    zero is uniform over real tokens; values and attention output enlarge; the feed-forward part adds nothing.
    """
    hidden, ffn = config.hidden, config.ffn
    identity, zeros, ones = torch.eye(hidden), torch.zeros(hidden), torch.ones(hidden)
    return {
        "query.weight": torch.zeros(hidden, hidden),
        "query.bias": zeros,
        "key.weight": torch.zeros(hidden, hidden),
        "key.bias": zeros.clone(),
        "value.weight": identity * SCALE,
        "value.bias": zeros.clone(),
        "attention_output.weight": identity * SCALE,
        "attention_output.bias": zeros.clone(),
        "attention_norm.weight": ones,
        "attention_norm.bias": zeros.clone(),
        "expand.weight": torch.zeros(ffn, hidden),
        "expand.bias": torch.zeros(ffn),
        "contract.weight": torch.zeros(hidden, ffn),
        "contract.bias": zeros.clone(),
        # Normalising what is normalised divides by sqrt(1 + eps) again; this takes it back.
        "output_norm.weight": ones * (1 + config.eps) ** 0.5,
        "output_norm.bias": zeros.clone(),
    }


def _built_in_weights(network: Network, bert: Bert, head: HeadConfig, config: dict[str, Any]) -> dict[str, Tensor]:
    family = FAMILIES[config["model_type"]]
    ours = dict(bert.state_dict())
    if head.kind is not HeadKind.TOKEN_LABELS and head.pooling == "mean":
        last = bert.config.layers
        for leaf in ("weight", "bias"):
            name = f"layers.{last - 1}.output_norm.{leaf}"
            ours[name] = ours[name] / SCALE
        ours |= {f"layers.{last}.{name}": tensor for name, tensor in mean_layer(bert.config).items()}
        config |= {key: last + 1 for key in LAYER_COUNTS if key in config}
    renamed = {theirs(name, family): tensor for name, tensor in ours.items()}
    return renamed | _head_weights(network, head, HEAD_LAYOUTS[family.head], config["model_type"])


def _foreign_weights(network: Network, head: HeadConfig, config: Mapping[str, Any]) -> dict[str, Tensor]:
    """The weights of a transformers model with its head; what its classifier has no use for is left out."""
    kind = config["model_type"]
    module = network.encoder
    if not isinstance(module, ForeignEncoder):
        raise UsageError(f"An encoder of the kind {kind!r} cannot be exported.")
    if head.kind is not HeadKind.TOKEN_LABELS and (head.pooling != "first" or kind not in FOREIGN_HEADS):
        raise UsageError(
            f"transformers has no classifier for {kind!r} that pools as the head {head.name!r} does "
            f"({head.pooling!r}). {_TOO}"
        )
    model: Any = module.model
    with torch.device("meta"):
        wanted = _auto_class(head).from_config(type(model.config).from_dict(dict(config))).state_dict()
    layout = HEAD_LAYOUTS[FOREIGN_HEADS.get(kind, "bert")]
    named = {f"{model.base_model_prefix}.{name}": tensor for name, tensor in model.state_dict().items()}
    kept = {name: tensor for name, tensor in named.items() if name in wanted}
    return kept | _head_weights(network, head, layout, kind)


def _head_weights(network: Network, head: HeadConfig, layout: HeadLayout, kind: str) -> dict[str, Tensor]:
    state = network.heads[head.name].state_dict()
    if head.kind is HeadKind.TOKEN_LABELS:
        places = {"output": TOKEN_OUTPUT}
    elif head.activation != layout.activation:
        raise UsageError(
            f"The head {head.name!r} uses {head.activation}, and transformers' classifier for {kind!r} "
            f"{layout.activation}. {_TOO}"
        )
    else:
        places = {"dense": layout.dense, "output": layout.output}
    leaves = ("weight", "bias")
    return {f"{place}.{leaf}": state[f"{part}.{leaf}"] for part, place in places.items() for leaf in leaves}


def _architecture(encoder: Encoder, head: HeadConfig) -> str:
    """The name of transformers' class for the encoder with a head of that kind."""
    from transformers.models.auto import modeling_auto

    kind = encoder.source.config()["model_type"]
    names: Mapping[str, str] = (
        modeling_auto.MODEL_FOR_TOKEN_CLASSIFICATION_MAPPING_NAMES
        if head.kind is HeadKind.TOKEN_LABELS
        else modeling_auto.MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES
    )
    if kind not in names:
        raise UsageError(f"transformers has no classifier for encoders of the kind {kind!r}. {_TOO}")
    return names[kind]


def _auto_class(head: HeadConfig) -> Any:
    from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification

    token = head.kind is HeadKind.TOKEN_LABELS
    return AutoModelForTokenClassification if token else AutoModelForSequenceClassification


def _load(folder: Path, head: HeadConfig) -> Any:
    """The model in a folder, by transformers' own means."""
    model, found = _auto_class(head).from_pretrained(str(folder), local_files_only=True, output_loading_info=True)
    wrong = sorted([*found["missing_keys"], *found["unexpected_keys"]])
    if wrong:
        raise BundleError(f"transformers does not read the exported weights: {', '.join(wrong[:3])}. {_TOO}")
    return model.eval()
