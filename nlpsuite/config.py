"""What a user may set, and the folders where nlpsuite keeps its own files.

Settings are read from two files of TOML, both named `nlpsuite.toml`: the project's (`$NLPSUITE_CONFIG`,
else the first one found from the working folder upward) and the user's (in `config_dir()`)::

    [plugins]
    disabled = ["ner"]                              # names of plugins or of their distributions
    allow = ["finance-sentiment", "nlpsuite-mini"]  # only these are loaded
    required = ["nlpsuite-finance>=0.1,<0.2"]       # refuse to work without them

    [run]
    lang = "zh"
    device = "cpu"
    model = "./models/mine"                         # from this file's folder

In `[run]` the project's value wins. What is said about plugins adds up, so that a project cannot switch on
what its user switched off: a plugin is loaded only where every place permits it. Two more places speak about
plugins: `$NLPSUITE_DISABLE_PLUGINS` (names with commas), and `plugins.json` in `config_dir()`, which
`nlpsuite plugins enable` and `disable` write.
"""

from __future__ import annotations

import difflib
import json
import os
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlpsuite.errors import ConfigError
from nlpsuite.files import write_durably

FILE_NAME = "nlpsuite.toml"
DISABLE_VARIABLE = "NLPSUITE_DISABLE_PLUGINS"


@dataclass(frozen=True, slots=True)
class PluginRules:
    """What one place says about plugins.

    Attributes:
        place: the file or the environment variable.
        disabled: plugins or distributions that are not to be loaded.
        allow: the only ones that may be loaded; None where the place does not limit them.
        required: distributions that must be there, as PEP 508 requirements.
        writable: whether `nlpsuite plugins enable` changes this place.
    """

    place: str
    disabled: tuple[str, ...] = ()
    allow: tuple[str, ...] | None = None
    required: tuple[str, ...] = ()
    writable: bool = False


@dataclass(frozen=True, slots=True)
class RunDefaults:
    """What commands take where their options are not given; None leaves it to the command."""

    lang: str | None = None
    device: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """All settings, merged.

    Attributes:
        plugins: what each place says about plugins; all of them hold.
        run: defaults of options.
        files: the files of TOML that were read, the strongest first.
    """

    plugins: tuple[PluginRules, ...] = ()
    run: RunDefaults = RunDefaults()
    files: tuple[Path, ...] = ()


def load_config(folder: Path | None = None) -> Config:
    """Read all settings.

    Args:
        folder: where the search for the project's file starts; the working folder when not given.

    Raises:
        ConfigError: a file cannot be read, or holds an unknown key or a bad value.
    """
    files = tuple(dict.fromkeys(path for path in (_project_file(folder), _user_file()) if path))
    read = [_read(path) for path in files]
    rules = [rules for rules, _ in read]
    rules += [_environment_rules(), _state_rules()]
    return Config(plugins=tuple(rules), run=_first([run for _, run in read]), files=files)


def config_dir(*, make: bool = True) -> Path:
    """The folder of the user's settings.

    Args:
        make: make it, readable by its owner only, if it is not there; readers need not.

    Raises:
        ConfigError: it cannot be made.
    """
    return _own_folder("config", make)


def cache_dir(*, make: bool = True) -> Path:
    """The folder of what can be made again.

    Args:
        make: make it, readable by its owner only, if it is not there; readers need not.

    Raises:
        ConfigError: it cannot be made.
    """
    return _own_folder("cache", make)


def _own_folder(kind: str, make: bool) -> Path:
    home = _home()
    if home:
        path = home / kind
    else:
        import platformdirs

        path = getattr(platformdirs, f"user_{kind}_path")("nlpsuite", appauthor=False)
    return private_folder(path) if make else path


