"""The files that stand beside exported weights: labels, tokenizer, and a card for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlpsuite.application import HeadKind
from nlpsuite.model.bert import Bert
from nlpsuite.model.bundle import Calibration, Manifest
from nlpsuite.model.encoder import Encoder
from nlpsuite.model.foreign import ForeignEncoder
from nlpsuite.model.heads import HeadConfig

_PROBLEMS = {
    HeadKind.SINGLE_LABEL: "single_label_classification",
    HeadKind.MULTI_LABEL: "multi_label_classification",
    # One output read through a sigmoid: what transformers calls several labels, here one.
    HeadKind.PAIR_SCORE: "multi_label_classification",
}
_UNWANTED = ("_name_or_path", "architectures", "auto_map", "transformers_version", "torch_dtype")
_MASKS, _UNKNOWNS = ("[MASK]", "<mask>"), ("[UNK]", "<unk>")


@dataclass(frozen=True, slots=True)
class Card:
    """What people should know of an exported head.

    Attributes:
        name: of the model.
        app: the application it was trained for.
        languages: of the training data.
        licence: as an SPDX expression; empty where unknown.
        max_tokens: of a window, special tokens included.
        calibration: of the head.
        metrics: measured on development data: value, low, high and n by name.
        words: whether tokens were cut at the borders of Chinese words.
    """

    name: str
    app: str
    languages: tuple[str, ...]
    licence: str
    max_tokens: int
    calibration: Calibration
    metrics: Mapping[str, Mapping[str, float]]
    words: bool = False

    @classmethod
    def of(cls, manifest: Manifest, head: str) -> Card:
        """The card of one head of a bundle."""
        return cls(
            name=f"{manifest.name} {manifest.version}",
            app=manifest.app,
            languages=manifest.languages,
            licence=manifest.licence,
            max_tokens=manifest.max_tokens,
            calibration=manifest.calibration.get(head, Calibration()),
            metrics=manifest.metrics.get("dev", {}).get("heads", {}).get(head, {}),
            words=bool(manifest.recipe.get("words"))
            and any(other["kind"] == HeadKind.TOKEN_LABELS for other in manifest.heads),
        )


def export_config(encoder: Encoder, head: HeadConfig, card: Card) -> dict[str, Any]:
    """The content of `config.json`: the encoder's own, with the head's labels."""
    labels = head.labels or (head.name,)
    config = {key: value for key, value in encoder.source.config().items() if key not in _UNWANTED}
    config |= {
        "dtype": "float32",
        "id2label": {str(index): label for index, label in enumerate(labels)},
        "label2id": {label: index for index, label in enumerate(labels)},
        "nlpsuite": {"app": card.app, "head": head.name, **card.calibration.to_dict()},
    }
    if head.kind in _PROBLEMS:
        config["problem_type"] = _PROBLEMS[head.kind]
    return config


def reads_types(encoder: Encoder) -> bool:
    """Whether token types make a difference to the encoder."""
    module = encoder.module
    if isinstance(module, Bert):
        return module.config.types > 1
    return isinstance(module, ForeignEncoder) and module.types


def write_files(folder: Path, encoder: Encoder, head: HeadConfig, config: Mapping[str, Any], card: Card) -> None:
    """Write `config.json`, the tokenizer's files and `README.md`."""
    _write_json(folder / "config.json", config)
    encoder.tokenizer.save(folder)
    _write_json(folder / "tokenizer_config.json", _tokenizer_config(encoder, card.max_tokens))
    (folder / "README.md").write_text(card_text(head, card), encoding="utf-8")


def _tokenizer_config(encoder: Encoder, max_tokens: int) -> dict[str, Any]:
    inputs = ["input_ids", "attention_mask", *(["token_type_ids"] if reads_types(encoder) else [])]
    return {
        # The class that takes tokenizer.json as it is; those named after a model build their own.
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": max_tokens,
        "model_input_names": inputs,
        "padding_side": "right",
        "truncation_side": "right",
        "clean_up_tokenization_spaces": False,
        **_special_tokens(encoder),
    }


def _special_tokens(encoder: Encoder) -> dict[str, str]:
    backend, template = encoder.tokenizer.backend, encoder.tokenizer.single
    first, last = template.before[:1], template.after[-1:]
    # What the tokenizer does not treat as special must not become so, or the same text would give other ids.
    special = {index: token.content for index, token in backend.get_added_tokens_decoder().items()}
    tokens = {
        "cls_token": [special[index] for index in first if index in special],
        "sep_token": [special[index] for index in last if index in special],
        "mask_token": [token for token in _MASKS if token in special.values()],
        "unk_token": [token for token in _UNKNOWNS if token in special.values()],
        "pad_token": [str(backend.id_to_token(encoder.pad))],
    }
    return {key: found[0] for key, found in tokens.items() if found}


