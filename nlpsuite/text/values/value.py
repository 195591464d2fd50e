"""What is found: one value and where it stands."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["KINDS", "Value"]

KINDS = ("amount", "percentage", "date", "phone", "email", "url", "reference")
"""Every kind of value there is."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value in a text.

    Attributes:
        start: its first character, counted from 0 in the text as it was given.
        end: the character after its last.
        kind: one of `KINDS`.
        value: its normal form, such as "1200000000", "2025-03-01" or "+4930123456".
        unit: the ISO 4217 code of an amount; "points" for percentage points; "relative" for a date that was
            counted from today; otherwise empty.
    """

    start: int
    end: int
    kind: str
    value: str
    unit: str = ""
