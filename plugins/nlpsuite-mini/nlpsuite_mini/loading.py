"""The packaged files made into a model and a tokenizer of transformers; nothing is fetched."""

from __future__ import annotations

import json

import torch
from tokenizers import AddedToken
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from nlpsuite_mini import DATA
from nlpsuite_mini.integrity import check_file
from nlpsuite_mini.weights import load_state_dict

CONFIG = "config.json"
TOKENIZER, TOKENIZER_CONFIG = "tokenizer.json", "tokenizer_config.json"
MASK_FIELDS = ("content", "lstrip", "rstrip", "normalized", "single_word", "special")

__all__ = ["load_model", "load_state_dict", "load_tokenizer"]


def load_model() -> BertModel:
    """Return the encoder in float32 on the CPU, in evaluation mode, without a pooling layer.

    Raises:
        DamagedFileError: weights or configuration are not the ones that were built.
    """
    check_file(CONFIG)
    config = BertConfig.from_json_file(DATA / CONFIG)
    # On the meta device nothing is allocated and no random numbers are drawn for 52 million weights.
    with torch.device("meta"):
        model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(load_state_dict(), assign=True)
    _fill_buffers(model)
    return model.eval()


def load_tokenizer() -> PreTrainedTokenizerFast:
    """Return the tokenizer; it adds `<s>` and `</s>` and gives character offsets on request.

    Raises:
        DamagedFileError: its files are not the ones that were built.
    """
    for name in (TOKENIZER, TOKENIZER_CONFIG):
        check_file(name)
    options = json.loads((DATA / TOKENIZER_CONFIG).read_text(encoding="utf-8"))
    del options["tokenizer_class"]
    options["mask_token"] = AddedToken(**{key: options["mask_token"][key] for key in MASK_FIELDS})
    # `from_pretrained` gives the same, but parses the large file three times.
    return PreTrainedTokenizerFast(tokenizer_file=str(DATA / TOKENIZER), **options)


def _fill_buffers(model: BertModel) -> None:
    # They are in no state dictionary, and so are still on the meta device.
    positions = torch.arange(model.config.max_position_embeddings).unsqueeze(0)
    model.embeddings.position_ids = positions
    model.embeddings.token_type_ids = torch.zeros_like(positions)