def private_folder(path: Path) -> Path:
    """Make a folder that its owner alone can read, unless it is there.

    Raises:
        ConfigError: it cannot be made.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be made ({error.strerror}). Set NLPSUITE_HOME to a folder you can write to."
        ) from error
    return path


def set_disabled(name: str, disabled: bool) -> None:
    """Switch a plugin, or all of a distribution, off or on for this user.

    Raises:
        ConfigError: the state file is damaged or cannot be written.
    """
    names = set(_state_rules().disabled)
    changed = names | {name} if disabled else names - {name}
    if changed != names:
        write_json(config_dir() / "plugins.json", {"disabled": sorted(changed)})


def write_json(path: Path, value: object) -> None:
    """Write a file of JSON that is either whole or not there, readable by its owner only.

    Raises:
        ConfigError: the file cannot be written.
    """
    try:
        write_durably(path, json.dumps(value, ensure_ascii=False, indent=1).encode(), mode=0o600)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written ({error.strerror}). Set NLPSUITE_HOME to a folder you can write to."
        ) from error


def _home() -> Path | None:
    home = os.environ.get("NLPSUITE_HOME")
    return Path(home).expanduser().absolute() if home else None


def _user_file() -> Path | None:
    path = config_dir(make=False) / FILE_NAME
    return path if os.path.isfile(path) else None


def _project_file(folder: Path | None) -> Path | None:
    named = os.environ.get("NLPSUITE_CONFIG")
    if named:
        path = Path(named).expanduser().absolute()
        if not os.path.isfile(path):
            raise ConfigError(f"$NLPSUITE_CONFIG names {path}, which is not a file. Correct or unset it.")
        return path
    try:
        start = (folder or Path.cwd()).absolute()
    except FileNotFoundError:  # the working folder was removed: there is no project
        return None
    # os.path.isfile, because Path.is_file raises where a folder above may not be searched.
    return next((path for up in (start, *start.parents) if os.path.isfile(path := up / FILE_NAME)), None)


def _environment_rules() -> PluginRules:
    names = (name.strip() for name in os.environ.get(DISABLE_VARIABLE, "").split(","))
    return PluginRules(f"${DISABLE_VARIABLE}", disabled=tuple(filter(None, names)))


def _state_rules() -> PluginRules:
    path = config_dir(make=False) / "plugins.json"
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return PluginRules(str(path), writable=True)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read ({error}). Remove it to enable all plugins.") from error
    try:
        names = json.loads(text)["disabled"]
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{path} is damaged. Remove it to enable all plugins.") from error
    if not _is_names(names):
        raise ConfigError(f"{path} is damaged. Remove it to enable all plugins.")
    return PluginRules(str(path), disabled=tuple(names), writable=True)


def _first(runs: list[RunDefaults]) -> RunDefaults:
    def first(key: str) -> str | None:
        return next((value for run in runs if (value := getattr(run, key)) is not None), None)

    return RunDefaults(lang=first("lang"), device=first("device"), model=first("model"))


def _read(path: Path) -> tuple[PluginRules, RunDefaults]:
    try:
        # utf-8-sig, because editors on Windows write a byte order mark that tomllib refuses.
        values = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} cannot be read as TOML: {error}.") from error
    _refuse_unknown(path, values, {"plugins", "run"})
    plugins = _Table(path, "plugins", values, {"disabled", "allow", "required"})
    run = _Table(path, "run", values, {"lang", "device", "model"})
    return (
        PluginRules(
            str(path),
            disabled=plugins.names("disabled") or (),
            allow=plugins.names("allow"),
            required=plugins.requirements("required"),
        ),
        RunDefaults(lang=run.text("lang"), device=run.text("device"), model=run.name_or_path("model")),
    )


class _Table:
    """One table of a file, whose values are checked as they are taken."""

    def __init__(self, path: Path, name: str, values: Mapping[str, Any], known: Collection[str]) -> None:
        self.path, self.name = path, name
        table = values.get(name, {})
        if not isinstance(table, dict):
            raise ConfigError(f"{path}: {name} must be a table, written [{name}], not {table!r}.")
        _refuse_unknown(path, table, known, f"{name}.")
        self.values: dict[str, Any] = table

    def text(self, key: str) -> str | None:
        value = self.values.get(key)
        if value is not None and (not isinstance(value, str) or not value):
            raise self._bad(key, "a text in quotes", value)
        return value

    def name_or_path(self, key: str) -> str | None:
        value = self.text(key)
        # A path is meant from the file that names it, for a project's file also serves its subfolders.
        if value and value.startswith((".", "~")):
            return os.path.normpath(self.path.parent / Path(value).expanduser())
        return value

    def names(self, key: str) -> tuple[str, ...] | None:
        value = self.values.get(key)
        if value is not None and not _is_names(value):
            raise self._bad(key, 'a list of names such as ["ner"]', value)
        return None if value is None else tuple(value)

    def requirements(self, key: str) -> tuple[str, ...]:
        texts = self.names(key)
        if not texts:
            return ()
        from packaging.requirements import InvalidRequirement, Requirement

        for text in texts:
            try:
                url = Requirement(text).url
            except InvalidRequirement:
                raise self._bad(key, 'requirements such as "nlpsuite-ner>=0.1"', text) from None
            if url:
                raise self._bad(key, "requirements without an address", text)
        return texts

    def _bad(self, key: str, wanted: str, value: object) -> ConfigError:
        return ConfigError(f"{self.path}: {self.name}.{key} must be {wanted}, not {value!r}.")


def _refuse_unknown(path: Path, found: Mapping[str, Any], known: Collection[str], prefix: str = "") -> None:
    for key in found:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            advice = f"Did you mean {prefix}{near[0]}?" if near else f"There are: {', '.join(sorted(known))}."
            raise ConfigError(f"{path}: there is no setting {prefix}{key}. {advice}")


def _is_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) and name for name in value)
