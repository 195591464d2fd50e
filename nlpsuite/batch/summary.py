"""A page about a folder of results that needs nothing beside itself: bars, all words escaped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from nlpsuite.batch.tally import BINS, LENGTHS, Tally, add, flat

MOST_PERIODS, MOST_REASONS = 36, 20
COLOURS = ("#3b6fb6", "#d1603d", "#4f9d69", "#8a5fb0", "#c2a12e", "#3a9ca6", "#b0527a", "#7a7f87")

_STYLE = """
:root{--ink:#1c2430;--soft:#5b6675;--line:#dfe4ea;--ground:#fff;--bar:#3b6fb6}
@media (prefers-color-scheme:dark){:root{--ink:#e8ecf1;--soft:#9aa6b5;--line:#333c48;--ground:#14181e;--bar:#6d9fe0}}
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground);max-width:62rem;margin:2rem auto;
padding:0 1rem}
h1{font-size:1.5rem;margin:0 0 1rem}h2{font-size:1.2rem;margin:2.2rem 0 .4rem;border-top:1px solid var(--line);
padding-top:1.2rem}h3{font-size:.95rem;margin:1.2rem 0 .4rem;color:var(--soft);font-weight:600}
.facts{display:flex;flex-wrap:wrap;gap:.6rem 2rem;margin:0}.facts div{min-width:6rem}
.facts dt{color:var(--soft);font-size:.85rem}.facts dd{margin:0;font-size:1.3rem;font-variant-numeric:tabular-nums}
table{border-collapse:collapse;width:100%}td{padding:.12rem .5rem .12rem 0;vertical-align:middle}
td.name{width:14rem;overflow-wrap:anywhere}td.count{width:6rem;text-align:right;font-variant-numeric:tabular-nums;
color:var(--soft)}
.bar{display:flex;height:.9rem;border-radius:2px;overflow:hidden}.bar span{display:block;height:100%}
.key{display:flex;flex-wrap:wrap;gap:.2rem 1rem;font-size:.85rem;color:var(--soft)}
.key i{display:inline-block;width:.8rem;height:.8rem;border-radius:2px;margin-right:.3rem;vertical-align:-1px}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(20rem,1fr));gap:0 2rem}
"""


def summary_page(counts: Mapping[str, int], total: Tally, reasons: Mapping[str, int]) -> str:
    """The page.

    Args:
        counts: see `Ledger.counts`.
        total: the tallies of all shards.
        reasons: how often what was refused for which reason.
    """
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Results</title>',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<style>{_STYLE}</style></head><body><h1>Results</h1>",
            *_facts(counts),
            *(line for app in sorted(total) for line in _application(app, total[app])),
            *_refused(reasons),
            "</body></html>\n",
        ]
    )


def _facts(counts: Mapping[str, int]) -> Iterator[str]:
    shown = {
        "files read": counts["done"],
        "files refused": counts["refused"],
        "files waiting": counts["waiting"],
        "documents": counts["documents"],
        "documents refused": counts["faults"],
        "rows": counts["rows"],
    }
    yield '<dl class="facts">'
    yield from (f"<div><dt>{name}</dt><dd>{number:,}</dd></div>" for name, number in shown.items())
    yield "</dl>"


def _application(app: str, one: Mapping[str, Any]) -> Iterator[str]:
    yield f"<h2>{escape(app)}</h2>"
    labels = flat(one["labels"])
    colours = _colours(labels)
    yield from _parts_of("Labels by language", one["labels"], colours, sorted(one["labels"]))
    if days := one.get("days"):
        title, periods = _periods(days)
        yield from _parts_of(title, periods, colours, sorted(periods)[-MOST_PERIODS:])
    yield '<div class="two"><div>'
    bins = {f"{number / BINS:.1f} to {(number + 1) / BINS:.1f}": str(number) for number in range(BINS)}
    yield from _bars("Confidence", {name: one["confidence"].get(number, 0) for name, number in bins.items()})
    unsure = one["abstained"].get("true", 0)
    yield f"<p>Less sure than the fitted threshold: {unsure:,} of {labels.total():,}.</p></div><div>"
    names = [*(f"≤ {most:,}" for most in LENGTHS), f"> {LENGTHS[-1]:,}"]
    yield from _bars("Characters a document", {name: one["lengths"].get(name, 0) for name in names})
    yield "</div></div>"


def _periods(days: Mapping[str, Mapping[str, int]]) -> tuple[str, Mapping[str, Mapping[str, int]]]:
    """Counts by day, or by month where there are many days, with a title."""
    if len(days) <= MOST_PERIODS:
        return "Labels by day", days
    months: Tally = {}
    for day, labels in days.items():
        add(months.setdefault(day[: len("2026-01")], {}), labels)
    return "Labels by month", months


def _refused(reasons: Mapping[str, int]) -> Iterator[str]:
    if not reasons:
        return
    yield "<h2>Refused</h2>"
    yield from _bars("By reason; every one is in quarantine.jsonl", dict(Counter(reasons).most_common(MOST_REASONS)))


def _colours(labels: Counter[str]) -> dict[str, str]:
    """Of the most frequent labels; the others share the last colour."""
    return dict(zip((label for label, _ in labels.most_common(len(COLOURS) - 1)), COLOURS, strict=False))


def _parts_of(
    title: str, counts: Mapping[str, Mapping[str, int]], colours: Mapping[str, str], names: Sequence[str]
) -> Iterator[str]:
    """A bar for each name, divided by labels, as long as its count."""
    yield f"<h3>{escape(title)}</h3>"
    shown = [*colours, *(["others"] if any(label not in colours for name in names for label in counts[name]) else [])]
    key = "".join(
        f'<span><i style="background:{colours.get(label, COLOURS[-1])}"></i>{escape(label)}</span>' for label in shown
    )
    yield f'<div class="key">{key}</div><table>'
    longest = max((sum(counts[name].values()) for name in names), default=1)
    for name in names:
        total = sum(counts[name].values())
        parts = {label: counts[name].get(label, 0) for label in colours}
        parts["others"] = total - sum(parts.values())
        inner = "".join(
            f'<span style="width:{100 * number / total:.2f}%;background:{colours.get(label, COLOURS[-1])}"'
            f' title="{escape(label)}: {number:,}"></span>'
            for label, number in parts.items()
            if number
        )
        yield _line(name, f'<div class="bar" style="width:{100 * total / longest:.2f}%">{inner}</div>', total)
    yield "</table>"


def _bars(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    yield f"<h3>{escape(title)}</h3><table>"
    longest = max(counts.values(), default=1) or 1
    for name, number in counts.items():
        width = 100 * number / longest
        inner = (
            f'<div class="bar" style="width:{width:.2f}%"><span style="width:100%;background:var(--bar)"></span></div>'
        )
        yield _line(name, inner, number)
    yield "</table>"


def _line(name: str, bar: str, count: int) -> str:
    return f'<tr><td class="name">{escape(name)}</td><td>{bar}</td><td class="count">{count:,}</td></tr>'
