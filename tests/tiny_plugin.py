"""The tiny application as an installed plugin, which does to its process what some texts say."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from nlpsuite.application import Application, Head, HeadKind
from nlpsuite.hookspecs import hookimpl

NLPSUITE_API = ">=1,<2"


class Deadly:
    """Kills its process over a text with POISON, and once over one with STUMBLE; and so on."""

    def prepare(self, documents):
        for document in documents:
            for word, harm in HARM.items():
                if word in document.text:
                    harm()
        return documents

    def parts(self, result):
        return []

    def finish(self, result, parts):
        return result


def kill():
    os.kill(os.getpid(), signal.SIGKILL)


def stumble():
    flag = Path(os.environ["TINY_BUNDLE"]).parent / "stumbled"
    if not flag.exists():
        flag.touch()
        kill()


def fail():
    raise ValueError("SEC" + "RET in a message")


HARM = {
    "POISON": kill,
    "STUMBLE": stumble,
    "RAISE": fail,
    "EXIT": lambda: sys.exit(3),
    "HANG": lambda: time.sleep(1000),
    "SLOW": lambda: time.sleep(0.5),
}


@hookimpl
def nlpsuite_applications():
    heads = (
        Head("mood", HeadKind.SINGLE_LABEL, field="label", labels=("negative", "positive")),
        Head("topics", HeadKind.MULTI_LABEL, field="topics"),
    )
    bundles = {"tiny-mini": Path(os.environ["TINY_BUNDLE"])}
    return [Application("tiny", "made for a test", ("en",), heads, bundles=bundles, postprocessor=lambda _: Deadly())]
