"""`nlpsuite recommend evaluate`: how good a ranking is, beside popularity and plain likeness."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nlpsuite_recommend.cli.data import FILE, Data, data_options, history_option, window
from nlpsuite_recommend.cli.score import make_score, score_options

if TYPE_CHECKING:
    from nlpsuite_recommend.combine import Combiner
    from nlpsuite_recommend.groups import Group
    from nlpsuite_recommend.readers import Item, Reader
    from nlpsuite_recommend.scoring import Score


@click.command()
@data_options
@history_option
@score_options
@click.option("--combiner", "combiner_path", type=FILE, help="What `recommend fit` made.")
@click.option("-k", default=10, show_default=True, type=click.IntRange(1), help="Places that count.")
@click.option("--format", "format_", type=click.Choice(("table", "json")), default="table", show_default=True)
def evaluate(
    data: Data,
    longest: int,
    combiner_path: Path | None,
    k: int,
    format_: str,
    **scoring: Any,
) -> None:
    """Measure the ranking of labelled candidates, beside popularity and plain likeness of vectors."""
    from nlpsuite_recommend.combine import Combiner
    from nlpsuite_recommend.report import compare
    from nlpsuite_recommend.report import evaluate as measure

    items, readers = data.read()
    labelled = [reader for reader in readers if any(label is not None for _, label in reader.candidates)]
    combiner = Combiner.load(combiner_path) if combiner_path else None
    score, _ = make_score(items, False, **scoring)
    plain = scoring | {"kind": "likeness", "cascade": None, "embedder_name": "nlpsuite-mini"}
    likeness, _ = make_score(items, False, **plain)
    groups = {"this": _groups(labelled, items, longest, score, combiner)}
    if any(item.popularity is not None for item in items):
        groups["popularity"] = _groups(labelled, items, longest)
    else:
        click.echo("No item has a popularity, so that peer is left out.", err=True)
    groups["likeness"] = _groups(labelled, items, longest, likeness)
    reports = {name: measure(found, k=k).to_dict() for name, found in groups.items()}
    better = {
        name: {metric: value.to_dict() for metric, value in compare(groups[name], groups["this"], k=k).items()}
        for name in groups
        if name != "this"
    }
    if format_ == "json":
        click.echo(json.dumps({"rankers": reports, "this_less": better}, indent=1))
    else:
        _echo(reports, better)


def _echo(reports: Mapping[str, Any], better: Mapping[str, Any]) -> None:
    for name, report in reports.items():
        click.secho(f"{name}  ({report['groups']} groups of {report['readers']} readers)", bold=True)
        for metric, value in report["metrics"].items():
            click.echo(f"  {metric:<12} {value['value']:.3f}  [{value['low']:.3f}, {value['high']:.3f}]")
    for name, metrics in better.items():
        for metric, value in metrics.items():
            if metric.startswith("ndcg"):
                numbers = f"{value['value']:+.3f}  [{value['low']:+.3f}, {value['high']:+.3f}]"
                click.echo(f"this less {name}: {metric} {numbers}")


def _groups(
    readers: Sequence[Reader],
    items: Sequence[Item],
    longest: int,
    score: Score | None = None,
    combiner: Combiner | None = None,
) -> list[Group]:
    """What a ranker makes of the labelled candidates; without a score, their popularity."""
    from nlpsuite_recommend.features import signals
    from nlpsuite_recommend.groups import Group
    from nlpsuite_recommend.scoring import text_scores

    known = {item.id: item for item in items}
    now = time.time()
    found = []
    for reader in readers:
        labelled = {name: label for name, label in reader.candidates if label is not None}
        shown = [known[name] for name in labelled]
        texts = text_scores(reader, shown, score, window=window(longest), now=now).values if score else None
        scores = list(texts) if texts else [item.popularity or 0.0 for item in shown]
        if combiner is not None:
            given = texts or (None,) * len(shown)
            scores = [
                combiner.probability(
                    signals(item, text=text, usual_price=reader.usual_price, now=now, columns=combiner.columns)
                )
                for item, text in zip(shown, given, strict=True)
            ]
        user = str(reader.columns.get("user", reader.id))
        found.append(Group(user, list(labelled), scores, list(labelled.values())))
    return found
