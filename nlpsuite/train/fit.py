"""From labelled examples to a bundle: train, calibrate, measure, save."""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState

from nlpsuite.application import Application, Head, HeadKind
from nlpsuite.data.records import Example, label_set
from nlpsuite.engine.decode import decode
from nlpsuite.engine.device import choose_device, choose_dtype
from nlpsuite.engine.merge import run_texts
from nlpsuite.engine.torch_engine import TorchEngine
from nlpsuite.engine.windows import PreparedText, WindowMaker
from nlpsuite.errors import InputError, UsageError
from nlpsuite.evaluate.calibration import fit_calibration
from nlpsuite.evaluate.evaluation import PRIMARY, as_document, evaluate, to_report
from nlpsuite.model.bundle import Calibration, Manifest, save_bundle
from nlpsuite.model.encoder import Encoder, find_encoder, load_encoder
from nlpsuite.model.heads import HeadConfig
from nlpsuite.model.network import Network
from nlpsuite.model.restore import encoder_files, round_trained, weights_to_keep
from nlpsuite.result import Result
from nlpsuite.runtime import origin_of
from nlpsuite.train.checkpoint import Checkpoints
from nlpsuite.train.dataset import CHECKPOINTS, Dataset
from nlpsuite.train.loop import Loop
from nlpsuite.train.optimizer import prepare_parameters, seed_everything
from nlpsuite.train.progress import Reporter, SilentReporter
from nlpsuite.train.recipe import Recipe
from nlpsuite.train.targets import make_items, tags_of_pieces

logger = logging.getLogger(__name__)


@dataclass
class Fitting:
    """One application being trained on one data set.

    Attributes:
        application, dataset, recipe: what, on what, and how.
        out: the bundle's folder; checkpoints live in it until training is done.
        device: see `choose_device`.
        licence: of the model, kept in the bundle.
        reporter: is told how far training is.
    """

    application: Application
    dataset: Dataset
    recipe: Recipe
    out: Path
    device: str = "auto"
    licence: str = ""
    reporter: Reporter | None = None

    def run(self) -> Manifest:
        """Train and save; gives the manifest of the bundle in `out`.

        Raises:
            InputError: the examples cannot be learned from.
            TrainingInterrupted: the user stopped it; the same call goes on.
        """
        fingerprint = self._fingerprint()
        seed_everything(self.recipe.seed)
        encoder = load_encoder(find_encoder(self.recipe.encoder))
        network = Network(encoder.module, self._heads(encoder))
        adapter = prepare_parameters(network, self.recipe)
        most = min(self.recipe.max_tokens, encoder.window)
        maker = WindowMaker.for_heads(encoder.tokenizer, most, network.configs, words=self.recipe.words)
        place = choose_device(self.device)
        dtype = choose_dtype(self.recipe.precision, place, auto="bf16")
        accelerator = _accelerator(place, dtype)
        dev = maker.prepare([as_document(example) for example in self.dataset.dev])
        engine = TorchEngine(network, encoder.pad, accelerator.device, dtype)
        items = make_items(self.dataset.train, network.configs, maker)
        self.recipe = self.recipe.for_windows(len(items))
        progress = Loop(
            network=network,
            items=items,
            recipe=self.recipe,
            evaluate=lambda: self._dev_score(network, engine, dev),
            checkpoints=self.checkpoints,
            fingerprint=fingerprint,
            accelerator=accelerator,
            reporter=self.reporter or SilentReporter(),
            pad=encoder.pad,
            class_weights=self._class_weights(network, accelerator.device),
        ).run()
        round_trained(network)
        engine = TorchEngine(network, encoder.pad, accelerator.device)
        manifest = self._manifest(network, encoder, adapter.to_dict() if adapter else None, maker, engine, dev)
        manifest = save_bundle(
            self.out,
            _with_history(manifest, progress.history, progress.seconds),
            weights_to_keep(network, encoder),
            encoder_files(encoder),
        )
        self.checkpoints.clear()
        return manifest

    @property
    def checkpoints(self) -> Checkpoints:
        """Where the state of an unfinished run is kept."""
        return Checkpoints(self.out / CHECKPOINTS)

    def _heads(self, encoder: Encoder) -> list[HeadConfig]:
        """The heads that the data have gold for."""
        trained = [
            head for head in self.application.heads if any(head.name in example.gold for example in self.dataset.train)
        ]
        if not trained:
            raise InputError("no example has a gold value for any head")
        return [self._head(head, encoder) for head in trained]

    def _head(self, head: Head, encoder: Encoder) -> HeadConfig:
        labels = label_set(self.dataset.train, head)
        return HeadConfig(
            name=head.name,
            kind=head.kind,
            labels=labels,
            none=none_label(head, labels, self.recipe.none_label),
            hidden=encoder.hidden,
            pooling=self.recipe.pooling,
            dropout=self.recipe.dropout,
            activation=_HEAD_ACTIVATIONS.get(encoder.source.config().get("model_type", ""), "tanh"),
        )

    def _dev_score(self, network: Network, engine: TorchEngine, dev: Sequence[PreparedText]) -> float:
        """The mean over heads of each one's primary metric."""
        network.eval()
        plain = {head.name: Calibration() for head in network.configs}
        results = self._results(network, engine, dev, plain)
        found = evaluate(results, self.dataset.dev, network.configs, resamples=1)
        scores = [found[head.name][PRIMARY[head.kind]].value for head in network.configs if head.name in found]
        if not scores:
            raise UsageError("The development data have no gold value for the heads that are trained.")
        return float(np.mean(scores))

    def _results(
        self,
        network: Network,
        engine: TorchEngine,
        texts: Sequence[PreparedText],
        calibration: Mapping[str, Calibration],
    ) -> list[Result]:
        logits = run_texts(engine, texts)
        return [
            Result(
                self.application.name,
                text.document,
                tuple(decode(head, output[head.name], calibration[head.name], text) for head in network.configs),
            )
            for text, output in zip(texts, logits, strict=True)
        ]

    def _manifest(
        self,
        network: Network,
        encoder: Encoder,
        adapter: Mapping[str, Any] | None,
        maker: WindowMaker,
        engine: TorchEngine,
        dev: Sequence[PreparedText],
    ) -> Manifest:
        calibration = self._calibrate(network, engine, dev)
        results = self._results(network, engine, dev, calibration)
        return Manifest(
            name=self.out.name,
            version="1",
            app=self.application.name,
            plugin=origin_of(self.application),
            encoder={
                "name": encoder.source.name,
                "sha256": encoder.source.sha256,
                "carried": not encoder.source.packaged,
            },
            heads=tuple(head.to_dict() for head in network.configs),
            calibration=calibration,
            languages=_languages(self.dataset),
            max_tokens=maker.max_tokens,
            adapter=adapter,
            metrics={"dev": to_report(evaluate(results, self.dataset.dev, network.configs))},
            data=dict(self.dataset.card),
            recipe=self.recipe.to_dict(),
            licence=self.licence,
        )

    def _calibrate(self, network: Network, engine: TorchEngine, dev: Sequence[PreparedText]) -> dict[str, Calibration]:
        logits = run_texts(engine, dev)
        fitted = {}
        for head in network.configs:
            known = [i for i, example in enumerate(self.dataset.dev) if head.name in example.gold]
            gold = [_gold_array(self.dataset.dev[i], head, dev[i]) for i in known]
            fitted[head.name] = fit_calibration(head, [logits[i][head.name] for i in known], gold)
        return fitted

    def _class_weights(self, network: Network, device: torch.device) -> dict[str, torch.Tensor]:
        if not self.recipe.class_weights:
            return {}
        return {
            head.name: _root_inverse_shares(self.dataset.train, head).to(device)
            for head in network.configs
            if head.kind is HeadKind.SINGLE_LABEL
        }

    def _fingerprint(self) -> str:
        """Equal for equal recipes and examples, so that a run never goes on with other ones."""
        digest = hashlib.sha256(json.dumps(self.recipe.to_dict(), sort_keys=True).encode())
        for example in (*self.dataset.train, *self.dataset.dev):
            digest.update(repr((example.text, example.pair, sorted(example.gold.items()), example.spans)).encode())
        return digest.hexdigest()


