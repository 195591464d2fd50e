"""The FAQ: reading, searching, re-reading, re-ranking, and its commands."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest
from click.testing import CliRunner
from nlpsuite_intent import faq_index
from nlpsuite_intent.faq_cli import faq
from nlpsuite_intent.faq_entries import Entry, read_faq
from nlpsuite_intent.faq_index import FaqIndex

from nlpsuite import InputError, UsageError

TABLE = "question,answer\nHow do I return it?,Use the label.\nWhen is my refund?,In five days.\n"


class Letters:
    """Embeds a text as its counts of letters: alike words are near."""

    id = "letters"

    def __init__(self):
        self.made = []

    def queries(self, texts):
        counts = np.array([[text.lower().count(chr(97 + i)) for i in range(26)] for text in texts], dtype=np.float32)
        return counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-6)

    def passages(self, texts):
        self.made += texts
        return self.queries(texts)


@pytest.fixture
def table(tmp_path):
    (tmp_path / "faq.csv").write_text(TABLE)
    return tmp_path / "faq.csv"


@pytest.fixture
def index(table, tmp_path):
    return FaqIndex(table, Letters(), folder=tmp_path / "vectors")


def test_tables_and_folders_of_texts_are_read(tmp_path, table):
    assert [entry.answer for entry in read_faq(table)] == ["Use the label.", "In five days."]
    (tmp_path / "shipping.md").write_text("# Do you ship abroad?\n\nYes, everywhere.\n")
    (tmp_path / "more.jsonl").write_text(
        json.dumps({"问题": "怎么退货", "答案": "点退货", "id": 7}, ensure_ascii=False)
    )
    found = {entry.id: entry for entry in read_faq(tmp_path)}
    assert found["shipping"] == Entry("Do you ship abroad?", "Yes, everywhere.", "shipping")
    assert found["7"] == Entry("怎么退货", "点退货", "7")
    assert len(found) == 4


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.csv", "question,answer\nWhy?,\n", "a.csv:2:answer: holds no answer"),
        ("a.md", "# Only a question\n", "a.md:1: has no answer"),
        ("a.jsonl", '{"id": 1, "answer": "x"}\n{"id": 1, "answer": "y"}\n', "'1' is there twice"),
    ],
)
def test_faulty_entries_are_refused_with_their_place(tmp_path, name, content, problem):
    (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=problem):
        read_faq(tmp_path / name)


def test_what_is_missing_or_empty_is_said(tmp_path):
    with pytest.raises(UsageError, match="no FAQ at"):
        read_faq(tmp_path / "none.csv")
    with pytest.raises(InputError, match="no question with an answer"):
        read_faq(tmp_path)


def test_the_nearest_entry_comes_first(index):
    hits = index.search("return how do i", k=2)
    assert [hit.entry.answer for hit in hits] == ["Use the label.", "In five days."]
    assert hits[0].similarity > hits[1].similarity
    assert 0 <= hits[1].confidence <= hits[0].confidence <= 1


def test_a_changed_faq_is_read_again_and_only_what_is_new_embedded(index, table):
    index.search("x")
    before = list(index.embedder.made)
    assert not index.refresh()
    table.write_text(TABLE + "Do you like jazz?,Very much.\n")
    os.utime(table, ns=(1, 1))
    assert index.search("jazz like you do")[0].entry.answer == "Very much."
    assert index.embedder.made[len(before) :] == ["Do you like jazz?", "Very much."]


def test_a_faulty_change_leaves_what_was_read(index, table):
    index.search("x")
    table.write_text("question,answer\nWhy?,\n")
    with pytest.raises(InputError):
        index.refresh()
    assert len(index.entries) == 2


def test_a_reranker_has_the_last_word(index):
    index.rerank = lambda question, texts: [float("refund" in text) for text in texts]
    assert index.search("return how do i", k=1)[0].entry.answer == "In five days."


def test_beyond_some_size_a_graph_is_searched_and_finds_the_same(tmp_path, monkeypatch):
    rows = [f"q{a} {chr(97 + a % 26) * (a % 7 + 1)} {chr(97 + a // 26)}?,answer {a}" for a in range(200)]
    (tmp_path / "faq.csv").write_text("question,answer\n" + "\n".join(rows))
    exact = FaqIndex(tmp_path / "faq.csv", Letters(), folder=tmp_path / "v")
    wanted = [exact.search(row.split("?")[0], k=1)[0].similarity for row in rows[::20]]
    monkeypatch.setattr(faq_index, "EXACT_UP_TO", 50)
    graph = FaqIndex(tmp_path / "faq.csv", Letters(), folder=tmp_path / "v")
    found = [graph.search(row.split("?")[0], k=1)[0].similarity for row in rows[::20]]
    assert graph._graph is not None
    assert np.mean(np.isclose(found, wanted, atol=1e-5)) >= 0.8


def test_the_confidence_is_fitted_on_the_faq_itself(tmp_path):
    words = ["refund money", "parcel late", "login password", "shop hours", "invoice copy", "gift card", "size chart"]
    words += ["jacket wash", "cable broken", "bonus points", "student offer", "phone number"]
    rows = [f"{word}?,about the {word} of yours" for word in words]
    (tmp_path / "faq.csv").write_text("question,answer\n" + "\n".join(rows))
    index = FaqIndex(tmp_path / "faq.csv", Letters(), folder=tmp_path / "v")
    known, strange = index.search("the invoice copy")[0], index.search("zzz xylophone quiz")[0]
    assert index.confidence != type(index.confidence)()
    assert known.confidence > 0.5 > strange.confidence


def test_the_commands_work_on_the_embedded_encoder(table, tmp_path, monkeypatch):
    monkeypatch.setenv("NLPSUITE_HOME", str(tmp_path / "home"))
    done = CliRunner().invoke(faq, ["index", str(table)], catch_exceptions=False)
    assert "2 entries are ready" in done.output
    asked = ["search", str(table), "I want my money back, when?", "--format", "jsonl", "-k", "1"]
    found = json.loads(CliRunner().invoke(faq, asked, catch_exceptions=False).stdout)
    assert found["hits"][0]["answer"] == "In five days."
    piped = CliRunner().invoke(faq, ["search", str(table)], input="sending it back\n\n", catch_exceptions=False)
    assert piped.stdout.index("return it") < piped.stdout.index("refund")
    measured = CliRunner().invoke(faq, ["evaluate", "--data", str(table), "-k", "1"], catch_exceptions=False)
    assert "recall_at_1" in measured.output
