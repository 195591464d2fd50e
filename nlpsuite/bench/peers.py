"""What a user could run instead, on the same weights and each at its best: one head, exported.

- `pipeline` of transformers, at its best batch size;
- transformers by hand: texts sorted by length, batched by tokens;
- ONNX Runtime by hand: sorted likewise, int8 by dynamic quantization, at its best number of sessions and threads.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from nlpsuite.bench.contenders import Contender, Labels, Run
from nlpsuite.bench.timing import fastest
from nlpsuite.engine.batching import by_token_budget
from nlpsuite.engine.device import DTYPES

BATCH_SIZES = (1, 8, 32, 64)
TOKEN_BUDGETS = (512, 2048, 8192)
ONNX_BUDGETS = (256, 1024, 4096)
TRIED = 200
"""Texts that settings are tried on."""

Maker = Callable[[Path, int, Sequence[str]], Contender]


def pipeline(dtype: str) -> Maker:
    """`transformers.pipeline` for the task, in a number format."""

    def make(folder: Path, max_tokens: int, texts: Sequence[str]) -> Contender:
        import transformers

        transformers.utils.logging.disable_progress_bar()
        made = transformers.pipeline(
            "text-classification", model=str(folder), device="cpu", dtype=DTYPES[dtype], framework="pt"
        )

        def at(size: int) -> Run:
            def run(texts: Sequence[str]) -> Labels:
                return [
                    str(found["label"])
                    for found in made(list(texts), batch_size=size, truncation=True, max_length=max_tokens)
                ]

            return run

        return _best(
            f"transformers pipeline {dtype}", {f"batch {size}": at(size) for size in BATCH_SIZES}, texts, dtype
        )

    return make


def by_hand(dtype: str) -> Maker:
    """The model that transformers loads, with texts sorted by length and batched by tokens."""

    def make(folder: Path, max_tokens: int, texts: Sequence[str]) -> Contender:
        import torch
        import transformers

        transformers.utils.logging.disable_progress_bar()
        tokenizer = transformers.AutoTokenizer.from_pretrained(str(folder))
        model = transformers.AutoModelForSequenceClassification.from_pretrained(str(folder), dtype=DTYPES[dtype])
        model.eval()
        names = model.config.id2label

        def at(budget: int) -> Run:
            @torch.inference_mode()
            def run(texts: Sequence[str]) -> Labels:
                ids = tokenizer(list(texts), truncation=True, max_length=max_tokens)["input_ids"]
                found = [""] * len(ids)
                for group in by_token_budget([len(row) for row in ids], budget):
                    batch = tokenizer.pad({"input_ids": [ids[index] for index in group]}, return_tensors="pt")
                    best = model(**batch).logits.argmax(-1).tolist()
                    for index, place in zip(group, best, strict=True):
                        found[index] = str(names[place])
                return found

            return run

        options = {f"{budget} tokens": at(budget) for budget in TOKEN_BUDGETS}
        return _best(f"transformers sorted {dtype}", options, texts, dtype)

    return make


def onnx_int8(folder: Path, max_tokens: int, texts: Sequence[str]) -> Contender:
    """ONNX Runtime in int8, texts sorted; one session of all threads, or one-thread sessions side by side."""
    small = folder / "int8.onnx"
    if not small.exists():
        _quantize(folder / "model.onnx", small)
    cores = len(os.sched_getaffinity(0))
    options: dict[str, Run] = {}
    for sessions, threads in dict.fromkeys(((1, cores), (cores, 1))):
        made = _Sessions(folder, small, sessions, threads, max_tokens)
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


class _Sessions:
    """Sessions of ONNX Runtime that share the batches of a run."""

    def __init__(self, folder: Path, graph: Path, sessions: int, threads: int, max_tokens: int) -> None:
        import json

        import onnxruntime
        from tokenizers import Tokenizer

        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads, settings.inter_op_num_threads = threads, 1
        # Threads that spin between runs would slow whoever runs next.
        settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.sessions = [
            onnxruntime.InferenceSession(str(graph), settings, providers=["CPUExecutionProvider"])
            for _ in range(sessions)
        ]
        self.inputs = {entry.name for entry in self.sessions[0].get_inputs()}
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(max_tokens)
        config = json.loads((folder / "config.json").read_text("utf-8"))
        self.names = {int(place): str(name) for place, name in config["id2label"].items()}
        self.pad = int(config.get("pad_token_id") or 0)

    def at(self, budget: int) -> Run:
        def run(texts: Sequence[str]) -> Labels:
            ids = [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]
            groups = iter(list(by_token_budget([len(row) for row in ids], budget)))
            found = [""] * len(ids)
            with ThreadPoolExecutor(len(self.sessions)) as pool:
                list(pool.map(lambda session: self._work(session, groups, ids, found), self.sessions))
            return found

        return run

    def _work(self, session: Any, groups: Iterator[list[int]], ids: Sequence[list[int]], found: Labels) -> None:
        # Sessions take the next batch each: a list's iterator is safe under the interpreter's lock.
        for group in groups:
            longest = max(len(ids[index]) for index in group)
            rows = np.full((len(group), longest), self.pad, dtype=np.int64)
            mask = np.zeros_like(rows)
            for row, index in enumerate(group):
                rows[row, : len(ids[index])] = ids[index]
                mask[row, : len(ids[index])] = 1
            fed = {"input_ids": rows, "attention_mask": mask, "token_type_ids": np.zeros_like(rows)}
            logits = session.run(["logits"], {name: fed[name] for name in self.inputs})[0]
            for index, place in zip(group, logits.argmax(-1).tolist(), strict=True):
                found[index] = self.names[place]


def _best(name: str, options: dict[str, Run], texts: Sequence[str], dtype: str) -> Contender:
    tried = texts[:TRIED]
    setting = fastest({option: partial(run, tried) for option, run in options.items()})
    return Contender(name, options[setting], setting, dtype=dtype)


PEERS: dict[str, tuple[str, Maker]] = {
    "pipeline": ("hf", pipeline("fp32")),
    "pipeline-bf16": ("hf", pipeline("bf16")),
    "sorted": ("hf", by_hand("fp32")),
    "sorted-bf16": ("hf", by_hand("bf16")),
    "onnx-int8": ("onnx", onnx_int8),
}
"""By name: the format they read, see `nlpsuite models export`, and what makes them."""


def available() -> list[str]:
    """The peers whose packages are installed."""
    needed = {"onnx": ("onnx", "onnxruntime", "onnxscript"), "hf": ("transformers",)}
    return [name for name, (form, _) in PEERS.items() if all(find_spec(package) for package in needed[form])]
