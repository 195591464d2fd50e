"""`nlpsuite apps`: the applications there are."""

from __future__ import annotations

import json

import click


@click.command()
@click.option("--format", "format_", type=click.Choice(("table", "json")), default="table", show_default=True)
def apps(format_: str) -> None:
    """List the applications, with their heads, languages and models."""
    from nlpsuite import plugins

    found = plugins.applications()
    if format_ == "json":
        rows = [
            {
                "name": app.name,
                "summary": app.summary,
                "languages": app.languages,
                "heads": [{"name": head.name, "kind": head.kind, "labels": head.labels} for head in app.heads],
                "models": list(app.bundles),
                "options": dict(app.options),
                "formats": list(app.formats),
            }
            for app in found.values()
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for app in found.values():
        click.secho(app.name, bold=True, nl=False)
        click.echo(f"  {app.summary}")
        click.echo(f"    languages  {' '.join(app.languages)}")
        for head in app.heads:
            click.echo(f"    {head.name:<10} {head.kind}: {', '.join(head.labels) or 'labels from the data'}")
        click.echo(f"    models     {', '.join(app.bundles) or 'none shipped'}")
        for name, help_ in app.options.items():
            click.echo(f"    -o {name:<7} {help_}")
        if app.formats:
            click.echo(f"    formats    {', '.join(app.formats)}, beside those of every application")
    if not found:
        click.echo("No application is installed. Try: pip install nlpsuite-finance")
