"""nlpsuite: multilingual text applications, each with its own BERT head, built as plugins.

    >>> import nlpsuite
    >>> app = nlpsuite.load("finance-sentiment", lang="zh")
    >>> app("公司净利润同比下降三成").label
    'negative'

Names are imported when first used: importing the package loads none of torch, transformers, spaCy or jieba.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from nlpsuite.application import (
        API_VERSION,
        Application,
        EncoderSpec,
        Head,
        HeadKind,
        Postprocessor,
        Preparer,
        SegmenterSpec,
    )
    from nlpsuite.config import cache_dir
    from nlpsuite.data.rows import Row, read_rows
    from nlpsuite.data.sources import read_documents
    from nlpsuite.document import Document, Span
    from nlpsuite.embedding.cache import cached_vectors
    from nlpsuite.embedding.embedder import Embedder, load_embedder
    from nlpsuite.errors import (
        BundleError,
        ConfigError,
        InputError,
        NlpsuiteError,
        PluginError,
        StorageError,
        TextError,
        TrainingInterrupted,
        UnknownName,
        UsageError,
    )
    from nlpsuite.evaluate.bootstrap import Estimate, bootstrap
    from nlpsuite.files import write_durably
    from nlpsuite.hookspecs import hookimpl
    from nlpsuite.options import number_option, truth_option
    from nlpsuite.result import HeadResult, Result
    from nlpsuite.runtime import LoadedApplication, find_bundle, load
    from nlpsuite.text.clauses import clauses
    from nlpsuite.text.names import Names, read_name_lines
    from nlpsuite.text.overlaps import choose, longest
    from nlpsuite.text.segment import sentences, words
    from nlpsuite.text.values import Value, find_values
    from nlpsuite.together import LoadedTogether, load_together
    from nlpsuite.train.contrastive import Pair, recall_at, train_embedder
    from nlpsuite.train.extend import add_label

_HOMES = {
    "nlpsuite.application": (
        "API_VERSION",
        "Application",
        "EncoderSpec",
        "Head",
        "HeadKind",
        "Postprocessor",
        "Preparer",
        "SegmenterSpec",
    ),
    "nlpsuite.config": ("cache_dir",),
    "nlpsuite.data.rows": ("Row", "read_rows"),
    "nlpsuite.data.sources": ("read_documents",),
    "nlpsuite.document": ("Document", "Span"),
    "nlpsuite.embedding.cache": ("cached_vectors",),
    "nlpsuite.embedding.embedder": ("Embedder", "load_embedder"),
    "nlpsuite.errors": (
        "BundleError",
        "ConfigError",
        "InputError",
        "NlpsuiteError",
        "PluginError",
        "StorageError",
        "TextError",
        "TrainingInterrupted",
        "UnknownName",
        "UsageError",
    ),
    "nlpsuite.evaluate.bootstrap": ("Estimate", "bootstrap"),
    "nlpsuite.files": ("write_durably",),
    "nlpsuite.hookspecs": ("hookimpl",),
    "nlpsuite.options": ("number_option", "truth_option"),
    "nlpsuite.result": ("HeadResult", "Result"),
    "nlpsuite.runtime": ("LoadedApplication", "find_bundle", "load"),
    "nlpsuite.text.clauses": ("clauses",),
    "nlpsuite.text.names": ("Names", "read_name_lines"),
    "nlpsuite.text.overlaps": ("choose", "longest"),
    "nlpsuite.text.segment": ("sentences", "words"),
    "nlpsuite.text.values": ("Value", "find_values"),
    "nlpsuite.together": ("LoadedTogether", "load_together"),
    "nlpsuite.train.contrastive": ("Pair", "recall_at", "train_embedder"),
    "nlpsuite.train.extend": ("add_label",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "API_VERSION",
    "Application",
    "BundleError",
    "ConfigError",
    "Document",
    "Embedder",
    "EncoderSpec",
    "Estimate",
    "Head",
    "HeadKind",
    "HeadResult",
    "InputError",
    "LoadedApplication",
    "LoadedTogether",
    "Names",
    "NlpsuiteError",
    "Pair",
    "PluginError",
    "Postprocessor",
    "Preparer",
    "Result",
    "Row",
    "SegmenterSpec",
    "Span",
    "StorageError",
    "TextError",
    "TrainingInterrupted",
    "UnknownName",
    "UsageError",
    "Value",
    "__version__",
    "add_label",
    "bootstrap",
    "cache_dir",
    "cached_vectors",
    "choose",
    "clauses",
    "find_bundle",
    "find_values",
    "hookimpl",
    "load",
    "load_embedder",
    "load_together",
    "longest",
    "number_option",
    "read_documents",
    "read_name_lines",
    "read_rows",
    "recall_at",
    "sentences",
    "train_embedder",
    "truth_option",
    "words",
    "write_durably",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'nlpsuite' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return __all__
