"""A runner that needs no model, so that what a batch does beside scoring can be tried often and killed anywhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from nlpsuite.batch.reading import Limits
from nlpsuite.batch.run import Job
from nlpsuite.batch.runners import ahead
from nlpsuite.batch.scoring import Row
from nlpsuite.batch.settings import Settings
from nlpsuite.batch.work import Work

LIMITS = Limits(characters=10_000, unpacked=1_000_000, seconds=20, megabytes=4096)


class StubRunner:
    """Gives every document a label that follows from its text alone."""

    def __init__(self) -> None:
        self.scored_ids: list[str] = []

    def scored(self, works: Iterable[Work]) -> Iterator[tuple[Work, list[Row]]]:
        for work in ahead(works):
            yield work, [self._row(work, number) for number in range(len(work.documents))]

    def close(self) -> None:
        pass

    def _row(self, work: Work, number: int) -> Row:
        document, source = work.documents[number], work.sources[number]
        self.scored_ids.append(document.id)
        sum_ = hashlib.sha256(document.text.encode()).hexdigest()
        return {
            "id": document.id,
            "app": "ner",
            "path": source.path,
            "position": source.position or None,
            "own_id": source.own_id,
            "date": source.date,
            "lang": document.lang or "en",
            "label": sum_[0],
            "score": int(sum_[:2], 16) / 256,
            "abstained": sum_[1] > "8",
            "heads": {},
            "spans": [{"start": 0, "end": 1, "label": "PER", "score": 0.5, "kind": "entities"}],
            "details": {},
            "windows": 1,
            "characters": len(document.text),
            "sha256": sum_,
            "model": "stub",
            "engine": "stub",
        }


def make_job(folder: Path, out: Path, **changes: object) -> Job:
    """A job over a folder with small shards; settings of the job by name, others for its settings."""
    own = {name: changes.pop(name) for name in list(changes) if name in Job.__dataclass_fields__}
    settings = Settings(("ner",), **{"limits": LIMITS, **changes})  # type: ignore[arg-type]
    return Job(settings, folder, out, **{"shard_size": 7, **own})  # type: ignore[arg-type]


def rows_in(out: Path) -> list[Row]:
    """All rows of a folder of results, by id."""
    found = [
        json.loads(line)
        for file in sorted((out / "rows").glob("*.jsonl"))
        for line in file.read_text("utf-8").split("\n")
        if line
    ]
    return sorted(found, key=lambda row: row["id"])


def refused_in(out: Path) -> dict[str, str]:
    """The reasons of what was refused, by place."""
    lines = (out / "quarantine.jsonl").read_text("utf-8").split("\n")
    return {row["place"]: row["reason"] for row in map(json.loads, filter(None, lines))}


def fill(folder: Path) -> Path:
    """A folder with files of several kinds, some of them faulty."""
    (folder / "mail").mkdir(parents=True)
    (folder / "a.txt").write_text("A short text about Berlin.\n", "utf-8")
    (folder / "b.md").write_text("# Heading\n\nAnd a line.\n", "utf-8")
    rows = [
        json.dumps({"text": f"row {number} of many", "date": f"2026-01-{number % 28 + 1:02}"}) for number in range(40)
    ]
    rows[5], rows[20] = "{", '{"text": ""}'
    (folder / "rows.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    (folder / "table.csv").write_text("id,text\n" + "".join(f"{n},cell {n}\n" for n in range(12)), "utf-8")
    (folder / "mail" / "gb.txt").write_bytes(
        "公司公布了第三季度的财务报告，净利润同比增长百分之十二，股价上涨。".encode("gb18030")
    )
    (folder / "mail" / "empty.txt").write_bytes(b"")
    (folder / "mail" / "picture.png").write_bytes(b"\x89PNG")
    (folder / "nul.txt").write_bytes(b"a\0b\0\0")
    return folder
