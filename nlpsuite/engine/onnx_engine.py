"""The engine that runs a bundle as a graph with ONNX Runtime, in float32.

A graph is made once for a bundle and kept; before it is used it must say what torch says. In eight bits ONNX Runtime
takes one scale for all texts of a batch, so that a text's outcome would hang on its neighbours: that is not offered.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch

from nlpsuite.config import cache_dir
from nlpsuite.document import Document
from nlpsuite.engine.batching import by_token_budget, collate
from nlpsuite.engine.torch_engine import Logits, TorchEngine, in_order, split
from nlpsuite.engine.windows import Window, WindowMaker
from nlpsuite.engine.workers import Workers, usable_cores
from nlpsuite.errors import ConfigError
from nlpsuite.model.bundle import Manifest
from nlpsuite.model.encoder import Encoder
from nlpsuite.model.export_onnx import GRAPH, write_graph
from nlpsuite.model.export_probes import PROBES, TOLERANCE
from nlpsuite.model.network import Network

BUDGET = 512
"""Tokens of a batch, padding included: what was best of those tried (docs/benchmarks.md)."""

_OUTPUT = "head:"

log = logging.getLogger(__name__)


class OnnxEngine:
    """Runs a graph of all heads, in batches padded to their longest window.

    Args:
        graph: the file.
        pad: the encoder's padding id.
        cores: sessions of one thread, side by side.
    """

    name = "onnx"
    dtype = torch.float32

    def __init__(self, graph: Path, pad: int, cores: int) -> None:
        import onnxruntime

        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = settings.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(graph), settings, providers=["CPUExecutionProvider"])
        self.inputs = {entry.name for entry in self.session.get_inputs()}
        self.outputs = [entry.name for entry in self.session.get_outputs()]
        self.pad, self.workers = pad, Workers(cores)

    def run(self, windows: Sequence[Window]) -> list[Logits]:
        """Logits of every head for each window, in the order given."""
        groups = list(by_token_budget([len(window.ids) for window in windows], BUDGET))
        found = self.workers.map(self._run_batch, [[windows[index] for index in group] for group in groups])
        return in_order(groups, found)

    def _run_batch(self, windows: Sequence[Window]) -> list[Logits]:
        batch = collate(windows, self.pad)
        zeros = np.zeros(batch.ids.shape, dtype=np.int64)
        fed = {
            "input_ids": batch.ids.numpy(),
            "attention_mask": batch.mask.long().numpy(),
            "token_type_ids": zeros if batch.types is None else batch.types.numpy(),
            "second_text": zeros if batch.second is None else batch.second.long().numpy(),
        }
        arrays = self.session.run(self.outputs, {name: fed[name] for name in self.inputs})
        named = {output.removeprefix(_OUTPUT): array for output, array in zip(self.outputs, arrays, strict=True)}
        return split(named, [len(window.ids) for window in windows])


def make_onnx_engine(network: Network, encoder: Encoder, manifest: Manifest) -> OnnxEngine | None:
    """The engine for a bundle's network, from the graph that is kept or a new one.

    Returns:
        None where the graph says something else than torch; the log says so.

    Raises:
        ConfigError: ONNX Runtime, or what makes graphs, is not installed.
        UsageError: the encoder does what no graph can.
    """
    missing = [name for name in ("onnx", "onnxruntime", "onnxscript") if find_spec(name) is None]
    if missing:
        raise ConfigError(f"The engine onnx needs {', '.join(missing)}: pip install nlpsuite[onnx]")
    folder = cache_dir() / "onnx" / _key(manifest)
    if not folder.is_dir() and not _keep(network, encoder, manifest, folder):
        log.warning("The ONNX graph of %s does not say what torch says; torch runs it instead.", manifest.name)
        return None
    return OnnxEngine(folder / GRAPH, encoder.pad, usable_cores())


def _key(manifest: Manifest) -> str:
    """Equal where the graph is: the same bundle, made into a graph by the same release of torch."""
    content = json.dumps([torch.__version__, manifest.encoder["sha256"], dict(manifest.files)], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _keep(network: Network, encoder: Encoder, manifest: Manifest, folder: Path) -> bool:
    """Make the graph and put it into its folder, if it says what torch says."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as room:
        made = Path(room) / "made"
        made.mkdir()
        write_graph(network, encoder, {head.name: _OUTPUT + head.name for head in network.configs}, made / GRAPH)
        if not _agree(network, encoder, manifest, made / GRAPH):
            return False
        try:
            made.rename(folder)
        except OSError:  # another process was first, with the same graph
            shutil.rmtree(made)
    return True


def _agree(network: Network, encoder: Encoder, manifest: Manifest, graph: Path) -> bool:
    maker = WindowMaker.for_heads(encoder.tokenizer, manifest.max_tokens, network.configs, words=encoder.words)
    pairs = zip(PROBES, PROBES[::-1], strict=True)
    compares = any(head.compares for head in network.configs)
    documents = [Document(one, pair=other if compares else None) for one, other in pairs]
    windows = [window for text in maker.prepare(documents) for window in text.windows]
    wanted = TorchEngine(network, encoder.pad, torch.device("cpu")).run(windows)
    found = OnnxEngine(graph, encoder.pad, 1).run(windows)
    return all(
        np.allclose(one[name], other[name], rtol=TOLERANCE, atol=TOLERANCE)
        for one, other in zip(wanted, found, strict=True)
        for name in one
    )
