"""The tiny application as an installed plugin, which ends its process over some texts."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from nlpsuite.application import Application, Head, HeadKind
from nlpsuite.hookspecs import hookimpl

NLPSUITE_API = ">=1,<2"


class Deadly:
    """Kills its process over a text with POISON, and once over one with STUMBLE."""

    def prepare(self, documents):
        for document in documents:
            flag = Path(os.environ["TINY_BUNDLE"]).parent / "stumbled"
            if "POISON" in document.text or ("STUMBLE" in document.text and not flag.exists()):
                flag.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        return documents

    def parts(self, result):
        return []

    def finish(self, result, parts):
        return result


@hookimpl
def nlpsuite_applications():
    heads = (
        Head("mood", HeadKind.SINGLE_LABEL, field="label", labels=("negative", "positive")),
        Head("topics", HeadKind.MULTI_LABEL, field="topics"),
    )
    bundles = {"tiny-mini": Path(os.environ["TINY_BUNDLE"])}
    return [Application("tiny", "made for a test", ("en",), heads, bundles=bundles, postprocessor=lambda _: Deadly())]