def card_text(head: HeadConfig, card: Card) -> str:
    """The model card, in Markdown."""
    title = f"# {card.name}: {head.name}"
    parts = [part(head, card) for part in (_summary, _labels, _confidence, _second_text, _words, _long_texts, _metrics)]
    return "\n\n".join([_front_matter(head, card), title, *filter(None, parts)]) + "\n"


def _front_matter(head: HeadConfig, card: Card) -> str:
    simple = card.licence.isascii() and " " not in card.licence
    task = "token-classification" if head.kind is HeadKind.TOKEN_LABELS else "text-classification"
    values = {
        "language": list(card.languages),
        "license": card.licence.lower() if simple and card.licence else "other",
        "pipeline_tag": task,
        "tags": ["nlpsuite", card.app],
    }
    # JSON is YAML, so that nothing needs quoting rules of its own.
    lines = (f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())
    return "\n".join(["---", *lines, "---"])


def _summary(head: HeadConfig, card: Card) -> str:
    languages = ", ".join(card.languages) or "not stated"
    return (
        f"The head `{head.name}` ({head.kind}) of an nlpsuite model for `{card.app}`, with its encoder.\n\n"
        f"- Languages of the training data: {languages}\n- Licence: {card.licence or 'not stated'}"
    )


def _labels(head: HeadConfig, card: Card) -> str:
    if head.kind is HeadKind.PAIR_SCORE:
        return "It reads two texts and gives one number, how well they match, as a logit."
    kinds = {
        HeadKind.SINGLE_LABEL: "One of these labels is given to a text:",
        HeadKind.MULTI_LABEL: "Each of these labels is given to a text or not, with its own threshold:",
        HeadKind.TOKEN_LABELS: "Each token is given one of these tags (BIO2):",
    }
    limits = card.calibration.label_thresholds
    given = {label: f" from a confidence of {limit:.4g}" for label, limit in limits.items()}
    lines = (f"- `{label}`{given.get(label, '')}" for label in head.labels)
    return "\n".join(["## Labels", "", kinds[head.kind], "", *lines])


def _confidence(head: HeadConfig, card: Card) -> str:
    function = "sigmoid" if head.kind in (HeadKind.PAIR_SCORE, HeadKind.MULTI_LABEL) else "softmax"
    fitted = card.calibration
    text = (
        "## Confidence\n\n"
        f"Calibrated confidences are {function}(logits / {fitted.temperature:.6g}): the temperature was "
        "fitted on development data and is not part of the weights."
    )
    if not fitted.threshold:
        return text
    return f"{text}\nBelow {fitted.threshold:.4g}, nlpsuite abstains."


def _second_text(head: HeadConfig, _: Card) -> str:
    if not head.compares:
        return ""
    return (
        "## The second text\n\nThe head compares two texts, so the graph has an input more than a tokenizer gives: "
        "`second_text`, int64, [batch, tokens], 1 on the tokens of the second text and on the special ones after it, "
        "else 0. Without any 1 a text is compared with itself."
    )


def _words(_: HeadConfig, card: Card) -> str:
    if not card.words:
        return ""
    return (
        "## Chinese words\n\nIt was trained on tokens cut wherever they cross the border of a word that jieba finds. "
        "`tokenizer.json` cannot express that: without it, Chinese answers may differ, and names take in a neighbour."
    )


def _long_texts(head: HeadConfig, card: Card) -> str:
    merge = (
        "let them overlap, and read each token where it has most context"
        if head.kind is HeadKind.TOKEN_LABELS
        else "average their logits, each window counted by its tokens"
    )
    return (
        "## Long texts\n\n"
        f"It reads {card.max_tokens} tokens at once, special ones included. Longer texts are not to be "
        f"truncated: cut them into windows of that size and {merge}. nlpsuite does so by itself."
    )


def _metrics(_: HeadConfig, card: Card) -> str:
    lines = [
        f"| {name} | {found['value']:.4g} | {found['low']:.4g} to {found['high']:.4g} | {found['n']:.0f} |"
        for name, found in card.metrics.items()
        if {"value", "low", "high", "n"} <= found.keys()
    ]
    if not lines:
        return ""
    table = ["| metric | value | 95 % interval | n |", "| --- | --- | --- | --- |", *lines]
    return "\n".join(["## Measured on its development data", "", *table])


def _write_json(file: Path, content: Mapping[str, Any]) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
