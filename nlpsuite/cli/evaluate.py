"""`nlpsuite evaluate`: an application measured on labelled data, with intervals."""

from __future__ import annotations

import json
from pathlib import Path

import click

from nlpsuite.cli.options import (
    app_argument,
    columns_option,
    device_options,
    lang_option,
    model_option,
    parse_columns,
)


@click.command()
@app_argument
@click.option(
    "--data",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    help="Labelled data; may be repeated.",
)
@lang_option
@model_option
@columns_option
@click.option("--format", "format_", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.option(
    "--only-labels-in-data",
    is_flag=True,
    help="Let single-label heads answer only with labels that the data have.",
)
@device_options
def evaluate(
    app: str,
    data: tuple[Path, ...],
    lang: str | None,
    model: str | None,
    columns: tuple[str, ...],
    format_: str,
    only_labels_in_data: bool,
    device: str | None,
    dtype: str,
    engine: str,
) -> None:
    """Measure an application on labelled data.

    Every score comes with its 95 % bootstrap interval. A text on which the model abstains counts by its best label.
    """
    from nlpsuite import plugins
    from nlpsuite.data.records import read_examples

    application = plugins.application(app)
    examples = read_examples(data, application, lang, parse_columns(columns))

    from nlpsuite.evaluate.evaluation import evaluate_application, to_report
    from nlpsuite.runtime import load

    loaded = load(app, lang=lang or "auto", model=model, device=device or "auto", dtype=dtype, engine=engine)
    report = to_report(evaluate_application(loaded, examples, only_labels_in_data))
    if format_ == "json":
        click.echo(json.dumps({"app": app, "model": loaded.model} | report, ensure_ascii=False, indent=1))
        return

    from nlpsuite.cli.scores import score_lines

    click.echo(f"{app}, model {loaded.model}")
    click.echo("\n".join(score_lines(report, details=True)))
