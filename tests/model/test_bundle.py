"""Bundles: what is saved is what is restored, and nothing changed gets through."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save

from nlpsuite.application import HeadKind
from nlpsuite.errors import BundleError
from nlpsuite.model.adapters import AdapterConfig, adapted_weights, add_adapter
from nlpsuite.model.bundle import (
    MANIFEST,
    WEIGHTS,
    Calibration,
    Manifest,
    read_bundle_weights,
    read_manifest,
    save_bundle,
    verify_bundle,
)
from nlpsuite.model.encoder import Encoder, find_encoder, load_encoder
from nlpsuite.model.network import Network
from nlpsuite.model.restore import encoder_files, restore_network, round_trained, weights_to_keep
from tests.model.conftest import FamilyMaker
from tests.model.families import head, manifest_of, network_of, random_batch

HEADS = (head(HeadKind.SINGLE_LABEL), head(HeadKind.TOKEN_LABELS))
ADAPTER = AdapterConfig(rank=2, alpha=4, first_layer=1)


def save_network(folder: Path, network: Network, encoder: Encoder, **changes: Any) -> Manifest:
    manifest = manifest_of(encoder, *network.configs, **changes)
    return save_bundle(folder, manifest, weights_to_keep(network, encoder), encoder_files(encoder))


@torch.inference_mode()
def logits(network: Network, pad: int) -> dict[str, torch.Tensor]:
    outputs: dict[str, torch.Tensor] = network(*random_batch((9, 4), pad))
    return outputs


@pytest.fixture
def bundle(family: FamilyMaker, tmp_path: Path) -> Path:
    """A bundle that carries its encoder."""
    encoder = family("bert").load()
    save_network(tmp_path / "bundle", network_of(encoder, *HEADS), encoder)
    return tmp_path / "bundle"


@pytest.mark.parametrize("name", ["bert", "camembert", "electra-narrow", "mpnet", "deberta-v2"])
def test_a_carried_encoder_needs_its_folder_no_more(name: str, family: FamilyMaker, tmp_path: Path) -> None:
    original = shutil.copytree(family(name).folder, tmp_path / "original")
    encoder = load_encoder(find_encoder(str(original)))
    network = network_of(encoder, *HEADS)
    with torch.no_grad():  # training has moved the encoder too
        for parameter in encoder.module.parameters():
            parameter.mul_(1.01)
    wanted = logits(network, encoder.pad)
    save_network(tmp_path / "bundle", network, encoder)
    shutil.rmtree(original)
    moved = (tmp_path / "bundle").rename(tmp_path / "moved")
    restored, again = restore_network(moved, verify_bundle(moved))
    found = logits(restored, encoder.pad)
    assert all(torch.equal(found[key], wanted[key]) for key in wanted)
    assert (again.window, again.pad, again.hidden) == (encoder.window, encoder.pad, encoder.hidden)
    assert again.tokenizer.pieces(["the bank, 公司"]) == encoder.tokenizer.pieces(["the bank, 公司"])
    assert not restored.training


def with_trained_adapter(encoder: Encoder) -> Network:
    network = network_of(encoder, *HEADS)
    add_adapter(network.encoder, ADAPTER)
    for name, parameter in network.named_parameters():
        if ".lora_" in name:
            torch.nn.init.normal_(parameter, std=0.3)
    round_trained(network)
    return network.eval()


def test_a_packaged_encoder_is_not_carried_again(packaged: str, tmp_path: Path) -> None:
    encoder = load_encoder(find_encoder(packaged))
    network = with_trained_adapter(encoder)
    wanted = logits(network, 0)
    manifest = save_network(tmp_path, network, encoder, adapter=ADAPTER.to_dict())
    assert set(manifest.files) == {WEIGHTS}
    kept = read_bundle_weights(tmp_path)
    assert {name.split(".")[0] for name in kept} == {"heads", "adapter"}
    restored, _ = restore_network(tmp_path, verify_bundle(tmp_path))
    assert all(torch.allclose(logits(restored, 0)[key], wanted[key], atol=1e-4) for key in wanted)
    assert not any(".lora_" in name for name in restored.state_dict())


def test_an_adapter_is_kept_in_half_precision(packaged: str, tmp_path: Path) -> None:
    encoder = load_encoder(find_encoder(packaged))
    save_network(tmp_path, with_trained_adapter(encoder), encoder, adapter=ADAPTER.to_dict())
    assert {tensor.dtype for tensor in read_bundle_weights(tmp_path).values()} == {torch.float16}
    restored, _ = restore_network(tmp_path, verify_bundle(tmp_path))
    assert {parameter.dtype for parameter in restored.parameters()} == {torch.float32}


def test_networks_on_one_base_share_what_neither_changed(packaged: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        encoder = load_encoder(find_encoder(packaged))
        save_network(tmp_path / name, with_trained_adapter(encoder), encoder, adapter=ADAPTER.to_dict())
    alone, _ = restore_network(tmp_path / "one", verify_bundle(tmp_path / "one"))
    before = logits(alone, 0)
    other, _ = restore_network(tmp_path / "two", verify_bundle(tmp_path / "two"))
    places = [{name: tensor.data_ptr() for name, tensor in net.encoder.state_dict().items()} for net in (alone, other)]
    apart = {name for name in places[0] if places[0][name] != places[1][name]}
    kept = [name.removeprefix("adapter.") for name in read_bundle_weights(tmp_path / "two")]
    assert apart == set(adapted_weights(name for name in kept if not name.startswith("heads.")))
    assert all(torch.equal(logits(alone, 0)[key], before[key]) for key in before)


def test_training_shares_nothing(packaged: str) -> None:
    one, two = (load_encoder(find_encoder(packaged)).module.state_dict() for _ in range(2))
    assert all(one[name].data_ptr() != two[name].data_ptr() for name in one)


def test_an_adapter_on_a_carried_encoder(family: FamilyMaker, tmp_path: Path) -> None:
    encoder = family("roberta").load()
    network = with_trained_adapter(encoder)
    wanted = logits(network, 1)
    save_network(tmp_path, network, encoder, adapter=ADAPTER.to_dict())
    restored, _ = restore_network(tmp_path, verify_bundle(tmp_path))
    assert all(torch.allclose(logits(restored, 1)[key], wanted[key], atol=1e-4) for key in wanted)


def test_of_a_packaged_encoder_only_what_was_trained_is_kept(packaged: str, tmp_path: Path) -> None:
    encoder = load_encoder(find_encoder(packaged))
    network = network_of(encoder, *HEADS)
    for name, parameter in network.encoder.named_parameters():
        parameter.requires_grad_(name.startswith("layers.1."))
        if parameter.requires_grad:
            parameter.data += 0.1
    wanted = logits(network, 0)
    save_network(tmp_path, network, encoder)
    kept = [name for name in read_bundle_weights(tmp_path) if name.startswith("encoder.")]
    assert kept and all(name.startswith("encoder.layers.1.") for name in kept)
    restored, _ = restore_network(tmp_path, verify_bundle(tmp_path))
    assert all(torch.equal(logits(restored, 0)[key], wanted[key]) for key in wanted)


def test_another_version_of_the_packaged_encoder_is_refused(packaged: str, tmp_path: Path) -> None:
    encoder = load_encoder(find_encoder(packaged))
    other = replace(encoder, source=replace(encoder.source, sha256="1" * 64))
    save_network(tmp_path, network_of(encoder, *HEADS), other)
    with pytest.raises(BundleError, match="another version"):
        restore_network(tmp_path, verify_bundle(tmp_path))


def test_a_packaged_encoder_that_is_not_installed_is_named(packaged: str, tmp_path: Path) -> None:
    encoder = load_encoder(find_encoder(packaged))
    absent = replace(encoder, source=replace(encoder.source, name="./absent-encoder"))
    save_network(tmp_path, network_of(encoder, *HEADS), absent)
    with pytest.raises(BundleError, match="absent-encoder"):
        restore_network(tmp_path, verify_bundle(tmp_path))


def test_the_manifest_says_what_was_given(bundle: Path, family: FamilyMaker) -> None:
    encoder = family("bert").load()
    wanted = manifest_of(encoder, *HEADS)
    found = read_manifest(bundle)
    assert replace(found, files={}) == wanted
    assert set(found.files) == {WEIGHTS, "encoder/config.json", "encoder/tokenizer.json"}
    assert found.calibration["single-label"] == Calibration(1.5, 0.4)


@pytest.mark.parametrize("name", [MANIFEST, WEIGHTS, "encoder/config.json", "encoder/tokenizer.json"])
@pytest.mark.parametrize("place", [0.0, 0.5, 0.99])
def test_one_flipped_bit_is_refused(name: str, place: float, bundle: Path) -> None:
    content = bytearray((bundle / name).read_bytes())
    content[int(len(content) * place)] ^= 1
    (bundle / name).write_bytes(content)
    with pytest.raises(BundleError):
        verify_bundle(bundle)


@pytest.mark.parametrize("name", [MANIFEST, WEIGHTS, "encoder/config.json", "encoder/tokenizer.json"])
def test_a_missing_file_is_refused(name: str, bundle: Path) -> None:
    (bundle / name).unlink()
    with pytest.raises(BundleError, match=name):
        verify_bundle(bundle)


def test_a_file_beside_the_encoder_is_refused(bundle: Path) -> None:
    (bundle / "encoder" / "special_tokens_map.json").write_text("{}")
    with pytest.raises(BundleError, match="not listed"):
        verify_bundle(bundle)


def test_a_report_may_lie_beside(bundle: Path) -> None:
    (bundle / "report.html").write_text("<html>")
    verify_bundle(bundle)


def sealed(bundle: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change a manifest as one who recomputes its sum would."""
    from nlpsuite.model import bundle as module

    values = json.loads((bundle / MANIFEST).read_text("utf-8"))
    change(values)
    values["sha256"] = module._self_sum(values)
    (bundle / MANIFEST).write_text(json.dumps(values), "utf-8")


