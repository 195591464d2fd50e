"""Which plugins are installed, read from the metadata of distributions; no plugin is imported.

A plugin is an entry point in the group `nlpsuite`. One that brings an application is named as the
application, so that the names of all applications are known before anything is imported.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from typing import Literal

from nlpsuite.config import Config, PluginRules
from nlpsuite.errors import PluginError, UnknownName

GROUP = "nlpsuite"

Status = Literal["ok", "broken", "disabled", "unchecked", "clash", "incompatible"]

_log = logging.getLogger(__name__)


class Refusal(Exception):
    """Why a plugin is not used; stays inside this package, where it becomes a `PluginError`."""

    def __init__(self, status: Status, problem: str, cure: str) -> None:
        self.status: Status = status
        self.problem, self.cure = problem, cure
        super().__init__(f"{problem}. {cure}")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry point and what its distribution says of itself.

    Attributes:
        name: the plugin's name.
        distribution: what brings it.
        version: of the distribution.
        target: the module, or `module:object`, that it names.
        requires: the distribution's requirements, as PEP 508 texts.
        damage: why the metadata cannot be used; empty where they can.
    """

    name: str
    distribution: str
    version: str
    target: str
    requires: tuple[str, ...] = ()
    damage: str = ""

    def load(self) -> object:
        """Import the target; whatever the plugin raises comes through."""
        return metadata.EntryPoint(self.name, self.target, GROUP).load()

    def leads_to_same(self, other: Entry) -> bool:
        """Whether both name one target of one distribution."""
        return (self.distribution, self.target) == (other.distribution, other.target)


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """What is known of a plugin.

    Attributes:
        name: of its entry point.
        distribution: what brings it.
        version: of the distribution.
        target: the module, or `module:object`, that the entry point names.
        enabled: whether no setting switches it off.
        status: "ok" and "broken" are known once it was loaded or examined; "unchecked" until then.
        problem: one clause, without a full stop; empty where there is none.
        cure: what to do about it.
        api: the versions of the plugin contract it says it was made for; None where it is not known.
    """

    name: str
    distribution: str
    version: str
    target: str
    enabled: bool = True
    status: Status = "unchecked"
    problem: str = ""
    cure: str = ""
    api: str | None = None

    @property
    def usable(self) -> bool:
        """Whether nothing known speaks against it."""
        return self.status in ("ok", "unchecked")

    def error(self) -> PluginError:
        """The problem as an error."""
        plugin = " ".join(filter(None, (self.distribution, self.version)))
        sentences = [f"The plugin {self.name!r} ({plugin}) cannot be used: {self.problem}.", f"{self.cure}."]
        if self.status in ("broken", "incompatible"):
            sentences.append(f"See `nlpsuite plugins doctor {self.name}`,")
            sentences.append(f"or do without it: `nlpsuite plugins disable {self.name}`.")
        return PluginError(" ".join(sentences))


def canonical(name: str) -> str:
    """The name by which equal names of distributions are equal (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def entries() -> list[Entry]:
    """Every entry point of the group, by name; the first copy of a distribution on the path counts."""
    found: list[Entry] = []
    seen: set[str] = set()
    for distribution in metadata.distributions():
        try:
            name, brought = _entries_of(distribution)
        # Anybody's metadata pass here, and importlib answers damage with whatever it trips over.
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            _log.debug("metadata that cannot be read: %r: %s", distribution, error)
            continue
        if brought and canonical(name) not in seen:
            seen.add(canonical(name))
            found += brought
    return sorted(found, key=lambda entry: (entry.name, entry.distribution))


def named(name: str, found: Sequence[PluginInfo]) -> list[PluginInfo]:
    """The plugins with that name, or else those of the distribution with that name.

    Raises:
        UnknownName: there is none.
    """
    plugins = [info for info in found if canonical(info.name) == canonical(name)]
    plugins = plugins or [info for info in found if canonical(info.distribution) == canonical(name)]
    if not plugins:
        known = {word for info in found for word in (info.name, info.distribution)}
        raise UnknownName("plugin", name, known, "`nlpsuite plugins list` shows what is installed.")
    return plugins


def switched_off(entry: Entry, config: Config) -> Refusal | None:
    """The setting that switches a plugin off, if any."""
    return next(filter(None, (_forbidden(entry, rules) for rules in config.plugins)), None)


def with_refusal(info: PluginInfo, refusal: Refusal) -> PluginInfo:
    """The same plugin, now known not to be used."""
    return replace(info, status=refusal.status, problem=refusal.problem, cure=refusal.cure)


def _entries_of(distribution: metadata.Distribution) -> tuple[str, list[Entry]]:
    try:
        points = [point for point in distribution.entry_points if point.group == GROUP]
        damage = ""
    except (ValueError, TypeError, AttributeError):
        if f"[{GROUP}]" not in (distribution.read_text("entry_points.txt") or ""):
            raise
        points, damage = [], "its entry_points.txt is damaged"
    if not points and not damage:
        return "", []
    about = distribution.metadata
    name, version = about["Name"] or "?", about["Version"] or "?"
    requires = tuple(about.get_all("Requires-Dist") or ())
    if damage:
        return name, [Entry(name, name, version, "", requires, damage)]
    return name, [Entry(point.name, name, version, point.value, requires) for point in points]


def _forbidden(entry: Entry, rules: PluginRules) -> Refusal | None:
    names = {canonical(entry.name), canonical(entry.distribution)}
    for word in rules.disabled:
        if canonical(word) in names:
            command = f"Enable it with: nlpsuite plugins enable {word}"
            cure = command if rules.writable else f"Take {word} out there"
            return Refusal("disabled", f"it is disabled in {rules.place}", cure)
    if rules.allow is not None and not names & set(map(canonical, rules.allow)):
        problem = f"it is not among plugins.allow in {rules.place}"
        return Refusal("disabled", problem, f"Add {entry.name} there")
    return None
