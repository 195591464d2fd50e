"""Amounts, percentages, dates, phone numbers, addresses and references in a text, by rules and without a model."""

from __future__ import annotations

from nlpsuite.text.values.find import find_values
from nlpsuite.text.values.value import KINDS, Value

__all__ = ["KINDS", "Value", "find_values"]
