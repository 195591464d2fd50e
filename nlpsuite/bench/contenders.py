"""What takes part: something with a name that gives an answer for each text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from nlpsuite.application import HeadKind
from nlpsuite.document import Document
from nlpsuite.result import HeadResult
from nlpsuite.runtime import LoadedApplication

Labels = list[str]
"""Of each text the label, or its entities as one line."""

Run = Callable[[Sequence[str]], Labels]


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to score texts.

    Attributes:
        name: for people.
        run: texts in, the first head's labels out.
        setting: what was chosen for it, such as its best batch size.
        ours: whether it is this suite.
        dtype: the number format of its matrix products.
    """

    name: str
    run: Run
    setting: str = ""
    ours: bool = False
    dtype: str = "fp32"


def entities(found: Iterable[tuple[int, int, str]]) -> str:
    """Entities, each with its first character, the one after its last, and its type, as one line."""
    return " ".join(f"{start}-{end}:{kind}" for start, end, kind in sorted(found))


def answer(outcome: HeadResult, kind: HeadKind) -> str:
    """What a head says of a text, to compare with what others say."""
    if kind is HeadKind.TOKEN_LABELS:
        return entities((span.start, span.end, span.label) for span in outcome.spans)
    return outcome.label


def suite(app: LoadedApplication, dtype: str, default: bool) -> Contender:
    """This suite: all heads of the application, calibrated, completed."""

    kind = app.heads[0].kind

    def run(texts: Sequence[str]) -> Labels:
        documents = [Document(text, id=str(number)) for number, text in enumerate(texts)]
        return [answer(result.heads[0], kind) for result in app.stream(documents)]

    return Contender(f"nlpsuite {dtype}", run, "the default here" if default else "", ours=True, dtype=dtype)
