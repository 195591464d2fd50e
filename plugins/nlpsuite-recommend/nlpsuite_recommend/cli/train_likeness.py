"""`nlpsuite recommend train-likeness`: a bi-encoder that knows which items go together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nlpsuite_recommend.cli.data import FILE, Data, data_options

if TYPE_CHECKING:
    from nlpsuite import Pair
    from nlpsuite_recommend.readers import Item, Reader

RECENT = 3
"""Pieces of a history that each liked item is paired with, the newest."""


@click.command("train-likeness")
@data_options
@click.option("--dev-readers", type=FILE, help="Readers, or pairs with --data, to choose the best epoch by.")
@click.option("--out", required=True, type=FILE, help="Folder for the bundle.")
@click.option("--epochs", default=3, show_default=True, type=click.IntRange(1))
@click.option(
    "--batch-size", default=32, show_default=True, type=click.IntRange(2), help="Pairs held against each other."
)
@click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda or cuda:N.")
def train_likeness(
    data: Data,
    dev_readers: Path | None,
    out: Path,
    epochs: int,
    batch_size: int,
    device: str,
) -> None:
    """Teach the encoder which items go together: each one liked with each piece of its reader's history.

    The other pairs of a batch serve as what does not go together. Use it with --embedder OUT.
    """
    from nlpsuite import train_embedder

    items, readers = data.read()
    held: tuple[Sequence[Item], Sequence[Reader]] = ([], [])
    if dev_readers:
        held = (Data(None, None, dev_readers) if data.pairs else Data(data.items, dev_readers)).read()
    options = {"epochs": epochs, "batch_size": batch_size, "learning_rate": 5e-5, "max_tokens": 128}
    pairs = list(_liked(items, readers))
    manifest = train_embedder(pairs, list(_liked(*held)), options, out, device=device, progress=True)
    click.echo(f"Trained on {len(pairs)} pairs in {manifest.recipe['seconds']:.0f} s, saved in {out}")


def _liked(items: Sequence[Item], readers: Sequence[Reader]) -> Iterator[Pair]:
    from nlpsuite import Pair

    texts = {item.id: item.text for item in items}
    for reader in readers:
        for name, label in reader.candidates:
            if label:
                yield from (Pair(past.text, texts[name]) for past in reader.history[-RECENT:])
