"""`nlpsuite bench`: how fast an application is on this machine, beside its peers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from nlpsuite.cli.options import lang_option, model_option


@click.command()
@click.argument("app", default="finance-sentiment")
@lang_option
@model_option
@click.option(
    "--data", multiple=True, type=click.Path(path_type=Path), help="Texts to measure with; the samples without."
)
@click.option("--texts", "most", default=800, show_default=True, type=click.IntRange(1), help="How many of them.")
@click.option(
    "--runs", default=7, show_default=True, type=click.IntRange(2), help="Rounds, each contender once a round."
)
@click.option("--peer", "peers", multiple=True, help="A peer to measure beside it; may be repeated; all without.")
@click.option("--out", type=click.Path(path_type=Path), help="JSON file for everything that was measured.")
def bench(
    app: str,
    lang: str | None,
    model: str | None,
    data: tuple[Path, ...],
    most: int,
    runs: int,
    peers: tuple[str, ...],
    out: Path | None,
) -> None:
    """Measure how fast APP scores texts here: text in, labels out.

    Peers run the same weights, each at the best setting found for it. All take turns in one process; a ratio is the
    median over rounds with its 95 % interval. Do not run anything else meanwhile.
    """
    from nlpsuite import plugins, write_durably
    from nlpsuite.bench.peers import PEERS, available
    from nlpsuite.bench.race import race
    from nlpsuite.errors import UnknownName
    from nlpsuite.runtime import find_bundle

    application = plugins.application(app)
    for name in peers:
        if name not in PEERS:
            raise UnknownName("peer", name, PEERS)
    outcome = race(
        application,
        find_bundle(application, model),
        _texts(data or tuple(application.samples.values()), lang, most),
        lang=lang,
        runs=runs,
        peers=peers or available(),
        told=lambda line: click.secho(line, dim=True, err=True),
    ).to_dict()
    _show(outcome)
    if out is not None:
        write_durably(out, (json.dumps(outcome, indent=1) + "\n").encode())


def _texts(files: tuple[Path, ...], lang: str | None, most: int) -> list[str]:
    from itertools import islice

    from nlpsuite import read_documents

    documents = read_documents([str(file) for file in files], None if lang == "auto" else lang)
    return [document.text for document in islice(documents, most)]


def _show(outcome: Mapping[str, Any]) -> None:
    machine = outcome["machine"]
    click.echo(
        f"{machine['processor']}, {machine['cores']} threads; {outcome['texts']} texts, {outcome['tokens']} tokens"
    )
    peaks = ", ".join(f"{name} {peak:.0f}" for name, peak in outcome["peak_gigaops"].items())
    click.echo(f"fastest matrix product, Gop/s: {peaks}")
    click.secho(f"{'':<28} {'texts/s':>8} {'of peak':>8} {'one text':>9} {'same label':>11}", bold=True)
    for one in outcome["contenders"]:
        share = "" if one["share_of_peak"] is None else f"{one['share_of_peak']:.0%}"
        numbers = (
            f"{one['texts_per_second']:8.1f} {share:>8} {one['single_text_ms']:6.1f} ms {one['same_labels']:11.2%}"
        )
        click.echo(f"{one['name']:<28} {numbers}  {one['setting']}")
    for one in outcome["times_as_fast"]:
        interval = f"[{one['low']:.2f}, {one['high']:.2f}]"
        click.echo(f"{one['ours']} is {one['value']:.2f} {interval} times as fast as {one['peer']}")
