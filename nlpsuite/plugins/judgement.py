"""What is known of plugins before any is imported: switched off, in conflict, or made for another version."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlpsuite.config import Config
from nlpsuite.plugins.compatibility import core_mismatch
from nlpsuite.plugins.discovery import Entry, PluginInfo, Refusal, switched_off, with_refusal

RESERVED = frozenset(
    "active annotate apps batch bench cache completion config corpora data distill docs doctor encoders evaluate "
    "explain export help init keys label languages mcp models monitor plugins predict pretrain privacy report run "
    "search segment serve test train tune version web".split()
)
"""Names of commands of the core, now or later; no plugin can take one."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def judge(found: Sequence[Entry], config: Config) -> list[PluginInfo]:
    """What metadata and settings alone say of each entry, in the same order."""
    enabled = [entry for entry in found if not switched_off(entry, config)]
    return [_judge_one(entry, enabled, config) for entry in found]


def _judge_one(entry: Entry, enabled: Sequence[Entry], config: Config) -> PluginInfo:
    off = switched_off(entry, config)
    refusal = off or next(filter(None, _refusals(entry, enabled)), None)
    info = PluginInfo(entry.name, entry.distribution, entry.version, entry.target, enabled=off is None)
    return with_refusal(info, refusal) if refusal else info


def _refusals(entry: Entry, enabled: Sequence[Entry]) -> Iterator[Refusal | None]:
    update = f"Update it: pip install --upgrade {entry.distribution}"
    if entry.damage:
        reinstall = f"Reinstall it: pip install --force-reinstall {entry.distribution}"
        yield Refusal("broken", entry.damage, reinstall)
    elif not _NAME.fullmatch(entry.name):
        yield Refusal("broken", "its name may only have letters, digits and hyphens", update)
    elif entry.name in RESERVED:
        yield Refusal("clash", f"{entry.name!r} is the name of a command of nlpsuite itself", update)
    yield _clash(entry, enabled)
    yield core_mismatch(entry)


def _clash(entry: Entry, enabled: Sequence[Entry]) -> Refusal | None:
    claims = [other.distribution for other in enabled if other.name == entry.name]
    if len(claims) < 2:
        return None
    cures = " or ".join(f"nlpsuite plugins disable {name}" for name in dict.fromkeys(claims))
    return Refusal("clash", f"{' and '.join(claims)} both claim its name", f"Disable one of them: {cures}")
