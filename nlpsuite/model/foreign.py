"""Encoders that are not of BERT's shape, such as DeBERTa, run by transformers behind the same call."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from nlpsuite.errors import BundleError

MOST_TOKENS = 512
"""The widest window that is used, and that of an encoder which states none."""


class ForeignEncoder(nn.Module):
    """A transformers model, called as the built-in encoder is."""

    def __init__(self, model: nn.Module, types: bool) -> None:
        super().__init__()
        self.model = model
        self.types = types

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor | None = None) -> Tensor:
        """[batch, tokens] to [batch, tokens, hidden]."""
        extra = {"token_type_ids": types} if self.types and types is not None else {}
        hidden: Tensor = self.model(input_ids=ids, attention_mask=mask.long(), **extra).last_hidden_state
        return hidden


def load_foreign(folder: Path, *, weights: bool = True) -> tuple[ForeignEncoder, int, int, int]:
    """Load any encoder that transformers has; gives network, hidden size, window and padding id.

    Args:
        folder: holds `config.json` and safetensors.
        weights: False leaves the weights random and needs no safetensors.

    Raises:
        BundleError: transformers cannot load it from safetensors without running foreign code.
    """
    from safetensors import SafetensorError

    try:
        with quiet_transformers():
            model = _from_folder(folder) if weights else _from_config(folder)
    except (OSError, ValueError, KeyError, ImportError, RuntimeError, SafetensorError) as error:
        raise BundleError(f"transformers cannot load the encoder in {folder}: {error}") from error
    config = model.config
    types = bool(getattr(config, "type_vocab_size", 0))
    return ForeignEncoder(model, types).eval(), config.hidden_size, window(model), config.pad_token_id or 0


def window(model: Any) -> int:
    """The most tokens one pass takes, special ones included.

    Encoders after RoBERTa's pattern count positions from the one after padding, which their table of
    positions has as its padding index; the rows up to there hold no token.
    """
    positions = getattr(model.config, "max_position_embeddings", None) or MOST_TOKENS
    tables = [
        module
        for name, module in model.named_modules()
        if name.endswith("position_embeddings") and isinstance(module, nn.Embedding)
    ]
    skipped = max((table.padding_idx + 1 for table in tables if table.padding_idx is not None), default=0)
    return min(int(positions) - skipped, MOST_TOKENS)


@contextlib.contextmanager
def quiet_transformers() -> Iterator[None]:
    """Without its progress bars and remarks, which are about steps that no user of ours sees."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


def _from_folder(folder: Path) -> Any:
    from transformers import AutoModel

    model, found = AutoModel.from_pretrained(
        str(folder),
        use_safetensors=True,
        trust_remote_code=False,
        local_files_only=True,
        dtype="float32",
        output_loading_info=True,
    )
    # A pooler may be missing: nothing here reads it. Anything else would silently be random.
    missing = sorted(name for name in found["missing_keys"] if "pooler" not in name)
    if missing:
        raise ValueError(f"its weights lack {', '.join(missing[:3])}")
    return model


def _from_config(folder: Path) -> Any:
    from transformers import AutoConfig, AutoModel

    config = AutoConfig.from_pretrained(str(folder), trust_remote_code=False, local_files_only=True)
    return AutoModel.from_config(config, trust_remote_code=False, dtype="float32")
