"""Dates of every form, normalised to ISO 8601."""

from __future__ import annotations

import datetime

from nlpsuite.text.values.chinese_dates import find_chinese_dates
from nlpsuite.text.values.named_dates import find_named_dates
from nlpsuite.text.values.numeric_dates import find_numeric_dates
from nlpsuite.text.values.periods import find_periods
from nlpsuite.text.values.relative_dates import find_relative_dates
from nlpsuite.text.values.source import Source
from nlpsuite.text.values.value import Value

__all__ = ["find_dates"]


def find_dates(source: Source, today: datetime.date | None) -> list[Value]:
    """All dates of a text; they may overlap.

    Args:
        source: the text.
        today: what relative dates are counted from; without it they are left alone.
    """
    found = [
        *find_numeric_dates(source),
        *find_named_dates(source),
        *find_chinese_dates(source, today),
        *find_periods(source),
    ]
    if today is not None:
        found.extend(find_relative_dates(source, today))
    return found
