"""What a message states: order numbers, amounts, dates, telephone numbers, e-mail addresses, and names."""

from __future__ import annotations

from dataclasses import dataclass, field
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
        """Slots in the order of the text: name, value, unit where there is one, text, start and end."""
        lang = document.lang or "xx"
        found = [
            _slot(document, NAMES[value.kind], value.start, value.end, value.value, value.unit)
            for value in find_values(document.text, lang, kinds=tuple(NAMES))
        ]
        if self.ner:
            found += self._entities(document)
        return sorted(found, key=lambda slot: slot["start"])

    def _entities(self, document: Document) -> list[dict[str, Any]]:
        import nlpsuite

        if "ner" not in self._names:
            self._names["ner"] = nlpsuite.load("ner")
        return [
            _slot(document, span.label.lower(), span.start, span.end, document.text[span.start : span.end])
            for span in self._names["ner"](document).spans
        ]


def _slot(document: Document, name: str, start: int, end: int, value: str, unit: str = "") -> dict[str, Any]:
    slot = {"name": name, "value": value, "text": document.text[start:end], "start": start, "end": end}
    return slot | ({"unit": unit} if unit else {})
