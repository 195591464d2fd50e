"""The doctor's last verdict on each plugin, kept in the cache so that a listing need import nothing.

A verdict counts for the version and target it was made on, in the environment (interpreter and core) it was
made in. It is a cache: what cannot be read was never there.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from nlpsuite.config import Config, cache_dir, load_config, private_folder, write_json
from nlpsuite.plugins.compatibility import core_version
from nlpsuite.plugins.discovery import Entry, PluginInfo, Refusal, Status, canonical, entries
from nlpsuite.plugins.judgement import judge


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an examination found.

    Attributes:
        name: the plugin's name.
        distribution: what brings it.
        version: of the distribution.
        target: what the entry point named.
        status: "ok", or what is wrong.
        problem: one clause; empty where there is none.
        cure: what to do about it.
        api: the versions of the plugin contract it says it was made for.
        seconds: what its import took.
        heavy: heavy packages that its import imported.
        hooks: the hooks it implements.
        applications: the names of those it offers.
        encoders: the names of those it offers.
        warnings: what does not break it and yet should be mended.
        traceback: the end of it, where there was one.
        deadly: whether its import crashed, ended or held up the process; it is then not imported in earnest.
        checked: when, in UTC, as ISO 8601.
    """

    name: str
    distribution: str
    version: str
    target: str
    status: Status
    problem: str = ""
    cure: str = ""
    api: str | None = None
    seconds: float = 0.0
    heavy: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
    applications: tuple[str, ...] = ()
    encoders: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    traceback: tuple[str, ...] = ()
    deadly: bool = False
    checked: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The verdict as plain values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Verdict:
        """The verdict that `to_dict` gave.

        Raises:
            TypeError: these are not the values of a verdict.
        """
        frozen: Any = {key: tuple(it) if isinstance(it, list) else it for key, it in values.items()}
        return cls(**frozen)

    def fits(self, plugin: Entry | PluginInfo) -> bool:
        """Whether it was made on this very version."""
        mine = (self.name, self.distribution, self.version, self.target)
        return mine == (plugin.name, plugin.distribution, plugin.version, plugin.target)


def installed(config: Config | None = None) -> list[PluginInfo]:
    """Every plugin that is installed, by name, with the last verdict on it; no plugin is imported.

    Args:
        config: what the user set; read from the files of settings when not given.
    """
    known = judge(entries(), load_config() if config is None else config)
    return [_with_verdict(info, last_verdict(info)) for info in known]


def save_verdict(verdict: Verdict) -> None:
    """Keep a verdict in place of the one before.

    Raises:
        ConfigError: the cache folder cannot be written.
    """
    folder = private_folder(private_folder(cache_dir() / "plugins") / _environment())
    write_json(folder / _file_name(verdict), verdict.to_dict())


def last_verdict(plugin: Entry | PluginInfo) -> Verdict | None:
    """The last verdict on this version of the plugin, if it was examined here."""
    verdict = read_verdict(cache_dir(make=False) / "plugins" / _environment() / _file_name(plugin))
    return verdict if verdict and verdict.fits(plugin) else None


def deadly_verdict(entry: Entry) -> Refusal | None:
    """The refusal of a plugin whose import would take the whole process with it, as the doctor found."""
    verdict = last_verdict(entry)
    if verdict is None or not verdict.deadly:
        return None
    problem = f"when it was last examined, {verdict.problem}"
    return Refusal("broken", problem, "Update it, or examine it again if it was mended")


def read_verdict(path: Path) -> Verdict | None:
    """The verdict in a file; None where the file is missing, damaged or of another version of nlpsuite."""
    try:
        values = json.loads(path.read_text("utf-8"))
        return Verdict.from_dict(values) if set(values) == {field.name for field in fields(Verdict)} else None
    except (OSError, ValueError, TypeError):
        return None


def _with_verdict(info: PluginInfo, verdict: Verdict | None) -> PluginInfo:
    if verdict is None:
        return info
    if info.status != "unchecked":  # what metadata and settings say holds, whatever an examination found
        return replace(info, api=verdict.api)
    return replace(info, status=verdict.status, problem=verdict.problem, cure=verdict.cure, api=verdict.api)


def _file_name(plugin: Entry | PluginInfo | Verdict) -> str:
    # A name may be anything until it was judged; a digest cannot leave the folder.
    key = hashlib.sha256(f"{plugin.name}\n{canonical(plugin.distribution)}".encode()).hexdigest()
    return f"{key[:24]}.json"


def _environment() -> str:
    parts = (sys.prefix, *map(str, sys.version_info[:2]), core_version())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
