"""Examines plugins, each in a process of its own and under a time limit, so that none can do harm here."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from nlpsuite.config import Config, load_config
from nlpsuite.errors import ConfigError
from nlpsuite.plugins.discovery import PluginInfo, entries, named
from nlpsuite.plugins.examine import TRACEBACK_LINES, is_machinery
from nlpsuite.plugins.judgement import judge
from nlpsuite.plugins.verdicts import Verdict, read_verdict, save_verdict

TIME_LIMIT = 30.0
"""Seconds that a plugin may take by default."""

ABORT_SECONDS = 5.0
"""What a process that hangs is given to say where."""

_log = logging.getLogger("nlpsuite.plugins")


def doctor(names: Sequence[str] = (), limit: float = TIME_LIMIT, config: Config | None = None) -> Iterator[Verdict]:
    """Examine plugins one after another and keep the verdicts.

    Args:
        names: of plugins or distributions; all that are not switched off when empty.
        limit: seconds that each may take.
        config: the settings; read from the user's files when not given.

    Raises:
        UnknownName: nothing installed is named so.
    """
    found = judge(entries(), load_config() if config is None else config)
    asked = [info for name in names for info in named(name, found)]
    chosen = asked if names else [info for info in found if info.enabled]
    for info in dict.fromkeys(chosen):
        yield _examined(info, limit)


def examine_apart(info: PluginInfo, limit: float = TIME_LIMIT) -> Verdict:
    """Examine one plugin in a process apart; whatever happens there becomes a verdict.

    Args:
        info: the plugin.
        limit: seconds it may take, after which its process is ended.
    """
    with tempfile.TemporaryDirectory(prefix="nlpsuite-doctor-") as folder:
        file, said = Path(folder) / "verdict.json", Path(folder) / "stderr.txt"
        code = _run([info.name, info.distribution, str(file)], said, limit)
        verdict = read_verdict(file)
        if verdict is None:
            verdict = _without_verdict(info, code, limit, said.read_text("utf-8", errors="replace"))
    return replace(verdict, checked=datetime.now(UTC).isoformat(timespec="seconds"))


def _examined(info: PluginInfo, limit: float) -> Verdict:
    if info.status in ("unchecked", "disabled"):
        verdict = examine_apart(info, limit)
        try:
            save_verdict(verdict)
        except ConfigError as error:  # the verdict is worth saying even where it cannot be kept
            _log.warning("%s", error)
        return verdict
    # Metadata alone rule it out, and it would not be imported in earnest either.
    plain = Verdict(info.name, info.distribution, info.version, info.target, info.status)
    return replace(plain, problem=info.problem, cure=info.cure)


def _run(arguments: list[str], said: Path, limit: float) -> int | None:
    """Run the examination; gives its exit code, or None where it had to be ended."""
    command = [sys.executable, "-P", "-X", "faulthandler", "-m", "nlpsuite.plugins.examine", *arguments]
    # The process is to find what this one finds, and no module that happens to lie in the working folder.
    path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
    with said.open("wb") as stderr:
        process = subprocess.Popen(
            command,
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            start_new_session=True,
        )
        try:
            return process.wait(limit)
        except subprocess.TimeoutExpired:
            return None
        finally:
            if process.returncode is None:
                _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    if sys.platform != "win32":
        process.send_signal(signal.SIGABRT)  # to which faulthandler answers with the line where it hangs
        with suppress(subprocess.TimeoutExpired):
            process.wait(ABORT_SECONDS)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # with all it started: it leads a session of its own
    process.kill()
    process.wait()


def _without_verdict(info: PluginInfo, code: int | None, limit: float, said: str) -> Verdict:
    if code is None:
        problem = f"its examination did not end within {limit:g} s"
    elif code < 0:
        problem = f"it crashed the process ({signal.strsignal(-code) or f'signal {-code}'})"
    else:
        problem = f"it ended the process with exit code {code}"
    return Verdict(
        info.name,
        info.distribution,
        info.version,
        info.target,
        "broken",
        problem=problem,
        cure=f"Update {info.distribution}, or do without it: nlpsuite plugins disable {info.name}",
        # A limit that the user made shorter than usual says little about a plugin.
        deadly=code is not None or limit >= TIME_LIMIT,
        traceback=tuple(_stack(said)),
    )


def _stack(said: str) -> list[str]:
    """Where the process was when it ended: what faulthandler wrote last, or else its last words."""
    lines = [line for line in said.splitlines() if line and not is_machinery(line)]
    starts = [at for at, line in enumerate(lines) if line.startswith("Fatal Python error")]
    return lines[starts[-1] :][:TRACEBACK_LINES] if starts else lines[-TRACEBACK_LINES:]
