"""Whether a plugin was made for this nlpsuite, and whether what a project requires is there.

A plugin says twice what it was made for. Its distribution requires `nlpsuite>=0.1,<0.2`: every author writes
that line anyway, it is metadata, so a mismatch is seen without an import, and pip already heeds it (the check
here is for what pip did not see: `--no-deps`, a newer core in a checkout). And its module may say
`NLPSUITE_API = ">=1,<2"`, checked right after the import: the plugin contract changes more rarely than the
distribution's version, and a plugin may know of a break that its requirement was too generous to exclude.
An entry point cannot carry this, for its value must be an import path and a specifier is none.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from importlib import metadata
from typing import TYPE_CHECKING

from nlpsuite.application import API_VERSION
from nlpsuite.config import Config
from nlpsuite.plugins.discovery import Entry, Refusal, canonical, switched_off

if TYPE_CHECKING:
    from packaging.requirements import Requirement
    from packaging.specifiers import SpecifierSet

API_ATTRIBUTE = "NLPSUITE_API"


def core_version() -> str:
    """The version of the nlpsuite that runs, which need not be the one pip knows of."""
    # Not imported, for the package's public names lead to the layers above, and this layer knows none of them.
    return str(vars(sys.modules["nlpsuite"])["__version__"])


def core_mismatch(entry: Entry) -> Refusal | None:
    """Why the distribution does not fit the running nlpsuite by its own requirements, if so."""
    lines = [line for line in entry.requires if line.lower().startswith("nlpsuite")]
    for wanted in _requirements(lines):
        if canonical(wanted.name) == "nlpsuite" and not _contains(wanted.specifier, core_version()):
            return Refusal(
                "incompatible",
                f"it requires nlpsuite{wanted.specifier}, and this is nlpsuite {core_version()}",
                f"Update both: pip install --upgrade nlpsuite {entry.distribution}",
            )
    return None


def declared_api(plugin: object) -> str | None:
    """The versions of the plugin contract that an imported plugin says it was made for.

    Raises:
        Refusal: what it says is no specifier of versions, or excludes this version.
    """
    declared = getattr(plugin, API_ATTRIBUTE, None)
    if declared is None:
        return None
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        fits = SpecifierSet(declared).contains(str(API_VERSION))
    except (InvalidSpecifier, TypeError, AttributeError):
        problem = f'its {API_ATTRIBUTE} is {declared!r}, and not a specifier such as ">=1,<2"'
        raise Refusal("broken", problem, "Correct it, or update the plugin") from None
    if not fits:
        problem = f"it was made for plugin contract {declared}, and this is version {API_VERSION}"
        raise Refusal("incompatible", problem, "Update both nlpsuite and the plugin with pip")
    return str(declared)


def unmet_requirements(config: Config, found: Sequence[Entry]) -> list[str]:
    """What `plugins.required` asks for and is not there, each as a clause with its cure."""
    return [
        f"{rules.place} requires {wanted}: {problem}"
        for rules in config.plugins
        for wanted in _requirements(rules.required)
        if (problem := _unmet(wanted, config, found))
    ]


def _unmet(wanted: Requirement, config: Config, found: Sequence[Entry]) -> str:
    version = _version(wanted.name)
    if version is None or not _contains(wanted.specifier, version):
        state = "it is not installed" if version is None else f"version {version} is installed"
        return f"{state}. Install it: pip install '{wanted.name}{wanted.specifier}'"
    for entry in found:
        refusal = canonical(entry.distribution) == canonical(wanted.name) and switched_off(entry, config)
        if refusal:
            return str(refusal)
    return ""


def _requirements(lines: Sequence[str]) -> Iterator[Requirement]:
    """The requirements that hold here: those that parse and whose marker, if any, is true."""
    if not lines:
        return
    from packaging.requirements import InvalidRequirement, Requirement

    for line in lines:
        try:
            wanted = Requirement(line)
        except InvalidRequirement:  # pip would not have installed it; what it asks for cannot be known
            continue
        if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
            yield wanted


def _contains(specifier: SpecifierSet, version: str) -> bool:
    return specifier.contains(version, prereleases=True)  # what is installed may well be a prerelease


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None
