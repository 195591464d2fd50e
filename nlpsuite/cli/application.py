"""`nlpsuite APP COMMAND`: the commands that an application's plugin brings."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

import click

from nlpsuite.errors import PluginError


class ApplicationGroup(click.Group):
    """Knows its commands by their targets; imports one when it is asked for.

    Args:
        name: of the application.
        targets: by command, `module:object`.
    """

    def __init__(self, name: str, targets: Mapping[str, str]) -> None:
        shown = f"Commands of {name}. To score texts with it: nlpsuite run {name}."
        super().__init__(name, help=shown)
        self.targets = targets

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, sorted."""
        return sorted(self.targets)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import the command of that name; None where there is none.

        Raises:
            PluginError: the plugin names a command that is not there.
        """
        if name not in self.targets:
            return None
        module, _, attribute = self.targets[name].partition(":")
        try:
            command = getattr(importlib.import_module(module), attribute)
        except (ImportError, AttributeError) as error:
            raise PluginError(f"The command {self.name} {name} cannot be loaded: {error}.") from error
        if not isinstance(command, click.Command):
            raise PluginError(f"{self.targets[name]}, the command {self.name} {name}, is no click command.")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their help lines; one that is broken says so and spoils no other."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._help_line(ctx, name)) for name in self.list_commands(ctx)])

    def _help_line(self, ctx: click.Context, name: str) -> str:
        try:
            command = self.get_command(ctx, name)
        except PluginError as error:
            return str(error)
        return command.get_short_help_str(limit=90) if command else ""


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
