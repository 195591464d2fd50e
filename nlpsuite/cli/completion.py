"""`nlpsuite completion`: completes commands and options in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def completion(shell: str) -> None:
    """Print the script that completes commands in a shell.

    For bash: nlpsuite completion bash >> ~/.bashrc
    """
    from nlpsuite.cli import cli

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(cli, {}, "nlpsuite", "_NLPSUITE_COMPLETE").source())
