"""Values of an application's options: plain values from Python, texts from the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nlpsuite.errors import ConfigError

_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def truth_option(options: Mapping[str, Any], name: str, default: bool) -> bool:
    """The truth value of an option.

    Raises:
        ConfigError: it is none.
    """
    value = str(options.get(name, default)).lower()
    if value not in (*_TRUE, *_FALSE):
        raise ConfigError(f"The option {name} is {options[name]!r}. Give it true or false.")
    return value in _TRUE


def number_option(options: Mapping[str, Any], name: str, default: float, low: float, high: float) -> float:
    """The number that an option holds.

    Raises:
        ConfigError: it is none, or outside of `low` to `high`.
    """
    value = options.get(name, default)
    try:
        number = float(value) if not isinstance(value, bool) else None
    except (TypeError, ValueError):
        number = None
    if number is None or not low <= number <= high:
        raise ConfigError(f"The option {name} is {value!r}. Give it a number from {low:g} to {high:g}.")
    return number
