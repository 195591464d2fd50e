"""What takes part: something with a name that gives a label for each text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nlpsuite.document import Document
from nlpsuite.runtime import LoadedApplication

Labels = list[str]
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


def suite(app: LoadedApplication, dtype: str) -> Contender:
    """This suite: all heads of the application, calibrated, completed."""

    def run(texts: Sequence[str]) -> Labels:
        documents = [Document(text, id=str(number), lang=app.lang) for number, text in enumerate(texts)]
        return [result.label for result in app.stream(documents)]

    return Contender(f"nlpsuite {dtype}", run, ours=True, dtype=dtype)
