"""Scores with their intervals, as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def score_lines(report: Mapping[str, Any], details: bool = False) -> Iterator[str]:
    """A line a metric: its value, its 95 % interval, and how many examples it was measured on.

    Args:
        report: as `evaluation.to_report` gives it.
        details: also precision, recall and F1 of every label.
    """
    for head, metrics in report["heads"].items():
        for name, score in metrics.items():
            if details or "/" not in name:
                interval = f"[{score['low']:.3f}, {score['high']:.3f}]"
                yield f"  {head:<12} {name:<28} {score['value']:.3f}  95 % {interval}  n={score['n']}"
