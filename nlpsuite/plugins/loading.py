"""Loads plugins, each when first needed, each on its own, each at its own risk.

Whatever a plugin does wrong, at import, at registration or in a hook, ends the same way: it is unregistered,
its cause and cure are kept, and the others go on.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import pluggy

from nlpsuite import hookspecs
from nlpsuite.config import Config
from nlpsuite.errors import PluginError, UnknownName
from nlpsuite.plugins.compatibility import declared_api, unmet_requirements
from nlpsuite.plugins.discovery import Entry, PluginInfo, Refusal, with_refusal
from nlpsuite.plugins.isolation import guarded, register_strictly
from nlpsuite.plugins.judgement import judge
from nlpsuite.plugins.verdicts import deadly_verdict

T = TypeVar("T")

_log = logging.getLogger("nlpsuite.plugins")


class Loader:
    """The plugins of one process and how far each has come.

    Args:
        config: what the user set.
        found: the entry points.
        heed_verdicts: do not import what the doctor saw crash or hang, for no guard here could stop it.
    """

    def __init__(self, config: Config, found: Sequence[Entry], *, heed_verdicts: bool = True) -> None:
        self.manager = pluggy.PluginManager(hookspecs.PROJECT)
        self.manager.add_hookspecs(hookspecs)
        self._config, self._found, self._heed_verdicts = config, tuple(found), heed_verdicts
        self._entries: dict[str, Entry] = {}
        self._info: dict[str, PluginInfo] = {}
        self._loaded: dict[str, object] = {}
        self._answers: dict[tuple[str, str], tuple[Any, ...]] = {}
        self._warned: set[str] = set()
        self._requirements_met = False
        self._lock = threading.RLock()
        for entry, info in zip(found, judge(found, config), strict=True):
            # At most one entry of a name is usable, for two that are not switched off are a clash.
            if entry.name not in self._info or info.usable:
                self._entries[entry.name], self._info[entry.name] = entry, info

    def __contains__(self, name: str) -> bool:
        return name in self._info

    def names(self) -> list[str]:
        """The names of all plugins that are not switched off, whether they work or not."""
        return sorted(name for name, info in self._info.items() if info.enabled)

    def info(self, name: str) -> PluginInfo:
        """What is known of a plugin by now.

        Raises:
            UnknownName: no plugin is named so.
        """
        if name not in self._info:
            raise UnknownName("plugin", name, self._info, "`nlpsuite plugins list` shows what is installed.")
        return self._info[name]

    def add(self, name: str, plugin: object) -> None:
        """Take in a plugin that is not installed.

        Raises:
            PluginError: it breaks the contract, or its name is taken.
        """
        with self._lock:
            if name in self._info:
                raise PluginError(f"There is a plugin named {name!r} already. Choose another name.")
            self._entries[name] = Entry(name, "(not installed)", "", f"{type(plugin).__name__} {id(plugin)}")
            self._info[name] = PluginInfo(name, "(not installed)", "", self._entries[name].target)
            try:
                self._admit(name, lambda: plugin)
            except PluginError:
                del self._entries[name], self._info[name]
                raise

    def load(self, name: str) -> object:
        """Import and register one plugin, unless that was done.

        Returns:
            The module or object that its entry point names.

        Raises:
            UnknownName: no plugin is named so.
            PluginError: it is broken, switched off or made for another version, or what the user's settings
                require is missing.
        """
        with self._lock:
            self.check_required()
            info = self.info(name)
            if not info.usable:
                raise info.error()
            if name not in self._loaded:
                self._admit(name, partial(self._import, self._entries[name]))
            return self._loaded[name]

    def load_all(self) -> list[str]:
        """Load every plugin; one that fails is named in a warning, once.

        Returns:
            The name of each that works, in order; one name for a plugin that has several.
        """
        with self._lock:
            self.check_required()
            for name in self.names():
                try:
                    self.load(name)
                except PluginError as error:
                    self.warn(name, error)
            return sorted(name for name, _ in self.manager.list_name_plugin())

    def warn(self, name: str, error: PluginError) -> None:
        """Say once that a plugin is left out of an answer that it might have been part of."""
        if name not in self._warned:
            self._warned.add(name)
            _log.warning("%s", error)

    def ask(self, name: str, hook: str, check: Callable[[object], Iterable[T]]) -> tuple[T, ...]:
        """What one plugin that is loaded answers to a hook without arguments, checked; it is asked once.

        Raises:
            PluginError: the hook failed or its answer is of the wrong kind; the plugin is unregistered.
        """
        with self._lock:
            if name not in self._loaded:
                raise self.info(name).error()
            key = (self._registered_as(self._loaded[name]) or name, hook)
            if key not in self._answers:
                try:
                    answers = [guarded(call, f"its hook {hook}") for call in self._implementations(*key)]
                    self._answers[key] = tuple(item for answer in answers for item in check(answer))
                except Refusal as refusal:
                    raise self.refuse(name, refusal) from refusal.__cause__
            return self._answers[key]

    def refuse(self, name: str, refusal: Refusal) -> PluginError:
        """Unregister a plugin under all its names and remember why.

        Returns:
            The error to raise or to show.
        """
        with self._lock:
            plugin = self._loaded.get(name)
            known = self._loaded.items() if plugin is not None else ()
            aliases = [other for other, same in known if same is plugin]
            for other in {name, *aliases}:
                self._loaded.pop(other, None)
                self._info[other] = with_refusal(self._info[other], refusal)
                if self.manager.has_plugin(other):
                    self.manager.unregister(name=other)
            return self._info[name].error()

    def siblings(self, name: str) -> frozenset[str]:
        """The names of all entry points that lead to the same plugin, this one included."""
        entry = self._entries[name]
        return frozenset(other.name for other in self._entries.values() if other.leads_to_same(entry))

    def hooks(self, name: str) -> list[str]:
        """The names of the hooks that a loaded plugin implements."""
        return sorted(caller.name for caller in self.manager.get_hookcallers(self._loaded[name]) or ())

    def check_required(self) -> None:
        """See to it, once, that what the user's settings require is there.

        Raises:
            PluginError: something is not.
        """
        if not self._requirements_met:
            unmet = unmet_requirements(self._config, self._found)
            if unmet:
                raise PluginError(" ".join(f"{sentence.rstrip('.')}." for sentence in unmet))
            self._requirements_met = True

    def _import(self, entry: Entry) -> object:
        refusal = deadly_verdict(entry) if self._heed_verdicts else None
        if refusal:
            raise refusal
        return entry.load()

    def _admit(self, name: str, load: Callable[[], object]) -> None:
        target = self._entries[name].target
        try:
            plugin = guarded(load, f"importing {target}")
            api = guarded(lambda: declared_api(plugin), "reading its API version")
            holder = self._registered_as(plugin)
            if holder is None:
                guarded(lambda: register_strictly(self.manager, name, plugin), "registering it")
            # Several entry points may lead to one plugin with several applications; pluggy takes it once.
            elif holder not in self.siblings(name):
                problem = f"{target} was brought by {self._info[holder].distribution} already, as {holder!r}"
                raise Refusal("clash", problem, "Correct its entry point, or update the plugin")
        except Refusal as refusal:
            raise self.refuse(name, refusal) from refusal.__cause__
        self._loaded[name] = plugin
        self._info[name] = replace(self._info[name], status="ok", api=api)

    def _registered_as(self, plugin: object) -> str | None:
        return next((name for name, known in self.manager.list_name_plugin() if known is plugin), None)

    def _implementations(self, name: str, hook: str) -> list[Callable[[], object]]:
        known = getattr(self.manager.hook, hook).get_hookimpls()
        return [implementation.function for implementation in known if implementation.plugin_name == name]
