"""What a message states: order numbers, amounts, dates, telephone numbers, e-mail addresses, and names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nlpsuite import Document, LoadedApplication, find_values

NAMES = {"reference": "order", "amount": "amount", "date": "date", "phone": "phone", "email": "email"}
"""Kinds of values, and the slots that templates know them by."""


@dataclass
class SlotFinder:
    """Finds slots by rule and, where asked, names by the application `ner`.

    Attributes:
        ner: whether to ask it.
    """

    ner: bool = False
    _names: dict[str, LoadedApplication] = field(default_factory=dict, repr=False)

    def find(self, document: Document) -> list[dict[str, Any]]:
        """Slots in the order of the text, names that `with_names` found among them.

        Each has name, value, unit where there is one, text, start and end.
        """
        lang = document.lang or "xx"
        found = [
            _slot(document, NAMES[value.kind], value.start, value.end, value.value, value.unit)
            for value in find_values(document.text, lang, kinds=tuple(NAMES))
        ]
        found += [
            _slot(document, place.label.lower(), place.start, place.end, document.text[place.start : place.end])
            for place in (document.places if self.ner else ())
        ]
        return sorted(found, key=lambda slot: slot["start"])

    def with_names(self, documents: Sequence[Document]) -> Sequence[Document]:
        """The documents with the places of the names in them, where the application `ner` is asked."""
        import nlpsuite

        if not self.ner:
            return documents
        if "ner" not in self._names:
            self._names["ner"] = nlpsuite.load("ner")
        found = self._names["ner"]([replace(document, places=()) for document in documents])
        return [replace(document, places=result.spans) for document, result in zip(documents, found, strict=True)]


def _slot(document: Document, name: str, start: int, end: int, value: str, unit: str = "") -> dict[str, Any]:
    slot = {"name": name, "value": value, "text": document.text[start:end], "start": start, "end": end}
    return slot | ({"unit": unit} if unit else {})
