"""The suite as a user meets it, with its own encoder, plugin and model: what a wheel-only installation must do.

This file stands alone, so that it can be run where nothing but the wheels is installed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

GOOD, BAD = "公司上半年净利润同比大增八成，创历史新高", "公司净利润同比下降三成，并收到监管处罚"


def nlpsuite(*arguments: object, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nlpsuite", *map(str, arguments)]
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "NO_COLOR": "1"}
    return subprocess.run(
        command, input=stdin, capture_output=True, text=True, env=environment, timeout=300, check=False
    )


def rows_of(outcome: subprocess.CompletedProcess[str]) -> list[dict]:
    assert outcome.returncode == 0, outcome.stderr
    return [json.loads(line) for line in outcome.stdout.splitlines()]


@pytest.fixture(scope="module")
def app():
    import nlpsuite as suite

    return suite.load("finance-sentiment", lang="zh", device="cpu")


def test_the_bundled_sample_is_scored_for_each_language():
    for lang in ("zh", "en"):
        outcome = nlpsuite("run", "finance-sentiment", "--lang", lang)
        rows = rows_of(outcome)
        assert len(rows) >= 20
        assert {row["label"] for row in rows} == {"positive", "neutral", "negative"}
        assert any(row["heads"]["topics"]["labels"] for row in rows)
        assert "No input given" in outcome.stderr


def test_plain_news_is_read_rightly():
    rows = rows_of(nlpsuite("run", "finance-sentiment", "--lang", "zh", GOOD, BAD))
    assert [row["label"] for row in rows] == ["positive", "negative"]
    assert "results" in rows[0]["heads"]["topics"]["labels"]


def test_language_is_detected_line_by_line():
    rows = rows_of(
        nlpsuite("run", "finance-sentiment", "--lang", "auto", "-", stdin=f"{BAD}\nNet sales fell by a fifth.\n")
    )
    assert [row["lang"] for row in rows] == ["zh", "en"]
    assert [row["label"] for row in rows] == ["negative", "negative"]


def test_the_python_call_takes_a_text_a_list_and_an_endless_iterator(app):
    assert app(BAD).label == "negative"
    assert [result.label for result in app([GOOD, BAD])] == ["positive", "negative"]

    def endless():
        while True:
            yield BAD

    first = next(app(endless()))
    assert first.label == "negative"
    assert json.loads(json.dumps(first.to_dict(), ensure_ascii=False))["text"] == BAD


def test_a_result_does_not_hang_on_its_batch(app):
    alone = app(GOOD)
    crowd = app([BAD * 20, GOOD, "好", BAD])[1]
    assert alone.score == pytest.approx(crowd.score, abs=1e-4)


def test_a_long_article_is_read_whole_and_by_sentence(app):
    article = "。".join([GOOD, BAD, "董事会秘书将于下周三出席投资者交流会"] * 30)
    result = app(article, by_sentence=True)
    assert result.windows > 1
    sentences = [span for span in result.spans if span.kind == "sentence"]
    assert len(sentences) == 90
    assert article[sentences[0].start : sentences[0].end].startswith("公司上半年")


@pytest.mark.parametrize("name", ["customer-intent", "finance-sentiment", "ner", "recommend"])
def test_a_shipped_model_is_whole_and_says_how_it_was_made(name):
    from nlpsuite import plugins
    from nlpsuite.model.bundle import verify_bundle

    (folder,) = plugins.application(name).bundles.values()
    manifest = verify_bundle(folder)
    scores = manifest.metrics["dev"]
    assert (scores.get("accuracy") or scores["f1"])["low"] > 0.5
    assert len(manifest.data["files"]) == 2
    assert sum(file.stat().st_size for file in folder.iterdir()) < 4_000_000


def test_candidates_of_the_sample_are_scored_for_their_readers():
    rows = rows_of(nlpsuite("run", "recommend", "--lang", "it", "--format", "jsonl"))
    assert len(rows) >= 15
    assert min(row["score"] for row in rows) < 0.3 < 0.7 < max(row["score"] for row in rows)


@pytest.mark.parametrize("name", ["customer-intent", "ner"])
def test_the_other_applications_score_their_samples(name):
    done = nlpsuite("run", name, "--lang", "de", "--format", "jsonl")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) >= 15
    assert all(row["details"] for row in rows)


def test_a_user_trains_measures_runs_and_exports(tmp_path):
    events = {"净利润增长": "positive", "亏损扩大": "negative", "中标大单": "positive", "遭到处罚": "negative"}
    firms = ("甲公司", "乙银行", "丙股份", "丁集团")
    rows = [{"text": firm + event, "label": label} for firm in firms for event, label in events.items()]
    data = tmp_path / "data.jsonl"
    data.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    out = tmp_path / "model"
    where = ["--lang", "zh", "--data", data, "--dev", data, "--out", out]
    recipe = ["--epochs", 4, "--adapter-rank", 8, "--freeze-layers", 9, "--learning-rate", 2e-3, "--batch-size", 4]
    trained = nlpsuite("train", "finance-sentiment", *where, *recipe)
    assert trained.returncode == 0, trained.stderr
    report = json.loads(
        nlpsuite("evaluate", "finance-sentiment", "--model", out, "--data", data, "--format", "json").stdout
    )
    assert report["accuracy"]["value"] > 0.8
    assert set(report["accuracy"]) == {"value", "low", "high", "n"}
    row = rows_of(nlpsuite("run", "finance-sentiment", "--model", out, "--lang", "zh", "戊科技亏损扩大"))[0]
    exported = nlpsuite(
        "models", "export", "finance-sentiment", "--model", out, "--format", "hf", "--out", tmp_path / "hf"
    )
    assert exported.returncode == 0, exported.stderr
    check = (
        "import sys, json, torch\n"
        "from transformers import AutoModelForSequenceClassification as M, AutoTokenizer as T\n"
        "m, t = M.from_pretrained(sys.argv[1]), T.from_pretrained(sys.argv[1])\n"
        "l = m(**t('戊科技亏损扩大', return_tensors='pt')).logits[0]\n"
        "print(json.dumps([m.config.id2label[int(l.argmax())], l.tolist()]))"
    )
    loaded = subprocess.run([sys.executable, "-c", check, tmp_path / "hf"], capture_output=True, text=True, check=True)
    label, logits = json.loads(loaded.stdout.splitlines()[-1])
    temperature = json.loads((out / "bundle.json").read_text("utf-8"))["calibration"]["sentiment"]["temperature"]
    import math

    odds = [math.exp(logit / temperature) for logit in logits]
    assert label == row["label"]
    assert max(odds) / sum(odds) == pytest.approx(row["score"], abs=1e-3)


def test_plugins_are_listed_and_examined():
    listed = json.loads(nlpsuite("plugins", "list", "--format", "json").stdout)
    assert {"finance-sentiment", "nlpsuite-mini"} <= {row["name"] for row in listed}
    doctor = nlpsuite("plugins", "doctor")
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr


def test_importing_and_help_load_nothing_heavy():
    heavy = "{'torch', 'transformers', 'spacy', 'jieba', 'peft', 'lingua', 'numpy'}"
    for code in (
        "import nlpsuite",
        "import nlpsuite.cli as c; c.cli(['--help'], standalone_mode=False)",
        "import nlpsuite.cli as c; c.cli(['plugins', 'list'], standalone_mode=False)",
        "import nlpsuite.cli as c; c.cli(['apps'], standalone_mode=False)",
    ):
        check = f"import sys\n{code}\nloaded = {heavy} & set(sys.modules)\nassert not loaded, loaded"
        done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert Path(sys.executable).exists()
