"""Finding and loading an encoder: one that travels in a plugin, a local folder, or one from the hub."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from torch import Tensor, nn

from nlpsuite import plugins
from nlpsuite.application import EncoderSpec
from nlpsuite.errors import BundleError, UnknownName
from nlpsuite.model.bert import Bert
from nlpsuite.model.names import FAMILIES, config_from_foreign, rename_weights
from nlpsuite.model.sharing import Common, common_to
from nlpsuite.model.tokenizer import TextTokenizer

_HUB_FILES = ["*.safetensors", "*.json", "*.txt", "*.model"]


class EncoderModule(Protocol):
    """What the suite asks of an encoder's network."""

    def __call__(self, ids: Tensor, mask: Tensor, types: Tensor | None = None) -> Tensor:
        """[batch, tokens] to [batch, tokens, hidden]."""
        ...


@dataclass(frozen=True, slots=True)
class EncoderSource:
    """Where an encoder's files are, before anything heavy is read.

    Attributes:
        name: as it was asked for.
        folder: holds `config.json` and the tokenizer.
        sha256: of the weights.
        spec: the packaged encoder, or None for a folder.
    """

    name: str
    folder: Path
    sha256: str
    spec: EncoderSpec | None = None

    @property
    def packaged(self) -> bool:
        """Whether it travels in a plugin, so that a bundle need not carry it."""
        return self.spec is not None

    def config(self) -> dict[str, Any]:
        """The content of `config.json`.

        Raises:
            BundleError: it is not JSON.
        """
        file = self.folder / "config.json"
        try:
            content = json.loads(file.read_text("utf-8"))
        except ValueError as error:
            raise BundleError(f"{file} is damaged: {error}. Restore it from where it came.") from error
        if not isinstance(content, dict):
            raise BundleError(f"{file} is damaged: it holds no object. Restore it from where it came.")
        return content


@dataclass(frozen=True, slots=True)
class Encoder:
    """A loaded encoder.

    Attributes:
        source: where it came from.
        module: its network, see `EncoderModule`.
        tokenizer: its sub-words.
        hidden: width of its output vectors.
        window: the most tokens it takes at once, special ones included.
        pad: id that fills a batch.
        words: whether heads that label tokens read them cut at the borders of Chinese words.
        common: what it shares with others on the same base; None where it has all to itself.
    """

    source: EncoderSource
    module: nn.Module
    tokenizer: TextTokenizer
    hidden: int
    window: int
    pad: int
    common: Common | None = None
    words: bool = False


def find_encoder(name: str) -> EncoderSource:
    """Find an encoder by the name of a packaged one, a folder, or a hub name such as `bert-base-chinese`.

    Raises:
        UnknownName: there is no such encoder, here or at the hub.
        BundleError: the folder is not an encoder, or has weights only as pickle.
    """
    folder = Path(name)
    if (folder / "config.json").is_file():
        return _folder_source(name, folder)
    try:
        spec = plugins.encoder(name)
    except UnknownName as unknown:
        return _folder_source(name, folder if folder.is_dir() else _from_hub(name, unknown))
    return EncoderSource(name, spec.folder, spec.sha256, spec)


def load_encoder(source: EncoderSource, *, weights: bool = True, own: Collection[str] | None = None) -> Encoder:
    """Load an encoder's network and tokenizer.

    Args:
        source: from `find_encoder`.
        weights: False leaves the weights uninitialised, for a bundle that brings all of them.
        own: of a packaged encoder, share all weights but these with the other networks on it: they must then
            never be changed in place. None shares nothing.

    Raises:
        BundleError: the files do not make an encoder.
    """
    foreign = source.config()
    common = None
    if own is not None and source.packaged:
        common = common_to(source.sha256) or common_to(source.sha256, TextTokenizer.from_folder(source.folder))
    tokenizer = common.tokenizer if common else TextTokenizer.from_folder(source.folder)
    if foreign.get("model_type") not in FAMILIES:
        from nlpsuite.model.foreign import load_foreign

        found, hidden, window, pad = load_foreign(source.folder, weights=weights)
        return Encoder(source, found, tokenizer, hidden, window, pad)
    config = config_from_foreign(foreign)
    module = Bert(config, initialise=False)
    if weights:
        family = FAMILIES[foreign["model_type"]]
        named = source.spec.load_weights().items() if source.spec else read_weights(source.folder)
        renamed = dict(rename_weights(named, family))
        _assign(module, common.share(renamed, own or ()) if common else renamed, source.name)
    return Encoder(source, module.eval(), tokenizer, config.hidden, config.window, config.pad, common)


def read_weights(folder: Path) -> Iterator[tuple[str, Tensor]]:
    """Every tensor in the safetensors files of a folder, as float32 where it is a float.

    Raises:
        BundleError: a file is damaged.
    """
    from safetensors import SafetensorError, safe_open

    for file in weight_files(folder):
        try:
            with safe_open(file, framework="pt") as opened:
                for name in opened.keys():  # noqa: SIM118  (a handle, not a dict)
                    tensor = opened.get_tensor(name)
                    yield name, tensor.float() if tensor.is_floating_point() else tensor
        except SafetensorError as error:
            raise BundleError(f"{file} is damaged: {error}. Restore it from where it came.") from error


def weight_files(folder: Path) -> list[Path]:
    """The safetensors files of a folder's encoder: `model.safetensors`, or else all there are (shards)."""
    whole = folder / "model.safetensors"
    return [whole] if whole.is_file() else sorted(folder.glob("*.safetensors"))


def _assign(module: nn.Module, weights: Mapping[str, Tensor], name: str) -> None:
    """Put the tensors in place without a copy; every one of the module's must be there."""
    try:
        module.load_state_dict(weights, strict=True, assign=True)
    except RuntimeError as error:
        raise BundleError(f"The weights of encoder {name!r} do not fit its configuration: {error}") from error
    for parameter in module.parameters():
        parameter.requires_grad_(True)


def _folder_source(name: str, folder: Path) -> EncoderSource:
    if not (folder / "config.json").is_file():
        raise BundleError(f"{folder} is not an encoder: it has no config.json.")
    files = weight_files(folder)
    if not files:
        raise BundleError(
            f"{folder} has no *.safetensors weights. Pickled weights are never loaded; "
            "convert them with transformers' save_pretrained first."
        )
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as opened:
            for block in iter(lambda: opened.read(1 << 20), b""):
                digest.update(block)
    return EncoderSource(name, folder, digest.hexdigest())


def _from_hub(name: str, unknown: UnknownName) -> Path:
    """The folder of a model of the hub, from its cache or fetched; refuses what cannot be a hub's name."""
    if name.startswith((".", os.sep, "~")) or name.count("/") > 1:
        raise unknown
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, allow_patterns=_HUB_FILES))
    except (HFValidationError, HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        hint = "It is no folder here, and the Hugging Face hub did not give it: check name and network."
        raise UnknownName("encoder", name, unknown.known, hint) from error
