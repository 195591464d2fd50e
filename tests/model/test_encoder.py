"""Encoders from folders and packages, built in and foreign, and what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from nlpsuite.errors import BundleError, UnknownName
from nlpsuite.model.bert import Bert
from nlpsuite.model.encoder import Encoder, find_encoder, load_encoder
from nlpsuite.model.foreign import ForeignEncoder
from tests.model.conftest import FamilyMaker
from tests.model.families import config_file, random_batch, save_random_encoder


@pytest.fixture
def folder(family: FamilyMaker, tmp_path: Path) -> Path:
    """A BERT that a test may damage."""
    return Path(shutil.copytree(family("bert").folder, tmp_path / "bert"))


def load(folder: Path) -> Encoder:
    return load_encoder(find_encoder(str(folder)))


def change_config(folder: Path, **changes: Any) -> None:
    (folder / "config.json").write_text(json.dumps(config_file(folder) | changes))


def change_weights(folder: Path, drop: str = "", **changes: torch.Tensor) -> None:
    weights = load_file(folder / "model.safetensors")
    weights.pop(drop, None)
    save_file(weights | changes, folder / "model.safetensors", metadata={"format": "pt"})


def test_a_folder_is_an_encoder(folder: Path) -> None:
    encoder = load(folder)
    assert isinstance(encoder.module, Bert)
    assert (encoder.hidden, encoder.window, encoder.pad) == (32, 64, 0)
    assert not encoder.source.packaged
    assert not encoder.module.training
    assert all(parameter.requires_grad for parameter in encoder.module.parameters())


def test_the_hash_is_of_the_weights(folder: Path) -> None:
    before = find_encoder(str(folder)).sha256
    change_config(folder, note="nothing of weight")
    assert find_encoder(str(folder)).sha256 == before
    change_weights(folder, **{"pooler.dense.bias": torch.ones(32)})
    assert find_encoder(str(folder)).sha256 != before


def test_weights_in_shards(family: FamilyMaker, tmp_path: Path) -> None:
    family("bert").model.save_pretrained(tmp_path, max_shard_size="10KB")
    shutil.copy(family("bert").folder / "tokenizer.json", tmp_path)
    assert len(list(tmp_path.glob("*.safetensors"))) > 2
    whole, parts = family("bert").load().module.state_dict(), load(tmp_path).module.state_dict()
    assert all(torch.equal(parts[name], tensor) for name, tensor in whole.items())


def test_half_precision_weights_become_float32(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    halves = {name: tensor.bfloat16() for name, tensor in weights.items()}
    save_file(halves, folder / "model.safetensors")
    assert {parameter.dtype for parameter in load(folder).module.parameters()} == {torch.float32}


def test_pickled_weights_are_refused(folder: Path) -> None:
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    with pytest.raises(BundleError, match="never loaded"):
        find_encoder(str(folder))


def test_a_folder_without_configuration_is_refused(folder: Path) -> None:
    (folder / "config.json").unlink()
    with pytest.raises(BundleError, match=r"config\.json"):
        find_encoder(str(folder))


@pytest.mark.parametrize("content", ["{", "[]", "\xff"])
def test_a_damaged_configuration_is_refused(content: str, folder: Path) -> None:
    (folder / "config.json").write_bytes(content.encode("latin-1"))
    with pytest.raises(BundleError, match=r"config\.json is damaged"):
        load(folder)


def test_a_damaged_weights_file_is_refused(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"\0" * 64)
    with pytest.raises(BundleError, match=r"model\.safetensors is damaged"):
        load(folder)


def test_a_weight_of_another_shape_is_refused(folder: Path) -> None:
    change_weights(folder, **{"encoder.layer.1.output.dense.bias": torch.zeros(31)})
    with pytest.raises(BundleError, match=r"layers\.1\.contract\.bias"):
        load(folder)


def test_a_missing_weight_is_refused(folder: Path) -> None:
    change_weights(folder, drop="embeddings.LayerNorm.bias")
    with pytest.raises(BundleError, match=r"embedding_norm\.bias"):
        load(folder)


def test_more_layers_in_the_weights_than_configured_are_refused(folder: Path) -> None:
    change_config(folder, num_hidden_layers=1)
    with pytest.raises(BundleError, match=r"layers\.1\."):
        load(folder)


def test_a_kind_that_transformers_does_not_know_is_refused(folder: Path) -> None:
    change_config(folder, model_type="no-such-kind")
    with pytest.raises(BundleError, match="no-such-kind"):
        load(folder)


def test_code_in_a_folder_is_not_run(folder: Path) -> None:
    (folder / "modeling.py").write_text("raise SystemExit('ran')")
    change_config(folder, model_type="own", auto_map={"AutoConfig": "modeling.C", "AutoModel": "modeling.M"})
    with pytest.raises(BundleError, match="cannot load"):
        load(folder)


def test_a_packaged_encoder_is_found_by_name(packaged: str, family: FamilyMaker) -> None:
    source = find_encoder(packaged)
    assert source.packaged
    assert source.sha256 == "0" * 64
    ids, mask = random_batch((5, 3), 0)
    with torch.inference_mode():
        assert torch.equal(load_encoder(source).module(ids, mask), family("bert").load().module(ids, mask))


def test_a_folder_without_a_model_does_not_hide_a_packaged_encoder(
    packaged: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / packaged).mkdir()
    monkeypatch.chdir(tmp_path)
    assert find_encoder(packaged).packaged


@pytest.mark.parametrize("name", ["./nowhere", "/no/such/folder", "a/b/c"])
def test_a_path_that_is_not_there_is_refused_without_the_hub(packaged: str, name: str) -> None:
    with pytest.raises(UnknownName, match="No encoder"):
        find_encoder(name)


@pytest.mark.parametrize("name", ["deberta-v2", "mpnet"])
@torch.inference_mode()
def test_a_foreign_encoder_gives_what_transformers_gives(name: str, family: FamilyMaker) -> None:
    made = family(name)
    encoder = made.load()
    assert isinstance(encoder.module, ForeignEncoder)
    assert encoder.pad == made.model.config.pad_token_id
    ids, mask = random_batch((20, 11, 2), encoder.pad)
    wanted = made.model(input_ids=ids, attention_mask=mask.long()).last_hidden_state
    assert float((encoder.module(ids, mask) - wanted)[mask].abs().max()) < 1e-5


@pytest.mark.parametrize(("name", "window"), [("deberta-v2", 64), ("mpnet", 62)])
@torch.inference_mode()
def test_the_window_of_a_foreign_encoder_is_as_wide_as_it_can_be(name: str, window: int, family: FamilyMaker) -> None:
    encoder = family(name).load()
    assert encoder.window == window
    ids, mask = random_batch((window,), encoder.pad)
    assert encoder.module(ids, mask).shape == (1, window, 32)
    if name == "mpnet":
        with pytest.raises(IndexError):
            encoder.module(*random_batch((window + 1,), encoder.pad))


def test_a_foreign_window_is_never_above_512(tmp_path: Path) -> None:
    save_random_encoder("mpnet", tmp_path, max_position_embeddings=1026, num_hidden_layers=1)
    assert load(tmp_path).window == 512


@torch.inference_mode()
def test_a_foreign_encoder_reads_token_types(tmp_path: Path) -> None:
    save_random_encoder("deberta-v2", tmp_path, type_vocab_size=2)
    module = load(tmp_path).module
    ids, mask = random_batch((6,), 0)
    assert not torch.allclose(module(ids, mask, torch.ones_like(ids)), module(ids, mask))


def test_a_foreign_encoder_with_missing_weights_is_refused(tmp_path: Path) -> None:
    save_random_encoder("mpnet", tmp_path)
    change_weights(tmp_path, drop="encoder.layer.0.attention.attn.q.weight")
    with pytest.raises(BundleError, match=r"attn\.q\.weight"):
        load(tmp_path)
