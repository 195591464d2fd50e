"""Pins: which candidates stand at fixed places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nlpsuite_recommend.readers import Item
from nlpsuite_recommend.rules import Rules


class Pinned:
    """Which candidates stand where, whatever else; and what could not be pinned as asked.

    Args:
        items: the candidates.
        rules: of which the pins count.
        top: how many places to fill; all when None.
        excluded: why items are missing from `items`, by their ids.

    Attributes:
        at: candidates by place, both counted from 0.
        relaxed: by place, which pins are not kept there, and why.
        held_back: candidates that are pinned below the places to fill.
        places: how many are to be filled.
    """

    def __init__(self, items: Sequence[Item], rules: Rules, top: int | None, excluded: Mapping[str, str]) -> None:
        number = {item.id: place for place, item in enumerate(items)}
        self.at: dict[int, int] = {}
        self.relaxed: dict[int, list[str]] = {}
        late = []
        for pin in rules.pins:
            if pin.id not in number:
                reason = excluded.get(pin.id, "it is not among the candidates")
                self._note(pin.position - 1, f'pin "{pin.id}" to {pin.position}: {reason}')
            elif pin.position > len(items):
                late.append(pin)
            else:
                self.at[pin.position - 1] = number[pin.id]
        free = [place for place in range(len(items)) if place not in self.at]
        for pin in sorted(late, key=lambda pin: -pin.position):
            place = free.pop()
            self.at[place] = number[pin.id]
            self._note(place, f"pin to {pin.position}: there are only {len(items)} places")
        asked = len(items) if top is None else min(top, len(items))
        self.held_back = {candidate for place, candidate in self.at.items() if place >= asked}
        self.at = {place: candidate for place, candidate in self.at.items() if place < asked}
        self.places = min(asked, len(items) - len(self.held_back))

    def _note(self, place: int, text: str) -> None:
        self.relaxed.setdefault(place, []).append(text)
