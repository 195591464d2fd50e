"""What is exported for transformers is loaded by transformers alone and gives the same."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from nlpsuite.application import HeadKind
from nlpsuite.errors import BundleError, UnknownName, UsageError
from nlpsuite.model import export_hf as hf
from nlpsuite.model.bundle import WEIGHTS, Calibration, save_bundle
from nlpsuite.model.encoder import Encoder
from nlpsuite.model.export import export_bundle
from nlpsuite.model.export_files import Card, card_text
from nlpsuite.model.heads import HeadConfig
from nlpsuite.model.network import Network
from nlpsuite.model.restore import encoder_files, weights_to_keep
from tests.model.conftest import FamilyMaker
from tests.model.families import BUILT_IN, config_file, head, manifest_of, network_of

TEXTS = [
    ("a",),
    ("the bank raised 7 % ; shares rose",),
    ("公司今年的净利润同比下降",),
    ("ich, the [MASK] <mask> Ünknown ?!",),
]
PAIRS = [("the bank", "shares"), ("公司今年", "a"), ("a", "raised the shares, 3.5 %")]

TEXT_HEADS = [HeadKind.SINGLE_LABEL, HeadKind.MULTI_LABEL, HeadKind.PAIR_SCORE]
CASES = [
    *((name, HeadKind.SINGLE_LABEL, pooling) for name in BUILT_IN for pooling in ("mean", "first")),
    *((name, HeadKind.TOKEN_LABELS, "mean") for name in BUILT_IN),
    *((name, HeadKind.PAIR_SCORE, "mean") for name in ("bert", "roberta", "distilbert")),
    ("bert", HeadKind.PAIR_SCORE, "first"),
    ("bert", HeadKind.MULTI_LABEL, "mean"),
    *((name, HeadKind.SINGLE_LABEL, "first") for name in ("mpnet", "deberta-v2")),
    *((name, HeadKind.TOKEN_LABELS, "first") for name in ("mpnet", "deberta-v2")),
]


def made_for(name: str, kind: HeadKind, family: FamilyMaker, **options: Any) -> tuple[Network, Encoder, HeadConfig]:
    encoder = family(name).load()
    config = head(kind, name.removesuffix("-narrow"), **options)
    return network_of(encoder, config), encoder, config


def export(network: Network, encoder: Encoder, config: HeadConfig, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    hf.export_hf(network, encoder, config.name, folder, Card.of(manifest_of(encoder, config), config.name))
    return folder


def load_by_transformers(folder: Path, token: bool, **options: Any) -> tuple[Any, Any]:
    from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification, AutoTokenizer

    auto = AutoModelForTokenClassification if token else AutoModelForSequenceClassification
    model, found = auto.from_pretrained(folder, output_loading_info=True, **options)
    assert not found["missing_keys"] and not found["unexpected_keys"] and not found["mismatched_keys"]
    return model.eval(), AutoTokenizer.from_pretrained(folder)


def by_hand(encoder: Encoder, text: Sequence[str]) -> tuple[list[int], list[int]]:
    """Ids and types of a text or a pair as the engine makes them."""
    first, *second = (pieces.ids for pieces in encoder.tokenizer.pieces(text))
    template = encoder.tokenizer.pair if second else encoder.tokenizer.single
    left = [*template.before, *first, *template.between]
    right = [*(second[0] if second else []), *template.after]
    return left + right, [0] * len(left) + [template.second_type] * len(right)


@torch.inference_mode()
def our_logits(network: Network, encoder: Encoder, texts: Sequence[Sequence[str]]) -> list[Tensor]:
    """Logits of the one head, each text on its own."""
    found = []
    for ids, types in (by_hand(encoder, text) for text in texts):
        batch = torch.tensor([ids])
        (logits,) = network(batch, torch.ones_like(batch).bool(), torch.tensor([types])).values()
        found.append(logits[0])
    return found


@torch.inference_mode()
def their_logits(model: Any, tokenizer: Any, texts: Sequence[Sequence[str]]) -> list[Tensor]:
    """Logits of the texts together, padded by their tokenizer; of a token head without the padding's."""
    batch = tokenizer([list(text) if len(text) > 1 else text[0] for text in texts], padding=True, return_tensors="pt")
    logits = model(**batch).logits.float()
    if logits.ndim == 2:
        return list(logits)
    return [row[mask.bool()] for row, mask in zip(logits, batch["attention_mask"], strict=True)]


@pytest.mark.parametrize(("name", "kind", "pooling"), CASES)
def test_transformers_gives_the_same(
    name: str, kind: HeadKind, pooling: str, family: FamilyMaker, tmp_path: Path
) -> None:
    network, encoder, config = made_for(name, kind, family, pooling=pooling)
    export(network, encoder, config, tmp_path)
    model, tokenizer = load_by_transformers(tmp_path, kind is HeadKind.TOKEN_LABELS)
    texts = PAIRS if kind is HeadKind.PAIR_SCORE else TEXTS
    assert [tokenizer(*text)["input_ids"] for text in texts] == [by_hand(encoder, text)[0] for text in texts]
    ours, theirs = our_logits(network, encoder, texts), their_logits(model, tokenizer, texts)
    assert max(float((mine - found).abs().max()) for mine, found in zip(ours, theirs, strict=True)) < 2e-5
    assert float((ours[0] - ours[1]).abs().max() if kind is not HeadKind.TOKEN_LABELS else 1.0) > 1e-2


