"""The options of training, as one frozen value that a TOML file or flags can set."""

from __future__ import annotations

import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from nlpsuite.errors import ConfigError, UnknownName
from nlpsuite.model.encoder_name import DEFAULT_ENCODER

LEAST_EPOCHS, MOST_EPOCHS, ENOUGH_BATCHES = 4, 15, 1000
"""Few data take more passes: until there were that many batches, but no more than so many passes."""


def _option(default: Any, help: str, *choices: str) -> Any:
    return field(default=default, metadata={"help": help, "choices": choices})


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is trained. The defaults are the best measured; see docs/benchmarks.md.

    Raises:
        ConfigError: a value is out of range.
    """

    encoder: str = _option(DEFAULT_ENCODER, "encoder to start from: a packaged one, a folder, or a hub name")
    epochs: int = _option(0, "passes over the data; 0 takes 4, and more, up to 15, where there are few data")
    batch_size: int = _option(32, "windows a step")
    accumulate: int = _option(1, "batches whose gradients are summed before a step")
    learning_rate: float = _option(2e-4, "of the encoder's top layer, or of its adapters")
    head_learning_rate: float = _option(1e-3, "of the heads")
    layer_decay: float = _option(0.95, "factor on the learning rate from each layer to the one below")
    weight_decay: float = _option(0.01, "of matrices; biases and norms have none")
    warmup: float = _option(0.1, "share of the steps in which the learning rate rises")
    schedule: str = _option("linear", "how the learning rate falls afterwards", "linear", "cosine", "constant")
    clip: float = _option(1.0, "largest norm of the gradient")
    max_tokens: int = _option(256, "of a window; longer texts take several")
    words: bool = _option(True, "cut tokens at the borders of Chinese words, where a head labels tokens")
    freeze_words: bool = _option(True, "leave the table of word vectors as it is")
    freeze_layers: int = _option(0, "lower layers that are left as they are")
    adapter_rank: int = _option(0, "train LoRA adapters of this rank instead of the layers; 0 trains the layers")
    pooling: str = _option(
        "mean",
        "how tokens become one vector: their mean, the first, or two texts' means compared",
        "mean",
        "first",
        "both",
    )
    ranking: str = _option(
        "none",
        "what a pair score learns beside each label: to order the candidates of a history",
        "none",
        "pairwise",
        "listwise",
    )
    dropout: float = _option(0.1, "in front of each head's output")
    label_smoothing: float = _option(0.0, "share of the target spread over all labels")
    class_weights: bool = _option(False, "weigh rare labels higher, by the root of their inverse share")
    none_label: str = _option(
        "", "label that stands for none of the others, where the application knows one; else none, oos or the like"
    )
    patience: int = _option(
        0, "epochs without a better dev score before training ends early; 0 takes a third of them, at least 2"
    )
    precision: str = _option(
        "auto", "of matrix products; auto is bf16 where the processor has it", "auto", "fp32", "bf16", "fp16"
    )
    seed: int = _option(1, "of every random choice")

    def __post_init__(self) -> None:
        positive = (
            "batch_size",
            "accumulate",
            "learning_rate",
            "head_learning_rate",
            "clip",
        )
        for name in ("epochs", "patience"):
            if getattr(self, name) < 0:
                raise ConfigError(f"{name} must be at least 0, not {getattr(self, name)}.")
        for name in positive:
            if getattr(self, name) <= 0:
                raise ConfigError(f"{name} must be above 0, not {getattr(self, name)}.")
        for name in ("warmup", "dropout", "label_smoothing"):
            if not 0 <= getattr(self, name) < 1:
                raise ConfigError(f"{name} must be at least 0 and below 1, not {getattr(self, name)}.")
        if not 0 < self.layer_decay <= 1:
            raise ConfigError(f"layer_decay must be above 0 and at most 1, not {self.layer_decay}.")
        if self.max_tokens < 16:
            raise ConfigError(f"max_tokens must be at least 16, not {self.max_tokens}.")
        for item in fields(self):
            choices = item.metadata["choices"]
            if choices and getattr(self, item.name) not in choices:
                raise ConfigError(f"{item.name} is one of {', '.join(choices)}, not {getattr(self, item.name)!r}.")

    def for_windows(self, windows: int) -> Recipe:
        """The recipe with epochs and patience settled for so many windows of training data."""
        batches = -(-windows // self.batch_size)
        epochs = self.epochs or min(MOST_EPOCHS, max(LEAST_EPOCHS, -(-ENOUGH_BATCHES // batches)))
        return replace(self, epochs=epochs, patience=self.patience or max(2, epochs // 3))

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def make_recipe(*layers: Mapping[str, Any]) -> Recipe:
    """A recipe from several mappings, each taking precedence over those before it.

    Raises:
        UnknownName: there is no such option.
        ConfigError: a value has the wrong type or is out of range.
    """
    kinds = typing.get_type_hints(Recipe)
    merged: dict[str, Any] = {}
    for layer in layers:
        for name, value in layer.items():
            if name not in kinds:
                raise UnknownName("recipe option", name, kinds)
            merged[name] = _as_kind(name, value, kinds[name])
    return Recipe(**merged)


def read_recipe(path: Path) -> dict[str, Any]:
    """The options in a TOML file.

    Raises:
        ConfigError: the file cannot be read or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"The recipe {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"The recipe {path} is not valid TOML: {error}.") from error


def _as_kind(name: str, value: Any, kind: type | types.UnionType) -> Any:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ConfigError(f"Recipe option {name} is {value!r}; it takes a {getattr(kind, '__name__', kind)}.")
    return value
