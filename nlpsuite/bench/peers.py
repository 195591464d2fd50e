"""What a user could run instead, on the same weights and each at its best: one head, exported.

- `pipeline` of transformers, at its best batch size;
- transformers by hand: texts sorted by length, batched by tokens;
- sentence-transformers for the vectors, which sorts by itself, at its best batch size, and the head by hand;
- ONNX Runtime by hand: sorted likewise, int8 by dynamic quantization, at its best number of sessions and threads;
- OpenVINO by hand: sorted likewise, in bf16 where the processor has it, at its best number of streams.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from nlpsuite.bench.contenders import Contender, Labels, Run, entities
from nlpsuite.bench.timing import fastest
from nlpsuite.engine.batching import by_token_budget
from nlpsuite.engine.device import DTYPES

BATCH_SIZES = (1, 8, 32, 64)
TOKEN_BUDGETS = (512, 2048, 8192)
ONNX_BUDGETS = (256, 1024, 4096)
TRIED = 100
"""Texts that settings are tried on."""


@dataclass(frozen=True)
class Exported:
    """One head of a bundle, as `nlpsuite models export` writes it.

    Attributes:
        folder: with model, tokenizer and configuration.
        max_tokens: to which texts are cut.
        tags: whether the head labels tokens.
    """

    folder: Path
    max_tokens: int
    tags: bool

    @cached_property
    def names(self) -> list[str]:
        """The labels, in the order of the head's outputs."""
        config = json.loads((self.folder / "config.json").read_text("utf-8"))
        return [str(config["id2label"][str(place)]) for place in range(len(config["id2label"]))]

    @property
    def task(self) -> str:
        """As transformers calls it."""
        return "token-classification" if self.tags else "text-classification"

    def read(self, logits: Any, offsets: Sequence[tuple[int, int]]) -> str:
        """What a text's logits say: [labels], or [tokens, labels] with the characters of each token."""
        if not self.tags:
            return self.names[int(np.argmax(logits))]
        return entities(_spans([self.names[place] for place in np.argmax(logits, -1)[: len(offsets)]], offsets))


Maker = Callable[[Exported, Sequence[str]], Contender]


