"""The contract with plugins: what an application, a head and a packaged encoder are.

Everything here is a frozen value that describes; nothing here does work or imports anything heavy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from nlpsuite.document import Document
from nlpsuite.result import HeadResult, Result

API_VERSION = 1
"""The version of the plugin contract. It grows when a plugin made for the one before may break."""


class HeadKind(StrEnum):
    """What a head decides."""

    SINGLE_LABEL = "single-label"
    MULTI_LABEL = "multi-label"
    TOKEN_LABELS = "token-labels"
    PAIR_SCORE = "pair-score"


@dataclass(frozen=True, slots=True)
class Head:
    """One decision over the encoder's output.

    Attributes:
        name: unique in its application; the key under which results and bundles hold it.
        kind: what it decides.
        field: the key of a training record that holds its gold value.
        labels: the labels it has when data do not say; empty where training takes them from the data.
        help: one line for people.
    """

    name: str
    kind: HeadKind
    field: str = "label"
    labels: tuple[str, ...] = ()
    help: str = ""


def result_of_heads(app: str, document: Document, heads: tuple[HeadResult, ...], windows: int) -> Result:
    """The default way from heads to a result: the heads as they are, with all their spans."""
    spans = tuple(span for head in heads for span in head.spans)
    return Result(app=app, document=document, heads=heads, spans=spans, windows=windows)


@dataclass(frozen=True)
class Application:
    """What a plugin offers its users: heads over one encoder pass, and all that belongs to them.

    Attributes:
        name: what people type; equal to the name of the plugin's entry point.
        summary: one line for people.
        languages: ISO 639-1 codes with first-class support: shipped head, corpora, measured.
        heads: the decisions; the first one is the result's `label`.
        bundles: shipped model bundles by name, the default first; a folder each.
        samples: for a language, the file of sample documents that `run` scores when given none.
        to_result: from the heads' outcomes to a result; the default takes them as they are.
        recipe: options of training that differ from the suite's defaults.
        columns: other names under which records are known to hold a head's field.
    """

    name: str
    summary: str
    languages: tuple[str, ...]
    heads: tuple[Head, ...]
    bundles: Mapping[str, Path] = field(default_factory=dict)
    samples: Mapping[str, Path] = field(default_factory=dict)
    to_result: Callable[[str, Document, tuple[HeadResult, ...], int], Result] = result_of_heads
    recipe: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.heads:
            raise ValueError(f"application {self.name!r} has no head")
        names = [head.name for head in self.heads]
        if len(set(names)) != len(names):
            raise ValueError(f"application {self.name!r} has two heads of one name: {names}")


@dataclass(frozen=True, slots=True)
class EncoderSpec:
    """An encoder that travels in a package.

    Attributes:
        name: what people and bundles call it.
        summary: one line for people.
        folder: holds `config.json` (of the Hugging Face kind) and `tokenizer.json`.
        load_weights: gives the weights by the names that Hugging Face gives them, as float32 tensors.
        sha256: of the file the weights come from; bundles remember it.
        licence: its licence, as an SPDX expression.
    """

    name: str
    summary: str
    folder: Path
    load_weights: Callable[[], Mapping[str, Any]]
    sha256: str
    licence: str


class Segmenter(Protocol):
    """Cuts a text into words; a language may have several."""

    def words(self, text: str) -> Iterable[tuple[int, int]]:
        """Start and end of every word, in order, in characters; together they hold all non-space."""
        ...


@dataclass(frozen=True, slots=True)
class SegmenterSpec:
    """A word segmenter that a plugin brings for some languages.

    Attributes:
        name: what people call it.
        languages: the codes it serves; it takes precedence over the core's own.
        load: makes it; called once, when first needed.
    """

    name: str
    languages: tuple[str, ...]
    load: Callable[[], Segmenter]
