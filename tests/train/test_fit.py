"""Training end to end over a tiny encoder: it learns, its bundle answers the same, a stopped run goes on exactly."""

from __future__ import annotations

import hashlib
import os
import signal
from pathlib import Path

import pytest
import torch

from nlpsuite.data.records import Example
from nlpsuite.document import Document
from nlpsuite.errors import InputError, NlpsuiteError, TrainingInterrupted, UsageError
from nlpsuite.model.bundle import WEIGHTS, verify_bundle
from nlpsuite.runtime import load_folder
from nlpsuite.train.dataset import make_dataset, prepare_folder, split
from nlpsuite.train.fit import Fitting
from nlpsuite.train.progress import SilentReporter
from nlpsuite.train.recipe import make_recipe
from tests.tiny import FAST, LEARNS, NER_APP, PAIR_APP, ROWS, TINY_APP, write_rows


class StopAt(SilentReporter):
    """Presses Ctrl-C when a step is done."""

    def __init__(self, at: int) -> None:
        self.at = at

    def step(self, step: int, loss: float) -> None:
        if step == self.at:
            os.kill(os.getpid(), signal.SIGINT)


def fitting(app, data, dev, encoder, out, reporter=None, **options):
    recipe = make_recipe(FAST | {"encoder": str(encoder)} | options)
    dataset = make_dataset(app, [data], [dev], "en", {}, recipe.seed)
    return Fitting(app, dataset, recipe, out, "cpu", reporter=reporter)


def sha256(folder: Path) -> str:
    return hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()


def test_it_learns_and_the_bundle_is_whole(tiny_encoder, tiny_data, tmp_path):
    manifest = fitting(TINY_APP, *tiny_data, tiny_encoder, tmp_path / "out", **LEARNS).run()
    assert verify_bundle(tmp_path / "out") == manifest
    assert [head["name"] for head in manifest.heads] == ["mood", "topics"]
    assert manifest.metrics["dev"]["accuracy"]["value"] > 0.9
    assert manifest.metrics["dev"]["heads"]["topics"]["micro_f1"]["value"] > 0.8
    assert manifest.data["train"] == 72
    assert not (tmp_path / "out" / "checkpoints").exists()


def test_the_bundle_answers_as_measured_and_without_its_base(tiny_encoder, tiny_data, tmp_path):
    manifest = fitting(TINY_APP, *tiny_data, tiny_encoder, tmp_path / "out").run()
    loaded = load_folder(TINY_APP, tmp_path / "out", device="cpu")
    results = loaded([row["text"] for row in ROWS[72:]])
    right = sum(result.label == row["label"] for result, row in zip(results, ROWS[72:], strict=True))
    assert right / len(results) == pytest.approx(manifest.metrics["dev"]["accuracy"]["value"])
    assert manifest.encoder["carried"]


@pytest.mark.parametrize("options", [{}, {"adapter_rank": 4}, {"freeze_layers": 1}, {"accumulate": 2}])
def test_a_stopped_run_goes_on_to_the_same_bits(options, tiny_encoder, tiny_data, tmp_path):
    fitting(TINY_APP, *tiny_data, tiny_encoder, tmp_path / "whole", **options).run()
    for step in (4, 13):
        with pytest.raises(TrainingInterrupted):
            fitting(TINY_APP, *tiny_data, tiny_encoder, tmp_path / "cut", StopAt(step), **options).run()
    torch.manual_seed(99)
    fitting(TINY_APP, *tiny_data, tiny_encoder, tmp_path / "cut", **options).run()
    assert sha256(tmp_path / "cut") == sha256(tmp_path / "whole")


def test_a_damaged_checkpoint_is_passed_over_for_the_one_before(tiny_encoder, tiny_data, tmp_path, caplog):
    fitting(TINY_APP, *tiny_data, tiny_encoder, tmp_path / "whole").run()
    for step in (4, 13):
        with pytest.raises(TrainingInterrupted):
            fitting(TINY_APP, *tiny_data, tiny_encoder, tmp_path / "cut", StopAt(step)).run()
    newest = max((tmp_path / "cut" / "checkpoints").glob("*.safetensors"))
    newest.write_bytes(newest.read_bytes()[:-10])
    fitting(TINY_APP, *tiny_data, tiny_encoder, tmp_path / "cut").run()
    assert "damaged" in caplog.text
    assert sha256(tmp_path / "cut") == sha256(tmp_path / "whole")


def test_a_checkpoint_of_other_data_is_refused(tiny_encoder, tiny_data, tmp_path):
    with pytest.raises(TrainingInterrupted):
        fitting(TINY_APP, *tiny_data, tiny_encoder, tmp_path / "out", StopAt(3)).run()
    other = write_rows(tmp_path / "other.jsonl", ROWS[:60])
    with pytest.raises(UsageError, match="other data or another recipe"):
        fitting(TINY_APP, other, tiny_data[1], tiny_encoder, tmp_path / "out").run()