def test_weights_that_are_not_listed_are_refused(bundle: Path) -> None:
    sealed(bundle, lambda values: values["files"].pop(WEIGHTS))
    with pytest.raises(BundleError, match="not listed"):
        verify_bundle(bundle)


def test_a_listed_file_outside_is_refused(bundle: Path) -> None:
    (bundle.parent / "secret").write_text("x")
    sealed(bundle, lambda values: values["files"].update({"../secret": "0" * 64}))
    with pytest.raises(BundleError, match="outside"):
        verify_bundle(bundle)


def test_another_format_is_refused(bundle: Path) -> None:
    sealed(bundle, lambda values: values.update(format=99))
    with pytest.raises(BundleError, match="format 99"):
        read_manifest(bundle)


@pytest.mark.parametrize("key", ["heads", "encoder", "calibration"])
def test_an_incomplete_manifest_is_refused(key: str, bundle: Path) -> None:
    sealed(bundle, lambda values: values.pop(key))
    with pytest.raises(BundleError, match="incomplete"):
        read_manifest(bundle)


def test_a_folder_without_manifest_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="not a model bundle"):
        read_manifest(tmp_path)


@pytest.mark.parametrize(
    ("name", "tensor"),
    [
        ("heads.single-label.output.weight", None),
        ("encoder.layers.0.query.bias", None),
        ("heads.single-label.output.weight", torch.zeros(2, 32)),
        ("encoder.layers.7.query.bias", torch.zeros(32)),
        ("adapter.layers.1.query.A", torch.zeros(2, 32)),
    ],
    ids=["no head", "no encoder weight", "wrong shape", "no such layer", "adapter without configuration"],
)
def test_weights_that_do_not_fit_are_refused(name: str, tensor: torch.Tensor | None, bundle: Path) -> None:
    manifest = read_manifest(bundle)
    weights = load_file(bundle / WEIGHTS)
    weights.pop(name, None)
    (bundle / WEIGHTS).write_bytes(save(weights | ({} if tensor is None else {name: tensor})))
    with pytest.raises(BundleError, match=r"do not fit|adapter"):
        restore_network(bundle, manifest)


def test_an_adapter_in_the_manifest_only_is_refused(bundle: Path) -> None:
    manifest = replace(read_manifest(bundle), adapter=ADAPTER.to_dict())
    with pytest.raises(BundleError, match="adapter"):
        restore_network(bundle, manifest)


def test_saving_again_leaves_nothing_of_the_old_bundle(bundle: Path, packaged: str) -> None:
    encoder = load_encoder(find_encoder(packaged))
    save_network(bundle, network_of(encoder, *HEADS), encoder)
    verify_bundle(bundle)
    assert not (bundle / "encoder").exists()


def test_the_manifest_is_written_last(bundle: Path, family: FamilyMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    from nlpsuite.model import bundle as module

    write = module.write_durably

    def fail_at_weights(path: Path, content: bytes) -> None:
        if path.name == WEIGHTS:
            raise OSError("disk full")
        write(path, content)

    monkeypatch.setattr(module, "write_durably", fail_at_weights)
    encoder = family("bert").load()
    with pytest.raises(OSError, match="disk full"):
        save_network(bundle, network_of(encoder, *HEADS), encoder)
    with pytest.raises(BundleError, match="not a model bundle"):
        verify_bundle(bundle)
