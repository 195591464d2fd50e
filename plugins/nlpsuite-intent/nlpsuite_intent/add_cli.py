"""`nlpsuite customer-intent add`: one more intent from a few examples."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("intent")
@click.option("--examples", required=True, type=click.Path(path_type=Path), help="Ten or so messages, in any file.")
@click.option("--old", multiple=True, type=click.Path(path_type=Path), help="Messages whose answers must stay.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for the new model.")
@click.option("--model", metavar="NAME|DIR", help="What to extend: a shipped model's name or a bundle's folder.")
@click.option("--lang", metavar="CODE", help="Language of the messages; detected when left out.")
def add(intent: str, examples: Path, old: tuple[Path, ...], out: Path, model: str | None, lang: str | None) -> None:
    """Teach a model one more INTENT from a few examples, in seconds.

    What it knows of the old intents does not change. Without --old the samples that come with the application are held
    against the new intent.
    """
    from nlpsuite import add_label, find_bundle, load, read_documents
    from nlpsuite_intent.plugin import application

    held = [*old] or list(application.samples.values())
    messages = list(read_documents([examples], lang, lines=True))
    known = list(read_documents(held, lang, lines=True))
    loaded = load("customer-intent", model=model, lang=lang or "auto", dtype="fp32")
    made = add_label(loaded, find_bundle(application, model), intent, messages, known, out)
    click.echo(
        f"{intent}: {made.learned:.0%} of {made.examples} examples are understood, and "
        f"{made.kept:.1%} of {made.old} other messages are answered as before. Saved in {out}"
    )
    click.echo(f"Next: nlpsuite run customer-intent --model {out} INPUT")
