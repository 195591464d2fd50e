"""`nlpsuite run`: score texts, files, folders or standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import chain

import click

from nlpsuite.application import Application, HeadKind
from nlpsuite.cli.options import (
    app_argument,
    app_options,
    columns_option,
    device_options,
    lang_option,
    model_option,
    parse_columns,
    parse_options,
)
from nlpsuite.cli.output import FORMATS, check_format, choose_format, hint, make_writer
from nlpsuite.document import Document
from nlpsuite.errors import InputError, UsageError


@click.command()
@app_argument
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@lang_option
@model_option
@click.option(
    "--format",
    "format_",
    metavar="|".join(FORMATS),
    help="Default: table on a terminal, else jsonl. `nlpsuite apps` shows what else an application writes.",
)
@app_options
@click.option("--threshold", type=click.FloatRange(0, 1), help="Least confidence; replaces the fitted one.")
@click.option("--by-sentence", is_flag=True, help="Score every sentence as well.")
@click.option("--lines", is_flag=True, help="In text files, every line is a document.")
@columns_option
@device_options
def run(
    app: str,
    inputs: tuple[str, ...],
    lang: str | None,
    model: str | None,
    format_: str | None,
    options: tuple[str, ...],
    threshold: float | None,
    by_sentence: bool,
    lines: bool,
    columns: tuple[str, ...],
    device: str | None,
    dtype: str,
    engine: str,
) -> int:
    """Score documents with an application.

    An INPUT is a file, a folder, a text, or - for standard input with a document a line. Without any, the
    application's own sample is scored.
    """
    from nlpsuite import plugins
    from nlpsuite.config import load_config
    from nlpsuite.data.columns import Naming
    from nlpsuite.data.sources import read_documents
    from nlpsuite.text import check_language

    application = plugins.application(app)
    check_format(format_, application)

    defaults = load_config().run
    lang = lang or defaults.lang
    if lang is not None and lang != "auto":
        check_language(lang)
    if not inputs:
        inputs = (_sample(application, lang),)
    problems: list[InputError] = []
    documents = read_documents(
        inputs,
        None if lang == "auto" else lang,
        naming=Naming(parse_columns(columns), application.columns),
        lines=lines,
        problems=problems,
    )
    if application.heads[0].kind is HeadKind.PAIR_SCORE:
        documents = _with_second_text(documents, problems)
    first = next(documents, None)  # a wrong path is said before a model is loaded
    writer = make_writer(choose_format(format_), sys.stdout, application)
    if first is not None:
        from nlpsuite.runtime import load

        loaded = load(
            app,
            lang=lang or "auto",
            model=model or defaults.model,
            device=device or defaults.device or "auto",
            dtype=dtype,
            engine=engine,
            threshold=threshold,
            options=parse_options(options),
        )
        for result in loaded.stream(chain([first], documents), by_sentence=by_sentence):
            writer.write(result)
    writer.close()
    for problem in problems:
        click.secho(f"nlpsuite: {problem}", fg="red", err=True)
    return 2 if problems else 0


def _with_second_text(documents: Iterator[Document], problems: list[InputError]) -> Iterator[Document]:
    """The documents that can be scored; the others are noted."""
    for document in documents:
        if document.pair is not None:
            yield document
            continue
        problem = f"document {document.id} has no second text to score the first one against"
        cure = "Give rows with a history and a candidate."
        problems.append(InputError(problem, path=document.path, cure=cure))


def _sample(application: Application, lang: str | None) -> str:
    """The sample that the application brings for a language, or its first one."""
    app, samples = application.name, application.samples
    if not samples:
        raise UsageError(f"{app} brings no sample. Give it a text, a file or a folder.")
    known = lang if lang is not None and lang in samples else next(iter(samples))
    scores_pairs = application.heads[0].kind is HeadKind.PAIR_SCORE
    inputs = "rows.jsonl, with two texts in each row" if scores_pairs else '"a text", or a file, a folder'
    hint(
        f"No input given: this is the sample for {known}. "
        f"Try: nlpsuite run {app} --lang {known} {inputs}, or - for standard input."
    )
    return str(samples[known])