@pytest.mark.parametrize(("dtype", "allowed"), [("bfloat16", 0.2), ("float16", 0.03)])
def test_a_mean_head_stays_finite_in_half_precision(
    dtype: str, allowed: float, family: FamilyMaker, tmp_path: Path
) -> None:
    network, encoder, config = made_for("roberta", HeadKind.SINGLE_LABEL, family)
    export(network, encoder, config, tmp_path)
    model, tokenizer = load_by_transformers(tmp_path, token=False, dtype=dtype)
    pairs = zip(our_logits(network, encoder, TEXTS), their_logits(model, tokenizer, TEXTS), strict=True)
    assert max(float((ours - theirs).abs().max()) for ours, theirs in pairs) < allowed


@pytest.mark.parametrize("pooling", ["mean", "first"])
def test_a_mean_head_takes_one_layer_more(pooling: str, family: FamilyMaker, tmp_path: Path) -> None:
    for name, key in (("bert", "num_hidden_layers"), ("distilbert", "n_layers")):
        network, encoder, config = made_for(name, HeadKind.SINGLE_LABEL, family, pooling=pooling)
        out = export(network, encoder, config, tmp_path / name)
        assert config_file(out)[key] == (3 if pooling == "mean" else 2)


def save(folder: Path, encoder: Encoder, *heads: HeadConfig, **changes: Any) -> Path:
    network = network_of(encoder, *heads)
    manifest = manifest_of(encoder, *heads, **changes)
    save_bundle(folder, manifest, weights_to_keep(network, encoder), encoder_files(encoder))
    return folder


@pytest.fixture
def bundle(family: FamilyMaker, tmp_path: Path) -> Path:
    """A bundle with a head of each kind."""
    return save(tmp_path / "bundle", family("bert").load(), *(head(kind) for kind in HeadKind))


@pytest.mark.parametrize(
    ("kind", "problem", "labels", "architecture"),
    [
        (HeadKind.SINGLE_LABEL, "single_label_classification", ["good", "bad", "neither"], "Sequence"),
        (HeadKind.MULTI_LABEL, "multi_label_classification", ["profit", "debt"], "Sequence"),
        (HeadKind.PAIR_SCORE, "multi_label_classification", ["pair-score"], "Sequence"),
        (HeadKind.TOKEN_LABELS, None, ["O", "B-PER", "I-PER"], "Token"),
    ],
)
def test_configuration_says_what_the_head_is(
    kind: HeadKind, problem: str | None, labels: list[str], architecture: str, bundle: Path, tmp_path: Path
) -> None:
    export_bundle(bundle, "hf", tmp_path / "out", kind.value)
    config = config_file(tmp_path / "out")
    assert config.get("problem_type") == problem
    assert [config["id2label"][str(index)] for index in range(len(labels))] == labels
    assert config["label2id"] == {label: index for index, label in enumerate(labels)}
    assert config["architectures"] == [f"BertFor{architecture}Classification"]
    assert config["nlpsuite"]["temperature"] == 1.5
    assert not {"auto_map", "_name_or_path"} & set(config)


def test_a_pipeline_of_transformers_reads_the_labels(bundle: Path, tmp_path: Path) -> None:
    from transformers import pipeline

    out = export_bundle(bundle, "hf", tmp_path / "out", "multi-label")
    answers = pipeline("text-classification", model=str(out), top_k=None)(["the bank"])[0]
    assert {answer["label"] for answer in answers} == {"profit", "debt"}
    assert abs(sum(answer["score"] for answer in answers) - 1) > 1e-3  # independent, so not a softmax


def test_the_folder_is_whole(bundle: Path, tmp_path: Path) -> None:
    out = export_bundle(bundle, "hf", tmp_path / "deep" / "er" / "out", "single-label")
    names = {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "README.md"}
    assert {path.name for path in out.iterdir()} == names
    assert {tensor.dtype for tensor in load_file(out / "model.safetensors").values()} == {torch.float32}
    assert [path.name for path in out.parent.iterdir()] == ["out"]
    assert json.loads((out / "tokenizer_config.json").read_text())["model_max_length"] == 64
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "file").touch()
    assert out.stat().st_mode == (tmp_path / "plain").stat().st_mode
    assert {path.stat().st_mode for path in out.iterdir()} == {(tmp_path / "plain" / "file").stat().st_mode}


def test_the_first_head_needs_no_name(bundle: Path, tmp_path: Path) -> None:
    export_bundle(bundle, "hf", tmp_path / "out")
    assert config_file(tmp_path / "out")["nlpsuite"]["head"] == "single-label"


