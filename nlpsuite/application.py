"""The contract with plugins: what an application, a head and a packaged encoder are.

Everything here is a frozen value that describes; nothing here does work or imports anything heavy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from nlpsuite.document import Document
from nlpsuite.result import Result

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
        none: of a single-label head, the label that stands for none of the others, if it may answer so.
        inside: of a head that labels tokens, another such head, whose entities hold this one's.
    """

    name: str
    kind: HeadKind
    field: str = "label"
    labels: tuple[str, ...] = ()
    help: str = ""
    none: str = ""
    inside: str = ""


class Postprocessor(Protocol):
    """Completes an application's results from what its heads said of a text and, where it asks, of parts of it."""

    def parts(self, result: Result) -> Sequence[Document]:
        """What to run through the model as well, such as each clause or a sentence with a company's name."""
        ...

    def finish(self, result: Result, parts: Sequence[Result]) -> Result:
        """The completed result; `parts` answer what `parts` asked for, in order, each decoded but not completed."""
        ...


@runtime_checkable
class Preparer(Protocol):
    """What a postprocessor may be as well: it sees the documents before the model does, many at a time."""

    def prepare(self, documents: Sequence[Document]) -> Sequence[Document]:
        """The same documents in their order, each with the places that heads which label tokens are to judge."""
        ...


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
        postprocessor: makes what completes results, from the options; None leaves them as the heads made them.
        options: what its user may set for `postprocessor`, with a line of help each; texts, numbers or truth values.
        formats: output formats of its own by name, each a function of a result that gives its text.
        recipe: options of training that differ from the suite's defaults.
        columns: other names under which records are known to hold a head's field, or "pair", the second text.
    """

    name: str
    summary: str
    languages: tuple[str, ...]
    heads: tuple[Head, ...]
    bundles: Mapping[str, Path] = field(default_factory=dict)
    samples: Mapping[str, Path] = field(default_factory=dict)
    postprocessor: Callable[[Mapping[str, Any]], Postprocessor | None] | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, Callable[[Result], str]] = field(default_factory=dict)
    recipe: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.heads:
            raise ValueError(f"application {self.name!r} has no head")
        names = [head.name for head in self.heads]
        if len(set(names)) != len(names):
            raise ValueError(f"application {self.name!r} has two heads of one name: {names}")
        tokens = {head.name for head in self.heads if head.kind is HeadKind.TOKEN_LABELS and not head.inside}
        for head in self.heads:
            if head.inside and (head.kind is not HeadKind.TOKEN_LABELS or head.inside not in tokens):
                raise ValueError(
                    f"the head {head.name!r} is said to lie inside {head.inside!r}, which labels no tokens"
                )

    @property
    def takes_pairs(self) -> bool:
        """Whether a record may hold a second text, such as a candidate or the turns before a message."""
        return "pair" in self.columns or any(head.kind is HeadKind.PAIR_SCORE for head in self.heads)


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
