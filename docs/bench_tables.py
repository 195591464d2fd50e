"""What `nlpsuite bench --out` wrote, as a part of benchmarks.md."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
BLOCK = re.compile(r"(<!-- bench (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
"""A part that is written anew from `bench/NAME.json`."""


def refreshed(page: str) -> str:
    """The page with every block written from its file."""

    def block(match: re.Match[str]) -> str:
        outcome = json.loads((HERE / "bench" / f"{match['name']}.json").read_text("utf-8"))
        return f"{match[1]}\n{chr(10).join(_lines(match['name'], outcome))}\n\n{match[3]}"

    return BLOCK.sub(block, page)


def _lines(name: str, outcome: Mapping[str, Any]) -> Iterator[str]:
    machine = outcome["machine"]
    peaks = ", ".join(f"{peak:.0f} in {form}" for form, peak in outcome["peak_gigaops"].items())
    yield (
        f"{outcome['texts']} texts, {outcome['tokens']} tokens, {len(outcome['contenders'][0]['seconds'])} rounds; "
        f"{machine['processor']}, {machine['cores']} cores, torch {machine['torch']}, {machine['date']}. "
        f"Fastest matrix product, Gop/s: {peaks}."
    )
    yield ""
    yield "| | texts a second | of the peak | one short text | answers as in fp32 | setting |"
    yield "| --- | ---: | ---: | ---: | ---: | --- |"
    for one in sorted(outcome["contenders"], key=lambda one: -one["texts_per_second"]):
        share = "" if one["share_of_peak"] is None else f"{one['share_of_peak']:.0%}"
        label = f"**{one['name']}**" if one["ours"] else one["name"]
        yield (
            f"| {label} | {one['texts_per_second']:.0f} | {share} | {one['single_text_ms']:.1f} ms "
            f"| {one['same_labels']:.2%} | {one['setting']} |"
        )
    yield ""
    yield f"![texts a second](bench/{name}.svg)"
    yield ""
    yield from _ratios(outcome)
    for ours, shares in outcome["stages"].items():
        yield f"- {ours} spends " + ", ".join(f"{share:.0%} to {stage}" for stage, share in shares.items()) + "."
    for starter, start in outcome.get("starts", {}).items():
        yield f"- {starter}: first answer after {start['seconds']:.1f} s from nothing, {start['megabytes']:.0f} MB."
    if together := outcome.get("together"):
        yield (
            f"- {', '.join(together['apps'])} together, {together['shared_layers']} layers shared: "
            f"{_interval(together['times_of_first'])} times the time of the first alone, "
            f"{_interval(together['times_of_all'])} times that of one after the other."
        )


def _ratios(outcome: Mapping[str, Any]) -> Iterator[str]:
    """How many times as fast each of the suite's is as each peer."""
    ours = list(dict.fromkeys(one["ours"] for one in outcome["times_as_fast"]))
    yield "| times as fast as | " + " | ".join(ours) + " |"
    yield "| --- |" + " ---: |" * len(ours)
    for peer in dict.fromkeys(one["peer"] for one in outcome["times_as_fast"]):
        found = {one["ours"]: one for one in outcome["times_as_fast"] if one["peer"] == peer}
        yield f"| {peer} | " + " | ".join(_interval(found[name]) for name in ours) + " |"
    yield ""


def _interval(found: Mapping[str, float]) -> str:
    return f"{found['value']:.2f} [{found['low']:.2f}, {found['high']:.2f}]"
