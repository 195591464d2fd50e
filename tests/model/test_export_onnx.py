"""What is exported as ONNX gives the same in ONNX Runtime, whatever the batch and its padding."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from nlpsuite.application import HeadKind
from nlpsuite.errors import BundleError, UsageError
from nlpsuite.model import export_onnx as onnx_export
from nlpsuite.model.bundle import save_bundle
from nlpsuite.model.encoder import Encoder, find_encoder, load_encoder
from nlpsuite.model.export import export_bundle
from nlpsuite.model.network import Network
from nlpsuite.model.restore import encoder_files, weights_to_keep
from tests.model.families import config_file, head, manifest_of, network_of, random_batch, save_random_encoder

HEADS = [*(head(kind) for kind in HeadKind), replace(head(HeadKind.PAIR_SCORE, pooling="both"), name="compared")]


def one_layer(name: str, folder: Path) -> Encoder:
    """An encoder that is quick to trace."""
    save_random_encoder(name, folder, num_hidden_layers=1)
    return load_encoder(find_encoder(str(folder)))


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> tuple[Network, Encoder, Path]:
    """A BERT with a head of each kind, and its graph."""
    folder = tmp_path_factory.mktemp("traced")
    encoder = one_layer("bert", folder / "encoder")
    network = network_of(encoder, *HEADS)
    file = folder / "model.onnx"
    onnx_export.write_graph(network, encoder, {config.name: config.name for config in HEADS}, file)
    return network, encoder, file


def run(file: Path, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor | None = None) -> dict[str, Any]:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    fed = {"input_ids": ids.numpy(), "attention_mask": mask.long().numpy()}
    if types is not None:
        fed["token_type_ids"] = types.numpy()
    if "second_text" in {entry.name for entry in session.get_inputs()}:
        fed["second_text"] = (torch.zeros_like(ids) if types is None else types).numpy()
    names = [output.name for output in session.get_outputs()]
    return {name: torch.from_numpy(array) for name, array in zip(names, session.run(names, fed), strict=True)}


@pytest.mark.parametrize("lengths", [(1,), (64,), (7, 7), (20, 11, 2), (2, 3, 4, 5, 64)])
def test_any_batch_gives_the_same(lengths: tuple[int, ...], traced: tuple[Network, Encoder, Path]) -> None:
    network, encoder, file = traced
    ids, mask = random_batch(lengths, encoder.pad)
    types = (torch.arange(ids.shape[1]) > 3).long().expand_as(ids).contiguous()
    found = run(file, ids, mask, types)
    with torch.inference_mode():
        wanted = network(ids, mask, types, types.bool())
    assert list(found) == [config.name for config in HEADS]
    for config in HEADS:
        real = mask if config.kind is HeadKind.TOKEN_LABELS else slice(None)
        assert found[config.name].shape == wanted[config.name].shape
        assert float((found[config.name] - wanted[config.name])[real].abs().max()) < 1e-4


def test_padding_makes_no_difference(traced: tuple[Network, Encoder, Path]) -> None:
    _, encoder, file = traced
    ids, mask = random_batch((11, 4), encoder.pad)
    alone = run(file, ids[1:, :4], mask[1:, :4], torch.zeros(1, 4, dtype=torch.long))
    together = run(file, ids, mask, torch.zeros_like(ids))
    assert torch.allclose(alone["single-label"][0], together["single-label"][1], atol=1e-5)


def test_the_check_finds_a_graph_of_other_weights(traced: tuple[Network, Encoder, Path], tmp_path: Path) -> None:
    network, encoder, file = traced
    config = head(HeadKind.SINGLE_LABEL, name="logits")
    other = network_of(encoder, config)
    other.heads["logits"].load_state_dict(network.heads["single-label"].state_dict())
    graph = _renamed_output(file, "single-label", tmp_path / "model.onnx")
    onnx_export.check_onnx(other, encoder, config, graph)
    with torch.no_grad():
        other.get_parameter("heads.logits.output.bias").add_(0.01)
    with pytest.raises(BundleError, match="differs"):
        onnx_export.check_onnx(other, encoder, config, graph)


def _renamed_output(file: Path, name: str, to: Path) -> Path:
    """The graph with an output called `logits`, without tracing again."""
    import onnx

    model = onnx.load(file)
    for node in model.graph.node:
        node.output[:] = ["logits" if output == name else output for output in node.output]
    for output in model.graph.output:
        output.name = "logits" if output.name == name else output.name
    onnx.save(model, to)
    return to


def test_a_bundle_becomes_a_folder(tmp_path: Path) -> None:
    encoder = one_layer("roberta", tmp_path / "encoder")
    network = network_of(encoder, *HEADS)
    manifest = manifest_of(encoder, *HEADS)
    save_bundle(tmp_path / "bundle", manifest, weights_to_keep(network, encoder), encoder_files(encoder))
    out = export_bundle(tmp_path / "bundle", "onnx", tmp_path / "out", "token-labels")
    names = {"config.json", "model.onnx", "tokenizer.json", "tokenizer_config.json", "README.md"}
    assert {path.name for path in out.iterdir()} == names
    assert config_file(out)["id2label"] == {"0": "O", "1": "B-PER", "2": "I-PER"}
    assert config_file(out)["num_hidden_layers"] == 1
    ids, mask = random_batch((9, 5), encoder.pad)
    with torch.inference_mode():
        wanted = network(ids, mask)["token-labels"]
    assert float((run(out / "model.onnx", ids, mask)["logits"] - wanted)[mask].abs().max()) < 1e-4


def test_a_foreign_encoder_becomes_a_graph(tmp_path: Path) -> None:
    encoder = one_layer("mpnet", tmp_path / "encoder")
    config = head(HeadKind.SINGLE_LABEL)
    network = network_of(encoder, config)
    file = tmp_path / "model.onnx"
    onnx_export.write_graph(network, encoder, {config.name: "logits"}, file)
    onnx_export.check_onnx(network, encoder, config, file)


@pytest.mark.parametrize("package", ["onnx", "onnxruntime", "onnxscript"])
def test_a_missing_package_is_named_with_its_cure(
    package: str, traced: tuple[Network, Encoder, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, encoder, _ = traced
    find = onnx_export.find_spec
    monkeypatch.setattr(onnx_export, "find_spec", lambda name: None if name == package else find(name))
    with pytest.raises(UsageError, match=rf"{package}: pip install nlpsuite\[onnx\]"):
        onnx_export.write_graph(network, encoder, {"single-label": "logits"}, tmp_path / "model.onnx")


def test_what_torch_cannot_trace_is_said_in_one_sentence(traced: tuple[Network, Encoder, Path], tmp_path: Path) -> None:
    _, encoder, _ = traced

    class Branching(torch.nn.Module):
        def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> torch.Tensor:
            return ids[..., None].float() if bool(ids.sum() > 9) else mask[..., None].float()

    network = Network(Branching(), [replace(HEADS[0], hidden=1)])
    with pytest.raises(UsageError, match="cannot turn"):
        onnx_export.write_graph(network.eval(), encoder, {HEADS[0].name: "logits"}, tmp_path / "model.onnx")
