"""What a user could run instead, on the same weights and each at its best: one head, exported.

- `pipeline` of transformers, at its best batch size;
- transformers by hand: texts sorted by length, batched by tokens;
- sentence-transformers for the vectors, which sorts by itself, at its best batch size, and the head by hand;
- the runtimes of `runtimes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

from nlpsuite.bench.contenders import Contender, Labels, Run, entities
from nlpsuite.bench.exported import Exported, Maker, Matrix, best
from nlpsuite.bench.runtimes import ctranslate2, onnx_int8, openvino
from nlpsuite.engine.batching import by_token_budget
from nlpsuite.engine.device import DTYPES

BATCH_SIZES = (1, 8, 32, 64)
TOKEN_BUDGETS = (512, 2048, 8192)


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
        return best(f"transformers pipeline {dtype}", options, texts, dtype)

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
        return best(f"transformers sorted {dtype}", options, texts, dtype)

    return make


def sentence_transformers(exported: Exported, texts: Sequence[str]) -> Contender:
    """sentence-transformers for the vectors of texts, and the last two matrices by hand; it sorts by length itself."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    encoder = Transformer(str(exported.folder), max_seq_length=exported.max_tokens)
    pooling = Pooling(encoder.get_embedding_dimension(), "cls")
    model = SentenceTransformer(modules=[encoder, pooling], device="cpu")
    dense, last = (Matrix.read(exported.folder, name) for name in ("bert.pooler.dense", "classifier"))

    def at(size: int) -> Run:
        def run(texts: Sequence[str]) -> Labels:
            vectors = model.encode(list(texts), batch_size=size, show_progress_bar=False)
            return [exported.read(row, []) for row in last(np.tanh(dense(vectors)))]

        return run

    return best("sentence-transformers fp32", {f"batch {size}": at(size) for size in BATCH_SIZES}, texts, "fp32")


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
    "ctranslate2": Peer("hf", ctranslate2, ("ctranslate2",)),
}
"""By name."""


def available(tags: bool) -> list[str]:
    """The peers whose packages are installed, for heads that label tokens or for those that label texts."""
    return [
        name
        for name, peer in PEERS.items()
        if all(find_spec(package) for package in peer.packages) and (peer.tags or not tags)
    ]
