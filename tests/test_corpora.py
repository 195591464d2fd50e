"""The corpora keep what their cards promise."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from nlpsuite import plugins
from nlpsuite.data.records import read_examples

ROOT = Path(__file__).parents[1]
CORPORA = ROOT / "corpora"
LANGUAGES = ("zh", "en", "de", "fr", "es", "it", "nl", "pt")
SPLITS = ("train", "dev", "test")
SAMPLES = {
    "finance-sentiment": "nlpsuite-finance/nlpsuite_finance",
    "customer-intent": "nlpsuite-intent/nlpsuite_intent",
    "ner": "nlpsuite-ner/nlpsuite_ner",
}
"""Where the plugins keep their samples."""

LEAST = {"zh": 800, "en": 800}
LEAST_OF_OTHERS = 150

Corpus = dict[str, list[dict]]


def rows(app: str, lang: str, split: str) -> list[dict]:
    return [json.loads(line) for line in (CORPORA / app / lang / f"{split}.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(params=[(app, lang) for app in SAMPLES for lang in LANGUAGES], ids=lambda pair: "-".join(pair))
def corpus(request) -> tuple[str, str, Corpus]:
    app, lang = request.param
    return app, lang, {split: rows(app, lang, split) for split in SPLITS}


def test_there_are_enough_texts_and_the_card_gives_their_number(corpus):
    app, lang, splits = corpus
    count = sum(map(len, splits.values()))
    assert count >= LEAST.get(lang, LEAST_OF_OTHERS)
    assert re.search(rf"\b{count:,}\b", (CORPORA / app / "README.md").read_text("utf-8"))
    assert {row["lang"] for split in splits.values() for row in split} == {lang}


@pytest.mark.parametrize("app", SAMPLES)
def test_ids_are_unique_and_no_text_is_there_twice(app):
    everything = [row for lang in LANGUAGES for split in SPLITS for row in rows(app, lang, split)]
    said = [" ".join([row["text"], *row.get("context", ())]) for row in everything]
    folded = [re.sub(r"\W", "", unicodedata.normalize("NFKC", text).casefold()) or text for text in said]
    assert [key for key, count in Counter(row["id"] for row in everything).items() if count > 1] == []
    assert [key for key, count in Counter(folded).items() if count > 1] == []


def test_splits_are_drawn_by_the_name_of_a_story_or_row(corpus):
    _, lang, splits = corpus
    train, dev = (76, 88) if lang in LEAST else (55, 67)
    for split, split_rows in splits.items():
        for row in split_rows:
            place = int(hashlib.sha256(row.get("story", row["id"]).encode()).hexdigest(), 16) % 100
            assert split == ("train" if place < train else "dev" if place < dev else "test"), row["id"]


def test_the_application_reads_them_and_knows_their_labels(corpus):
    app, lang, splits = corpus
    application = plugins.application(app)
    for split in SPLITS:
        examples = read_examples(CORPORA / app / lang / f"{split}.jsonl", application, lang)
        assert len(examples) == len(splits[split])
    first = application.heads[0]
    if app == "ner":
        labels = {entity["label"] for row in splits["train"] for entity in row["entities"]}
    else:
        labels = {row["label"] for row in splits["train"] if "label" in row}
        labels |= {one["label"] for row in splits["train"] for one in row.get("companies", ())}
    assert labels <= set(first.labels)
    assert len(labels) > 0.8 * len(first.labels)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_intents_entities_and_companies_stand_where_they_say(lang):
    for split in SPLITS:
        for row in rows("customer-intent", lang, split):
            for one in row.get("intents", ()):
                assert 0 <= one["start"] < one["end"] <= len(row["text"])
        named = [(row, row["entities"]) for row in rows("ner", lang, split)]
        named += [(row, row.get("companies", ())) for row in rows("finance-sentiment", lang, split)]
        for row, entities in named:
            for one in entities:
                assert row["text"][one["start"] : one["end"]].strip() == row["text"][one["start"] : one["end"]] != ""


@pytest.mark.parametrize("app", SAMPLES)
def test_the_samples_that_travel_with_a_plugin_are_the_corpus_own_and_were_not_trained_on(app):
    application = plugins.application(app)
    assert set(application.samples) == set(LANGUAGES)
    for lang, file in application.samples.items():
        assert file.is_relative_to(ROOT / "plugins" / SAMPLES[app])
        known = (CORPORA / app / lang / "test.jsonl").read_text("utf-8").splitlines()
        sample = file.read_text("utf-8").splitlines()
        assert len(sample) >= 10
        assert set(sample) <= set(known)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_readers_judge_items_that_are_there_and_none_twice(lang):
    items = rows("recommend", lang, "items")
    readers = [row for split in SPLITS for row in rows("recommend", lang, split)]
    ids = {item["id"] for item in items}
    assert len(ids) == len(items) >= (500 if lang in LEAST else 60)
    assert len(readers) >= (150 if lang in LEAST else 20)
    assert sum(len(reader["candidates"]) for reader in readers) >= LEAST_OF_OTHERS
    assert max(Counter(item["text"] for item in items).values()) == 1
    for reader in readers:
        shown = [name for name, _ in reader["candidates"]]
        assert set(reader["history"]) | set(shown) <= ids
        assert len(set(shown)) == len(shown)
        assert not set(shown) & set(reader["history"])
        assert {label for _, label in reader["candidates"]} <= {0, 1}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sample_of_recommendations_is_of_readers_that_were_not_trained_on(lang):
    texts = {item["id"]: item["text"] for item in rows("recommend", lang, "items")}
    readers = {reader["id"]: reader for reader in rows("recommend", lang, "test")}
    sample = plugins.application("recommend").samples[lang].read_text("utf-8").splitlines()
    assert len(sample) >= 10
    for row in map(json.loads, sample):
        reader = readers[row["user"]]
        assert row["history"] == [texts[name] for name in reader["history"]]
        assert [row["candidate"], row["label"]] in [[texts[name], label] for name, label in reader["candidates"]]
