"""Runtimes that take batches of token ids, each at its best: what a user could build by hand on an exported head.

Texts are sorted by length and batched by tokens; batches are computed side by side.

- ONNX Runtime in int8 by dynamic quantization, at its best number of sessions and threads;
- OpenVINO in bf16 where the processor has it, at its best number of streams;
- CTranslate2 in int8, at its best number of workers and threads.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from nlpsuite.bench.contenders import Contender, Labels, Run
from nlpsuite.bench.exported import Exported, Matrix, best
from nlpsuite.engine.batching import by_token_budget

ONNX_BUDGETS = (256, 1024, 4096)


class _Prepared:
    """Texts as sorted batches of token ids for a graph, and answers in the order of the texts."""

    def __init__(self, exported: Exported, inputs: set[str]) -> None:
        from tokenizers import Tokenizer

        self.exported, self.inputs = exported, inputs
        self.tokenizer = Tokenizer.from_file(str(exported.folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(exported.max_tokens)
        config = json.loads((exported.folder / "config.json").read_text("utf-8"))
        self.pad = int(config.get("pad_token_id") or 0)

    def groups(self, texts: Sequence[str], budget: int) -> tuple[list[Any], list[list[int]]]:
        """The encoded texts, and their indices in batches."""
        encoded = self.tokenizer.encode_batch(list(texts))
        return encoded, list(by_token_budget([len(one.ids) for one in encoded], budget))

    def fed(self, encoded: Sequence[Any], group: Sequence[int]) -> dict[str, Any]:
        """The inputs of a batch."""
        longest = max(len(encoded[index].ids) for index in group)
        rows = np.full((len(group), longest), self.pad, dtype=np.int64)
        mask = np.zeros_like(rows)
        for row, index in enumerate(group):
            ids = encoded[index].ids
            rows[row, : len(ids)] = ids
            mask[row, : len(ids)] = 1
        fed = {"input_ids": rows, "attention_mask": mask, "token_type_ids": np.zeros_like(rows)}
        return {name: fed[name] for name in self.inputs}

    def fill(self, found: Labels, encoded: Sequence[Any], group: Sequence[int], logits: Any) -> None:
        """Put a batch's answers in their places."""
        for row, index in enumerate(group):
            found[index] = self.exported.read(logits[row], encoded[index].offsets)


def onnx_int8(exported: Exported, texts: Sequence[str]) -> Contender:
    """ONNX Runtime in int8, texts sorted; one session of all threads, or one-thread sessions side by side."""
    small = exported.folder / "int8.onnx"
    if not small.exists():
        _quantize(exported.folder / "model.onnx", small)
    cores = _cores()
    options: dict[str, Run] = {}
    for sessions, threads in dict.fromkeys(((1, cores), (cores, 1))):
        made = _sessions(exported, small, sessions, threads)
        for budget in ONNX_BUDGETS:
            options[f"{sessions} sessions of {threads} threads, {budget} tokens"] = made.at(budget)
    return best("ONNX Runtime int8, sorted", options, texts, "int8")


def _quantize(graph: Path, small: Path) -> None:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = onnx.load(graph)
    # The exporter's notes on shapes are of its example; the quantizer infers them anew and would stumble over those.
    model.graph.ClearField("value_info")
    quantize_dynamic(model, small, weight_type=QuantType.QInt8, per_channel=True)


class _SideBySide:
    """Whoever computes a batch, several of them side by side, over the batches of a run."""

    def __init__(self, prepared: _Prepared, computing: Sequence[Callable[[dict[str, Any]], Any]]) -> None:
        self.prepared, self.computing = prepared, computing

    def at(self, budget: int) -> Run:
        def run(texts: Sequence[str]) -> Labels:
            encoded, groups = self.prepared.groups(texts, budget)
            waiting, found = iter(groups), [""] * len(encoded)

            def work(compute: Callable[[dict[str, Any]], Any]) -> None:
                # Each takes the next batch: a list's iterator is safe under the interpreter's lock.
                for group in waiting:
                    self.prepared.fill(found, encoded, group, compute(self.prepared.fed(encoded, group)))

            with ThreadPoolExecutor(len(self.computing)) as pool:
                list(pool.map(work, self.computing))
            return found

        return run


