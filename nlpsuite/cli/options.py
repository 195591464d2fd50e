"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any, TypeVar

import click

from nlpsuite.errors import ConfigError

Command = TypeVar("Command", bound=Callable[..., Any])


def app_argument(command: Command) -> Command:
    """The application's name."""
    return click.argument("app")(command)


def lang_option(command: Command) -> Command:
    """The documents' language."""
    return click.option(
        "--lang",
        metavar="CODE|auto",
        help="Language of the documents, such as zh or de; auto detects it for each.",
    )(command)


def model_option(command: Command) -> Command:
    """The bundle."""
    return click.option("--model", metavar="NAME|DIR", help="A shipped model's name or a bundle's folder.")(command)


def device_options(command: Command) -> Command:
    """Where, by what and in which number format."""
    command = click.option("--engine", default="auto", show_default=True, help="auto, torch or onnx.")(command)
    command = click.option("--dtype", default="auto", show_default=True, help="auto, fp32, bf16, fp16 or int8.")(
        command
    )
    return click.option("--device", show_default="auto", help="auto, cpu, cuda or cuda:N.")(command)


def columns_option(command: Command) -> Command:
    """Names of columns."""
    return click.option(
        "--column",
        "columns",
        multiple=True,
        metavar="FIELD=NAME",
        help="Read a field from the column of that name, such as --column text=Body. May be repeated.",
    )(command)


def app_options(command: Command) -> Command:
    """What the application itself lets people set."""
    return click.option(
        "--option",
        "-o",
        "options",
        multiple=True,
        metavar="NAME=VALUE",
        help="Set an option of the application; `nlpsuite apps` lists them. May be repeated.",
    )(command)


def parse_options(pairs: tuple[str, ...]) -> dict[str, str]:
    """`("rules=my.toml",)` as `{"rules": "my.toml"}`.

    Raises:
        click.BadParameter: there is no equals sign.
    """
    return _parse(pairs, "NAME=VALUE, such as rules=my.toml")


def parse_columns(pairs: tuple[str, ...]) -> dict[str, str]:
    """`("text=Body",)` as `{"text": "Body"}`.

    Raises:
        click.BadParameter: there is no equals sign.
    """
    return _parse(pairs, "FIELD=NAME, such as text=Body")


def need_packages(who: str, packages: Sequence[str], extra: str) -> None:
    """See that packages are installed, before anything is begun.

    Raises:
        ConfigError: some are not.
    """
    missing = [name for name in packages if find_spec(name) is None]
    if missing:
        install = f"pip install 'nlpsuite[{extra}]'"
        raise ConfigError(f"{who} {', '.join(missing)}. Install what is needed: {install}.")


def of_app(pair: str, sign: str, apps: tuple[str, ...]) -> tuple[str, str]:
    """The application that something is for, and it; with one application it need not be named."""
    app, found, rest = pair.partition(sign)
    if found and app in apps:
        return app, rest
    if len(apps) > 1:
        raise click.BadParameter(f"{pair!r} does not say for which application: write it as {apps[0]}{sign}{pair}.")
    return apps[0], pair


def options_of_apps(pairs: tuple[str, ...], apps: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """`("ner:rules=my.toml",)` as `{"ner": {"rules": "my.toml"}}`; see `of_app`.

    Raises:
        click.BadParameter: there is no equals sign.
    """
    found: dict[str, dict[str, str]] = {}
    for pair in pairs:
        app, rest = of_app(pair, ":", apps)
        name, sign, value = rest.partition("=")
        if not sign:
            raise click.BadParameter(f"{pair!r} is not of the form NAME=VALUE, such as rules=my.toml.")
        found.setdefault(app, {})[name] = value
    return found


def _parse(pairs: tuple[str, ...], form: str) -> dict[str, str]:
    split = [pair.partition("=") for pair in pairs]
    if wrong := next((pair for pair, (_, sign, name) in zip(pairs, split, strict=True) if not sign or not name), None):
        raise click.BadParameter(f"{wrong!r} is not of the form {form}.")
    return {field: name for field, _, name in split}
