"""Lines of JSON: written so that every reader takes one for one, and spoken by processes over standard streams."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import IO, Any

BREAKERS = ("\u2028", "\u2029", "\x85")
"""What some readers take for the end of a line."""


def json_line(values: Any) -> str:
    """Plain values as one line, without its end."""
    line = json.dumps(values, ensure_ascii=False)
    for breaker in BREAKERS:
        line = line.replace(breaker, f"\\u{ord(breaker):04x}")
    return line


def serve_on_standard_streams(serve: Callable[[IO[str], IO[str]], None]) -> None:
    """Have a process answer on standard output what it is asked on standard input.

    What libraries and plugins print goes to standard error.

    Args:
        serve: takes where requests come from, and where answers go.
    """
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin, answers)
