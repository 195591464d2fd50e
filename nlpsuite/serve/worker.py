"""What the process does that holds the models: answer one batch after the other.

It speaks JSON, a line a message. A request is {"app", "documents"}, with documents as {"text", "id", "lang", "pair"}.
The answer is {"results"}, as `Result.to_dict` gives them, or {"fault", "detail"}: whose it is, "input" or
"application", and a sentence.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Mapping
from typing import IO, Any

from nlpsuite.document import Document
from nlpsuite.errors import NlpsuiteError
from nlpsuite.pipes import serve_on_standard_streams
from nlpsuite.runtime import LoadedApplication, load

WARMING = (1, 2, 3, 4, 6, 8, 10, 13, 16, 20, 24, 28, 32, 40)
"""Texts of the first batches: products are compiled for each size that they come in."""


def serve(requests: IO[str], answers: IO[str]) -> None:
    """Load what the first line says, tell what was loaded, and answer the lines that follow."""
    apps = _loaded(json.loads(requests.readline()))
    _say(answers, {"models": {name: app.model for name, app in apps.items()}})
    for line in requests:
        request = json.loads(line)
        _say(answers, _answer(apps[request["app"]], request["documents"]))


def _loaded(settings: Mapping[str, Any]) -> dict[str, LoadedApplication]:
    """The applications, warm: the first batches should take no longer than others."""
    apps = {}
    for name, own in settings["apps"].items():
        apps[name] = load(name, lang="auto", **settings["load"], **own)
        pair = "text" if settings["pairs"][name] else None
        for count in WARMING:
            # Each text is another one, since texts that are alike are computed once.
            apps[name]([Document(f"a text of some words, the number {place}", pair=pair) for place in range(count)])
    return apps


def _answer(app: LoadedApplication, documents: list[dict[str, Any]]) -> dict[str, Any]:
    try:
        results = app([Document(**document) for document in documents])
        return {"results": [result.to_dict() for result in results]}
    except NlpsuiteError as error:
        return {"fault": "input", "detail": str(error)}
    except Exception as error:  # noqa: BLE001 - a plugin's bug is told, and other requests are served
        # Where it happened, without its message, which may hold the text.
        traceback.print_tb(error.__traceback__, file=sys.stderr)
        return {"fault": "application", "detail": f"the application failed: {type(error).__name__}"}


def _say(answers: IO[str], message: Mapping[str, Any]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


if __name__ == "__main__":
    serve_on_standard_streams(serve)
