"""`nlpsuite train`, `evaluate` and `models` as people type them."""

from __future__ import annotations

import json
import signal

import pytest

from nlpsuite.model.bundle import verify_bundle
from tests.tiny import ROWS, write_rows

FAST = ["--epochs", 3, "--learning-rate", 0.003, "--batch-size", 8, "--device", "cpu"]


def test_train_then_evaluate_then_run(cli, tiny_world, tmp_path):
    out = tmp_path / "out"
    data = ["--data", tiny_world / "train.jsonl", "--dev", tiny_world / "dev.jsonl"]
    trained = cli("train", "tiny", "--lang", "en", *data, "--out", out, "--encoder", tiny_world / "encoder", *FAST)
    assert trained.returncode == 0, trained.stderr
    assert "epoch 3" in trained.stderr and "accuracy" in trained.stdout
    report = cli("evaluate", "tiny", "--model", out, "--data", tiny_world / "dev.jsonl", "--format", "json")
    metrics = json.loads(report.stdout)
    assert set(metrics["accuracy"]) == {"value", "low", "high", "n"}
    assert metrics["accuracy"]["n"] == 24
    assert metrics["accuracy"] == verify_bundle(out).metrics["dev"]["accuracy"]
    assert cli("run", "tiny", "--model", out, "--lang", "en", "order won").returncode == 0


def test_mapped_columns_and_csv(cli, tiny_world, tmp_path):
    lines = ["Body;Rating", *(f"{row['text']};{row['label']}" for row in ROWS)]
    (tmp_path / "data.csv").write_text("\n".join(lines))
    columns = ["--column", "text=Body", "--column", "label=Rating"]
    data = ["--data", tmp_path / "data.csv", "--out", tmp_path / "out", "--encoder", tiny_world / "encoder"]
    trained = cli("train", "tiny", *data, *columns, *FAST)
    assert trained.returncode == 0, trained.stderr
    assert [head["name"] for head in verify_bundle(tmp_path / "out").heads] == ["mood"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty"),
        ('{"text": "order won", "label": "positive"}\n{"text": "x", "label": null}\n', ":2:label"),
        ('{"text": "order won", "label": "positive"}\n{"text": "x"\n', ":2"),
        (
            '{"text": "order won", "label": "positive"}\n{"text": "lawsuit lost", "label": "positive"}\n',
            "two different labels",
        ),
    ],
)
def test_bad_training_data_is_refused_before_training(cli, tmp_path, content, sentence):
    (tmp_path / "train.jsonl").write_text(content)
    outcome = cli(
        "train",
        "tiny",
        "--data",
        tmp_path / "train.jsonl",
        "--dev",
        tmp_path / "train.jsonl",
        "--out",
        tmp_path / "out",
    )
    assert outcome.returncode == 2
    assert sentence in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_a_label_never_seen_is_named_when_measured(cli, tiny_world, tmp_path):
    data = write_rows(tmp_path / "test.jsonl", [{"text": "order won", "label": "positiv"}])
    outcome = cli("evaluate", "tiny", "--data", data)
    assert outcome.returncode == 2
    assert "test.jsonl:1:label: the label 'positiv' was never seen in training" in outcome.stderr


def test_a_folder_that_cannot_be_made_is_said_before_training(cli, tiny_world, tmp_path):
    (tmp_path / "file").write_text("")
    outcome = cli("train", "tiny", "--data", tiny_world / "train.jsonl", "--out", tmp_path / "file" / "out")
    assert outcome.returncode == 2
    assert "cannot be made" in outcome.stderr


def test_ctrl_c_leaves_a_run_that_the_same_command_finishes(tiny_world, cli, process, tmp_path):
    data = ["--data", tiny_world / "train.jsonl", "--dev", tiny_world / "dev.jsonl"]
    recipe = ["--encoder", tiny_world / "encoder", "--device", "cpu", "--learning-rate", 0.003, "--batch-size", 2]
    command = ["train", "tiny", *data, "--out", tmp_path / "cut", *recipe, "--epochs", 30, "--patience", 30]
    with process(*command) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if line.startswith("epoch 2:"):
                running.send_signal(signal.SIGINT)
                break
        errors = running.stderr.read()
        assert running.wait(timeout=60) == 130
    assert "The same command goes on where it stopped" in errors
    assert list((tmp_path / "cut" / "checkpoints").glob("*.safetensors"))
    assert not (tmp_path / "cut" / "bundle.json").exists()
    again = cli(*command)
    assert again.returncode == 0, again.stderr
    assert "resuming after step" in again.stderr
    verify_bundle(tmp_path / "cut")


def test_models_are_listed_and_verified(cli):
    listed = cli("models", "list")
    assert "tiny-model" in listed.stdout
    verified = cli("models", "verify")
    assert "whole, tiny" in verified.stdout and verified.returncode == 0
