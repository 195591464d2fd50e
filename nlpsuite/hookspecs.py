"""The hooks that a plugin may implement. They return values; none changes the host.

A plugin is a module or object registered under the entry point group `nlpsuite`::

    from nlpsuite import hookimpl

    @hookimpl
    def nlpsuite_applications():
        return [my_application]
"""

from __future__ import annotations

import pluggy

from nlpsuite.application import Application, EncoderSpec, SegmenterSpec

PROJECT = "nlpsuite"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def nlpsuite_applications() -> list[Application]:  # type: ignore[empty-body]
    """Applications that the plugin offers."""


@hookspec
def nlpsuite_encoders() -> list[EncoderSpec]:  # type: ignore[empty-body]
    """Encoders that travel in the plugin's package."""


@hookspec
def nlpsuite_segmenters() -> list[SegmenterSpec]:  # type: ignore[empty-body]
    """Word segmenters, each for the languages it names."""


@hookspec
def nlpsuite_commands() -> dict[str, dict[str, str]]:  # type: ignore[empty-body]
    """Commands, by application and name: `{"my-app": {"watch": "my_package.cli:watch"}}`."""


@hookspec(firstresult=True)
def nlpsuite_detect_language(text: str) -> str | None:
    """ISO 639-1 code of the text's language, or None to leave the answer to others."""
