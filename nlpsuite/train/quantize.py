"""Eight-bit scales for a bundle, and the test that decides whether they are used unasked."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save

from nlpsuite.application import Application
from nlpsuite.data.records import Example
from nlpsuite.engine.choose import base_sites
from nlpsuite.engine.device import has_fast_int8
from nlpsuite.engine.int8_fit import fit_sites
from nlpsuite.engine.layers import can_fuse
from nlpsuite.engine.packing import pack
from nlpsuite.engine.windows import Window, WindowMaker
from nlpsuite.errors import ConfigError, UsageError
from nlpsuite.evaluate.agreement import agreement
from nlpsuite.evaluate.evaluation import PRIMARY, as_document, evaluate
from nlpsuite.model.adapters import AdapterConfig
from nlpsuite.model.bert import Bert
from nlpsuite.model.bundle import Manifest, add_files, verify_bundle
from nlpsuite.model.encoder import Encoder
from nlpsuite.model.network import Network
from nlpsuite.model.quantization import INT8_FILE, LayerSites, to_tensors
from nlpsuite.model.restore import restore_network
from nlpsuite.result import Result
from nlpsuite.runtime import LoadedApplication, load_folder

TOKENS = 12_000
"""Read to fit scales on."""

LEAST_AGREEMENT = 0.99
MOST_LOSS = 0.003
"""int8 is used unasked where every head says the same on this share of the development texts, and loses no more of its
primary metric."""

CPU = torch.device("cpu")


def quantize_bundle(
    application: Application, folder: Path, texts: Sequence[Example], dev: Sequence[Example], seed: int = 1
) -> Manifest:
    """Fit eight-bit scales for a bundle, test them, and keep them in it with what the test gave.

    Args:
        application: the bundle's.
        folder: of the bundle; it is changed.
        texts: to fit on, such as those it was trained on; gold values do not matter.
        dev: to test on.
        seed: draws among the texts.

    Returns:
        The bundle's new manifest.

    Raises:
        ConfigError: this machine, or the encoder, cannot run eight bits.
        UsageError: there are no texts.
    """
    manifest = verify_bundle(folder)
    network, encoder = _restored(manifest, folder)
    if not texts or not dev:
        raise UsageError("Fitting scales for int8 needs texts to fit on and development data to test on.")
    sites, base = _fit(network, encoder, manifest, texts, seed)
    untested = replace(manifest, int8={"passed": False, "base": base})
    manifest = add_files(folder, untested, {INT8_FILE: save(to_tensors(sites))})
    return add_files(folder, replace(manifest, int8={"base": base} | _test(application, folder, dev)), {})


def _restored(manifest: Manifest, folder: Path) -> tuple[Network, Encoder]:
    """The bundle's network, if it can be run in eight bits here.

    Raises:
        ConfigError: it cannot.
    """
    if not has_fast_int8(CPU):
        raise ConfigError("int8 needs a CPU that multiplies bytes (VNNI or AMX), which this one does not.")
    network, encoder = restore_network(folder, manifest)
    if network.trunk is None or not all(can_fuse(layer.activation) for layer in network.trunk.layers):  # type: ignore[arg-type]
        raise ConfigError(f"The encoder of {manifest.name} is of a kind that int8 is not made for.")
    return network, encoder


def _fit(
    network: Network, encoder: Encoder, manifest: Manifest, texts: Sequence[Example], seed: int
) -> tuple[dict[int, LayerSites], str]:
    """The scales of those layers whose scales the base does not bring, and the sum of the base's if it brings any."""
    maker = WindowMaker.for_heads(encoder.tokenizer, manifest.max_tokens, network.configs, words=encoder.words)
    untrained = AdapterConfig.from_dict(dict(manifest.adapter)).first_layer if manifest.adapter else 0
    base, sum_ = base_sites(encoder)
    known = {number: sites for number, sites in base.items() if number < untrained}
    assert isinstance(network.trunk, Bert)
    fitted = fit_sites(network.trunk, pack(_sample(maker, texts, seed), CPU), known)
    return {number: sites for number, sites in fitted.items() if number not in known}, sum_ if known else ""


def _sample(maker: WindowMaker, texts: Sequence[Example], seed: int) -> list[Window]:
    """Windows of some of the texts, longest first."""
    order = list(texts)
    random.Random(seed).shuffle(order)
    windows: list[Window] = []
    tokens = 0
    for example in order:
        for window in maker.prepare([as_document(example)])[0].windows:
            windows.append(window)
            tokens += len(window.ids)
        if tokens >= TOKENS:
            break
    return sorted(windows, key=lambda window: -len(window.ids))


def _test(application: Application, folder: Path, dev: Sequence[Example]) -> dict[str, Any]:
    """How far int8 and fp32 agree on the development data, by head."""
    exact, small = (load_folder(application, folder, dtype=dtype, threshold=None) for dtype in ("fp32", "int8"))
    wanted, found = _results(exact, dev), _results(small, dev)
    scores, small_scores = (evaluate(results, dev, exact.heads, resamples=1) for results in (wanted, found))
    heads: dict[str, dict[str, Any]] = {}
    for head in exact.heads:
        agreed = agreement(head.kind, *([one.head(head.name) for one in results] for results in (wanted, found)))
        heads[head.name] = {"agreement": round(agreed, 5)}
        if head.name in scores:
            metric = PRIMARY[head.kind]
            values = (float(by_head[head.name][metric].value) for by_head in (scores, small_scores))
            heads[head.name] |= dict(
                zip(("metric", "fp32", "int8"), (metric, *(round(v, 5) for v in values)), strict=True)
            )
    passed = all(
        head["agreement"] >= LEAST_AGREEMENT and head.get("fp32", 0) - head.get("int8", 0) <= MOST_LOSS
        for head in heads.values()
    )
    return {"passed": passed, "n": len(dev), "heads": heads}


def _results(loaded: LoadedApplication, dev: Sequence[Example]) -> list[Result]:
    return list(loaded.stream(as_document(example) for example in dev))
