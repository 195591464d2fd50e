"""Switching plugins off and on for this user."""

from __future__ import annotations

from nlpsuite.config import load_config, set_disabled
from nlpsuite.errors import ConfigError, UnknownName
from nlpsuite.plugins.discovery import canonical, entries, named
from nlpsuite.plugins.judgement import judge


def disable(name: str) -> None:
    """Switch a plugin, or all of a distribution, off for this user.

    Raises:
        UnknownName: nothing installed is named so.
        ConfigError: the state file is damaged or cannot be written.
    """
    named(name, judge(entries(), load_config()))
    set_disabled(canonical(name), True)


def enable(name: str) -> None:
    """Take back what `disable` did; other settings that switch the plugin off stay.

    Raises:
        UnknownName: nothing installed or disabled is named so.
        ConfigError: another setting keeps the plugin off, or the state file is damaged or cannot be written.
    """
    written = {word for rules in load_config().plugins if rules.writable for word in rules.disabled}
    mine = [word for word in written if canonical(word) == canonical(name)]
    for word in mine:
        set_disabled(word, False)
    config, found = load_config(), entries()
    try:
        infos = named(name, judge(found, config))
    except UnknownName:
        if mine:  # it was uninstalled while it was disabled
            return
        raise
    for info in infos:
        if not info.enabled:
            raise ConfigError(f"{info.name} stays switched off: {info.problem}. {info.cure}.")
