"""A group of commands that imports each of them only when it runs."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Callable, Mapping
from typing import Any

import click

from nlpsuite.errors import PluginError


class LazyGroup(click.Group):
    """Knows its commands by name and target; imports one when it is asked for.

    Args:
        targets: by command, `module:object`.
        help_lines: by command, the line that `--help` shows without importing it.
        fallback: asked for the command of any other name.
    """

    def __init__(
        self,
        *args: Any,
        targets: Mapping[str, str],
        help_lines: Mapping[str, str] | None = None,
        fallback: Callable[[str], click.Command | None] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.targets = targets
        self.help_lines = help_lines or {}
        self.fallback = fallback

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order they were given."""
        return list(self.targets)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import the command of that name; None where there is none.

        Raises:
            ImportError, AttributeError: its target is not there.
            PluginError: its target is no command.
        """
        if name not in self.targets:
            return self.fallback(name) if self.fallback else None
        module, _, attribute = self.targets[name].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise PluginError(f"{self.targets[name]}, the command {self.name} {name}, is no click command.")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with near names suggested for an unknown one."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = difflib.get_close_matches(args[0], self.targets, n=3, cutoff=0.5)
            if near:
                raise click.UsageError(f"{error.message} Did you mean {' or '.join(near)}?", ctx) from error
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their help lines."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.help_line(ctx, name)) for name in self.list_commands(ctx)])

    def help_line(self, ctx: click.Context, name: str) -> str:
        """The line that was given for a command; without one, the command's own, for which it is imported."""
        if name in self.help_lines:
            return self.help_lines[name]
        command = self.get_command(ctx, name)
        return command.get_short_help_str(limit=90) if command else ""