def none_label(head: Head, labels: Sequence[str], given: str) -> str:
    """The label that stands for none of the others: the one given, or one known for it, or the head's own.

    Raises:
        UsageError: the one given is not among the labels.
    """
    if not head.none:
        return ""
    if given:
        if given not in labels:
            raise UsageError(f"No training text has the label {given!r}, given with --none-label.")
        return given
    return next((label for label in labels if label.lower() in {head.none, *NONE_NAMES}), head.none)


NONE_NAMES = ("none", "oos", "ood", "out_of_scope", "out-of-scope", "out_of_domain", "none_of_these")
"""What data call texts that no label fits."""

_HEAD_ACTIVATIONS = {"electra": "gelu", "distilbert": "relu", "deberta": "gelu", "deberta-v2": "gelu"}
"""Of a text head by the encoder's kind, so that what is trained can be exported to that kind's own layout."""


def _accelerator(place: torch.device, dtype: torch.dtype) -> Accelerator:
    """Device and number format for the loop.

    accelerate keeps them for the life of the process; a second training in it may want others.
    """
    AcceleratorState._reset_state(reset_partial_state=True)
    precision = {torch.bfloat16: "bf16", torch.float16: "fp16"}.get(dtype, "no")
    return Accelerator(cpu=place.type == "cpu", mixed_precision=precision)


def _gold_array(example: Example, head: HeadConfig, text: PreparedText) -> np.ndarray[Any, Any]:
    gold: Any = example.gold[head.name]
    if head.kind is HeadKind.SINGLE_LABEL:
        return np.array(head.labels.index(gold))
    if head.kind is HeadKind.MULTI_LABEL:
        return np.array([float(label in gold) for label in head.labels])
    if head.kind is HeadKind.TOKEN_LABELS:
        return np.array(tags_of_pieces(example, head.labels, text, head.name))
    return np.array([float(gold)])


def _root_inverse_shares(examples: Sequence[Example], head: HeadConfig) -> torch.Tensor:
    counts = Counter(example.gold.get(head.name) for example in examples)
    weights = torch.tensor([counts[label] ** -0.5 for label in head.labels])
    return weights / weights.mean()


def _languages(dataset: Dataset) -> tuple[str, ...]:
    found = {example.lang or dataset.lang for example in dataset.train}
    return tuple(sorted(lang for lang in found if lang and lang != "auto"))


def _with_history(manifest: Manifest, history: Sequence[Mapping[str, Any]], seconds: float) -> Manifest:
    return replace(manifest, recipe=dict(manifest.recipe) | {"history": list(history), "seconds": round(seconds, 1)})
