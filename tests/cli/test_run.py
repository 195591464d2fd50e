"""`nlpsuite run` as people type it."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.tiny import write_rows

KEYS = ["id", "path", "text", "lang", "label", "score", "abstained", "heads", "spans", "windows"]


def rows_of(outcome):
    assert outcome.returncode == 0, outcome.stderr
    return [json.loads(line) for line in outcome.stdout.splitlines()]


def test_a_text_gives_one_clean_json_line_in_a_pipe(cli):
    rows = rows_of(cli("run", "tiny", "--lang", "en", "the company profit rises"))
    assert [list(row)[: len(KEYS)] for row in rows] == [KEYS]
    assert rows[0]["label"] == "positive"
    assert rows[0]["lang"] == "en"
    assert rows[0]["heads"]["topics"]["labels"] == ["results"]


def test_without_input_the_sample_is_scored_with_a_hint(cli):
    outcome = cli("run", "tiny")
    assert len(rows_of(outcome)) == 3
    assert "No input given" in outcome.stderr


@pytest.mark.parametrize(
    ("setting", "message"), [('device = "cuda:77"', "cuda:77"), ('model = "no-such-model"', "no-such-model")]
)
def test_device_and_model_may_stand_in_the_settings(setting, message, cli, tmp_path, monkeypatch):
    (tmp_path / "nlpsuite.toml").write_text(f"[run]\n{setting}\n")
    monkeypatch.chdir(tmp_path)
    outcome = cli("run", "tiny", "--lang", "en", "order won")
    assert outcome.returncode == 2 and message in outcome.stderr


def test_files_folders_rows_and_standard_input(cli, tmp_path):
    (tmp_path / "a.txt").write_text("the bank lawsuit lost")
    (tmp_path / "sub").mkdir()
    write_rows(tmp_path / "sub" / "b.jsonl", [{"id": "x1", "text": "order won"}, {"text": "shares weak"}])
    rows = rows_of(cli("run", "tiny", "--lang", "en", tmp_path))
    assert [row["label"] for row in rows] == ["negative", "positive", "negative"]
    assert len({row["id"] for row in rows}) == 3
    piped = rows_of(cli("run", "tiny", "--lang", "en", "-", stdin="order won\n\nlawsuit lost\n"))
    assert [row["text"] for row in piped] == ["order won", "lawsuit lost"]


def test_table_and_csv(cli):
    table = cli("run", "tiny", "--lang", "en", "--format", "table", "order won", "lawsuit lost").stdout
    assert "positive" in table and "█" in table and "2 documents" in table
    rows = list(csv.DictReader(io.StringIO(cli("run", "tiny", "--lang", "en", "--format", "csv", "order won").stdout)))
    assert rows[0]["label"] == "positive" and rows[0]["topics"] == "products"


def test_sentences_are_spans_of_the_original(cli):
    text = "order won.  lawsuit lost."
    row = rows_of(cli("run", "tiny", "--lang", "en", "--by-sentence", text))[0]
    found = [(text[span["start"] : span["end"]].strip(), span["label"]) for span in row["spans"]]
    assert found == [("order won.", "positive"), ("lawsuit lost.", "negative")]


def test_a_long_text_is_read_whole(cli):
    row = rows_of(cli("run", "tiny", "--lang", "en", "the bank lives. " * 60))[0]
    assert row["windows"] > 3


def test_escape_sequences_do_not_reach_the_terminal(cli):
    shown = cli("run", "tiny", "--lang", "en", "--format", "table", "order \x1b[31m won\u2028x").stdout
    assert "\x1b[31m" not in shown
    piped = cli("run", "tiny", "--lang", "en", "order won\u2028x").stdout
    assert len(piped.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["run", "tinny", "x"], "No application is named 'tinny'. Did you mean tiny?"),
        (["run", "tiny", "--lang", "zz", "x"], "No language is named 'zz'."),
        (["run", "tiny", "--lang", "en", "./missing.txt"], "missing.txt"),
        (["run", "tiny", "--lang", "en", "--model", "tiny-modell", "x"], "Did you mean tiny-model?"),
        (["run", "tiny", "--lang", "en", "--device", "warp", "x"], "No device is named 'warp'"),
        (["rnu", "tiny"], "Did you mean run"),
    ],
)
def test_a_users_mistake_is_one_sentence_and_exit_code_2(cli, arguments, sentence):
    outcome = cli(*arguments)
    assert outcome.returncode == 2
    assert sentence in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_bad_files_are_named_with_line_and_field(cli, tmp_path):
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 4)
    (tmp_path / "bad.jsonl").write_text('{"text": "order won"}\n{"text": oops}\n')
    (tmp_path / "field.jsonl").write_text('{"headlin": "order won"}\n')
    for name, sentence in [
        ("empty.txt", "empty.txt"),
        ("binary.txt", "binary"),
        ("bad.jsonl", "bad.jsonl:2"),
        ("field.jsonl", "field.jsonl:1"),
    ]:
        outcome = cli("run", "tiny", "--lang", "en", tmp_path / name)
        assert outcome.returncode == 2, name
        assert sentence in outcome.stderr
        assert "Traceback" not in outcome.stderr


def test_a_bad_file_in_a_folder_loses_none_of_the_others(cli, tmp_path):
    (tmp_path / "a.txt").write_text("order won")
    (tmp_path / "b.txt").write_bytes(bytes(range(256)) * 4)
    (tmp_path / "c.txt").write_text("lawsuit lost")
    outcome = cli("run", "tiny", "--lang", "en", tmp_path)
    assert outcome.returncode == 2
    assert [json.loads(line)["label"] for line in outcome.stdout.splitlines()] == ["positive", "negative"]
    assert "b.txt" in outcome.stderr


def test_a_flipped_bit_in_a_bundle_is_named(cli, tiny_world, tmp_path):
    import shutil

    broken = tmp_path / "broken"
    shutil.copytree(tiny_world / "bundle", broken)
    content = bytearray((broken / "weights.safetensors").read_bytes())
    content[len(content) // 2] ^= 1
    (broken / "weights.safetensors").write_bytes(content)
    for command in (["run", "tiny", "--lang", "en", "--model", broken, "x"], ["models", "verify", broken]):
        outcome = cli(*command)
        assert outcome.returncode == 2
        assert "weights.safetensors was changed" in outcome.stderr


def test_a_bundle_of_another_plugin_version_says_what_to_install(cli, tiny_world, tmp_path):
    from dataclasses import replace

    from nlpsuite.model.bundle import read_bundle_weights, read_manifest, save_bundle

    manifest = replace(read_manifest(tiny_world / "bundle"), plugin={"distribution": "tiny-dist", "version": "7.2"})
    save_bundle(tmp_path / "other", manifest, read_bundle_weights(tiny_world / "bundle"))
    outcome = cli("run", "tiny", "--lang", "en", "--model", tmp_path / "other", "x")
    assert outcome.returncode == 2
    assert "Install tiny-dist==7.2" in outcome.stderr
