"""Training an embedder on pairs that belong together, the other pairs of a batch serving as what does not.

In-batch negatives: Henderson et al. 2017 (arXiv 1705.00652), as sentence-transformers implements them.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

from nlpsuite.embedding.embedder import EMBEDDING, Embedder, Vectors
from nlpsuite.embedding.module import PROMPTS, sentence_transformer
from nlpsuite.engine.device import choose_device, choose_dtype
from nlpsuite.errors import InputError
from nlpsuite.evaluate.bootstrap import Estimate, bootstrap
from nlpsuite.model.bundle import Manifest, save_bundle
from nlpsuite.model.encoder import find_encoder, load_encoder
from nlpsuite.model.network import Network
from nlpsuite.model.restore import encoder_files, round_trained, weights_to_keep
from nlpsuite.train.batches import epoch_batches
from nlpsuite.train.optimizer import make_optimizer, make_schedule, prepare_parameters, seed_everything
from nlpsuite.train.progress import Reporter, SilentReporter
from nlpsuite.train.recipe import Recipe

SCALE = 20.0
"""Cosines are multiplied by it before the softmax over the batch."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a text that answers it or means the same."""

    query: str
    passage: str


def train_embedder(
    pairs: Sequence[Pair],
    dev: Sequence[Pair],
    recipe: Recipe,
    out: Path,
    *,
    device: str = "auto",
    licence: str = "",
    reporter: Reporter | None = None,
) -> Manifest:
    """Train an embedder and keep it as a bundle that `load_embedder` reads.

    The epoch with the best recall at 10 among the passages of `dev` and `pairs` together is kept, of equals the one
    with the lowest loss.

    Raises:
        InputError: there are fewer than two pairs to train on.
    """
    if len(pairs) < 2:
        raise InputError("search is trained on pairs, and there are fewer than two", cure="Give more pairs.")
    seed_everything(recipe.seed)
    source = find_encoder(recipe.encoder)
    encoder = load_encoder(source)
    network = Network(encoder.module, [])
    adapter = prepare_parameters(network, recipe)
    place = choose_device(device)
    model = sentence_transformer(encoder, recipe.max_tokens, place)
    run = _Run(Embedder(model, ""), network, recipe, place, reporter or SilentReporter())
    began = time.monotonic()
    history = run.train(pairs, dev)
    round_trained(network)
    manifest = Manifest(
        name=out.name,
        version="1",
        app=EMBEDDING,
        plugin={},
        encoder={"name": source.name, "sha256": source.sha256, "carried": not source.packaged},
        heads=(),
        calibration={},
        languages=(),
        max_tokens=min(recipe.max_tokens, encoder.window),
        adapter=adapter.to_dict() if adapter else None,
        metrics={"dev": {"recall_at_10": recall(run.embedder, dev, pairs).to_dict()}} if dev else {},
        data={"train": len(pairs), "dev": len(dev)},
        recipe=recipe.to_dict() | {"history": history, "seconds": round(time.monotonic() - began, 1)},
        licence=licence,
    )
    return save_bundle(out, manifest, weights_to_keep(network, encoder), encoder_files(encoder))


def recall(embedder: Embedder, dev: Sequence[Pair], others: Sequence[Pair] = (), k: int = 10) -> Estimate:
    """How often the right passage is among the k nearest of all passages, with its interval.

    A passage of the same words as the right one is the right one.
    """
    passages = list(dict.fromkeys(pair.passage for pair in (*dev, *others)))
    place = {passage: index for index, passage in enumerate(passages)}
    found = _nearest(embedder.queries([pair.query for pair in dev]), embedder.passages(passages), k)
    right = np.array([place[pair.passage] in row for pair, row in zip(dev, found, strict=True)])
    return bootstrap(lambda rows: float(right[rows].mean()), len(right))


def _nearest(queries: Vectors, passages: Vectors, k: int) -> list[set[int]]:
    k = min(k, len(passages))
    return [set(np.argpartition(-(passages @ query), k - 1)[:k].tolist()) for query in queries]


@dataclass
class _Run:
    embedder: Embedder
    network: Network
    recipe: Recipe
    place: torch.device
    reporter: Reporter

    def train(self, pairs: Sequence[Pair], dev: Sequence[Pair]) -> list[dict[str, float]]:
        """Train to the last epoch and leave the network with the weights of the best; gives what each scored."""
        loss = MultipleNegativesRankingLoss(self.embedder.model, scale=SCALE)
        lengths = [len(pair.passage) for pair in pairs]
        steps = len(epoch_batches(lengths, self.recipe.batch_size, self.recipe.seed, 0)) * self.recipe.epochs
        optimizer = make_optimizer(self.network, self.recipe)
        schedule = make_schedule(optimizer, self.recipe, steps)
        dtype = choose_dtype(self.recipe.precision, self.place, auto="bf16")
        history: list[dict[str, float]] = []
        best: dict[str, torch.Tensor] = {}
        step = 0
        self.reporter.start(steps, 0)
        try:
            for epoch in range(self.recipe.epochs):
                self.embedder.model.train()
                total = 0.0
                batches = epoch_batches(lengths, self.recipe.batch_size, self.recipe.seed, epoch)
                for done, batch in enumerate(batches, 1):
                    value = self._loss(loss, _apart([pairs[index] for index in batch]), dtype)
                    value.backward()  # type: ignore[no-untyped-call]
                    torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.recipe.clip)
                    optimizer.step()
                    optimizer.zero_grad()
                    schedule.step()
                    step, total = step + 1, total + float(value.detach())
                    self.reporter.step(step, total / done)
                self.embedder.model.eval()
                score = recall(self.embedder, dev, pairs).value if dev else 0.0
                history.append({"epoch": epoch + 1, "loss": round(total / len(batches), 5), "dev_score": score})
                better = history[-1] is max(history, key=lambda entry: (entry["dev_score"], -entry["loss"]))
                self.reporter.epoch(history[-1], better)
                if better:
                    best = {n: p.detach().clone() for n, p in self.network.named_parameters() if p.requires_grad}
        finally:
            self.reporter.finish()
        with torch.no_grad():
            for name, parameter in self.network.named_parameters():
                if name in best:
                    parameter.copy_(best[name])
        return history

    def _loss(self, loss: MultipleNegativesRankingLoss, batch: Sequence[Pair], dtype: torch.dtype) -> torch.Tensor:
        model = self.embedder.model
        columns = [
            model.preprocess([pair.query for pair in batch], prompt=PROMPTS["query"]),
            model.preprocess([pair.passage for pair in batch], prompt=PROMPTS["document"]),
        ]
        moved = [{key: value.to(self.place) for key, value in column.items()} for column in columns]
        with torch.autocast(self.place.type, dtype=dtype, enabled=dtype is not torch.float32):
            value: torch.Tensor = loss(moved, torch.empty(0))
        return value


def _apart(batch: Sequence[Pair]) -> list[Pair]:
    """The batch without pairs whose passage another has too: it would be held against it."""
    return list({pair.passage: pair for pair in batch}.values())
