"""`nlpsuite models`: list, verify, export and quantize bundles."""

from __future__ import annotations

import json
from pathlib import Path

import click

from nlpsuite.cli.options import app_argument, model_option
from nlpsuite.errors import BundleError


@click.group()
def models() -> None:
    """List, check and export models."""


@models.command("list")
@click.option("--format", "format_", type=click.Choice(("table", "json")), default="table", show_default=True)
def list_(format_: str) -> None:
    """List the models that the installed applications ship."""
    from nlpsuite import plugins
    from nlpsuite.model.bundle import read_manifest

    shipped = [
        (app.name, name, folder) for app in plugins.applications().values() for name, folder in app.bundles.items()
    ]
    if format_ == "json":
        rows = [{"app": app, "name": name, "folder": str(folder)} for app, name, folder in shipped]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for app, name, folder in shipped:
        try:
            manifest = read_manifest(folder)
        except BundleError as error:
            click.secho(f"{app}  {name}  damaged: {error}", fg="red")
            continue
        heads = ", ".join(head["name"] for head in manifest.heads)
        click.secho(f"{app}  {name}", bold=True, nl=False)
        click.echo(f"  version {manifest.version}, heads {heads}, languages {' '.join(manifest.languages)}")
        click.echo(f"    {folder}")


@models.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
def verify(folders: tuple[Path, ...]) -> None:
    """Check every byte of bundles against their sums; of all shipped ones without FOLDERS."""
    from nlpsuite import plugins
    from nlpsuite.model.bundle import verify_bundle

    shipped = (folder for app in plugins.applications().values() for folder in app.bundles.values())
    for folder in folders or shipped:
        manifest = verify_bundle(folder)
        click.echo(f"{folder}: whole, {manifest.app} {manifest.name}@{manifest.version}, {len(manifest.files)} files")


@models.command()
@app_argument
@model_option
@click.option("--format", "format_", type=click.Choice(("hf", "onnx")), default="hf", show_default=True)
@click.option("--head", help="Which head; the first by default.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to write; must not exist.")
def export(app: str, model: str | None, format_: str, head: str | None, out: Path) -> None:
    """Write one head of a model as a folder that transformers loads unaided, or as ONNX."""
    from nlpsuite import plugins
    from nlpsuite.model.export import export_bundle
    from nlpsuite.runtime import find_bundle

    export_bundle(find_bundle(plugins.application(app), model), format_, out, head)
    click.echo(f"{app}: exported to {out}")


@models.command()
@app_argument
@click.option("--model", required=True, type=click.Path(path_type=Path), help="The bundle's folder; it is changed.")
@click.option(
    "--data",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    help="Texts to fit on, such as those trained on.",
)
@click.option("--dev", multiple=True, required=True, type=click.Path(path_type=Path), help="Labelled data to test on.")
def quantize(app: str, model: Path, data: tuple[Path, ...], dev: tuple[Path, ...]) -> None:
    """Fit the scales by which a model runs in eight bits on a CPU, and test what they cost.

    `nlpsuite train` does so at its end. int8 is used unasked where every head says the same on 99 % of the development
    texts and loses no more than 0.3 points of its metric; else `--dtype int8` asks for it.
    """
    from nlpsuite import plugins
    from nlpsuite.cli.scores import int8_lines
    from nlpsuite.data.records import read_examples
    from nlpsuite.train.quantize import quantize_bundle

    application = plugins.application(app)
    texts, tests = (read_examples(files, application, None, {}) for files in (data, dev))
    manifest = quantize_bundle(application, model, texts, tests)
    if manifest.int8:
        click.echo("\n".join(int8_lines(manifest.int8)))
