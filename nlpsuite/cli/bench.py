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
@click.option("--beside", multiple=True, metavar="APP", help="Read with this one together, too; may be repeated.")
@click.option("--starts", default=3, show_default=True, type=click.IntRange(0), help="Starts to measure; 0 for none.")
@click.option("--out", type=click.Path(path_type=Path), help="JSON file for everything that was measured.")
@click.option("--plot", type=click.Path(path_type=Path), help="SVG file for a picture of it.")
def bench(
    app: str,
    lang: str | None,
    model: str | None,
    data: tuple[Path, ...],
    most: int,
    runs: int,
    peers: tuple[str, ...],
    beside: tuple[str, ...],
    starts: int,
    out: Path | None,
    plot: Path | None,
) -> None:
    """Measure how fast APP scores texts here: text in, answers out.

    Peers run the same weights, each at the best setting found for it. All take turns in one process; a ratio is the
    median over rounds with its 95 % interval. Do not run anything else meanwhile.
    """
    import tempfile

    from nlpsuite import plugins, write_durably
    from nlpsuite.application import HeadKind
    from nlpsuite.bench.peers import PEERS, available
    from nlpsuite.bench.plot import svg
    from nlpsuite.bench.race import race
    from nlpsuite.bench.together import together
    from nlpsuite.errors import UnknownName
    from nlpsuite.runtime import find_bundle

    application = plugins.application(app)
    for name in peers:
        if name not in PEERS:
            raise UnknownName("peer", name, PEERS)
    folder = find_bundle(application, model)
    texts = _texts(data or tuple(application.samples.values()), lang, most)
    tags = application.heads[0].kind is HeadKind.TOKEN_LABELS
    with tempfile.TemporaryDirectory() as room:
        outcome = race(
            application,
            folder,
            texts,
            room=Path(room),
            lang=lang,
            runs=runs,
            peers=peers or available(tags),
            told=_told,
        ).to_dict()
        if starts:
            outcome["starts"] = _starts(app, lang, folder, Path(room) / "hf", tags, starts)
    if beside:
        _told("together")
        outcome["together"] = together([app, *beside], texts, lang=lang, dtype="auto", runs=runs)
    _show(outcome)
    if out is not None:
        write_durably(out, (json.dumps(outcome, indent=1) + "\n").encode())
    if plot is not None:
        write_durably(plot, svg(outcome).encode())


def _told(line: str) -> None:
    click.secho(line, dim=True, err=True)


def _texts(files: tuple[Path, ...], lang: str | None, most: int) -> list[str]:
    """Texts of the files, drawn from all of them alike."""
    from itertools import chain, islice, zip_longest

    from nlpsuite import read_documents

    by_file = [read_documents([str(file)], None if lang == "auto" else lang) for file in files]
    mixed = (document for document in chain.from_iterable(zip_longest(*by_file)) if document is not None)
    return [document.text for document in islice(mixed, most)]


def _starts(
    app: str, lang: str | None, folder: Path, exported: Path, tags: bool, runs: int
) -> dict[str, dict[str, float]]:
    from dataclasses import asdict

    from nlpsuite.bench.footprint import pipeline_footprint, suite_footprint
    from nlpsuite.bench.race import SHORT

    _told("starts")
    found = {"nlpsuite": suite_footprint(app, lang, folder, "auto", SHORT, runs)}
    if exported.is_dir():
        task = "token-classification" if tags else "text-classification"
        found["transformers pipeline"] = pipeline_footprint(task, exported, SHORT, runs)
    return {name: {key: round(value, 2) for key, value in asdict(one).items()} for name, one in found.items()}


def _show(outcome: Mapping[str, Any]) -> None:
    machine = outcome["machine"]
    click.echo(
        f"{machine['processor']}, {machine['cores']} threads; {outcome['texts']} texts, {outcome['tokens']} tokens"
    )
    peaks = ", ".join(f"{name} {peak:.0f}" for name, peak in outcome["peak_gigaops"].items())
    click.echo(f"fastest matrix product, Gop/s: {peaks}")
    click.secho(f"{'':<28} {'texts/s':>8} {'of peak':>8} {'one text':>9} {'same answer':>12}", bold=True)
    for one in outcome["contenders"]:
        share = "" if one["share_of_peak"] is None else f"{one['share_of_peak']:.0%}"
        numbers = (
            f"{one['texts_per_second']:8.1f} {share:>8} {one['single_text_ms']:6.1f} ms {one['same_labels']:12.2%}"
        )
        click.echo(f"{one['name']:<28} {numbers}  {one['setting']}")
    for one in outcome["times_as_fast"]:
        click.echo(f"{one['ours']} is {_interval(one)} times as fast as {one['peer']}")
    for name, shares in outcome["stages"].items():
        click.echo(f"{name} spends " + ", ".join(f"{share:.0%} to {stage}" for stage, share in shares.items()))
    for name, start in outcome.get("starts", {}).items():
        click.echo(f"{name} gives its first answer after {start['seconds']:.1f} s, with {start['megabytes']:.0f} MB")
    if together := outcome.get("together"):
        click.echo(
            f"{', '.join(together['apps'])} together ({together['dtype']}, {together['shared_layers']} layers shared): "
            f"{_interval(together['times_of_first'])} times the time of the first alone, "
            f"{_interval(together['times_of_all'])} times that of one after the other"
        )


def _interval(found: Mapping[str, float]) -> str:
    return f"{found['value']:.2f} [{found['low']:.2f}, {found['high']:.2f}]"
