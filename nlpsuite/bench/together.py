"""Several applications over the same texts: read together, and each by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nlpsuite.application import HeadKind
from nlpsuite.bench.timing import in_turn, median, times_as_fast
from nlpsuite.document import Document
from nlpsuite.engine.together import shared_layers
from nlpsuite.together import load_together


def together(apps: Sequence[str], texts: Sequence[str], *, lang: str | None, dtype: str, runs: int) -> dict[str, Any]:
    """Times in turn of all applications together and of each alone.

    Args:
        apps: their names; where one compares two texts, all read each text with the one before.
        texts: in the order they come.
        lang: of all of them.
        dtype: see `load`.
        runs: rounds.

    Returns:
        Plain values: how many layers are shared, seconds by name, and the time of all to that of the first alone and
        to that of all one after the other, with intervals.
    """
    loaded = load_together(apps, lang=lang, device="cpu", dtype=dtype)
    pairs = any(head.kind is HeadKind.PAIR_SCORE for app in loaded.applications.values() for head in app.heads)
    documents = [
        Document(text, id=str(number), pair=texts[number - 1] if pairs else None) for number, text in enumerate(texts)
    ]
    contenders = {"together": lambda: list(loaded.stream(documents))}
    for name, app in loaded.applications.items():
        contenders[name] = lambda app=app: list(app.stream(documents))  # type: ignore[misc]
    taken, _ = in_turn(contenders, runs)
    each = [sum(seconds) for seconds in zip(*(taken[name] for name in apps), strict=True)]
    return {
        "apps": list(apps),
        "dtype": dtype,
        "texts": len(texts),
        "shared_layers": shared_layers([app.engine for app in loaded.applications.values()]),
        "seconds": {name: round(median(seconds), 4) for name, seconds in taken.items()},
        "times_of_first": times_as_fast(taken[apps[0]], taken["together"]).to_dict(),
        "times_of_all": times_as_fast(each, taken["together"]).to_dict(),
    }
