"""The standings as a picture: one bar a contender, as an SVG file."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

ROW, LEFT, WIDTH, RIGHT = 26, 300, 380, 120
OURS, THEIRS = "#1f6f8b", "#b8bfc6"


def svg(outcome: Mapping[str, Any]) -> str:
    """Texts a second, the fastest first; this suite's bars are coloured.

    Args:
        outcome: as `Outcome.to_dict` gives it.
    """
    rows = sorted(outcome["contenders"], key=lambda one: -one["texts_per_second"])
    most = rows[0]["texts_per_second"]
    height = ROW * len(rows) + 48
    title = f"{outcome['app']}, {outcome['texts']} texts, {outcome['machine']['cores']} cores: texts a second"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + RIGHT}" height="{height}" '
        'font-family="system-ui, sans-serif" font-size="13">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="12" y="24" font-weight="bold">{escape(title)}</text>',
    ]
    for number, one in enumerate(rows):
        top, length = 40 + ROW * number, max(WIDTH * one["texts_per_second"] / most, 1)
        colour = OURS if one["ours"] else THEIRS
        same = f"{one['texts_per_second']:.0f}, {one['same_labels']:.1%} same"
        lines += [
            f'<text x="{LEFT - 8}" y="{top + 14}" text-anchor="end">{escape(one["name"])}</text>',
            f'<rect x="{LEFT}" y="{top}" width="{length:.1f}" height="{ROW - 8}" fill="{colour}"/>',
            f'<text x="{LEFT + length + 6:.1f}" y="{top + 14}">{same}</text>',
        ]
    return "\n".join([*lines, "</svg>", ""])
