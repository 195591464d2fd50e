"""`nlpsuite recommend …`: rank, fit a combiner, measure, and make training pairs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from nlpsuite import Embedder, Pair
    from nlpsuite_recommend.metrics import Group
    from nlpsuite_recommend.readers import Item, Reader
    from nlpsuite_recommend.scoring import Score, Window

LONGEST_HISTORY = 600
"""Characters of a history that a text score is given; the likeliest to matter are chosen."""

Command = Callable[..., Any]
FRESHNESS = 1.0
"""Log-odds that an item gains on the day it appears."""

_FILE = click.Path(path_type=Path)


def _data(command: Command) -> Command:
    command = click.option("--readers", "readers_path", required=True, type=_FILE, help="Readers, as JSON lines.")(
        command
    )
    return click.option("--items", "items_path", required=True, type=_FILE, help="Items, as JSON lines or a table.")(
        command
    )


def _scoring(command: Command) -> Command:
    command = click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda or cuda:N.")(command)
    command = click.option(
        "--embedder", "embedder_name", default="nlpsuite-mini", show_default=True, help="For vectors."
    )(command)
    command = click.option("--cascade", type=click.IntRange(1), help="Read only so many together, the likeliest.")(
        command
    )
    command = click.option(
        "--score",
        "kind",
        type=click.Choice(("cross", "likeness")),
        default="likeness",
        show_default=True,
        help="Their vectors compared, or history and candidate read together by a model of your own (--model).",
    )(command)
    return click.option("--model", metavar="NAME|DIR", help="A shipped model's name or a bundle's folder.")(command)


@click.command()
@_data
@_scoring
@click.option("--combiner", "combiner_path", type=_FILE, help="What `recommend fit` made: scores other columns too.")
@click.option("--rules", "rules_path", type=_FILE, help="TOML file of business rules.")
@click.option(
    "--diversity", default=0.0, show_default=True, type=click.FloatRange(0, 1), help="How unlike items should be."
)
@click.option("--fresh", "half_life", type=click.FloatRange(min=0, min_open=True), help="Days in which novelty halves.")
@click.option("--top", default=10, show_default=True, type=click.IntRange(1), help="Places for each reader.")
@click.option("--format", "format_", type=click.Choice(("table", "jsonl")), default="table", show_default=True)
def rank(
    items_path: Path,
    readers_path: Path,
    combiner_path: Path | None,
    rules_path: Path | None,
    diversity: float,
    half_life: float | None,
    top: int,
    format_: str,
    **scoring: Any,
) -> None:
    """Rank items for each reader, with the reasons for every place.

    A reader's own candidates are ranked where the record has some, else all items that are not in the history.
    """
    from nlpsuite_recommend.combine import Combiner
    from nlpsuite_recommend.diversity import Freshness
    from nlpsuite_recommend.rank import rank as place
    from nlpsuite_recommend.rules import read_rules

    items, readers = _read(items_path, readers_path)
    combiner = Combiner.load(combiner_path) if combiner_path else None
    rules = read_rules(rules_path) if rules_path else None
    if rules and rules_path:
        rules.check_columns(items, rules_path)
    freshness = Freshness(by=FRESHNESS, half_life=half_life) if half_life else None
    score, vectors = _score(items, diversity > 0, **scoring)
    now = time.time()
    for reader in readers:
        shown = _shown(reader, items)
        ranked = place(
            reader,
            shown,
            score=score,
            vectors=vectors,
            combiner=combiner,
            rules=rules,
            diversity=diversity,
            freshness=freshness,
            window=_window(),
            now=now,
            top=top,
        )
        if format_ == "jsonl":
            row = {"reader": reader.id, "ranked": [one.to_dict() for one in ranked]}
            click.echo(json.dumps(row, ensure_ascii=False))
            continue
        click.secho(f"{reader.id}  (history of {len(reader.history)})", bold=True)
        texts = {item.id: item.text for item in items}
        for one in ranked:
            why = ", ".join((*one.parts.rules, *one.parts.relaxed, *one.parts.notes))
            click.echo(f"  {one.position:>3}  {one.score:4.0%}  {_one_line(texts[one.id])}  [{one.id}]")
            if why:
                click.secho(f"             {why}", dim=True)


@click.command()
@_data
@_scoring
@click.option("--out", required=True, type=_FILE, help="JSON file for the combiner.")
def fit(items_path: Path, readers_path: Path, out: Path, **scoring: Any) -> None:
    """Learn how text score, popularity, age, price and other columns of numbers go together.

    Readers need labelled candidates, and must not be those the model was trained on.
    """
    from nlpsuite_recommend.combine import fit as learn
    from nlpsuite_recommend.combine import impressions

    items, readers = _read(items_path, readers_path)
    score, vectors = _score(items, False, **scoring)
    rows = impressions(readers, items, score, now=time.time(), window=_window(), vectors=vectors)
    combiner = learn(rows)
    combiner.save(out)
    click.echo(f"Learned from {len(rows)} impressions, saved in {out}. Log-odds for one standard deviation more:")
    for feature in combiner.features:
        click.echo(f"  {feature.name:<14} {feature.weight:+.3f}")


@click.command()
@_data
@_scoring
@click.option("--combiner", "combiner_path", type=_FILE, help="What `recommend fit` made.")
@click.option("-k", default=10, show_default=True, type=click.IntRange(1), help="Places that count.")
@click.option("--format", "format_", type=click.Choice(("table", "json")), default="table", show_default=True)
def evaluate(
    items_path: Path, readers_path: Path, combiner_path: Path | None, k: int, format_: str, **scoring: Any
) -> None:
    """Measure the ranking of labelled candidates, beside popularity and plain likeness of vectors."""
    from nlpsuite_recommend.combine import Combiner
    from nlpsuite_recommend.metrics import compare
    from nlpsuite_recommend.metrics import evaluate as measure

    items, readers = _read(items_path, readers_path)
    labelled = [reader for reader in readers if any(label is not None for _, label in reader.candidates)]
    combiner = Combiner.load(combiner_path) if combiner_path else None
    score, _ = _score(items, False, **scoring)
    likeness, _ = _score(items, False, **scoring | {"kind": "likeness", "cascade": None})
    groups = {
        "this": _groups(labelled, items, score, combiner),
        "popularity": _groups(labelled, items, None, None),
        "likeness": _groups(labelled, items, likeness, None),
    }
    reports = {name: measure(found, k=k).to_dict() for name, found in groups.items()}
    better = {
        name: {metric: value.to_dict() for metric, value in compare(groups[name], groups["this"], k=k).items()}
        for name in ("popularity", "likeness")
    }
    if format_ == "json":
        click.echo(json.dumps({"rankers": reports, "this_less": better}, indent=1))
        return
    for name, report in reports.items():
        click.secho(f"{name}  ({report['groups']} groups of {report['readers']} readers)", bold=True)
        for metric, value in report["metrics"].items():
            click.echo(f"  {metric:<12} {value['value']:.3f}  [{value['low']:.3f}, {value['high']:.3f}]")
    for name, metrics in better.items():
        for metric, value in metrics.items():
            if metric.startswith("ndcg"):
                click.echo(
                    f"this less {name}: {metric} {value['value']:+.3f}  [{value['low']:+.3f}, {value['high']:+.3f}]"
                )


@click.command()
@_data
@click.option("--out", required=True, type=_FILE, help="JSON lines for `nlpsuite train recommend`.")
def pairs(items_path: Path, readers_path: Path, out: Path) -> None:
    """Make the rows that `nlpsuite train recommend` learns from: a history, a candidate and a label each."""
    from nlpsuite import write_durably

    items, readers = _read(items_path, readers_path)
    rows = list(_training_rows(items, readers))
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    write_durably(out, content.encode())
    click.echo(f"{len(rows)} rows in {out}. Next: nlpsuite train recommend --data {out} --out DIR")


def _training_rows(items: Sequence[Item], readers: Sequence[Reader]) -> Iterator[dict[str, Any]]:
    from nlpsuite_recommend.textscore import SEPARATOR

    texts = {item.id: item.text for item in items}
    for reader in readers:
        history = _window().summary(reader.history, time.time()).text
        for name, label in reader.candidates:
            if label is not None and history:
                row = {"user": reader.id, "history": history.split(SEPARATOR), "candidate": texts[name], "label": label}
                yield row | {"group": reader.id}


def _groups(readers: Sequence[Reader], items: Sequence[Item], score: Score | None, combiner: Any) -> list[Group]:
    """What each ranker makes of the labelled candidates; without a score, their popularity."""
    from nlpsuite_recommend.features import signals
    from nlpsuite_recommend.metrics import Group
    from nlpsuite_recommend.scoring import text_scores

    known = {item.id: item for item in items}
    now = time.time()
    found = []
    for reader in readers:
        labelled = {name: label for name, label in reader.candidates if label is not None}
        shown = [known[name] for name in labelled]
        texts = text_scores(reader, shown, score, window=_window(), now=now).values if score else None
        scores = list(texts) if texts else [item.popularity or 0.0 for item in shown]
        if combiner is not None:
            given = texts or (None,) * len(shown)
            scores = [
                combiner.probability(
                    signals(item, text=text, usual_price=reader.usual_price, now=now, columns=combiner.columns)
                )
                for item, text in zip(shown, given, strict=True)
            ]
        found.append(Group(reader.id, list(labelled), scores, list(labelled.values())))
    return found


def _score(
    items: Sequence[Item],
    need_vectors: bool,
    *,
    model: str | None,
    kind: str,
    cascade: int | None,
    embedder_name: str,
    device: str,
) -> tuple[Score, Any]:
    """The text score asked for, and the items' vectors where something needs them."""
    from nlpsuite import load
    from nlpsuite_recommend.textscore import Cascade, CrossScore, LikenessScore
    from nlpsuite_recommend.vectors import item_vectors

    vectors, likeness = None, None
    if need_vectors or cascade or kind == "likeness":
        embedder = _embedder(embedder_name, device)
        vectors = item_vectors(items, embedder)
        likeness = LikenessScore(embedder, {item.text: vectors[item.id] for item in items})
    if kind == "likeness" and likeness:
        return likeness, vectors
    cross = CrossScore(load("recommend", model=model, device=device))
    return (Cascade(likeness, cross, cascade) if cascade and likeness else cross), vectors