def test_unknown_heads_and_formats_are_refused(bundle: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="single-label"):
        export_bundle(bundle, "hf", tmp_path / "out", "singel-label")
    with pytest.raises(UnknownName, match="onnx"):
        export_bundle(bundle, "onx", tmp_path / "out", "single-label")
    assert not (tmp_path / "out").exists()


def test_a_folder_in_use_is_left_alone(bundle: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="not an empty folder"):
        export_bundle(bundle, "hf", out, "single-label")
    assert [path.name for path in out.iterdir()] == ["mine.txt"]


def test_a_file_in_the_way_is_left_alone(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(UsageError, match="not an empty folder"):
        export_bundle(bundle, "hf", tmp_path / "out", "single-label")


def test_an_empty_folder_is_filled(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert (export_bundle(bundle, "hf", tmp_path / "out", "token-labels") / "config.json").is_file()


def test_a_damaged_bundle_is_refused(bundle: Path, tmp_path: Path) -> None:
    content = bytearray((bundle / WEIGHTS).read_bytes())
    content[-1] ^= 1
    (bundle / WEIGHTS).write_bytes(content)
    with pytest.raises(BundleError, match="changed"):
        export_bundle(bundle, "hf", tmp_path / "out", "single-label")


def test_an_export_that_differs_is_refused_and_leaves_nothing(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hf, "SCALE", 1.0)  # the first token is then as heavy as the mean
    with pytest.raises(BundleError, match="differs"):
        export_bundle(bundle, "hf", tmp_path / "out", "single-label")
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


def test_a_tokenizer_that_differs_is_refused(family: FamilyMaker, tmp_path: Path) -> None:
    network, encoder, config = made_for("bert", HeadKind.SINGLE_LABEL, family)
    export(network, encoder, config, tmp_path)
    other = family("roberta").load().tokenizer
    with pytest.raises(BundleError, match="other tokens"):
        hf.check_hf(network, replace(encoder, tokenizer=other), config, tmp_path)


@pytest.mark.parametrize("name", ["mpnet", "deberta-v2"])
def test_a_foreign_encoder_with_a_mean_head_is_sent_to_onnx(name: str, family: FamilyMaker, tmp_path: Path) -> None:
    network, encoder, config = made_for(name, HeadKind.SINGLE_LABEL, family)
    with pytest.raises(UsageError, match="--format onnx"):
        export(network, encoder, config, tmp_path)


def test_an_activation_that_the_family_has_not_is_sent_to_onnx(family: FamilyMaker, tmp_path: Path) -> None:
    encoder = family("bert").load()
    config = replace(head(HeadKind.SINGLE_LABEL), activation="relu")
    with pytest.raises(UsageError, match=r"relu.*tanh.*--format onnx"):
        export(network_of(encoder, config), encoder, config, tmp_path)


def card(**changes: Any) -> Card:
    values: dict[str, Any] = {
        "name": "tiny 1",
        "app": "sentiment",
        "languages": ("de", "zh"),
        "licence": "MIT",
        "max_tokens": 128,
        "calibration": Calibration(1.25, 0.6, {"profit": 0.35}),
        "metrics": {"accuracy": {"value": 0.9, "low": 0.85, "high": 0.94, "n": 200}},
    }
    return Card(**values | changes)


def test_the_card_tells_what_a_user_must_know() -> None:
    text = card_text(head(HeadKind.MULTI_LABEL), card())
    assert text.startswith("---\n")
    for told in (
        'language: ["de", "zh"]',
        'license: "mit"',
        'pipeline_tag: "text-classification"',
        "- `profit` from a confidence of 0.35",
        "- `debt`\n",
        "sigmoid(logits / 1.25)",
        "Below 0.6, nlpsuite abstains",
        "128 tokens",
        "windows",
        "| accuracy | 0.9 | 0.85 to 0.94 | 200 |",
    ):
        assert told in text


def test_the_card_of_other_kinds() -> None:
    tokens = card_text(head(HeadKind.TOKEN_LABELS), card(licence="", metrics={}))
    assert "token-classification" in tokens and "BIO2" in tokens and "overlap" in tokens
    assert 'license: "other"' in tokens and "Licence: not stated" in tokens
    assert "Measured" not in tokens
    assert "softmax" in card_text(head(HeadKind.SINGLE_LABEL), card())
    assert "two texts" in card_text(head(HeadKind.PAIR_SCORE), card())


def test_the_front_matter_is_yaml() -> None:
    import yaml

    text = card_text(head(HeadKind.SINGLE_LABEL), card(licence="MIT AND Apache-2.0", app="x: y"))
    values = yaml.safe_load(text.split("---")[1])
    assert values["language"] == ["de", "zh"]
    assert values["license"] == "other"
    assert values["tags"] == ["nlpsuite", "x: y"]


def test_metrics_come_from_the_manifest(family: FamilyMaker) -> None:
    encoder = family("bert").load()
    found = {"accuracy": {"value": 0.5, "low": 0.4, "high": 0.6, "n": 9}}
    manifest = manifest_of(encoder, metrics={"dev": {"accuracy": {}, "heads": {"single-label": found}}})
    assert Card.of(manifest, "single-label").metrics == found
    assert Card.of(manifest, "another").metrics == {}
