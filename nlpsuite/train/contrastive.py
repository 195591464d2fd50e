"""Training an embedder on pairs that belong together, the other pairs of a batch serving as what does not.

In-batch negatives: Henderson et al. 2017 (arXiv 1705.00652), as sentence-transformers implements them.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

from nlpsuite.embedding.embedder import EMBEDDING, Embedder
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
from nlpsuite.train.progress import Reporter, SilentReporter, choose_reporter
from nlpsuite.train.recipe import Recipe, make_recipe

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
    options: Mapping[str, Any],
    out: Path,
    *,
    device: str = "auto",
    licence: str = "",
    progress: bool = False,
) -> Manifest:
    """Train an embedder and keep it as a bundle that `load_embedder` reads.

    Args:
        pairs: what belongs together.
        dev: pairs to choose the best epoch by.
        options: of the recipe, see `nlpsuite train --help`.
        out: the bundle's folder.
        device: "auto", "cpu", "cuda", "cuda:N".
        licence: of the model, kept in the bundle.
        progress: whether to show how far it is.

    The epoch with the best recall at 10 among the passages of `dev` and `pairs` together is kept, of equals the one
    with the lowest loss.

    Raises:
        InputError: there are fewer than two pairs to train on.
        UnknownName: there is no such option.
    """
    recipe = make_recipe(options).for_windows(len(pairs))
    if len(pairs) < 2:
        raise InputError("search is trained on pairs, and there are fewer than two", cure="Give more pairs.")
    seed_everything(recipe.seed)
    source = find_encoder(recipe.encoder)
    encoder = load_encoder(source)
    network = Network(encoder.module, [])
    adapter = prepare_parameters(network, recipe)
    place = choose_device(device)
    model = sentence_transformer(encoder, recipe.max_tokens, place)
    run = _Run(Embedder(model, ""), network, recipe, place, choose_reporter() if progress else SilentReporter())
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
        metrics={"dev": {name: value.to_dict() for name, value in recall_at(run.embedder, dev, pairs).items()}}
        if dev
        else {},
        data={"train": len(pairs), "dev": len(dev)},
        recipe=recipe.to_dict() | {"history": history, "seconds": round(time.monotonic() - began, 1)},
        licence=licence,
    )
    return save_bundle(out, manifest, weights_to_keep(network, encoder), encoder_files(encoder))


def recall_at(embedder: Embedder, dev: Sequence[Pair], others: Sequence[Pair] = (), k: int = 10) -> dict[str, Estimate]:
    """How often the right passage is among the k nearest of all passages, and the mean reciprocal rank.

    Args:
        embedder: makes the vectors.
        dev: what is searched with, and what is to be found.
        others: their passages are searched in as well.
        k: how many are found.
    """
    ranks = _ranks(embedder, dev, others)
    return {
        f"recall_at_{k}": bootstrap(lambda rows: float((ranks[rows] <= k).mean()), len(ranks)),
        "mrr": bootstrap(lambda rows: float((1 / ranks[rows]).mean()), len(ranks)),
    }


def _ranks(embedder: Embedder, dev: Sequence[Pair], others: Sequence[Pair]) -> NDArray[np.intp]:
    """Of each query's passage, from 1; one of the same words is the same passage."""
    passages = list(dict.fromkeys(pair.passage for pair in (*dev, *others)))
    place = {passage: index for index, passage in enumerate(passages)}
    queries, vectors = embedder.queries([pair.query for pair in dev]), embedder.passages(passages)
    own = [place[pair.passage] for pair in dev]
    similarities = (vectors @ query for query in queries)
    found = [int((row > row[index]).sum()) + 1 for row, index in zip(similarities, own, strict=True)]
    return np.array(found, dtype=np.intp)


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
                score = recall_at(self.embedder, dev, pairs)["recall_at_10"].value if dev else 0.0
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