def _spans(tags: Sequence[str], offsets: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """Entities from BIO2 tags, as most write it by hand."""
    open_: tuple[int, int, str] | None = None
    for tag, (start, end) in zip(tags, offsets, strict=True):
        if open_ and tag == f"I-{open_[2]}" and end > start:
            open_ = (open_[0], end, open_[2])
            continue
        if open_:
            yield open_
        open_ = (start, end, tag[2:]) if tag != "O" and end > start else None
    if open_:
        yield open_


def pipeline(dtype: str) -> Maker:
    """`transformers.pipeline` for the task, in a number format."""

    def make(exported: Exported, texts: Sequence[str]) -> Contender:
        import transformers

        transformers.utils.logging.disable_progress_bar()
        folder, most = str(exported.folder), exported.max_tokens
        if exported.tags:
            tokenizer = transformers.AutoTokenizer.from_pretrained(folder, model_max_length=most)
            settings: dict[str, Any] = {"tokenizer": tokenizer, "aggregation_strategy": "simple"}
        else:
            settings = {}
        made = transformers.pipeline(exported.task, folder, dtype=DTYPES[dtype], device="cpu", **settings)

        def at(size: int) -> Run:
            def run(texts: Sequence[str]) -> Labels:
                if exported.tags:
                    return [_grouped(found) for found in made(list(texts), batch_size=size)]
                found = made(list(texts), batch_size=size, truncation=True, max_length=most)
                return [str(one["label"]) for one in found]

            return run

        options = {f"batch {size}": at(size) for size in BATCH_SIZES}
        return _best(f"transformers pipeline {dtype}", options, texts, dtype)

    return make


def _grouped(found: Sequence[dict[str, Any]]) -> str:
    return entities((int(one["start"]), int(one["end"]), str(one["entity_group"])) for one in found)


def by_hand(dtype: str) -> Maker:
    """The model that transformers loads, with texts sorted by length and batched by tokens."""

    def make(exported: Exported, texts: Sequence[str]) -> Contender:
        import torch
        import transformers

        transformers.utils.logging.disable_progress_bar()
        folder = str(exported.folder)
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        kind = (
            transformers.AutoModelForTokenClassification
            if exported.tags
            else transformers.AutoModelForSequenceClassification
        )
        model = kind.from_pretrained(folder, dtype=DTYPES[dtype]).eval()

        def at(budget: int) -> Run:
            @torch.inference_mode()
            def run(texts: Sequence[str]) -> Labels:
                made = tokenizer(
                    list(texts), truncation=True, max_length=exported.max_tokens, return_offsets_mapping=True
                )
                ids, offsets = made["input_ids"], made["offset_mapping"]
                found = [""] * len(ids)
                for group in by_token_budget([len(row) for row in ids], budget):
                    batch = tokenizer.pad({"input_ids": [ids[index] for index in group]}, return_tensors="pt")
                    logits = model(**batch).logits.float().numpy()
                    for row, index in enumerate(group):
                        found[index] = exported.read(logits[row], offsets[index])
                return found

            return run

        options = {f"{budget} tokens": at(budget) for budget in TOKEN_BUDGETS}
        return _best(f"transformers sorted {dtype}", options, texts, dtype)

    return make


def sentence_transformers(exported: Exported, texts: Sequence[str]) -> Contender:
    """sentence-transformers for the vectors of texts, and the last two matrices by hand; it sorts by length itself."""
    from safetensors.numpy import load_file
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    encoder = Transformer(str(exported.folder), max_seq_length=exported.max_tokens)
    pooling = Pooling(encoder.get_embedding_dimension(), "cls")
    model = SentenceTransformer(modules=[encoder, pooling], device="cpu")
    weights = load_file(exported.folder / "model.safetensors")
    dense, bias = weights["bert.pooler.dense.weight"].T, weights["bert.pooler.dense.bias"]
    last, last_bias = weights["classifier.weight"].T, weights["classifier.bias"]

    def at(size: int) -> Run:
        def run(texts: Sequence[str]) -> Labels:
            vectors = model.encode(list(texts), batch_size=size, show_progress_bar=False)
            return [exported.read(row, []) for row in np.tanh(vectors @ dense + bias) @ last + last_bias]

        return run

    return _best("sentence-transformers fp32", {f"batch {size}": at(size) for size in BATCH_SIZES}, texts, "fp32")


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
    return _best("ONNX Runtime int8, sorted", options, texts, "int8")


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
    return _best("OpenVINO bf16, sorted", options, texts, "bf16")


def _streams(exported: Exported, streams: int) -> _SideBySide:
    from openvino import Core

    settings = {"NUM_STREAMS": streams, "INFERENCE_NUM_THREADS": _cores(), "INFERENCE_PRECISION_HINT": "bf16"}
    compiled = Core().compile_model(str(exported.folder / "model.onnx"), "CPU", settings)
    requests = [compiled.create_infer_request() for _ in range(streams)]
    prepared = _Prepared(exported, {port.any_name for port in compiled.inputs})
    # Results are copied: a request's own memory is written again by its next batch.
    return _SideBySide(prepared, [lambda fed, one=one: one.infer(fed)[0].copy() for one in requests])  # type: ignore[misc]


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _best(name: str, options: dict[str, Run], texts: Sequence[str], dtype: str) -> Contender:
    tried = texts[:TRIED]
    setting = fastest({option: partial(run, tried) for option, run in options.items()})
    return Contender(name, options[setting], setting, dtype=dtype)


@dataclass(frozen=True, slots=True)
class Peer:
    """What can be measured beside the suite.

    Attributes:
        form: the format it reads, see `nlpsuite models export`.
        make: prepares it, at its best setting.
        packages: that it needs.
        tags: whether it can run heads that label tokens.
    """

    form: str
    make: Maker
    packages: tuple[str, ...]
    tags: bool = True


_ONNX = ("onnx", "onnxruntime", "onnxscript")

PEERS: dict[str, Peer] = {
    "pipeline": Peer("hf", pipeline("fp32"), ("transformers",)),
    "pipeline-bf16": Peer("hf", pipeline("bf16"), ("transformers",)),
    "sorted": Peer("hf", by_hand("fp32"), ("transformers",)),
    "sorted-bf16": Peer("hf", by_hand("bf16"), ("transformers",)),
    "sentence-transformers": Peer("hf", sentence_transformers, ("sentence_transformers",), tags=False),
    "onnx-int8": Peer("onnx", onnx_int8, _ONNX),
    "openvino": Peer("onnx", openvino, ("openvino", *_ONNX)),
}
"""By name."""


def available(tags: bool) -> list[str]:
    """The peers whose packages are installed, for heads that label tokens or for those that label texts."""
    return [
        name
        for name, peer in PEERS.items()
        if all(find_spec(package) for package in peer.packages) and (peer.tags or not tags)
    ]
