"""Counts over rows, kept by shard and added up for the summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from nlpsuite.batch.scoring import Row

BINS = 10
"""Of confidence."""

LENGTHS = (50, 100, 200, 500, 1000, 2000, 5000, 10_000)
"""In characters: a text is counted under the first that it does not exceed."""

Tally = dict[str, Any]
"""By application: counts named `labels` (language, label), `days` (day, label), `confidence` (bin), `lengths` (bin) and
`abstained`; nested mappings of plain names, so that JSON can hold them."""


def tally(rows: Iterable[Row]) -> Tally:
    """Counts over some rows."""
    found: Tally = {}
    for row in rows:
        one = found.setdefault(row["app"], {})
        label = row["label"] or "-"
        _count(one, "labels", row["lang"] or "?", label)
        if day := _day(row["date"]):
            _count(one, "days", day, label)
        _count(one, "confidence", str(min(int(row["score"] * BINS), BINS - 1)))
        _count(one, "lengths", _length(row["characters"]))
        _count(one, "abstained", str(bool(row["abstained"])).lower())
    return found


def add(total: Tally, more: Mapping[str, Any]) -> None:
    """Add counts to others."""
    for name, value in more.items():
        if isinstance(value, Mapping):
            add(total.setdefault(name, {}), value)
        else:
            total[name] = total.get(name, 0) + value


def flat(counts: Mapping[str, Mapping[str, int]]) -> Counter[str]:
    """Inner counts whatever the outer name."""
    found: Counter[str] = Counter()
    for inner in counts.values():
        found.update(inner)
    return found


def _count(counts: Tally, *names: str) -> None:
    for name in names[:-1]:
        counts = counts.setdefault(name, {})
    counts[names[-1]] = counts.get(names[-1], 0) + 1


def _day(date: str | None) -> str:
    """The day of an ISO date; "" where it is none."""
    day = (date or "")[:10]
    return day if len(day) == len("2026-01-31") and day[4] == day[7] == "-" and day.replace("-", "").isdigit() else ""


def _length(characters: int) -> str:
    return next((f"≤ {most:,}" for most in LENGTHS if characters <= most), f"> {LENGTHS[-1]:,}")
