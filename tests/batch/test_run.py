"""A run over a folder, and what later runs make of changes to it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import closing

import pytest

from nlpsuite.batch.ledger import Ledger
from nlpsuite.batch.run import LEDGER, look, run_batch
from nlpsuite.batch.verify import verify
from nlpsuite.batch.walk import Choice
from nlpsuite.errors import StorageError, UsageError
from tests.batch.stub import StubRunner, fill, make_job, refused_in, rows_in

DOCUMENTS = 2 + 38 + 12 + 1


@pytest.fixture
def folder(tmp_path):
    return fill(tmp_path / "in")


def run(folder, out, **changes):
    runner = StubRunner()
    stop = changes.pop("stop", lambda: False)
    return run_batch(make_job(folder, out, **changes), runner=runner, stop=stop), runner.scored_ids


def check_whole(out):
    with closing(Ledger(out / LEDGER)) as ledger:
        assert list(verify(out, ledger)) == []


def test_every_document_is_scored_once_or_refused_with_its_reason(folder, tmp_path):
    outcome, _ = run(folder, tmp_path / "out")
    rows, refused = rows_in(tmp_path / "out"), refused_in(tmp_path / "out")
    assert outcome.rows == outcome.documents == len(rows) == len({row["id"] for row in rows}) == DOCUMENTS
    assert {"a.txt", "rows.jsonl:1", "table.csv:2", "mail/gb.txt"} <= {row["id"] for row in rows}
    assert set(refused) == {"rows.jsonl:6", "rows.jsonl:21", "mail/empty.txt", "mail/picture.png", "nul.txt"}
    assert "malformed JSON" in refused["rows.jsonl:6"] and "NUL" in refused["nul.txt"]
    assert outcome.counts["waiting"] == 0
    by_id = {row["id"]: row for row in rows}
    assert by_id["rows.jsonl:1"]["date"] == "2026-01-01" and by_id["table.csv:2"]["own_id"] == "0"
    check_whole(tmp_path / "out")


def test_a_second_run_does_nothing_and_a_touched_file_is_not_read_again(folder, tmp_path):
    run(folder, tmp_path / "out")
    before = rows_in(tmp_path / "out")
    os.utime(folder / "a.txt")
    outcome, scored = run(folder, tmp_path / "out")
    assert scored == [] and rows_in(tmp_path / "out") == before
    assert (outcome.changes.new, outcome.changes.changed, outcome.changes.waiting) == (0, 0, 0)


def test_only_what_changed_is_scored_and_what_is_gone_leaves_the_results(folder, tmp_path):
    out = tmp_path / "out"
    run(folder, out)
    (folder / "a.txt").write_text("Another text about Berlin and Bonn.\n", "utf-8")
    (folder / "new.txt").write_text("New.\n", "utf-8")
    (folder / "rows.jsonl").unlink()
    outcome, scored = run(folder, out)
    assert scored == ["a.txt", "new.txt"]
    assert (outcome.changes.new, outcome.changes.changed, outcome.changes.gone) == (1, 1, 1)
    rows = {row["id"]: row for row in rows_in(out)}
    assert len(rows) == DOCUMENTS - 38 + 1 == outcome.counts["rows"]
    assert rows["a.txt"]["characters"] == len("Another text about Berlin and Bonn.\n")
    assert not any(name.startswith("rows.jsonl") for name in [*rows, *refused_in(out)])
    check_whole(out)


def test_other_settings_make_everything_anew(folder, tmp_path):
    out = tmp_path / "out"
    run(folder, out)
    outcome, scored = run(folder, out, lang="de")
    assert len(scored) == len(rows_in(out)) == DOCUMENTS and outcome.changes.changed == 7
    assert {row["lang"] for row in rows_in(out)} == {"de"}
    check_whole(out)


def test_a_limit_counts_documents_and_the_next_run_goes_on(folder, tmp_path):
    out = tmp_path / "out"
    whole, _ = run(folder, tmp_path / "whole")
    seen = []
    for expected in (10, 10, 10, 10, 10, 3, 0):
        outcome, scored = run(folder, out, limit=10)
        assert outcome.documents == expected
        seen += scored
    assert len(seen) == len(set(seen)) == whole.documents
    assert rows_in(out) == rows_in(tmp_path / "whole")
    check_whole(out)


def test_a_run_that_is_stopped_keeps_its_shard_and_is_gone_on_with(folder, tmp_path):
    out = tmp_path / "out"
    outcome, scored = run(folder, out, stop=lambda: True)
    assert outcome.stopped and len(rows_in(out)) == outcome.documents == 7
    manifest = json.loads((out / "manifest.json").read_text())
    assert not manifest["complete"] and manifest["counts"]["waiting"]
    _, more = run(folder, out)
    assert not set(scored) & set(more[:1]) and len(rows_in(out)) == DOCUMENTS
    assert json.loads((out / "manifest.json").read_text())["complete"]


def test_what_was_refused_is_tried_again_when_asked(folder, tmp_path):
    out = tmp_path / "out"
    run(folder, out)
    _, scored = run(folder, out)
    assert scored == []
    outcome, scored = run(folder, out, retry=True)
    assert len(scored) == 38 and len(rows_in(out)) == DOCUMENTS  # all of rows.jsonl, as it holds what was refused
    assert outcome.counts["faults"] == 2
    check_whole(out)


def test_a_dry_run_says_what_waits_and_leaves_no_trace(folder, tmp_path):
    out = tmp_path / "out"
    changes = look(make_job(folder, out))
    assert (changes.new, changes.waiting, changes.refused) == (7, 7, 1) and not out.exists()
    run(folder, out)
    (folder / "a.txt").write_text("changed", "utf-8")
    before = (out / LEDGER).read_bytes()
    assert look(make_job(folder, out)).changed == 1
    assert (out / LEDGER).read_bytes() == before


def test_results_in_parquet_hold_the_same(folder, tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    run(folder, tmp_path / "lines")
    run(folder, tmp_path / "out", form="parquet")
    (folder / "a.txt").unlink()
    run(folder, tmp_path / "out")  # goes on in Parquet, and takes the file's row out of its shard
    found = [row for file in (tmp_path / "out" / "rows").iterdir() for row in pq.read_table(file).to_pylist()]
    wanted = [row | {"heads": "{}", "details": "{}"} for row in rows_in(tmp_path / "lines") if row["id"] != "a.txt"]
    assert sorted(found, key=lambda row: row["id"]) == wanted
    check_whole(tmp_path / "out")
    with pytest.raises(UsageError, match="holds parquet files"):
        run(folder, tmp_path / "out", form="jsonl")


def test_the_results_may_lie_in_the_folder_and_are_not_read(folder):
    run(folder, folder / "results")
    outcome, scored = run(folder, folder / "results")
    assert scored == [] and outcome.counts["rows"] == DOCUMENTS
    with pytest.raises(UsageError, match="folder of the documents"):
        make_job(folder, folder)


def test_some_files_are_chosen(folder, tmp_path):
    run(folder, tmp_path / "out", choice=Choice(include=["*.txt", "*.csv"], exclude=["mail/"]))
    assert {row["path"] for row in rows_in(tmp_path / "out")} == {"a.txt", "table.csv"}


@pytest.mark.parametrize("when", range(1, 5))
def test_a_disk_that_is_full_is_one_sentence_and_the_run_can_go_on(folder, tmp_path, monkeypatch, when):
    out = tmp_path / "out"
    real, done = os.fsync, []

    def full(handle):
        done.append(handle)
        if len(done) == when:
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left on device.*start again"):
        run(folder, out)
    monkeypatch.setattr(os, "fsync", real)
    assert not list((out / "rows").glob(".*"))
    run(folder, out)
    assert len(rows_in(out)) == DOCUMENTS
    check_whole(out)


def test_damage_is_found(folder, tmp_path):
    out = tmp_path / "out"
    run(folder, out)
    shard, other = sorted((out / "rows").iterdir())[:2]
    shard.write_bytes(shard.read_bytes().replace(b"ner", b"nex", 1))
    other.unlink()
    (out / "rows" / "strange.jsonl").write_text("")
    with closing(Ledger(out / LEDGER)) as ledger:
        problems = list(verify(out, ledger))
    assert [problem.split(": ")[1][:16] for problem in problems] == [
        "its sum is not t",
        "cannot be read",
        "the ledger does ",
    ]


HOLDER = """
import sys, time
from pathlib import Path
from nlpsuite.batch.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_one_run_at_a_time_and_a_dead_one_holds_nothing(folder, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(out)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        began = time.monotonic()
        with pytest.raises(UsageError, match=f"Another run works on .*process {holder.pid} on"):
            run(folder, out)
        assert time.monotonic() - began < 5
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        outcome, _ = run(folder, out)
        assert outcome.rows == DOCUMENTS
    finally:
        holder.kill()


def test_all_that_is_written_for_people_is_escaped(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "<script>alert(1)<").mkdir()
    (folder / "<script>alert(1)<" / "a.png").write_bytes(b"")
    (folder / "b.txt").write_text("Text.", "utf-8")
    (folder / "<img src=x>.xyz<b>").write_text("Text.", "utf-8")
    run(folder, tmp_path / "out", lang="<b>")
    page = (tmp_path / "out" / "summary.html").read_text("utf-8")
    assert "<script>" not in page and "<b>" not in page and "&lt;b&gt;" in page
