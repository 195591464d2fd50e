"""`nlpsuite segment`: what the suite takes for sentences and words."""

from __future__ import annotations

import sys

import click

from nlpsuite.cli.options import lang_option


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@lang_option
def segment(inputs: tuple[str, ...], lang: str | None) -> None:
    """Show the sentences of a text, a line each, with their words set apart."""
    from nlpsuite.data.sources import read_documents
    from nlpsuite.text import check_language, detect, sentences, words

    if lang not in (None, "auto"):
        check_language(lang)
    for document in read_documents(inputs, None if lang == "auto" else lang):
        code = document.lang or detect(document.text).lang or "xx"
        for start, end in sentences(document.text, code):
            sentence = document.text[start:end]
            sys.stdout.write(" | ".join(sentence[word.start : word.end] for word in words(sentence, code)) + "\n")
