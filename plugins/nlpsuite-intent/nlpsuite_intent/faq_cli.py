"""`nlpsuite customer-intent faq`: index, search, train and measure."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from nlpsuite import Pair
    from nlpsuite_intent.faq_index import FaqIndex

FAQ = click.argument("faq_path", metavar="FAQ", type=click.Path(path_type=Path))
MODEL = click.option("--model", default="nlpsuite-mini", show_default=True, help="Encoder, or a bundle of `faq train`.")
DEVICE = click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda or cuda:N.")


@click.group()
def faq() -> None:
    """Find the stored answer to a customer's question.

    An FAQ is a table (.csv, .tsv, .jsonl, .json) with the columns question and answer, or a folder of such tables and
    of .md or .txt files, each with the question on its first line. Only what changed is embedded again.
    """


@faq.command()
@FAQ
@MODEL
@DEVICE
def index(faq_path: Path, model: str, device: str) -> None:
    """Read an FAQ and keep its vectors, so that the first search is fast."""
    found = _index(faq_path, model, device)
    found.refresh()
    click.echo(f"{len(found.entries)} entries are ready. Next: nlpsuite customer-intent faq search {faq_path} QUESTION")


@faq.command()
@FAQ
@click.argument("questions", nargs=-1, metavar="[QUESTION]...")
@click.option("-k", default=3, show_default=True, type=click.IntRange(1, 100), help="How many entries.")
@click.option("--rerank", metavar="DIR|NAME", help="A cross-encoder that reads the likeliest entries again.")
@click.option("--format", "format_", type=click.Choice(("table", "jsonl")), default="table", show_default=True)
@MODEL
@DEVICE
def search(
    faq_path: Path, questions: Sequence[str], k: int, rerank: str | None, format_: str, model: str, device: str
) -> None:
    """Search an FAQ for the answers to questions; without any, each line of standard input is one."""
    found = _index(faq_path, model, device, rerank)
    for question in questions or _lines():
        hits = found.search(question, k)
        if format_ == "jsonl":
            click.echo(json.dumps({"question": question, "hits": [hit.to_dict() for hit in hits]}, ensure_ascii=False))
            continue
        click.secho(_one_line(question), bold=True)
        for hit in hits:
            click.echo(
                f"  {hit.confidence:4.0%}  {_one_line(hit.entry.question or hit.entry.answer)}  [{hit.entry.id}]"
            )
            if hit.entry.question:
                click.secho(f"        {_one_line(hit.entry.answer)}", dim=True)


@faq.command()
@click.option("--data", required=True, multiple=True, type=click.Path(path_type=Path), help="Pairs; may be repeated.")
@click.option("--dev", multiple=True, type=click.Path(path_type=Path), help="Pairs to choose the best epoch by.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for the bundle.")
@click.option("--encoder", default="nlpsuite-mini", show_default=True, help="What to start from.")
@click.option("--epochs", default=4, show_default=True, type=click.IntRange(1))
@click.option(
    "--batch-size", default=64, show_default=True, type=click.IntRange(2), help="Pairs held against each other."
)
@click.option("--learning-rate", default=1e-4, show_default=True, type=float)
@click.option("--max-tokens", default=128, show_default=True, type=click.IntRange(16), help="Longer texts are cut.")
@click.option("--seed", default=1, show_default=True, type=int)
@click.option("--licence", default="", help="Licence of the model, kept in the bundle.")
@DEVICE
def train(data: Sequence[Path], dev: Sequence[Path], out: Path, device: str, licence: str, **options: Any) -> None:
    """Teach the encoder which questions and answers belong together.

    Rows have a question and an answer, or two questions of one meaning.
    """
    from nlpsuite import train_embedder

    options["layer_decay"] = 0.95
    pairs, held = _pairs(data), _pairs(dev)
    manifest = train_embedder(pairs, held, options, out, device=device, licence=licence, progress=True)
    click.echo(f"Trained on {len(pairs)} pairs in {manifest.recipe['seconds']:.0f} s, saved in {out}")
    if held:
        click.echo(_shown("recall@10", manifest.metrics["dev"]["recall_at_10"]))
    click.echo(f"Next: nlpsuite customer-intent faq search FAQ QUESTION --model {out}")


@faq.command()
@click.option("--data", required=True, type=click.Path(path_type=Path), help="Questions, each with its answer.")
@click.option("--among", multiple=True, type=click.Path(path_type=Path), help="More answers to search in.")
@click.option("-k", default=10, show_default=True, type=click.IntRange(1))
@MODEL
@DEVICE
def evaluate(data: Path, among: Sequence[Path], k: int, model: str, device: str) -> None:
    """Measure how often the right answer is among the first K, with its interval, and the mean reciprocal rank."""
    from nlpsuite import load_embedder, recall_at

    pairs = _pairs([data])
    embedder = load_embedder(model, device=device)
    for name, estimate in recall_at(embedder, pairs, _pairs(among), k=k).items():
        click.echo(_shown(name, estimate.to_dict()))


def _index(path: Path, model: str, device: str, rerank: str | None = None) -> FaqIndex:
    from nlpsuite import load_embedder
    from nlpsuite_intent.faq_index import FaqIndex
    from nlpsuite_intent.rerank import load_reranker

    return FaqIndex(path, load_embedder(model, device=device), load_reranker(rerank, device) if rerank else None)


def _pairs(paths: Sequence[Path]) -> list[Pair]:
    from nlpsuite import Pair
    from nlpsuite_intent.faq_entries import read_faq

    return [Pair(entry.question, entry.answer) for path in paths for entry in read_faq(path) if entry.question]


def _lines() -> Iterator[str]:
    return (line.strip() for line in sys.stdin if line.strip())


def _one_line(text: str) -> str:
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())[:110]


def _shown(name: str, value: dict[str, Any]) -> str:
    return f"{name:<10} {value['value']:6.1%}  [{value['low']:.1%}, {value['high']:.1%}]  n={value['n']}"
