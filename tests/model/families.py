"""Tiny random encoders as transformers writes them, and networks and manifests made of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from torch import Tensor

from nlpsuite.application import HeadKind
from nlpsuite.model.bundle import Calibration, Manifest
from nlpsuite.model.encoder import Encoder, find_encoder, load_encoder
from nlpsuite.model.heads import HeadConfig
from nlpsuite.model.network import Network

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,;!?%"
HAN = "公司今年的净利润同比下降股价大跌，。"
WORDS = ["the", "bank", "shares", "raised", "##ed", "ich", "karte"]

SIZES = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "max_position_embeddings": 64,
    # Wider than usual, so that layers and heads make a difference that a test can see.
    "initializer_range": 0.2,
}


@dataclass(frozen=True)
class Kind:
    """How a family is built: transformers' classes by stem, what differs in its configuration, its tokens."""

    stem: str
    options: dict[str, Any]
    pieces: str = "wordpiece"


_ROBERTA = {"pad_token_id": 1, "layer_norm_eps": 1e-5, "type_vocab_size": 1}
KINDS = {
    "bert": Kind("Bert", {}),
    "roberta": Kind("Roberta", _ROBERTA, "unigram"),
    "xlm-roberta": Kind("XLMRoberta", _ROBERTA, "unigram"),
    "camembert": Kind("Camembert", _ROBERTA, "unigram"),
    "electra": Kind("Electra", {"embedding_size": 32}),
    "electra-narrow": Kind("Electra", {"embedding_size": 16}),
    "distilbert": Kind("DistilBert", {"dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 48}),
    "mpnet": Kind("MPNet", {"pad_token_id": 1}, "unigram"),
    "deberta-v2": Kind(
        "DebertaV2",
        {"relative_attention": True, "pos_att_type": ["p2c", "c2p"], "type_vocab_size": 0},
    ),
}
BUILT_IN = [name for name in KINDS if name not in ("mpnet", "deberta-v2")]


def wordpiece() -> Tokenizer:
    """A tokenizer of BERT's kind: letters, Chinese characters and a few words; types 0 and 1."""
    plain = [*LETTERS, *HAN, *(f"##{letter}" for letter in LETTERS), *WORDS]
    vocab = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *plain]
    tokenizer = Tokenizer(models.WordPiece({piece: i for i, piece in enumerate(vocab)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return tokenizer


def unigram() -> Tokenizer:
    """A tokenizer of XLM-R's kind: a unigram model behind a metaspace; all types 0."""
    scored = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0)]
    scored += [(letter, -5.0 - i / 10) for i, letter in enumerate(LETTERS + HAN)]
    scored += [("▁" + word, -4.0) for word in WORDS if not word.startswith("#")]
    tokenizer = Tokenizer(models.Unigram([*scored, ("<mask>", 0.0)], unk_id=3))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer


def save_random_encoder(name: str, folder: Path, form: str = "Model", **changes: Any) -> Any:
    """Write a random model with its tokenizer as transformers would, and give it back.

    Args:
        name: a key of `KINDS`.
        folder: made if it is not there.
        form: which of the family's classes, such as "Model" or "ForMaskedLM".
        changes: of its configuration.
    """
    import transformers

    kind = KINDS[name]
    tokenizer = {"wordpiece": wordpiece, "unigram": unigram}[kind.pieces]()
    config = getattr(transformers, f"{kind.stem}Config")(
        **SIZES | kind.options | changes, vocab_size=tokenizer.get_vocab_size()
    )
    torch.manual_seed(7)
    model = getattr(transformers, kind.stem + form)(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():  # biases and norms too, which start at 0 and 1
            parameter.add_(torch.randn_like(parameter) * 0.05)
    model.save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    return model


@dataclass(frozen=True)
class Family:
    """A family's model of transformers and the folder it is in."""

    name: str
    folder: Path
    model: Any

    def load(self) -> Encoder:
        """Our encoder from the folder."""
        return load_encoder(find_encoder(str(self.folder)))


def random_batch(lengths: tuple[int, ...], pad: int, vocab: int = 60, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Random ids above the special tokens and their mask, [len(lengths), max(lengths)]."""
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(5, vocab, (len(lengths), max(lengths)), generator=generator)
    mask = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
    return torch.where(mask, ids, pad), mask


HEADS = {
    HeadKind.SINGLE_LABEL: ("good", "bad", "neither"),
    HeadKind.MULTI_LABEL: ("profit", "debt"),
    HeadKind.TOKEN_LABELS: ("O", "B-PER", "I-PER"),
    HeadKind.PAIR_SCORE: (),
}
ACTIVATIONS = {"electra": "gelu", "distilbert": "relu", "deberta-v2": "gelu"}


def head(kind: HeadKind, model_type: str = "bert", name: str = "", **options: Any) -> HeadConfig:
    """A head's configuration, with the activation of the encoder's kind."""
    activation = ACTIVATIONS.get(model_type, "tanh")
    return HeadConfig(name or kind.value, kind, HEADS[kind], hidden=32, activation=activation, **options)


def network_of(encoder: Encoder, *heads: HeadConfig) -> Network:
    """A network with heads whose logits differ visibly from text to text."""
    torch.manual_seed(3)
    network = Network(encoder.module, heads).eval()
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name.startswith("heads."):
                parameter.normal_(std=0.5)
    return network


def manifest_of(encoder: Encoder, *heads: HeadConfig, **changes: Any) -> Manifest:
    """A manifest for a network of that encoder and those heads."""
    values: dict[str, Any] = {
        "name": "tiny",
        "version": "1",
        "app": "sentiment",
        "plugin": {"distribution": "nlpsuite-tiny", "version": "0.1"},
        "encoder": {
            "name": encoder.source.name,
            "sha256": encoder.source.sha256,
            "carried": not encoder.source.packaged,
        },
        "heads": tuple(config.to_dict() for config in heads),
        "calibration": {config.name: Calibration(1.5, 0.4) for config in heads},
        "languages": ("en", "zh"),
        "max_tokens": encoder.window,
        "licence": "Apache-2.0",
    }
    return Manifest(**values | changes)


def config_file(folder: Path) -> dict[str, Any]:
    """The content of a folder's `config.json`."""
    content: dict[str, Any] = json.loads((folder / "config.json").read_text("utf-8"))
    return content
