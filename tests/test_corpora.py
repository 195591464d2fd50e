"""The corpora keep what their cards promise."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FINANCE = ROOT / "corpora" / "finance-sentiment"
SPLITS = ("train", "dev", "test")
PLUGIN = ROOT / "plugins" / "nlpsuite-finance" / "nlpsuite_finance"


def rows(lang: str, split: str) -> list[dict]:
    return [json.loads(line) for line in (FINANCE / lang / f"{split}.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(params=["zh", "en"])
def corpus(request) -> dict[str, list[dict]]:
    return {split: rows(request.param, split) for split in SPLITS}


def test_there_are_at_least_800_texts_and_the_card_gives_their_number(corpus):
    everything = [row for split in SPLITS for row in corpus[split]]
    assert len(everything) >= 800
    assert f"{len(everything):,}" in (FINANCE / "README.md").read_text("utf-8")


def test_ids_are_unique_and_no_text_is_there_twice(corpus):
    everything = [row for split in SPLITS for row in corpus[split]]
    folded = [re.sub(r"\W", "", unicodedata.normalize("NFKC", row["text"]).casefold()) for row in everything]
    assert max(Counter(row["id"] for row in everything).values()) == 1
    assert max(Counter(folded).values()) == 1


def test_a_story_is_in_one_split_only_and_drawn_by_its_name(corpus):
    for split in SPLITS:
        for row in corpus[split]:
            place = int(hashlib.sha256(row["story"].encode()).hexdigest(), 16) % 100
            assert split == ("train" if place < 76 else "dev" if place < 88 else "test"), row["id"]


def test_labels_and_topics_are_those_of_the_application(corpus):
    from nlpsuite import plugins

    sentiment, topics = plugins.application("finance-sentiment").heads
    for split in SPLITS:
        assert {row["label"] for row in corpus[split]} == set(sentiment.labels)
        assert {topic for row in corpus[split] for topic in row["topics"]} <= set(topics.labels)
    assert {topic for row in corpus["train"] for topic in row["topics"]} == set(topics.labels)


def test_the_samples_that_travel_with_the_plugin_are_the_corpus_own_and_were_not_trained_on():
    for lang in ("zh", "en"):
        known = (FINANCE / lang / "test.jsonl").read_text("utf-8").splitlines()
        sample = (PLUGIN / "samples" / f"{lang}.jsonl").read_text("utf-8").splitlines()
        assert sample
        assert set(sample) <= set(known)