def test_a_loss_that_is_no_number_stops_training(tiny_encoder, tiny_data, tmp_path):
    with pytest.raises(NlpsuiteError, match="no longer a number"):
        fitting(TINY_APP, *tiny_data, tiny_encoder, tmp_path / "out", learning_rate=1e30, clip=1e30).run()


def test_token_labels_are_learned_and_spans_are_characters_of_the_original(tiny_encoder, tmp_path):
    rows = [
        {
            "tokens": [*["the", "company", "of"][:count], name, "lives", "in", place],
            "tags": ["O"] * count + ["B-PER", "O", "O", "B-LOC"],
        }
        for count in range(4)
        for name, place in (("Anna", "Berlin"),) * 6
    ]
    data = write_rows(tmp_path / "train.jsonl", rows)
    manifest = fitting(NER_APP, data, data, tiny_encoder, tmp_path / "out", **LEARNS).run()
    assert manifest.metrics["dev"]["f1"]["value"] == 1.0
    text = "the  company\u200b\nAnna lives in Berlin"
    result = load_folder(NER_APP, tmp_path / "out", device="cpu")(text)
    assert [(text[span.start : span.end], span.label) for span in result.spans] == [
        ("Anna", "PER"),
        ("Berlin", "LOC"),
    ]


@pytest.mark.parametrize(
    "options", [{}, {"pooling": "both", "ranking": "listwise"}, {"pooling": "both", "ranking": "pairwise"}]
)
def test_pair_scores_are_learned(options, tiny_encoder, tmp_path):
    rows = [
        {"user": "u", "history": [one], "candidate": other, "label": int(one == other)}
        for one in ("profit rises", "lawsuit lost", "order won", "shares weak")
        for other in ("profit rises", "lawsuit lost", "order won", "shares weak")
    ] * 4
    data = write_rows(tmp_path / "train.jsonl", rows)
    fitting(PAIR_APP, data, data, tiny_encoder, tmp_path / "out", **LEARNS | options).run()
    loaded = load_folder(PAIR_APP, tmp_path / "out", device="cpu")
    same = loaded(Document("order won", pair="order won"))
    other = loaded(Document("order won", pair="lawsuit lost"))
    assert same.score > other.score


def test_without_development_data_a_tenth_is_set_apart(tiny_data):
    dataset = make_dataset(TINY_APP, [tiny_data[0]], [], "en", {}, seed=1)
    assert len(dataset.train) + len(dataset.dev) == 72
    assert 5 <= len(dataset.dev) <= 9
    assert not {example.text for example in dataset.train} & {example.text for example in dataset.dev}


def test_what_is_set_apart_has_every_kind_of_gold():
    def example(number, **gold):
        return Example(f"text {number}", gold=gold, id=str(number))

    tags = [tuple("B-X" if place == number % 7 else "O" for place in range(7)) for number in range(40)]
    labelled = [example(number, mood="good" if number % 2 else "bad") for number in range(40)]
    tagged = [example(40 + number, entities=row) for number, row in enumerate(tags)]
    train, held = split([*labelled, *tagged], 1)
    assert (len(train), len(held)) == (72, 8)
    assert sum("entities" in one.gold for one in held) == 4
    assert [one.gold.get("mood") for one in held].count("good") == 2
    assert split(tagged, 1)[1]


def test_the_candidates_of_a_history_are_not_torn_apart(tmp_path):
    rows = [
        {"history": [f"history {number}"], "candidate": str(place), "label": place % 2}
        for number in range(40)
        for place in range(4)
    ]
    dataset = make_dataset(PAIR_APP, [write_rows(tmp_path / "rows.jsonl", rows)], [], "en", {}, seed=1)
    assert dataset.dev and not {one.text for one in dataset.dev} & {one.text for one in dataset.train}


def test_a_label_never_seen_names_file_line_and_field(tiny_data, tmp_path):
    dev = write_rows(tmp_path / "strange.jsonl", [*ROWS[:1], {"text": "the bank", "label": "negativ"}])
    with pytest.raises(InputError, match=r"strange\.jsonl:2:label: the label 'negativ' was never seen.*negative"):
        make_dataset(TINY_APP, [tiny_data[0]], [dev], "en", {}, seed=1)


def test_a_finished_bundle_is_not_overwritten_unasked(tmp_path):
    (tmp_path / "bundle.json").write_text("{}")
    with pytest.raises(UsageError, match="already holds a bundle"):
        prepare_folder(tmp_path, restart=False)
    prepare_folder(tmp_path, restart=True)
    assert not (tmp_path / "bundle.json").exists()
