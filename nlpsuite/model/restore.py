"""From a network to a bundle's weights and back."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from nlpsuite.errors import BundleError, UnknownName
from nlpsuite.model.adapters import AdapterConfig, adapted_weights, adapter_weights, merge_adapter
from nlpsuite.model.bundle import ENCODER, Manifest, read_bundle_weights
from nlpsuite.model.encoder import Encoder, EncoderSource, find_encoder, load_encoder
from nlpsuite.model.heads import HeadConfig
from nlpsuite.model.network import Network

_ENCODER, _ADAPTER = "encoder.", "adapter."


def weights_to_keep(network: Network, encoder: Encoder) -> dict[str, Tensor]:
    """What a bundle must hold so that the network can be built anew.

    Heads always; of the encoder an adapter's factors, or else what was trained, or else all of it where no
    package carries the base. An adapter and its heads are kept in half precision, see `round_trained`.
    """
    kept = {name: tensor for name, tensor in network.state_dict().items() if not name.startswith(_ENCODER)}
    factors = adapter_weights(network.encoder)
    if factors:
        kept |= {_ADAPTER + name: tensor for name, tensor in factors.items()}
        kept = {name: tensor.half() for name, tensor in kept.items()}
    if not encoder.source.packaged:
        kept |= {_ENCODER + name: tensor for name, tensor in _plain_state(network).items()}
    elif not factors:
        kept |= {
            name: parameter
            for name, parameter in network.named_parameters()
            if name.startswith(_ENCODER) and parameter.requires_grad
        }
    return kept


def round_trained(network: Network) -> None:
    """Round what was trained beside an adapter to half precision, so that what is measured is what is kept."""
    if not adapter_weights(network.encoder):
        return
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.requires_grad:
                parameter.copy_(parameter.half())


def encoder_files(encoder: Encoder) -> dict[str, bytes]:
    """Configuration and tokenizer of a base that no package carries, by relative path."""
    if encoder.source.packaged:
        return {}
    config = json.dumps(encoder.source.config(), ensure_ascii=False, indent=1)
    return {
        f"{ENCODER}/config.json": config.encode(),
        f"{ENCODER}/tokenizer.json": encoder.tokenizer.backend.to_str().encode(),
    }


def restore_network(folder: Path, manifest: Manifest) -> tuple[Network, Encoder]:
    """Build the network of a verified bundle.

    Raises:
        BundleError: its base is not installed or is another one, or the weights do not fit.
    """
    weights = {name: tensor.float() for name, tensor in read_bundle_weights(folder).items()}
    factors = _under(_ADAPTER, weights)
    plain = {name: tensor for name, tensor in weights.items() if not name.startswith(_ADAPTER)}
    encoder = _base(folder, manifest, own={*_under(_ENCODER, plain), *adapted_weights(factors)})
    network = Network(encoder.module, [HeadConfig.from_dict(dict(head)) for head in manifest.heads])
    network.common = encoder.common
    _assign(network, plain, folder, partly=encoder.source.packaged)
    if bool(factors) != bool(manifest.adapter):
        raise BundleError(f"{folder} has an adapter in its weights or in its manifest, but not in both.")
    if factors and manifest.adapter:
        merge_adapter(network.encoder, factors, AdapterConfig.from_dict(dict(manifest.adapter)))
    return network.eval(), replace(encoder, words=bool(manifest.recipe.get("words")))


def _assign(network: Network, weights: Mapping[str, Tensor], folder: Path, *, partly: bool) -> None:
    """Put the weights in place: all of them, or `partly` where the encoder has its own already."""
    try:
        missing, unknown = network.load_state_dict(weights, strict=False, assign=True)
    except RuntimeError as error:
        raise BundleError(f"The weights in {folder} do not fit its manifest: {error}") from error
    absent = [name for name in missing if name.startswith("heads.") or not partly]
    if absent or unknown:
        wrong = ", ".join([*absent, *unknown][:3])
        raise BundleError(f"The weights in {folder} do not fit its manifest: {wrong}.")


def _base(folder: Path, manifest: Manifest, own: Collection[str]) -> Encoder:
    name, sha256 = manifest.encoder["name"], manifest.encoder["sha256"]
    if manifest.encoder["carried"]:
        return load_encoder(EncoderSource(name, folder / ENCODER, sha256), weights=False)
    try:
        source = find_encoder(name)
    except UnknownName as error:
        raise BundleError(
            f"{folder} was trained on the encoder {name!r}, which is not installed. Install the package that brings it."
        ) from error
    if source.sha256 != sha256:
        raise BundleError(
            f"{folder} was trained on another version of the encoder {name!r}. "
            "Install that version, or train the bundle anew."
        )
    return load_encoder(source, own=own)


def _plain_state(network: Network) -> Mapping[str, Tensor]:
    """The encoder's own weights by their names without adapters."""
    state = network.encoder.state_dict()
    return {name.replace(".base_layer.", "."): tensor for name, tensor in state.items() if ".lora_" not in name}


def _under(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
