"""`nlpsuite recommend fit`: learn how the text score and other columns go together."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from nlpsuite_recommend.cli.data import FILE, Data, data_options, history_option, window
from nlpsuite_recommend.cli.score import make_score, score_options


@click.command()
@data_options
@history_option
@score_options
@click.option("--out", required=True, type=FILE, help="JSON file for the combiner.")
def fit(
    data: Data,
    longest: int,
    out: Path,
    **scoring: Any,
) -> None:
    """Learn how text score, popularity, age, price and other columns of numbers go together.

    Readers need labelled candidates, and must not be those the model was trained on.
    """
    from nlpsuite_recommend.combine import fit as learn
    from nlpsuite_recommend.combine import impressions

    items, readers = data.read()
    score, vectors = make_score(items, False, **scoring)
    rows = impressions(readers, items, score, now=time.time(), window=window(longest), vectors=vectors)
    combiner = learn(rows)
    combiner.save(out)
    click.echo(f"Learned from {len(rows)} impressions, saved in {out}. Log-odds for one standard deviation more:")
    for feature in combiner.features:
        click.echo(f"  {feature.name:<14} {feature.weight:+.3f}")
