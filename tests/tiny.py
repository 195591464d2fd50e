"""A tiny encoder of BERT's shape with random weights, and an application over it: real parts, quick to run."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Regex, Tokenizer, models, pre_tokenizers, processors

from nlpsuite.application import Application, Head, HeadKind
from nlpsuite.model.bert import Bert
from nlpsuite.model.names import FAMILIES, config_from_foreign, theirs

WORDS = (
    "profit loss rises falls shares bank order won lawsuit lost strong weak the a of company quarter "
    "good bad news Anna Berlin lives in 公 司 净 利 润 增 长 下 降 亏 损"
).split()
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

CONFIG = {
    "model_type": "bert",
    "vocab_size": len(WORDS) + len(SPECIAL),
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "max_position_embeddings": 64,
    "type_vocab_size": 2,
    "pad_token_id": 0,
    "hidden_act": "gelu",
    "layer_norm_eps": 1e-12,
}


def tiny_tokenizer() -> Tokenizer:
    """One token a known word or Chinese character, with BERT's special tokens."""
    vocabulary = {token: index for index, token in enumerate([*SPECIAL, *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Whitespace(), pre_tokenizers.Split(Regex(r"[\u4e00-\u9fff]"), "isolated")]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return tokenizer


def save_tiny_encoder(folder: Path, seed: int = 7) -> Path:
    """Write the encoder as a Hugging Face folder."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    bert = Bert(config_from_foreign(CONFIG))
    weights = {theirs(name, FAMILIES["bert"]): tensor.contiguous() for name, tensor in bert.state_dict().items()}
    save_file(weights, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(CONFIG))
    tiny_tokenizer().save(str(folder / "tokenizer.json"))
    return folder


TINY_APP = Application(
    name="tiny",
    summary="good or bad, on which topics, and who",
    languages=("en", "zh"),
    heads=(
        Head("mood", HeadKind.SINGLE_LABEL, field="label", labels=("negative", "positive")),
        Head("topics", HeadKind.MULTI_LABEL, field="topics"),
    ),
)

NER_APP = Application(
    name="tiny-ner",
    summary="names",
    languages=("en",),
    heads=(Head("entities", HeadKind.TOKEN_LABELS, field="tags"),),
)

PAIR_APP = Application(
    name="tiny-pair",
    summary="how well two texts match",
    languages=("en",),
    heads=(Head("match", HeadKind.PAIR_SCORE, field="label"),),
)

ROWS = [
    {"text": f"{who} {what} {'the ' * count}{when}", "label": label, "topics": [topic]}
    for count, when in enumerate(("quarter", "news", "of the company", "of the strong bank"))
    for who in ("company", "bank", "the company", "shares of the bank")
    for what, label, topic in (
        ("profit rises", "positive", "results"),
        ("loss falls", "positive", "results"),
        ("lawsuit lost", "negative", "regulation"),
        ("profit falls", "negative", "results"),
        ("order won", "positive", "products"),
        ("shares weak", "negative", "market"),
    )
]


def write_rows(path: Path, rows: list[dict[str, object]]) -> Path:
    """Write records as JSON lines."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


FAST = {"epochs": 4, "learning_rate": 3e-3, "head_learning_rate": 3e-3, "precision": "fp32", "batch_size": 8}
"""Options that train the tiny encoder in a second or two."""

LEARNS = FAST | {"epochs": 25, "patience": 25}
"""Options with which it learns its data."""
