"""One more label from a few examples."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nlpsuite.document import Document
from nlpsuite.errors import InputError, UsageError
from nlpsuite.model.bundle import read_bundle_weights
from nlpsuite.runtime import load_folder
from nlpsuite.train.extend import add_label, features
from tests.tiny import ROWS, TINY_APP

NEW = [Document(f"bank bank {word} bank", lang="en") for word in ("the", "of", "a", "and", "in")]
OLD = [Document(row["text"], lang="en") for row in ROWS[:40]]


def test_a_label_is_learned_and_nothing_is_forgotten(trained, tmp_path):
    loaded = load_folder(TINY_APP, trained, device="cpu", dtype="fp32")
    made = add_label(loaded, trained, "banking", NEW, OLD, tmp_path / "new")
    extended = load_folder(TINY_APP, tmp_path / "new", device="cpu", dtype="fp32")
    assert made.learned >= 0.6
    assert made.kept == 1.0
    assert [extended(document).label for document in NEW].count("banking") / len(NEW) == made.learned
    assert [extended(document).label for document in OLD] == [loaded(document).label for document in OLD]
    before, after = read_bundle_weights(trained), read_bundle_weights(tmp_path / "new")
    for name, tensor in before.items():
        assert np.array_equal(after[name][: len(tensor)] if name in changed(loaded) else after[name], tensor)
    assert extended.manifest.data["added"] == [{"label": "banking", "examples": 5}]


def changed(loaded):
    return {f"heads.{loaded.heads[0].name}.output.{part}" for part in ("weight", "bias")}


def test_features_are_what_the_last_projection_sees(trained):
    loaded = load_folder(TINY_APP, trained, device="cpu", dtype="fp32")
    head = loaded.engine.network.heads[loaded.heads[0].name]
    logits = features(loaded, OLD[:3]) @ head.output.weight.detach().double().numpy().T
    logits += head.output.bias.detach().double().numpy()
    for document, row in zip(OLD[:3], logits, strict=True):
        assert loaded(document).label == head.config.labels[int(row.argmax())]


def test_what_cannot_be_added_is_refused(trained, tmp_path):
    loaded = load_folder(TINY_APP, trained, device="cpu")
    known = loaded.heads[0].labels[0]
    with pytest.raises(UsageError, match="knows the label"):
        add_label(loaded, trained, known, NEW, OLD, tmp_path)
    with pytest.raises(InputError, match="2 examples"):
        add_label(loaded, trained, "x", NEW[:2], OLD, tmp_path)
    with pytest.raises(InputError, match="0 old texts"):
        add_label(loaded, trained, "x", NEW, [], tmp_path)
    with pytest.raises(UsageError, match="dtype fp32"):
        features(replace(loaded, engine=object()), NEW)
