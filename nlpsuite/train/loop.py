"""The training loop: batches in, the best weights on development data out."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from accelerate import Accelerator
from torch import Tensor
from torch.optim import AdamW

from nlpsuite.engine.batching import collate
from nlpsuite.errors import NlpsuiteError, TrainingInterrupted
from nlpsuite.model.network import Network
from nlpsuite.train.batches import epoch_batches
from nlpsuite.train.checkpoint import Checkpoints, Progress, trained_weights
from nlpsuite.train.losses import total_loss
from nlpsuite.train.optimizer import make_optimizer, make_schedule
from nlpsuite.train.progress import Reporter
from nlpsuite.train.recipe import Recipe
from nlpsuite.train.stopping import StopSignal
from nlpsuite.train.targets import Item, target_tensors

CHECKPOINT_SECONDS = 300.0


@dataclass
class Loop:
    """One training run.

    Attributes:
        network: with what is to be trained requiring gradients.
        items: the training windows.
        recipe: the options.
        evaluate: gives the score on development data of the network as it is; higher is better.
        checkpoints: where the state is kept.
        fingerprint: of recipe and data.
        accelerator: device and number format.
        reporter: is told how far the run is.
        pad: the encoder's padding id.
        class_weights: by head, [labels].
    """

    network: Network
    items: Sequence[Item]
    recipe: Recipe
    evaluate: Callable[[], float]
    checkpoints: Checkpoints
    fingerprint: str
    accelerator: Accelerator
    reporter: Reporter
    pad: int
    class_weights: Mapping[str, Tensor] = field(default_factory=dict)

    def run(self) -> Progress:
        """Train, and leave the network with the weights that were best on development data.

        Raises:
            TrainingInterrupted: the user stopped it; the state is on disk.
            NlpsuiteError: the loss is no longer a number.
        """
        optimizer = make_optimizer(self.network, self.recipe)
        progress, best = self.checkpoints.load(self.fingerprint, self.network, optimizer) or (
            Progress(self.fingerprint),
            {},
        )
        steps = sum(-(-len(self._batches(epoch)) // self.recipe.accumulate) for epoch in range(self.recipe.epochs))
        schedule = make_schedule(optimizer, self.recipe, steps, progress.step)
        self.network, optimizer = self.accelerator.prepare(self.network, optimizer)
        self.reporter.start(steps, progress.step)
        try:
            with StopSignal() as stop:
                while progress.epoch < self.recipe.epochs and not self._out_of_patience(progress):
                    self._epoch(progress, optimizer, schedule, best, stop)
                    best = self._finish_epoch(progress, best)
        finally:
            self.reporter.finish()
        self._put_back(best)
        return progress

    def _epoch(
        self,
        progress: Progress,
        optimizer: AdamW,
        schedule: torch.optim.lr_scheduler.LambdaLR,
        best: Mapping[str, Tensor],
        stop: StopSignal,
    ) -> None:
        self.network.train()
        batches = self._batches(progress.epoch)
        began, saved = time.monotonic() - progress.seconds, time.monotonic()
        while progress.batch < len(batches):
            group = batches[progress.batch : progress.batch + self.recipe.accumulate]
            losses = [self._backward([self.items[index] for index in batch], len(group)) for batch in group]
            self.accelerator.clip_grad_norm_(self.network.parameters(), self.recipe.clip)
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
            progress.step += 1
            progress.batch += len(group)
            progress.loss_sum += sum(losses)
            progress.loss_count += len(losses)
            progress.seconds = time.monotonic() - began
            self.reporter.step(progress.step, progress.loss_sum / progress.loss_count)
            if stop.requested:
                self.checkpoints.save(progress, self._plain(), optimizer, best)
                raise TrainingInterrupted("Training was stopped. The same command goes on where it stopped.")
            if time.monotonic() - saved > CHECKPOINT_SECONDS:
                self.checkpoints.save(progress, self._plain(), optimizer, best)
                saved = time.monotonic()

    def _backward(self, items: Sequence[Item], parts: int) -> float:
        batch = collate([item.window for item in items], self.pad).to(self.accelerator.device)
        plain = self._plain()
        targets = target_tensors(items, plain.configs, batch.ids.shape[1])
        targets = {name: tensor.to(self.accelerator.device) for name, tensor in targets.items()}
        with self.accelerator.autocast():
            logits = self.network(batch.ids, batch.mask, batch.types, batch.second)
        loss = total_loss(
            logits,
            targets,
            plain.configs,
            self.recipe.label_smoothing,
            self.class_weights,
            self.recipe.ranking,
            torch.tensor([item.group for item in items], device=self.accelerator.device),
        )
        if not torch.isfinite(loss):
            raise NlpsuiteError(
                "The loss is no longer a number. Lower --learning-rate, or train with --precision fp32."
            )
        self.accelerator.backward(loss / parts)
        return float(loss.detach())

    def _finish_epoch(self, progress: Progress, best: dict[str, Tensor]) -> dict[str, Tensor]:
        """Evaluate, note the epoch, and keep the weights if they are the best so far."""
        began = time.monotonic()
        score = self.evaluate()
        progress.seconds += time.monotonic() - began
        loss = progress.loss_sum / max(1, progress.loss_count)
        progress.history.append({"epoch": progress.epoch + 1, "loss": round(loss, 5), "dev_score": round(score, 5)})
        if progress.best_score is None or score > progress.best_score:
            progress.best_score, progress.best_epoch = score, progress.epoch
            best = {name: tensor.clone() for name, tensor in trained_weights(self._plain()).items()}
        self.reporter.epoch(progress.history[-1], progress.best_epoch == progress.epoch)
        progress.epoch, progress.batch, progress.loss_sum, progress.loss_count = progress.epoch + 1, 0, 0.0, 0
        return best

    def _batches(self, epoch: int) -> list[list[int]]:
        """This process's share of an epoch's batches; every process has as many."""
        lengths = [len(item.window.ids) for item in self.items]
        groups = None if self.recipe.ranking == "none" else [item.group for item in self.items]
        batches = epoch_batches(lengths, self.recipe.batch_size, self.recipe.seed, epoch, groups)
        world, rank = self.accelerator.num_processes, self.accelerator.process_index
        whole = len(batches) // world * world or len(batches)
        return batches[rank:whole:world]

    def _out_of_patience(self, progress: Progress) -> bool:
        # A score of 0 is no score yet: a token head on few data finds its first entity only after some epochs.
        begun = progress.best_epoch >= 0 and bool(progress.best_score)
        return begun and progress.epoch - 1 - progress.best_epoch >= self.recipe.patience

    def _plain(self) -> Network:
        plain = self.accelerator.unwrap_model(self.network)
        assert isinstance(plain, Network)
        return plain

    def _put_back(self, best: Mapping[str, Tensor]) -> None:
        parameters = dict(self._plain().named_parameters())
        with torch.no_grad():
            for name, tensor in best.items():
                parameters[name].copy_(tensor)
