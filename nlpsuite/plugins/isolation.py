"""The boundary between nlpsuite and what others wrote: past it, a plugin's failure is a value."""

from __future__ import annotations

import inspect
import textwrap
import traceback
from collections.abc import Callable
from difflib import get_close_matches
from typing import TypeVar

import pluggy

from nlpsuite import hookspecs
from nlpsuite.plugins.discovery import Refusal

T = TypeVar("T")

_HOOKS = tuple(name for name in vars(hookspecs) if name.startswith("nlpsuite_"))
_CURE = "Correct it, or update the plugin"


def guarded(call: Callable[[], T], doing: str) -> T:
    """Run code of a plugin.

    Args:
        call: the code.
        doing: what is done, for the message: "importing nlpsuite_ner".

    Raises:
        Refusal: it failed, in whatever way.
    """
    try:
        return call()
    except (KeyboardInterrupt, Refusal):
        raise
    # BaseException, for plugins call sys.exit() at import when they miss something, or raise what a test
    # framework derives from it. Only the user's own interrupt is not the plugin's fault.
    except BaseException as error:
        cure = _CURE
        if isinstance(error, ImportError):
            cure = "Install the plugin again together with what it depends on"
        raise Refusal("broken", f"{doing} failed with {describe(error)}", cure) from error


def describe(error: BaseException) -> str:
    """An error in one short line that is safe to show on a terminal."""
    text = "".join(traceback.format_exception_only(error))
    printable = "".join(character if character.isprintable() else " " for character in text)
    return textwrap.shorten(printable, 300, placeholder=" …").rstrip(".")


def register_strictly(manager: pluggy.PluginManager, name: str, plugin: object) -> None:
    """Register a plugin and see to it that it keeps the contract.

    Raises:
        Refusal: it does not. It may then be registered: whoever asked has to take it back.
    """
    if plugin is None:
        raise Refusal("broken", "its entry point leads to None", _CURE)
    try:
        manager.register(plugin, name)
        _check(manager, name, plugin)
    except pluggy.PluginValidationError as error:
        reason = str(error).splitlines()[-1]
        raise Refusal("broken", f"one of its hooks has a wrong signature: {reason}", _CURE) from error


def _check(manager: pluggy.PluginManager, name: str, plugin: object) -> None:
    callers = manager.get_hookcallers(plugin) or []
    try:
        manager.check_pending()
    except pluggy.PluginValidationError:
        unknown = next(caller.name for caller in callers if not caller.has_spec())
        near = get_close_matches(unknown, _HOOKS, n=1)
        advice = f"did you mean {near[0]}?" if near else f"there are {', '.join(_HOOKS)}"
        raise Refusal("broken", f"it implements an unknown hook, {unknown} ({advice})", _CURE) from None
    implemented = {caller.name for caller in callers}
    for hook in _HOOKS:
        # Without its mark a hook would never be called, and nobody would say why.
        if hook not in implemented and inspect.isroutine(inspect.getattr_static(plugin, hook, None)):
            raise Refusal("broken", f"it defines {hook} without @hookimpl", _CURE)
    if not implemented:
        raise Refusal("broken", "it implements no hook", _CURE)
    for caller in callers:
        for implementation in caller.get_hookimpls():
            if implementation.plugin_name == name and (implementation.wrapper or implementation.hookwrapper):
                # A wrapper could change or break what other plugins answer.
                problem = f"its hook {caller.name} is a wrapper, and hooks only return values"
                raise Refusal("broken", problem, _CURE)
