"""The suite's encoders as a module of sentence-transformers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
from torch import Tensor

from nlpsuite.engine.batching import collate
from nlpsuite.engine.windows import Window
from nlpsuite.model.encoder import Encoder
from nlpsuite.text import normalise

PROMPTS = {"query": "query: ", "document": "passage: "}
"""What stands before texts in the training of the E5 encoders (Wang et al. 2024, arXiv 2402.05672)."""


class EncoderInput(InputModule):  # type: ignore[misc, unused-ignore]
    """Tokens and their vectors by one of the suite's encoders.

    Args:
        encoder: what runs.
        max_tokens: texts are cut to it, special tokens included, as search over passages does.
    """

    def __init__(self, encoder: Encoder, max_tokens: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call, unused-ignore]
        self.encoder = encoder.module
        self.max_tokens = min(max_tokens, encoder.window)
        self.pad = encoder.pad
        self.sub_words = encoder.tokenizer

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: Any) -> dict[str, Tensor]:
        """Token ids and mask, [texts, tokens], padded on the right."""
        template = self.sub_words.single
        room = self.max_tokens - template.size
        pieces = self.sub_words.pieces([normalise((prompt or "") + text).text for text in inputs])
        rows = [[*template.before, *piece.ids[:room], *template.after] for piece in pieces]
        batch = collate([Window(row, None, 0, len(row), 0) for row in rows], self.pad)
        return {"input_ids": batch.ids, "attention_mask": batch.mask.long()}

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Adds a vector for each token, [texts, tokens, hidden]."""
        vectors = self.encoder(features["input_ids"], features["attention_mask"].bool(), None)
        return features | {"token_embeddings": vectors}

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Not done here: what was trained is kept as a bundle."""
        raise NotImplementedError("An embedder is kept as a bundle; `train_embedder` writes it.")


def sentence_transformer(encoder: Encoder, max_tokens: int, device: torch.device) -> SentenceTransformer:
    """Mean pooling and unit length on an encoder."""
    modules = [EncoderInput(encoder, max_tokens), Pooling(encoder.hidden, "mean"), Normalize()]
    return SentenceTransformer(modules=modules, device=str(device), prompts=PROMPTS)
