"""`nlpsuite plugins`: what is installed, whether it works, and switching it off and on."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

import click

from nlpsuite.config import load_config
from nlpsuite.plugins.discovery import PluginInfo, entries, named
from nlpsuite.plugins.verdicts import Verdict, installed, last_verdict

F = TypeVar("F", bound=Callable[..., Any])


def _format_option(command: F) -> F:
    kinds = click.Choice(("table", "json"))
    return click.option("--format", "format_", type=kinds, default="table", show_default=True)(command)


@click.group()
def plugins() -> None:
    """List, examine, enable and disable plugins."""


@plugins.command("list")
@_format_option
def list_plugins(format_: str) -> None:
    """List what is installed; imports no plugin."""
    found = installed()
    if format_ == "json":
        _print_json([asdict(info) for info in found])
        return
    _print_table(
        ("plugin", "distribution", "version", "status"),
        [(info.name, info.distribution, info.version, info.status) for info in found],
    )
    _print_problems(found)
    if any(info.status == "unchecked" for info in found):
        click.echo("Unchecked: not examined in this version yet; see `nlpsuite plugins doctor`.")


@plugins.command()
@click.argument("name")
@_format_option
def info(name: str, format_: str) -> None:
    """Show all that is known of a plugin; imports no plugin."""
    details = [_details(plugin) for plugin in named(name, installed())]
    if format_ == "json":
        _print_json(details)
        return
    for detail in details:
        _print_details(detail)


@plugins.command()
@click.argument("names", nargs=-1, required=True)
def disable(names: tuple[str, ...]) -> None:
    """Switch plugins off.

    A NAME is that of a plugin, or of a distribution for all it brings.
    """
    from nlpsuite.plugins import switch

    for name in names:
        switch.disable(name)
        click.echo(f"{name} is disabled.")


@plugins.command()
@click.argument("names", nargs=-1, required=True)
def enable(names: tuple[str, ...]) -> None:
    """Switch plugins on again."""
    from nlpsuite.plugins import switch

    for name in names:
        switch.enable(name)
        click.echo(f"{name} is enabled.")


@plugins.command()
@click.argument("names", nargs=-1)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=30.0,
    show_default=True,
    help="Seconds that each may take.",
)
@_format_option
def doctor(names: tuple[str, ...], timeout: float, format_: str) -> None:
    """Import and check plugins, each in a process apart.

    Without a NAME all that are not switched off. The exit code is 1 where one cannot be used.
    """
    from nlpsuite.plugins.compatibility import unmet_requirements
    from nlpsuite.plugins.doctor import doctor as examine

    config, verdicts = load_config(), []
    for verdict in examine(names, timeout, config):
        click.echo(_clean(f"{verdict.name} ({verdict.distribution}): {verdict.status}"), err=True)
        verdicts.append(verdict)
    if format_ == "json":
        _print_json([verdict.to_dict() for verdict in verdicts])
    else:
        _print_verdicts(verdicts)
    missing = unmet_requirements(config, entries()) if not names else []
    for sentence in missing:
        click.echo(_clean(sentence), err=True)
    if missing or any(verdict.status != "ok" for verdict in verdicts):
        click.get_current_context().exit(1)


def _details(plugin: PluginInfo) -> dict[str, Any]:
    verdict = last_verdict(plugin)
    return asdict(plugin) | {"verdict": verdict.to_dict() if verdict else None}


def _print_details(details: Mapping[str, Any]) -> None:
    verdict = details["verdict"] or {}
    extra = ("checked", "seconds", "heavy", "hooks", "applications", "encoders", "warnings", "traceback")
    shown = {key: value for key, value in details.items() if key != "verdict"}
    shown |= {key: verdict[key] for key in extra if key in verdict}
    for key, value in shown.items():
        if key in ("warnings", "traceback"):
            for line in value:
                click.echo(f"{key:<14}{_clean(line)}")
        elif value not in ("", (), None):
            click.echo(f"{key:<14}{_clean(', '.join(value) if isinstance(value, tuple) else str(value))}")


def _print_verdicts(verdicts: Sequence[Verdict]) -> None:
    _print_table(
        ("plugin", "distribution", "version", "status", "import", "offers"),
        [
            (
                verdict.name,
                verdict.distribution,
                verdict.version,
                verdict.status,
                f"{verdict.seconds:.2f} s" if verdict.hooks else "",
                ", ".join(dict.fromkeys((*verdict.applications, *verdict.encoders))),
            )
            for verdict in verdicts
        ],
    )
    _print_problems(verdicts)
    for verdict in verdicts:
        for warning in verdict.warnings:
            click.echo(_clean(f"{verdict.name}: warning: {warning}."))
        for line in verdict.traceback:
            click.echo(f"  {verdict.name} | {_clean(line)}")


def _print_problems(found: Sequence[PluginInfo | Verdict]) -> None:
    for plugin in found:
        if plugin.problem:
            click.echo(_clean(f"{plugin.name} ({plugin.distribution}): {plugin.problem}. {plugin.cure}."))


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if not rows:
        click.echo("No plugin is installed.")
        return
    cells = [[_clean(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _print_rich(columns, cells)
        return
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    for row in (columns, *cells):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _print_rich(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in cells:
        table.add_row(*map(Text, row))
    Console().print(table)


def _clean(text: str) -> str:
    """The text without what could steer a terminal, for others wrote much of what is shown here."""
    return "".join(character if character.isprintable() else " " for character in text)
