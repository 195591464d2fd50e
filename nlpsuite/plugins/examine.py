"""The doctor's work in a process apart: `python -m nlpsuite.plugins.examine NAME DISTRIBUTION FILE`.

Imports one plugin, asks all its hooks, looks at what it offers, and writes the verdict to the file.
"""

from __future__ import annotations

import os
import pkgutil
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from nlpsuite.config import Config, write_json
from nlpsuite.errors import PluginError
from nlpsuite.plugins.discovery import Entry, Refusal, entries
from nlpsuite.plugins.isolation import guarded
from nlpsuite.plugins.registry import Offers, Registry
from nlpsuite.plugins.verdicts import Verdict

HEAVY = frozenset(
    "accelerate datasets jax jieba numpy onnxruntime pandas peft scipy sentence_transformers sklearn spacy "
    "tensorflow torch transformers".split()
)
"""Packages that slow every command down if a plugin imports them when it is imported itself."""

SLOW_SECONDS = 1.0
TRACEBACK_LINES = 20

_HERE = str(Path(__file__).parent)


def main(arguments: list[str]) -> None:
    """Examine one plugin and end the process."""
    name, distribution, file = arguments
    write_json(Path(file), examine(name, distribution).to_dict())
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # the verdict is out: no thread or exit handler that the plugin left may hold the process up


def examine(name: str, distribution: str) -> Verdict:
    """Import a plugin into this process and look at all it offers, whatever the user's settings say.

    Raises:
        PluginError: the distribution has no such entry point.
    """
    own = [entry for entry in entries() if entry.distribution == distribution]
    entry = next((entry for entry in own if entry.name == name), None)
    if entry is None:
        raise PluginError(f"{distribution} has no plugin named {name!r}. Reinstall it with pip.")
    siblings = [other for other in own if other.target == entry.target]
    registry = Registry(Config(), siblings, heed_verdicts=False)
    blank = Verdict(entry.name, entry.distribution, entry.version, entry.target, "ok")
    before, start = set(sys.modules), time.perf_counter()
    try:
        registry.load(name)
    except PluginError as error:
        return _with_problem(blank, registry, error)
    seconds = round(time.perf_counter() - start, 3)
    heavy = tuple(sorted((set(sys.modules) - before) & HEAVY))
    imported = replace(blank, seconds=seconds, heavy=heavy, hooks=tuple(registry.hooks(name)))
    try:
        return _with_offers(imported, registry, entry)
    except PluginError as error:
        return _with_problem(imported, registry, error)


def is_machinery(line: str) -> bool:
    """Whether a line of a traceback, or a file's name, is of the import system or of this package."""
    return "<frozen " in line or "importlib" in line or _HERE in line


def _with_problem(verdict: Verdict, registry: Registry, error: PluginError) -> Verdict:
    info, cause = registry.info(verdict.name), error.__cause__
    tail = tuple(_lines(cause)[-TRACEBACK_LINES:]) if cause else ()
    return replace(verdict, status=info.status, problem=info.problem, cure=info.cure, traceback=tail)


def _lines(error: BaseException) -> list[str]:
    """The traceback from where the plugin's own code begins."""
    step = error.__traceback__
    while step and is_machinery(step.tb_frame.f_code.co_filename):
        step = step.tb_next
    return "".join(traceback.format_exception(type(error), error, step)).splitlines()


def _with_offers(verdict: Verdict, registry: Registry, entry: Entry) -> Verdict:
    offers = registry.offers(entry.name)
    registry.detect_language("The shares fell after the report.")
    registry.load(entry.name)  # raises where the detection was its undoing
    api = registry.info(entry.name).api
    return replace(
        verdict,
        api=api,
        applications=tuple(application.name for application in offers.applications),
        encoders=tuple(encoder.name for encoder in offers.encoders),
        warnings=(*_of_contract(api, verdict), *_of_files(offers), *_of_commands(offers)),
    )


def _of_contract(api: str | None, verdict: Verdict) -> Iterator[str]:
    if api is None:
        yield 'it does not say which plugin contract it was made for: NLPSUITE_API = ">=1,<2"'
    if verdict.heavy:
        yield f"importing it imports {', '.join(verdict.heavy)}; import heavy packages where they are used"
    if verdict.seconds > SLOW_SECONDS:
        yield f"importing it takes {verdict.seconds:.1f} s"


def _of_files(offers: Offers) -> Iterator[str]:
    for application in offers.applications:
        for kind, paths in (("bundle", application.bundles), ("sample", application.samples)):
            for key, path in paths.items():
                if not path.exists():
                    yield f"the {kind} {key!r} of {application.name} is missing: {path}"
    for encoder in offers.encoders:
        if not encoder.folder.is_dir():
            yield f"the folder of the encoder {encoder.name} is missing: {encoder.folder}"


def _of_commands(offers: Offers) -> Iterator[str]:
    for application, command, target in offers.commands:
        try:
            guarded(partial(pkgutil.resolve_name, target), f"importing {target}")
        except Refusal as refusal:
            yield f"the command {application} {command} cannot run: {refusal.problem}"


if __name__ == "__main__":
    main(sys.argv[1:])
