"""What lies beside the shards when a run ends: what was refused and why, what there is, and a page for people."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nlpsuite.batch.ledger import Fault, Ledger
from nlpsuite.batch.reading import display
from nlpsuite.batch.settings import Settings
from nlpsuite.batch.summary import summary_page
from nlpsuite.batch.tally import Tally, add
from nlpsuite.errors import StorageError
from nlpsuite.files import write_durably, writing_durably

QUARANTINE, MANIFEST, SUMMARY = "quarantine.jsonl", "manifest.json", "summary.html"
FORMAT = 1


def write_outputs(out: Path, ledger: Ledger, settings: Settings) -> None:
    """Write them, each whole or not at all.

    Raises:
        StorageError: one cannot be written.
    """
    total: Tally = {}
    reasons: Tally = {}
    try:
        with writing_durably(out / QUARANTINE) as file:
            for fault in ledger.quarantine():
                file.write(json.dumps(refused(fault), ensure_ascii=False).encode() + b"\n")
                kind = _kind(fault.reason)
                reasons[kind] = reasons.get(kind, 0) + 1
        with writing_durably(out / MANIFEST) as file:
            for part in _manifest(ledger, settings, total):
                file.write(part.encode())
        page = summary_page(ledger.counts(), total, reasons)
        write_durably(out / SUMMARY, page.encode())
    except OSError as error:
        problem = f"{out} cannot be written: {error.strerror or error}"
        raise StorageError(f"{problem}. Free space or mend the disk, then start again: all shards are safe.") from error


def refused(fault: Fault) -> dict[str, Any]:
    """A line of the quarantine."""
    path = display(fault.path)
    return {"path": path, "part": fault.part or None, "place": fault.place or path, "reason": fault.reason}


def _manifest(ledger: Ledger, settings: Settings, total: Tally) -> Iterator[str]:
    """The manifest bit by bit, since there may be many shards; their tallies are added up meanwhile."""
    counts = ledger.counts()
    head = {
        "format": FORMAT,
        "written": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "complete": not counts["waiting"],
        "fingerprint": settings.fingerprint(),
        "settings": settings.to_dict(),
        "counts": counts,
    }
    yield json.dumps(head, indent=1, ensure_ascii=False)[:-2] + ',\n "shards": ['
    between = "\n"
    for shard in ledger.shards():
        add(total, shard.tally)
        known = {"name": shard.name, "documents": shard.documents, "rows": shard.rows}
        yield between + "  " + json.dumps(known | {"bytes": shard.bytes, "sha256": shard.digest})
        between = ",\n"
    yield "\n ]\n}\n"


def _kind(reason: str) -> str:
    """A reason without its cure and place, to count alike ones together."""
    first = reason.split(". ")[0].split(": ")[-1].rstrip(".")
    return "".join("#" if sign.isdigit() else sign for sign in first)[:100]