def _embedder(name: str, device: str) -> Embedder:
    from nlpsuite import load_embedder

    return load_embedder(name, device=device)


def _read(items_path: Path, readers_path: Path) -> tuple[list[Item], list[Reader]]:
    from nlpsuite_recommend.readers import read_items, read_readers

    items = read_items(items_path)
    return items, read_readers(readers_path, items)


def _shown(reader: Reader, items: Sequence[Item]) -> list[Item]:
    own = {name for name, _ in reader.candidates}
    return [item for item in items if (item.id in own if own else item.id not in reader.taken)]


def _window() -> Window:
    from nlpsuite_recommend.scoring import Window
    from nlpsuite_recommend.textscore import SEPARATOR

    return Window(budget=LONGEST_HISTORY, separator=SEPARATOR)


def _one_line(text: str) -> str:
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())[:90]


@click.command("train-likeness")
@_data
@click.option("--dev-readers", type=_FILE, help="Readers to choose the best epoch by.")
@click.option("--out", required=True, type=_FILE, help="Folder for the bundle.")
@click.option("--epochs", default=3, show_default=True, type=click.IntRange(1))
@click.option(
    "--batch-size", default=32, show_default=True, type=click.IntRange(2), help="Pairs held against each other."
)
@click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda or cuda:N.")
def train_likeness(
    items_path: Path,
    readers_path: Path,
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
    from nlpsuite_recommend.readers import read_readers

    items, readers = _read(items_path, readers_path)
    held = read_readers(dev_readers, items) if dev_readers else []
    options = {"epochs": epochs, "batch_size": batch_size, "learning_rate": 5e-5, "max_tokens": 128}
    pairs = list(_liked_pairs(items, readers))
    manifest = train_embedder(pairs, list(_liked_pairs(items, held)), options, out, device=device, progress=True)
    click.echo(f"Trained on {len(pairs)} pairs in {manifest.recipe['seconds']:.0f} s, saved in {out}")


def _liked_pairs(items: Sequence[Item], readers: Sequence[Reader]) -> Iterator[Pair]:
    from nlpsuite import Pair

    texts = {item.id: item.text for item in items}
    for reader in readers:
        for name, label in reader.candidates:
            if label:
                yield from (Pair(past.text, texts[name]) for past in reader.history[-3:])
