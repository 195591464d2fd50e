"""`nlpsuite batch` as people call it, with a real model."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner

from nlpsuite.cli.batch import batch
from nlpsuite.errors import NlpsuiteError, UnknownName, UsageError
from tests.batch.stub import fill, rows_in


def call(*words):
    found = CliRunner().invoke(batch, [*map(str, words)], standalone_mode=False)
    if found.exception and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found


@pytest.fixture
def folder(tmp_path):
    return fill(tmp_path / "in")


def test_a_folder_is_scored_watched_and_checked(installed, folder, tmp_path):
    out = tmp_path / "out"
    assert "7 files to read" in call("tiny", folder, "--out", out, "--dry-run").output and not out.exists()
    first = call("tiny", folder, "--out", out, "--lang", "en", "--shard-size", 20)
    assert first.return_value == 0 and "53 documents, 53 rows" in first.output
    assert "refused, each with its reason" in first.output
    again = call("tiny", folder, "--out", out, "--lang", "en", "--shard-size", 20)
    assert "0 documents, 0 rows" in again.output
    row = rows_in(out)[0]
    assert set(row["heads"]) == {"mood", "topics"} and "scores" not in row["heads"]["mood"] and "text" not in row
    assert row["model"].startswith("tiny-mini@") or "@" in row["model"]
    assert row["score"] == round(row["score"], 4) and row["engine"].startswith("torch ")
    status = json.loads(call("status", out, "--format", "json").output)
    assert status["apps"] == ["tiny"] and not status["running"] and status["rows"] == 53 and not status["waiting"]
    assert "finished; tiny" in call("status", out).output
    assert "3 shards with 53 rows" in call("verify", out).output
    shard = next((out / "rows").iterdir())
    shard.write_bytes(shard.read_bytes()[:-10])
    damaged = call("verify", out)
    assert damaged.return_value == 2 and "1 problems" in damaged.output


def test_rows_hold_the_text_and_all_scores_when_asked(installed, folder, tmp_path):
    words = ["--text", "--all-scores", "--include", "a.txt", "--progress", "json"]
    call("tiny", folder, "--out", tmp_path / "out", *words)
    (row,) = rows_in(tmp_path / "out")
    assert row["text"] == "A short text about Berlin.\n" and set(row["heads"]["mood"]["scores"]) == {
        "negative",
        "positive",
    }


@pytest.mark.parametrize(
    ("words", "error", "problem"),
    [
        (["tiny", "nowhere", "--out", "out"], UsageError, "nowhere is no folder"),
        (["tinny", ".", "--out", "out"], UnknownName, "Did you mean tiny"),
        (["tiny", "tiny", ".", "--out", "out"], UsageError, "each once"),
        (["tiny", ".", "--out", "out", "--lang", "xyz"], NlpsuiteError, "xyz"),
        (["status", "."], UsageError, "holds no results of a batch"),
        (["tiny", ".", "--out", "."], UsageError, "cannot go into the folder"),
    ],
)
def test_what_cannot_be_done_is_said(installed, tmp_path, monkeypatch, words, error, problem):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=problem):
        call(*words)


def test_ctrl_c_finishes_the_shard_and_the_next_run_goes_on(installed, tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    rows = "".join(json.dumps({"text": f"the company profit rises {number}"}) + "\n" for number in range(30_000))
    (folder / "rows.jsonl").write_text(rows)
    command = [sys.executable, "-m", "nlpsuite", "batch", "tiny", str(folder), "--out", str(out), "--shard-size", "500"]
    child = subprocess.Popen([*command, "--lang", "en"], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    while not list((out / "rows").glob("*.jsonl")) and child.poll() is None:
        pass
    child.send_signal(signal.SIGINT)
    said, told = child.communicate(timeout=60)
    assert child.returncode == 130, told
    assert "Finishing the shard" in told and "stopped" in said and "1 file left" in said
    done = len(rows_in(out))
    assert 0 < done < 30_000 and done % 500 == 0
    assert f"{done:,} rows" in call("verify", out).output
