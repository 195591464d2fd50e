"""What all plugins together offer: applications, encoders, segmenters, commands and language detection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import pluggy

from nlpsuite.application import API_VERSION, Application, EncoderSpec, SegmenterSpec
from nlpsuite.config import Config, load_config
from nlpsuite.errors import PluginError, UnknownName
from nlpsuite.plugins import answers
from nlpsuite.plugins.discovery import Entry, PluginInfo, Refusal, entries
from nlpsuite.plugins.isolation import guarded
from nlpsuite.plugins.loading import Loader

T = TypeVar("T")

_DETECT = "nlpsuite_detect_language"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who brings an application; bundles remember it.

    Attributes:
        plugin: the name of the plugin.
        distribution: what brings it.
        version: of the distribution.
        api: the version of the plugin contract in force.
    """

    plugin: str
    distribution: str
    version: str
    api: int = API_VERSION


@dataclass(frozen=True, slots=True)
class Offers:
    """All that one plugin offers besides language detection; a command is application, name and target."""

    applications: tuple[Application, ...]
    encoders: tuple[EncoderSpec, ...]
    segmenters: tuple[SegmenterSpec, ...]
    commands: tuple[tuple[str, str, str], ...]


class Registry:
    """Answers by name load one plugin only; answers about everything load all.

    Args:
        config: what the user set; read from the files of settings when not given.
        found: the entry points; those of the environment when not given.
        heed_verdicts: do not import what the doctor saw crash or hang.
    """

    def __init__(
        self,
        config: Config | None = None,
        found: Sequence[Entry] | None = None,
        *,
        heed_verdicts: bool = True,
    ) -> None:
        config = load_config() if config is None else config
        self._loader = Loader(config, entries() if found is None else found, heed_verdicts=heed_verdicts)

    def names(self) -> list[str]:
        """The names of all plugins that are not switched off, whether they work or not."""
        return self._loader.names()

    def info(self, name: str) -> PluginInfo:
        """What is known of a plugin by now.

        Raises:
            UnknownName: no plugin is named so.
        """
        return self._loader.info(name)

    def problems(self) -> list[PluginInfo]:
        """The plugins that are not switched off and, as far as is known by now, cannot be used."""
        known = [self._loader.info(name) for name in self.names()]
        return [info for info in known if not info.usable]

    def add(self, name: str, plugin: object) -> None:
        """Take in a plugin that is not installed, such as one under test or in a notebook.

        Raises:
            PluginError: it breaks the contract, or its name is taken.
        """
        self._loader.add(name, plugin)

    def load(self, name: str) -> object:
        """Import and register one plugin, unless that was done; gives what its entry point names.

        Raises:
            UnknownName: no plugin is named so.
            PluginError: it cannot be used, or what the user's settings require is missing.
        """
        return self._loader.load(name)

    def manager(self) -> pluggy.PluginManager:
        """The manager, with every plugin that works registered."""
        self._loader.load_all()
        return self._loader.manager

    def application(self, name: str) -> Application:
        """The application with that name.

        Raises:
            UnknownName: no plugin brings it.
            PluginError: the plugin that should bring it cannot be used.
        """
        self._loader.check_required()
        if name not in self._loader:
            hint = "Plugins bring applications; `nlpsuite plugins list` shows those installed."
            raise UnknownName("application", name, self.names(), hint)
        self.load(name)
        offered = {application.name: application for application in self._applications_of(name)}
        if name not in offered:
            others = set(self.names()) - {name}
            raise UnknownName("application", name, others, f"{name} is a plugin that brings no application.")
        return offered[name]

    def applications(self) -> dict[str, Application]:
        """All applications that work, by name."""
        offered = {item.name: item for _, item in self._ask_all(self._applications_of)}
        return {name: offered[name] for name in sorted(offered) if self.info(name).usable}

    def encoder(self, name: str) -> EncoderSpec:
        """The encoder with that name; if the plugin of the same name has it, no other is asked.

        Raises:
            UnknownName: no plugin brings it.
            PluginError: the plugin named so cannot be used, or two others bring an encoder of that name.
        """
        if name in self._loader:
            self.load(name)
            for encoder in self._encoders_of(name):
                if encoder.name == name:
                    return encoder
        found = [(plugin, item) for plugin, item in self._ask_all(self._encoders_of) if item.name == name]
        if not found:
            broken = ", ".join(info.name for info in self.problems())
            hint = f"Not used: {broken}; see `nlpsuite plugins doctor`." if broken else ""
            raise UnknownName("encoder", name, self.encoders(), hint)
        if len(found) > 1:
            rivals = " and ".join(self.info(plugin).distribution for plugin, _ in found)
            cure = "Disable one of them with `nlpsuite plugins disable`."
            raise PluginError(f"{rivals} both bring an encoder named {name!r}. {cure}")
        return found[0][1]

    def encoders(self) -> dict[str, EncoderSpec]:
        """All packaged encoders, by name; a name that two plugins use is left out unless it is one's own."""
        found = list(self._ask_all(self._encoders_of))
        names = [item.name for _, item in found]
        clear = [item for plugin, item in found if plugin == item.name or names.count(item.name) == 1]
        return {item.name: item for item in sorted(clear, key=lambda item: item.name)}

    def segmenters(self) -> list[SegmenterSpec]:
        """All segmenters that plugins bring, in order of the plugins' names."""
        return [item for _, item in self._ask_all(self._segmenters_of)]

    def commands(self, name: str) -> dict[str, str]:
        """The commands of an application, each with its `module:object`.

        Raises:
            UnknownName: no plugin is named so.
            PluginError: the plugin cannot be used.
        """
        self.load(name)
        return {command: target for app, command, target in self._commands_of(name) if app == name}

    def detect_language(self, text: str) -> str | None:
        """What the first plugin that knows says of a text's language; None where none knows.

        A plugin whose hook fails is named in a warning and asked no more.
        """
        self._loader.load_all()
        known = getattr(self._loader.manager.hook, _DETECT).get_hookimpls()
        # By name, for the order of registration hangs on what was needed first.
        for hook in sorted(known, key=lambda hook: (hook.trylast - hook.tryfirst, hook.plugin_name)):
            arguments = (text,) * len(hook.argnames)
            try:
                code = answers.language(guarded(partial(hook.function, *arguments), f"its hook {_DETECT}"))
            except Refusal as refusal:
                self._loader.warn(hook.plugin_name, self._loader.refuse(hook.plugin_name, refusal))
                continue
            if code is not None:
                return code
        return None

    def offers(self, name: str) -> Offers:
        """All that one plugin offers.

        Raises:
            UnknownName: no plugin is named so.
            PluginError: the plugin cannot be used.
        """
        self.load(name)
        return Offers(
            self._applications_of(name),
            self._encoders_of(name),
            self._segmenters_of(name),
            self._commands_of(name),
        )

    def hooks(self, name: str) -> list[str]:
        """The names of the hooks that a loaded plugin implements."""
        return self._loader.hooks(name)

    def provenance(self, name: str) -> Provenance:
        """Who brings an application, from metadata alone.

        Raises:
            UnknownName: no plugin is named so.
        """
        info = self.info(name)
        return Provenance(info.name, info.distribution, info.version)

    def _applications_of(self, name: str) -> tuple[Application, ...]:
        check = partial(answers.applications, own_names=self._loader.siblings(name))
        return self._loader.ask(name, "nlpsuite_applications", check)

    def _encoders_of(self, name: str) -> tuple[EncoderSpec, ...]:
        return self._loader.ask(name, "nlpsuite_encoders", answers.encoders)

    def _segmenters_of(self, name: str) -> tuple[SegmenterSpec, ...]:
        return self._loader.ask(name, "nlpsuite_segmenters", answers.segmenters)

    def _commands_of(self, name: str) -> tuple[tuple[str, str, str], ...]:
        check = partial(answers.commands, own_names=self._loader.siblings(name))
        return self._loader.ask(name, "nlpsuite_commands", check)

    def _ask_all(self, ask: Callable[[str], tuple[T, ...]]) -> Iterator[tuple[str, T]]:
        for name in self._loader.load_all():
            try:
                offered = ask(name)
            except PluginError as error:
                self._loader.warn(name, error)
            else:
                yield from ((name, item) for item in offered)
