"""Plugins: which are installed, and what those that work offer.

In reading order: `discovery` (metadata and settings; imports no plugin), `compatibility` (was it made for this
version?), `judgement` (what is known before an import), `isolation` (the one place where a plugin's failure is
caught), `loading` (import, register, roll back), `answers` (what hooks may return), `registry` (all plugins
together). Beside them `doctor` starts `examine` in a process of its own for each plugin, `verdicts` keeps what it
found, and `switch` turns plugins off and on.

The functions here ask the plugins of this process, found when first asked.
"""

from __future__ import annotations

from functools import lru_cache

import pluggy

from nlpsuite.application import Application, EncoderSpec, SegmenterSpec
from nlpsuite.plugins.discovery import PluginInfo
from nlpsuite.plugins.judgement import RESERVED
from nlpsuite.plugins.registry import Provenance, Registry
from nlpsuite.plugins.verdicts import installed

__all__ = [
    "RESERVED",
    "PluginInfo",
    "Provenance",
    "Registry",
    "application",
    "applications",
    "commands",
    "detect_language",
    "encoder",
    "encoders",
    "installed",
    "load",
    "manager",
    "names",
    "problems",
    "provenance",
    "registry",
    "reset",
    "segmenters",
]


@lru_cache(maxsize=1)
def registry() -> Registry:
    """The plugins of this process."""
    return Registry()


def reset() -> None:
    """Forget the plugins of this process; the next question finds and loads them anew."""
    registry.cache_clear()


def names() -> list[str]:
    """The names of all plugins that are not switched off, from metadata alone."""
    return registry().names()


def load(name: str) -> object:
    """Load one plugin; see `Registry.load`."""
    return registry().load(name)


def manager() -> pluggy.PluginManager:
    """The manager, with every plugin that works registered."""
    return registry().manager()


def application(name: str) -> Application:
    """The application with that name; loads its plugin only. See `Registry.application` for errors."""
    return registry().application(name)


def applications() -> dict[str, Application]:
    """All applications that work, by name; loads all plugins."""
    return registry().applications()


def encoder(name: str) -> EncoderSpec:
    """The packaged encoder with that name. See `Registry.encoder` for errors."""
    return registry().encoder(name)


def encoders() -> dict[str, EncoderSpec]:
    """All packaged encoders, by name; loads all plugins."""
    return registry().encoders()


def segmenters() -> list[SegmenterSpec]:
    """All segmenters that plugins bring, in order of the plugins' names; loads all plugins."""
    return registry().segmenters()


def commands(name: str) -> dict[str, str]:
    """The commands of an application, each with its `module:object`; loads its plugin only."""
    return registry().commands(name)


def detect_language(text: str) -> str | None:
    """What plugins say of a text's language; None where none knows. Loads all plugins."""
    return registry().detect_language(text)


def provenance(name: str) -> Provenance:
    """Who brings an application, from metadata alone."""
    return registry().provenance(name)


def problems() -> list[PluginInfo]:
    """The plugins that are not switched off and, as far as is known by now, cannot be used."""
    return registry().problems()