def _sessions(exported: Exported, graph: Path, sessions: int, threads: int) -> _SideBySide:
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads, settings.inter_op_num_threads = threads, 1
    # Threads that spin between runs would slow whoever runs next.
    settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
    made = [
        onnxruntime.InferenceSession(str(graph), settings, providers=["CPUExecutionProvider"]) for _ in range(sessions)
    ]
    prepared = _Prepared(exported, {entry.name for entry in made[0].get_inputs()})
    return _SideBySide(prepared, [lambda fed, one=one: one.run(["logits"], fed)[0] for one in made])  # type: ignore[misc]


def openvino(exported: Exported, texts: Sequence[str]) -> Contender:
    """OpenVINO on the ONNX graph, texts sorted; one stream of all threads, or one-thread streams side by side."""
    options: dict[str, Run] = {}
    for streams in dict.fromkeys((1, _cores())):
        made = _streams(exported, streams)
        for budget in ONNX_BUDGETS:
            options[f"{streams} streams, {budget} tokens"] = made.at(budget)
    return best("OpenVINO bf16, sorted", options, texts, "bf16")


def _streams(exported: Exported, streams: int) -> _SideBySide:
    from openvino import Core

    settings = {"NUM_STREAMS": streams, "INFERENCE_NUM_THREADS": _cores(), "INFERENCE_PRECISION_HINT": "bf16"}
    compiled = Core().compile_model(str(exported.folder / "model.onnx"), "CPU", settings)
    requests = [compiled.create_infer_request() for _ in range(streams)]
    prepared = _Prepared(exported, {port.any_name for port in compiled.inputs})
    # Results are copied: a request's own memory is written again by its next batch.
    return _SideBySide(prepared, [lambda fed, one=one: one.infer(fed)[0].copy() for one in requests])  # type: ignore[misc]


def ctranslate2(exported: Exported, texts: Sequence[str]) -> Contender:
    """CTranslate2, texts sorted, the head by hand; one worker of all threads, or one-thread workers side by side."""
    folder = _converted(exported.folder)
    head = Matrix.read(exported.folder, "classifier")
    options: dict[str, Run] = {}
    for workers, threads in dict.fromkeys(((1, _cores()), (_cores(), 1))):
        made = _workers(exported, folder, head, workers, threads)
        for budget in ONNX_BUDGETS:
            options[f"{workers} workers of {threads} threads, {budget} tokens"] = made.at(budget)
    return best("CTranslate2 int8, sorted", options, texts, "int8")


def _converted(folder: Path) -> Path:
    from ctranslate2.converters import TransformersConverter

    made = folder / "ctranslate2"
    if not made.exists():
        # transformers no longer writes this entry of the configuration, which the converter asks for.
        source = Path(shutil.copytree(folder, folder / "source"))
        config = json.loads((source / "config.json").read_text("utf-8"))
        named = json.dumps(config | {"position_embedding_type": "absolute"})
        (source / "config.json").write_text(named, "utf-8")
        TransformersConverter(str(source)).convert(str(made), quantization="int8")
        # A special token that the tokenizer does not name is null there, which the runtime does not read; it is fed
        # ids and looks none up.
        written = json.loads((made / "config.json").read_text("utf-8"))
        any_token = json.loads((made / "vocabulary.json").read_text("utf-8"))[0]
        named = json.dumps({name: any_token if value is None else value for name, value in written.items()})
        (made / "config.json").write_text(named, "utf-8")
    return made


def _workers(exported: Exported, folder: Path, head: Matrix, workers: int, threads: int) -> _SideBySide:
    import torch
    from ctranslate2 import Encoder, StorageView

    before = torch.get_num_threads()
    encoder = Encoder(str(folder), compute_type="int8", inter_threads=workers, intra_threads=threads)
    # It sets the number of the OpenMP that torch uses too, and every other contender would keep it.
    torch.set_num_threads(before)

    def compute(fed: dict[str, Any]) -> Any:
        rows = StorageView.from_array(fed["input_ids"].astype(np.int32))
        lengths = StorageView.from_array(fed["attention_mask"].sum(1).astype(np.int32))
        found = encoder.forward_batch(rows, lengths)
        return head(np.array(found.last_hidden_state if exported.tags else found.pooler_output))

    return _SideBySide(_Prepared(exported, {"input_ids", "attention_mask"}), [compute] * workers)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
