"""Where a second goes: reading, computing, deciding, completing."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import pairwise

from nlpsuite.document import Document
from nlpsuite.engine.merge import run_texts
from nlpsuite.runtime import LoadedApplication, blocks

STAGES = ("tokenize", "compute", "decode", "complete")


def stages(app: LoadedApplication, texts: Sequence[str]) -> dict[str, float]:
    """The share of the time that each stage takes, for texts in the order they come.

    `tokenize` is from characters to windows of token ids; `compute` sorts, batches and runs them, and merges windows;
    `decode` makes labels, spans and confidences; `complete` is what the application adds.
    """
    taken = dict.fromkeys(STAGES, 0.0)
    documents = [app.document(number, Document(text, id=str(number))) for number, text in enumerate(texts)]
    for block in blocks(documents, at_hand=True):
        times = [time.perf_counter()]
        prepared = app.maker.prepare(app.ready(block))
        times.append(time.perf_counter())
        logits = run_texts(app.engine, prepared)
        times.append(time.perf_counter())
        results = app.results(prepared, logits)
        times.append(time.perf_counter())
        app.complete(results)
        times.append(time.perf_counter())
        for stage, (began, ended) in zip(STAGES, pairwise(times), strict=True):
            taken[stage] += ended - began
    whole = sum(taken.values())
    return {stage: seconds / whole for stage, seconds in taken.items()}
