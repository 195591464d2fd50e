"""Days, months and years in the notation of ISO 8601."""

from __future__ import annotations

import calendar

__all__ = ["full_year", "iso_date"]


def iso_date(year: int | None, month: int, day: int | None) -> str | None:
    """A date such as "2025-03-01", "2025-03" or, without its year, "--03-01"; None if there is no such day."""
    if not 1 <= month <= 12 or (year is not None and year < 1):
        return None
    if day is None:
        return None if year is None else f"{year:04}-{month:02}"
    # Without a year, 29 February may be meant.
    if not 1 <= day <= calendar.monthrange(2000 if year is None else year, month)[1]:
        return None
    return f"--{month:02}-{day:02}" if year is None else f"{year:04}-{month:02}-{day:02}"


def full_year(written: str) -> int:
    """The year that is meant by two or four digits: two stand for 1969 to 2068."""
    year = int(written)
    if len(written) > 2:
        return year
    return year + (1900 if year >= 69 else 2000)
