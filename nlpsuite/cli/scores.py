"""Scores with their intervals, as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def int8_lines(int8: Mapping[str, Any]) -> Iterator[str]:
    """What the test of eight bits gave, a line a head, and what follows.

    Args:
        int8: as a manifest has it.
    """
    for head, found in int8["heads"].items():
        scores = f", {found['metric']} {found['fp32']:.4f} in fp32 and {found['int8']:.4f}" if "metric" in found else ""
        yield f"  {head:<12} int8 says the same on {found['agreement']:.2%} of {int8['n']} texts{scores}"
    yield "int8 is used on CPUs that have it." if int8["passed"] else "int8 is used only if asked for: --dtype int8."


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
