"""Metrics agree with scikit-learn and seqeval where those have them; intervals hold what they should."""

from __future__ import annotations

import numpy as np
import pytest
from seqeval.metrics import f1_score as seqeval_f1
from sklearn import metrics as sklearn

from nlpsuite.evaluate import metrics
from nlpsuite.evaluate.bootstrap import bootstrap

LABELS = ("negative", "neutral", "positive")


@pytest.fixture
def answers():
    chance = np.random.default_rng(3)
    gold = chance.choice(LABELS, 300, p=[0.2, 0.5, 0.3])
    found = np.where(chance.random(300) < 0.7, gold, chance.choice(LABELS, 300))
    return gold.tolist(), found.tolist()


def test_single_label_equals_scikit_learn(answers):
    gold, found = answers
    ours = metrics.single_label(gold, found, LABELS)
    assert ours["accuracy"].value == pytest.approx(sklearn.accuracy_score(gold, found))
    assert ours["macro_f1"].value == pytest.approx(sklearn.f1_score(gold, found, average="macro"))
    precision, recall, f1, _ = sklearn.precision_recall_fscore_support(gold, found, labels=LABELS)
    assert ours["neutral/precision"].value == pytest.approx(precision[1])
    assert ours["neutral/recall"].value == pytest.approx(recall[1])
    assert ours["positive/f1"].value == pytest.approx(f1[2])


def test_macro_f1_counts_only_labels_that_gold_has():
    ours = metrics.single_label(["a", "a", "b"], ["a", "c", "b"], ("a", "b", "c"))
    assert ours["macro_f1"].value == pytest.approx((2 / 3 + 1) / 2)


def test_multi_label_equals_scikit_learn():
    chance = np.random.default_rng(4)
    gold, found = chance.random((200, 4)) < 0.3, chance.random((200, 4)) < 0.3
    names = ("a", "b", "c", "d")

    def as_sets(rows):
        return [[name for name, on in zip(names, row, strict=True) if on] for row in rows]

    ours = metrics.multi_label(as_sets(gold), as_sets(found), names)
    assert ours["micro_f1"].value == pytest.approx(sklearn.f1_score(gold, found, average="micro"))
    assert ours["macro_f1"].value == pytest.approx(sklearn.f1_score(gold, found, average="macro"))
    assert ours["subset_accuracy"].value == pytest.approx((gold == found).all(1).mean())


def test_token_labels_are_seqeval_on_whole_spans():
    gold = [["B-PER", "I-PER", "O", "B-LOC"], ["O", "B-ORG", "O"]]
    found = [["B-PER", "O", "O", "B-LOC"], ["O", "B-ORG", "O"]]
    ours = metrics.token_labels(gold, found)
    assert ours["f1"].value == pytest.approx(seqeval_f1(gold, found)) == pytest.approx(2 / 3)


def test_auc_equals_scikit_learn():
    chance = np.random.default_rng(5)
    gold = chance.integers(0, 2, 200)
    score = gold * 0.3 + chance.random(200).round(1)
    assert metrics.pair_score(gold, score)["auc"].value == pytest.approx(sklearn.roc_auc_score(gold, score))


def test_an_interval_holds_the_value_and_narrows_with_more_examples(answers):
    gold, found = (np.array(side) for side in answers)
    right = (gold == found).astype(float)
    few = bootstrap(lambda rows: float(right[:50][rows].mean()), 50)
    many = bootstrap(lambda rows: float(right[rows].mean()), 300)
    assert few.low <= few.value <= few.high
    assert many.high - many.low < few.high - few.low
    assert bootstrap(lambda rows: float(right[rows].mean()), 300) == many


def test_rejection_by_hand():
    none = np.array([False] * 20 + [True] * 4)
    chance = np.array([*np.linspace(0.0, 0.5, 20), 0.9, 0.8, 0.49, 0.1])
    found = metrics.rejection(none, chance, resamples=50)
    pairs = [(one > other) for one in chance[none] for other in chance[~none]]
    assert found["none_auc"].value == pytest.approx(np.mean(pairs))
    assert found["none_recall_at_95"].value == 0.75
