"""What plugins answer to hooks, checked: a wrong kind of answer is the plugin's fault, not its user's."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TypeVar

from nlpsuite.application import Application, EncoderSpec, SegmenterSpec
from nlpsuite.plugins.discovery import Refusal

T = TypeVar("T")

_CURE = "Correct it, or update the plugin"
_COMMAND = re.compile(r"[\w.]+:[\w.]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


def applications(answer: object, own_names: Collection[str]) -> list[Application]:
    """The applications that a plugin offers.

    Args:
        answer: what its hook returned.
        own_names: of the entry points that lead to the plugin; it may use no other name, for else it could
            take the name of another plugin's application, and which one wins would hang on what is loaded.

    Raises:
        Refusal: the answer is of the wrong kind, or an application bears another name.
    """
    offered = _list_of(Application, answer, "nlpsuite_applications")
    _refuse_twins([application.name for application in offered], "nlpsuite_applications")
    for application in offered:
        if application.name not in own_names:
            raise _not_its_own(f"an application named {application.name!r}")
    return offered


def encoders(answer: object) -> list[EncoderSpec]:
    """The encoders that a plugin offers.

    Raises:
        Refusal: the answer is of the wrong kind.
    """
    offered = _list_of(EncoderSpec, answer, "nlpsuite_encoders")
    _refuse_twins([encoder.name for encoder in offered], "nlpsuite_encoders")
    return offered


def segmenters(answer: object) -> list[SegmenterSpec]:
    """The segmenters that a plugin offers.

    Raises:
        Refusal: the answer is of the wrong kind.
    """
    return _list_of(SegmenterSpec, answer, "nlpsuite_segmenters")


def commands(answer: object, own_names: Collection[str]) -> list[tuple[str, str, str]]:
    """The commands that a plugin offers: application, command, and `module:object`.

    Raises:
        Refusal: the answer is of the wrong kind, or names another plugin's application.
    """
    if not isinstance(answer, dict) or not all(isinstance(group, dict) for group in answer.values()):
        raise _wrong("nlpsuite_commands", 'a dict such as {"my-app": {"watch": "my_cli:watch"}}', answer)
    offered = [(app, name, target) for app, group in answer.items() for name, target in group.items()]
    for app, name, target in offered:
        if app not in own_names:
            raise _not_its_own(f"a command for {app!r}")
        if not isinstance(name, str) or not isinstance(target, str) or not _COMMAND.fullmatch(target):
            raise _wrong("nlpsuite_commands", "targets such as 'my_package.cli:watch'", target)
    return offered


def language(answer: object) -> str | None:
    """The language that a plugin detected, or None where it leaves the answer to others.

    Raises:
        Refusal: the answer is of the wrong kind.
    """
    if answer is None:
        return None
    if isinstance(answer, str) and _LANGUAGE.fullmatch(answer):
        return answer
    raise _wrong("nlpsuite_detect_language", "a code such as 'de' or None", answer)


def _list_of(kind: type[T], answer: object, hook: str) -> list[T]:
    if isinstance(answer, list | tuple) and all(isinstance(item, kind) for item in answer):
        return list(answer)
    raise _wrong(hook, f"a list of {kind.__name__}", answer)


def _refuse_twins(names: list[str], hook: str) -> None:
    twins = sorted({name for name in names if names.count(name) > 1})
    if twins:
        raise Refusal("broken", f"its hook {hook} gave two of the name {twins[0]!r}", _CURE)


def _not_its_own(what: str) -> Refusal:
    problem = f"it offers {what}, and none of its entry points is named so"
    return Refusal("broken", problem, "Name the application and its entry point alike")


def _wrong(hook: str, wanted: str, answer: object) -> Refusal:
    found = "None" if answer is None else f"a {type(answer).__name__}"
    return Refusal("broken", f"its hook {hook} must return {wanted}, and returned {found}", _CURE)
