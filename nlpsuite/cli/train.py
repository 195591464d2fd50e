"""`nlpsuite train`: from labelled data to a model bundle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nlpsuite.cli.options import app_argument, columns_option, parse_columns
from nlpsuite.errors import ConfigError

if TYPE_CHECKING:
    from nlpsuite.application import Application
    from nlpsuite.train.dataset import Dataset


def recipe_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """One option for each field of a recipe, in its order."""
    import typing

    from nlpsuite.train.recipe import Recipe

    kinds = typing.get_type_hints(Recipe)
    for item in reversed(fields(Recipe)):
        flag = "--" + item.name.replace("_", "-")
        if kinds[item.name] is bool:
            flag += "/--no-" + item.name.replace("_", "-")
        choices = item.metadata["choices"]
        help_ = f"{item.metadata['help'].capitalize()}.  [default: {_shown(item.default)}]"
        kind = click.Choice(choices) if choices else kinds[item.name]
        command = click.option(flag, item.name, type=kind, default=None, help=help_)(command)
    return command


def _shown(default: Any) -> str:
    return {True: "yes", False: "no"}.get(default, str(default)) if isinstance(default, bool) else str(default)


@click.command()
@app_argument
@click.option(
    "--data",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    help="Training data; may be repeated.",
)
@click.option(
    "--dev",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Development data; a tenth of --data without it.",
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for the bundle.")
@click.option("--lang", metavar="CODE", help="Language of the texts; leave out where they are mixed.")
@click.option("--recipe", type=click.Path(path_type=Path), help="TOML file with the options below; flags win.")
@columns_option
@click.option("--strict", is_flag=True, help="Refuse data with duplicates across splits or conflicting labels.")
@click.option("--restart", is_flag=True, help="Forget an unfinished run in --out and begin anew.")
@click.option("--licence", default="", help="Licence of the model, kept in the bundle, such as CC-BY-4.0.")
@click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda or cuda:N.")
@click.option("--int8/--no-int8", default=True, show_default=True, help="Fit and test scales for int8 at the end.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@recipe_options
def train(
    app: str,
    data: tuple[Path, ...],
    dev: tuple[Path, ...],
    out: Path,
    lang: str | None,
    recipe: Path | None,
    columns: tuple[str, ...],
    strict: bool,
    restart: bool,
    licence: str,
    device: str,
    int8: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Train an application on your own labelled data.

    Ctrl-C stops at the next step; the same command goes on from there.
    """
    from nlpsuite import plugins
    from nlpsuite.text import check_language

    application = plugins.application(app)
    if lang is not None:
        check_language(lang)

    from nlpsuite.train.dataset import make_dataset, prepare_folder
    from nlpsuite.train.recipe import make_recipe, read_recipe

    given = {name: value for name, value in options.items() if value is not None}
    chosen = make_recipe(application.recipe, read_recipe(recipe) if recipe else {}, given)
    prepare_folder(out, restart)
    dataset = make_dataset(application, data, dev, lang, parse_columns(columns), chosen.seed, strict)
    for line in dataset.remarks:
        click.secho(f"note: {line}", fg="yellow", err=True)

    from nlpsuite.train.fit import Fitting
    from nlpsuite.train.progress import SilentReporter, choose_reporter

    reporter = SilentReporter() if quiet else choose_reporter()
    manifest = Fitting(application, dataset, chosen, out, device, licence, reporter).run()

    from nlpsuite.cli.scores import score_lines

    click.echo(f"{app}: trained on {len(dataset.train)} texts in {manifest.recipe['seconds']:.0f} s, saved in {out}")
    click.echo("\n".join(score_lines(manifest.metrics["dev"])))
    if int8:
        _quantize(application, out, dataset)
    click.echo(f"Next: nlpsuite run {app} --model {out} INPUT")


def _quantize(application: Application, out: Path, dataset: Dataset) -> None:
    from nlpsuite.cli.scores import int8_lines
    from nlpsuite.train.quantize import quantize_bundle

    try:
        manifest = quantize_bundle(application, out, dataset.train, dataset.dev)
    except ConfigError as error:
        click.secho(f"note: {error}", fg="yellow", err=True)
        return
    click.echo("\n".join(int8_lines(manifest.int8 or {})))
