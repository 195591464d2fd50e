"""One head with its encoder as an ONNX graph of dynamic batch size and length."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from nlpsuite.errors import BundleError, UsageError
from nlpsuite.model.bert import Bert
from nlpsuite.model.encoder import Encoder
from nlpsuite.model.export_files import Card, export_config, reads_types, write_files
from nlpsuite.model.export_probes import TOLERANCE, ProbeBatch, batches, largest_difference
from nlpsuite.model.heads import HeadConfig
from nlpsuite.model.network import Network

GRAPH = "model.onnx"
OPSET = 18
LARGEST_SINGLE_FILE = 1_500_000_000
"""Weights of more bytes go into a file of their own: protobuf holds 2 GiB."""


def export_onnx(network: Network, encoder: Encoder, head_name: str, folder: Path, card: Card) -> None:
    """Write a head and its encoder as `model.onnx` with tokenizer and labels, and check its logits.

    Args:
        network: restored from a bundle, adapters merged.
        encoder: the network's.
        head_name: the head to export.
        folder: an empty one.
        card: for the model card and the tokenizer's limits.

    Raises:
        UsageError: the packages of the extra `onnx` are missing, or the encoder does what no graph can.
        BundleError: the graph gives other outputs.
    """
    head = network.config(head_name)
    write_graph(network, encoder, {head_name: "logits"}, folder / GRAPH)
    write_files(folder, encoder, head, export_config(encoder, head, card), card)
    check_onnx(network, encoder, head, folder / GRAPH)


def write_graph(network: Network, encoder: Encoder, outputs: Mapping[str, str], file: Path) -> None:
    """Write a network as an ONNX graph.

    Its inputs are `input_ids`, `attention_mask`, where the encoder reads them `token_type_ids`, and where a head
    compares two texts `second_text`, 1 on the tokens of the second: int64, [batch, tokens].

    Args:
        network: restored from a bundle, adapters merged.
        encoder: the network's.
        outputs: names of the graph's outputs, by head; heads that are not named are left out.
        file: to write; its folder is there.

    Raises:
        UsageError: the packages of the extra `onnx` are missing, or the encoder does what no graph can.
    """
    _check_packages()
    names = ["input_ids", "attention_mask"]
    names += ["token_type_ids"] if reads_types(encoder) else []
    names += ["second_text"] if any(network.config(name).compares for name in outputs) else []
    # Two rows of several tokens, one of them padded: a size of 1 would be taken for a constant.
    ids = torch.full((2, 4), encoder.pad + 1)
    mask = torch.tensor([[1, 1, 1, 1], [1, 1, 0, 0]])
    second = torch.tensor([[0, 0, 1, 1], [0, 1, 0, 0]])
    examples = {
        "input_ids": ids,
        "attention_mask": mask,
        "token_type_ids": torch.zeros_like(ids),
        "second_text": second,
    }
    size = sum(parameter.numel() * parameter.element_size() for parameter in network.parameters())
    dynamic = {0: "batch", 1: "tokens"}
    graph = _Graph(network, tuple(outputs), tuple(names)).eval()
    try:
        with _quiet():
            torch.onnx.export(
                graph,
                tuple(examples[name] for name in names),
                file,
                input_names=names,
                output_names=list(outputs.values()),
                dynamic_shapes=((dynamic,) * len(names),),
                opset_version=OPSET,
                dynamo=True,
                external_data=size > LARGEST_SINGLE_FILE,
                verbose=False,
            )
    except torch.onnx.OnnxExporterError as error:
        raise UsageError(f"torch cannot turn encoders of this kind into an ONNX graph: {error}") from error


def check_onnx(network: Network, encoder: Encoder, head: HeadConfig, file: Path) -> None:
    """Run a graph with ONNX Runtime and compare its logits with the network's.

    Raises:
        BundleError: they differ.
    """
    import onnxruntime

    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    inputs = {entry.name for entry in session.get_inputs()}
    for _, batch in batches(encoder, head):
        fed = {name: array for name, array in _arrays(batch).items() if name in inputs}
        found = torch.from_numpy(session.run(["logits"], fed)[0])
        with torch.inference_mode():
            wanted = network(batch.ids, batch.mask, batch.types, batch.second)[head.name]
        difference = largest_difference(found, wanted, batch.mask)
        if difference > TOLERANCE:
            raise BundleError(f"The exported graph differs from the bundle's network by {difference:.2g}.")


class _Graph(nn.Module):
    """The network as it is traced: the mask always counts, whatever values the example has."""

    def __init__(self, network: Network, heads: tuple[str, ...], inputs: tuple[str, ...]) -> None:
        super().__init__()
        self.network = network
        self.kept, self.inputs = heads, inputs

    def forward(self, *tensors: Tensor) -> tuple[Tensor, ...]:
        given = dict(zip(self.inputs, tensors, strict=True))
        real, second = given["attention_mask"].bool(), given.get("second_text")
        encoded = self._encode(given["input_ids"], real, given.get("token_type_ids"))
        outputs = self.network.read_heads(encoded, real, None if second is None else second.bool())
        return tuple(outputs[name] for name in self.kept)

    def _encode(self, ids: Tensor, real: Tensor, types: Tensor | None) -> Tensor:
        encoder = self.network.encoder
        if isinstance(encoder, Bert):
            return encoder.run_masked(encoder.embed(ids, types), real[:, None, None, :])
        encoded: Tensor = encoder(ids, real, types)
        return encoded


def _arrays(batch: ProbeBatch) -> dict[str, Any]:
    return {
        "input_ids": batch.ids.numpy(),
        "attention_mask": batch.mask.long().numpy(),
        "token_type_ids": batch.types.numpy(),
        "second_text": batch.second.long().numpy(),
    }


def _check_packages() -> None:
    missing = [name for name in ("onnx", "onnxruntime", "onnxscript") if find_spec(name) is None]
    if missing:
        raise UsageError(f"ONNX export needs {', '.join(missing)}: pip install nlpsuite[onnx]")


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without the exporter's remarks on its own workings, which no user can act on."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
