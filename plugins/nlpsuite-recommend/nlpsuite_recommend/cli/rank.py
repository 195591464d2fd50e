"""`nlpsuite recommend rank`: items for each reader, in order."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nlpsuite_recommend.cli.data import FILE, Data, data_options, history_option, window
from nlpsuite_recommend.cli.score import make_score, score_options

if TYPE_CHECKING:
    from nlpsuite_recommend.rank import Ranked
    from nlpsuite_recommend.readers import Item, Reader
    from nlpsuite_recommend.rules import Rules

FRESHNESS = 1.0
"""Log-odds that an item gains on the day it appears."""


@click.command()
@data_options
@history_option
@score_options
@click.option("--combiner", "combiner_path", type=FILE, help="What `recommend fit` made: scores other columns too.")
@click.option("--rules", "rules_path", type=FILE, help="TOML file of business rules.")
@click.option(
    "--diversity", default=0.0, show_default=True, type=click.FloatRange(0, 1), help="How unlike items should be."
)
@click.option("--fresh", "half_life", type=click.FloatRange(min=0, min_open=True), help="Days in which novelty halves.")
@click.option("--top", default=10, show_default=True, type=click.IntRange(1), help="Places for each reader.")
@click.option("--format", "format_", type=click.Choice(("table", "jsonl")), default="table", show_default=True)
def rank(
    data: Data,
    longest: int,
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

    items, readers = data.read()
    settings: dict[str, Any] = {
        "combiner": Combiner.load(combiner_path) if combiner_path else None,
        "rules": _rules(rules_path, items),
        "diversity": diversity,
        "freshness": Freshness(by=FRESHNESS, half_life=half_life) if half_life else None,
        "window": window(longest),
        "now": time.time(),
        "top": top,
    }
    score, vectors = make_score(items, diversity > 0, **scoring)
    texts = {item.id: item.text for item in items}
    for reader in readers:
        ranked = place(reader, _shown(reader, items), score=score, vectors=vectors, **settings)
        if format_ == "jsonl":
            row = {"reader": reader.id, "ranked": [one.to_dict() for one in ranked]}
            click.echo(json.dumps(row, ensure_ascii=False))
        else:
            _echo(reader, ranked, texts)


def _rules(path: Path | None, items: Sequence[Item]) -> Rules | None:
    from nlpsuite_recommend.rules import read_rules

    if path is None:
        return None
    rules = read_rules(path)
    rules.check_columns(items, path)
    return rules


def _shown(reader: Reader, items: Sequence[Item]) -> list[Item]:
    own = {name for name, _ in reader.candidates}
    return [item for item in items if (item.id in own if own else item.id not in reader.taken)]


def _echo(reader: Reader, ranked: Sequence[Ranked], texts: dict[str, str]) -> None:
    click.secho(f"{reader.id}  (history of {len(reader.history)})", bold=True)
    for one in ranked:
        name = "" if texts[one.id] == one.id else f"  [{one.id}]"
        click.echo(f"  {one.position:>3}  {one.score:4.0%}  {_one_line(texts[one.id])}{name}")
        why = ", ".join((*one.parts.rules, *one.parts.relaxed, *one.parts.notes))
        if why:
            click.secho(f"             {why}", dim=True)


def _one_line(text: str) -> str:
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())[:90]
