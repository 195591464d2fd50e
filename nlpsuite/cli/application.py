"""`nlpsuite APP COMMAND`: the commands that an application's plugin brings."""

from __future__ import annotations

from collections.abc import Mapping

import click

from nlpsuite.cli.lazy import LazyGroup
from nlpsuite.errors import PluginError


class ApplicationGroup(LazyGroup):
    """The commands of a plugin; what is wrong with one is the plugin's fault, and spoils no other.

    Args:
        name: of the application.
        targets: by command, `module:object`.
    """

    def __init__(self, name: str, targets: Mapping[str, str]) -> None:
        shown = f"Commands of {name}. To score texts with it: nlpsuite run {name}."
        super().__init__(name, help=shown, targets=dict(sorted(targets.items())))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import the command of that name; None where there is none.

        Raises:
            PluginError: the plugin names a command that is not there.
        """
        try:
            return super().get_command(ctx, name)
        except (ImportError, AttributeError) as error:
            raise PluginError(f"The command {self.name} {name} cannot be loaded: {error}.") from error

    def help_line(self, ctx: click.Context, name: str) -> str:
        """The command's own; where it is broken, what is wrong."""
        try:
            return super().help_line(ctx, name)
        except PluginError as error:
            return str(error)


def application_group(name: str) -> ApplicationGroup | None:
    """The commands of an application; None where no plugin is named so, or it brings none.

    Raises:
        PluginError: the plugin cannot be used.
    """
    from nlpsuite import plugins

    if name not in plugins.names():
        return None
    targets = plugins.commands(name)
    return ApplicationGroup(name, targets) if targets else None
