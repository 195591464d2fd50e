"""One head as `nlpsuite models export` writes it, for whoever runs it in another way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np

from nlpsuite.bench.contenders import Contender, Run, entities
from nlpsuite.bench.timing import fastest

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


@dataclass(frozen=True, slots=True)
class Matrix:
    """A projection of an exported model, for a peer that gives vectors only."""

    weight: Any
    bias: Any

    @classmethod
    def read(cls, folder: Path, name: str) -> Matrix:
        """The one of that name."""
        from safetensors.numpy import load_file

        weights = load_file(folder / "model.safetensors")
        return cls(weights[f"{name}.weight"].T, weights[f"{name}.bias"])

    def __call__(self, x: Any) -> Any:
        """Outputs for inputs, [..., inputs]."""
        return x @ self.weight + self.bias


def best(name: str, options: dict[str, Run], texts: Sequence[str], dtype: str) -> Contender:
    """The contender of that name with its fastest setting."""
    tried = texts[:TRIED]
    setting = fastest({option: partial(run, tried) for option, run in options.items()})
    return Contender(name, options[setting], setting, dtype=dtype)
