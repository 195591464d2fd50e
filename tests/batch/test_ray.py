"""Workers on a Ray cluster give the rows that this process gives, and what kills them is refused."""

from __future__ import annotations

import json
from contextlib import closing

import pytest

from nlpsuite.batch.ledger import Ledger
from nlpsuite.batch.ray_runner import POISON, RayRunner
from nlpsuite.batch.run import LEDGER, Job, run_batch
from nlpsuite.batch.settings import Settings
from nlpsuite.batch.verify import verify
from nlpsuite.errors import UsageError
from tests.batch.stub import refused_in, rows_in


def test_workers_say_what_this_process_says_and_poison_is_refused(installed, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    texts = [f"the company profit {'rises ' * (number % 9)}{number}" for number in range(60)]
    texts[17], texts[41] = "POISON in the well", "STUMBLE and go on"
    (folder / "rows.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    settings = Settings(("tiny",), "en", dtype="fp32", device="cpu")
    outcome = run_batch(Job(settings, folder, tmp_path / "ray", shard_size=16), runner=RayRunner(settings, workers=2))
    assert refused_in(tmp_path / "ray") == {"rows.jsonl:18": POISON}
    assert outcome.counts["documents"] == 59
    with closing(Ledger(tmp_path / "ray" / LEDGER)) as ledger:
        assert list(verify(tmp_path / "ray", ledger)) == []
    texts[17] = "nothing much"
    (folder / "rows.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    run_batch(Job(settings, folder, tmp_path / "local", shard_size=16))
    here = [row for row in rows_in(tmp_path / "local") if row["id"] != "rows.jsonl:18"]
    assert rows_in(tmp_path / "ray") == here


def test_a_worker_with_other_models_is_refused(installed, tmp_path, monkeypatch):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("the company")
    settings = Settings(("tiny",), "en")
    runner = RayRunner(settings, workers=1)
    runner.fingerprint = "another"
    runner.workers = [runner._start()]
    with pytest.raises(UsageError, match="A Ray worker cannot begin.*other models"):
        run_batch(Job(settings, folder, tmp_path / "out"), runner=runner)
