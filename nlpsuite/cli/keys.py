"""`nlpsuite keys`: who may ask the server, and for what."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from nlpsuite.cli.output import hint
from nlpsuite.serve.keys import EVERY_APPLICATION, MOST_DAYS, Key, KeyStore, to_text

F = TypeVar("F", bound=Callable[..., Any])


def _file_option(command: F) -> F:
    help_ = "The file of the keys; keys.json in the folder of your settings by default."
    return click.option("--file", "path", type=click.Path(path_type=Path), help=help_)(command)


@click.group()
def keys() -> None:
    """Create, list and revoke API keys of the server.

    \b
    nlpsuite keys create shop --scope finance-sentiment --days 90
    nlpsuite keys list
    nlpsuite keys revoke shop
    """


@keys.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    metavar="APP",
    help="An application it may ask, metrics, models, or * for every application (the default); may be repeated.",
)
@click.option("--days", type=click.IntRange(1, MOST_DAYS), help="Days until it expires; never by default.")
@click.option("--rate", type=click.IntRange(min=1), help="Items a minute it may ask for; the server's own by default.")
@_file_option
def create(name: str, scopes: tuple[str, ...], days: int | None, rate: int | None, path: Path | None) -> None:
    """Make a key and print it, alone, so that it can be piped. It is shown this once."""
    store = KeyStore(path)
    secret, key = store.create(name, scopes or (EVERY_APPLICATION,), days=days, rate=rate)
    click.echo(secret)
    until = f"until {to_text(key.expires)}" if key.expires else "until it is revoked"
    hint(f"Key {key.id} ({key.name}) is good for {', '.join(key.scopes)} {until}.")
    hint("Keep it now, for only its hash is stored. Send it with each request: Authorization: Bearer KEY")
    hint(f"To revoke it: nlpsuite keys revoke {key.id}{f' --file {path}' if path else ''}")


@keys.command("list")
@click.option("--format", "format_", type=click.Choice(("table", "json")), default="table", show_default=True)
@_file_option
def list_keys(format_: str, path: Path | None) -> None:
    """List the keys, also those that are no longer good.

    A key itself is not known, and so not shown.
    """
    store = KeyStore(path)
    found = store.list()
    if format_ == "json":
        click.echo(json.dumps([key.to_dict() | {"state": key.state()} for key in found], indent=2))
    elif found:
        _print_table(("id", "name", "scopes", "created", "expires", "rate", "state"), list(map(_row, found)))
    if not found:
        hint(f"There is no key in {store.path}.")


@keys.command()
@click.argument("id_or_name", metavar="ID|NAME")
@_file_option
def revoke(id_or_name: str, path: Path | None) -> None:
    """Make a key useless, for running servers as well."""
    key = KeyStore(path).revoke(id_or_name)
    click.echo(f"Key {key.id} ({key.name}) is revoked.")


def _row(key: Key) -> Sequence[str]:
    expires = to_text(key.expires) if key.expires else "never"
    return key.id, key.name, ",".join(key.scopes), to_text(key.created), expires, str(key.rate or ""), key.state()


def _print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    for row in (columns, *rows):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
