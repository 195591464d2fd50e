"""Which engine runs a bundle here, and in which number format."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import torch

from nlpsuite.engine.device import choose_dtype, has_fast_int8, has_onednn
from nlpsuite.engine.int8 import Int8Layer
from nlpsuite.engine.layers import ExactLayer, HalfLayer, Layer, can_fuse
from nlpsuite.engine.onnx_engine import make_onnx_engine
from nlpsuite.engine.torch_engine import Engine, PackedEngine, TorchEngine
from nlpsuite.engine.varlen import VarlenLayer
from nlpsuite.engine.workers import usable_cores
from nlpsuite.errors import BundleError, ConfigError, UnknownName
from nlpsuite.model.bert import BertLayer
from nlpsuite.model.bundle import Manifest
from nlpsuite.model.encoder import Encoder
from nlpsuite.model.network import Network
from nlpsuite.model.quantization import INT8_FILE, LayerSites, read_sites

ENGINES = ("auto", "torch", "onnx")

CPU_BUDGET = 2048
"""Tokens of a batch on a CPU: with more, what passes from layer to layer no longer stays near the cores."""

GPU_BUDGET = 65_536
"""Likewise on a GPU, where large batches hide the cost of starting a kernel."""


def choose_format(name: str, device: torch.device, manifest: Manifest) -> torch.dtype:
    """The number format of that name for a bundle.

    Args:
        name: "fp32", "bf16", "fp16", "int8", or "auto". That is, on a CPU, int8 where the bundle passed the test for
            it, else bf16, each where the processor has it; on a GPU bf16 where it has it; else fp32.
        device: where it is to be used.
        manifest: of the bundle.

    Raises:
        ConfigError: there is no such format, or the device or the bundle cannot use it.
    """
    if name == "auto" and manifest.int8 and manifest.int8["passed"] and has_fast_int8(device):
        name = "int8"
    if name != "int8":
        return choose_dtype(name, device, auto="bf16")
    if manifest.int8 is None:
        raise ConfigError(
            f"The model {manifest.name} has no scales for int8. `nlpsuite models quantize` fits them; or use bf16."
        )
    if not has_fast_int8(device):
        raise ConfigError(
            f"int8 needs a CPU that multiplies bytes (VNNI or AMX), which {device} is not. Use bf16 or fp32."
        )
    return torch.int8


def make_engine(
    network: Network, encoder: Encoder, folder: Path, manifest: Manifest, device: torch.device, dtype: str, name: str
) -> Engine:
    """The engine for a bundle's network.

    Args:
        network: restored from the bundle.
        encoder: the network's.
        folder: of the bundle.
        manifest: likewise.
        device: see `choose_device`.
        dtype: see `choose_format`.
        name: "torch", "onnx" for ONNX Runtime on a CPU in float32, or "auto": torch, which measured faster.

    Raises:
        UnknownName: there is no such engine.
        ConfigError: the device or the bundle cannot use the number format, or packages are missing.
        BundleError: the scales for int8 are damaged or do not fit.
    """
    if name not in ENGINES:
        raise UnknownName("engine", name, ENGINES)
    if name == "onnx":
        if device.type != "cpu" or dtype not in ("auto", "fp32"):
            raise ConfigError("The engine onnx runs on a CPU in fp32; use the engine torch.")
        found = make_onnx_engine(network, encoder, manifest)
        if found is not None:
            return found
        dtype = "fp32"
    if dtype == "auto" and network.trunk is None and device.type == "cpu":
        dtype = "fp32"  # what else is faster for an encoder of another shape was not measured
    return _torch_engine(network, encoder, folder, manifest, device, choose_format(dtype, device, manifest))


def _torch_engine(
    network: Network, encoder: Encoder, folder: Path, manifest: Manifest, device: torch.device, form: torch.dtype
) -> TorchEngine:
    if network.trunk is None or not _packs(device, form):
        return TorchEngine(network, encoder.pad, device, form)
    network.to(device)
    # In full precision the layers are used as they are, and stay with the network.
    given = list(network.trunk.layers) if form is torch.float32 else network.trunk.give_layers()
    modules = [layer for layer in given if isinstance(layer, BertLayer)]
    layers = _made(network, modules, _maker(form, device, encoder, folder, manifest), form)
    if device.type == "cuda":
        return PackedEngine(network, encoder.pad, device, layers, form, GPU_BUDGET)
    workers = 1 if form is torch.float32 else usable_cores()
    return PackedEngine(network, encoder.pad, device, layers, form, CPU_BUDGET, workers)


def _packs(device: torch.device, form: torch.dtype) -> bool:
    """Whether there are layers for windows end to end: on a CPU bf16 and int8 are oneDNN's."""
    if device.type == "cpu":
        return form is torch.float32 or has_onednn()
    return device.type == "cuda"


def base_sites(encoder: Encoder) -> tuple[dict[int, LayerSites], str]:
    """How the layers of a packaged encoder are quantized as long as nothing has trained them, and the file's SHA-256.

    Both are empty where the package brings no such file.
    """
    file = encoder.source.folder / INT8_FILE
    if not encoder.source.packaged or not file.is_file():
        return {}, ""
    return read_sites(file), hashlib.sha256(file.read_bytes()).hexdigest()


LayerMaker = Callable[[int, BertLayer], Layer]


def _maker(form: torch.dtype, device: torch.device, encoder: Encoder, folder: Path, manifest: Manifest) -> LayerMaker:
    if form is torch.float32:
        return lambda _, layer: ExactLayer(layer)
    if device.type == "cuda":
        return lambda _, layer: VarlenLayer(layer, form)
    if form is torch.bfloat16:
        return lambda _, layer: HalfLayer(layer)
    sites: Mapping[int, LayerSites] = _bundle_sites(encoder, folder, manifest)

    def make(number: int, layer: BertLayer) -> Layer:
        if number not in sites or not can_fuse(layer.activation):
            raise BundleError(f"{folder} has no scales for layer {number} in int8. Fit them: nlpsuite models quantize.")
        return Int8Layer(layer, sites[number])

    return make


def _bundle_sites(encoder: Encoder, folder: Path, manifest: Manifest) -> dict[int, LayerSites]:
    """How the layers of a bundle's encoder are quantized: as the bundle says, or else as the base does."""
    own = read_sites(folder / INT8_FILE)
    base, sum_ = base_sites(encoder)
    if manifest.int8 and manifest.int8["base"] not in ("", sum_):
        raise BundleError(
            f"{folder} was tested in int8 with other scales of the encoder {encoder.source.name!r}. "
            "Fit them anew: nlpsuite models quantize; or use bf16."
        )
    return base | own


def _made(network: Network, layers: Sequence[BertLayer], make: LayerMaker, form: torch.dtype) -> list[Layer]:
    """The layers as an engine runs them; those that several networks have in common are made once."""
    found: list[Layer] = []
    for number, layer in enumerate(layers):
        if network.common is not None and network.common.holds(layer.parameters()):
            found.append(network.common.once((form, number), partial(make, number, layer)))
        else:
            found.append(make(number, layer))
    return found
