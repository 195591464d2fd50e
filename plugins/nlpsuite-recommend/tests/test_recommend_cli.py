"""The commands, with a text score by shared words in place of a model."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from click.testing import CliRunner
from nlpsuite_recommend import textscore
from nlpsuite_recommend.cli.evaluate import evaluate
from nlpsuite_recommend.cli.fit import fit
from nlpsuite_recommend.cli.pairs import pairs
from nlpsuite_recommend.cli.rank import rank
from nlpsuite_recommend.pairs import read_pairs
from nlpsuite_recommend.textscore import Cascade, CrossScore, LikenessScore

import nlpsuite

TOPICS = ("sea tide boat", "chess rook pawn", "bread oven dough", "moon star comet")


class Words:
    """Embeds a text as the letters it has."""

    id = "words"

    def passages(self, texts):
        found = np.array([[text.count(chr(97 + i)) for i in range(26)] for text in texts], dtype=np.float32)
        return found.reshape(-1, 26) / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-6)


class App:
    """Scores a pair by the share of the candidate's words that the history has."""

    def __init__(self):
        self.seen = 0

    def __call__(self, documents):
        self.seen += len(documents)
        return [nlpsuite.Result("recommend", one, (self.head(one),)) for one in documents]

    def head(self, one):
        words = one.pair.split()
        share = sum(word in one.text.split() for word in words) / len(words)
        return nlpsuite.HeadResult("match", "", 0.05 + 0.9 * share, (), {})


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.setenv("NLPSUITE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(nlpsuite, "load", lambda *_, **__: App(), raising=False)
    monkeypatch.setattr(nlpsuite, "load_embedder", lambda *_, **__: Words(), raising=False)
    items = [
        {"id": f"i{number}", "text": f"{TOPICS[number % 4]} {number}", "publisher": "AB"[number % 2], "popularity": 0.1}
        for number in range(40)
    ]
    readers = [
        {
            "id": f"r{number}",
            "history": [f"i{number % 4}", f"i{number % 4 + 4}"],
            "candidates": [
                [f"i{8 + (number + step) % 32}", int((8 + number + step) % 4 == number % 4)] for step in range(8)
            ],
        }
        for number in range(12)
    ]
    for name, rows in (("items", items), ("readers", readers)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return ["--items", str(tmp_path / "items.jsonl"), "--readers", str(tmp_path / "readers.jsonl")]


def run(command, *arguments):
    found = CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.stdout


def test_ranking_puts_what_matches_first_and_says_why(files):
    rows = [
        json.loads(line) for line in run(rank, *files, "--score", "cross", "--top", 2, "--format", "jsonl").splitlines()
    ]
    assert len(rows) == 12
    for number, row in enumerate(rows):
        assert [int(one["id"][1:]) % 4 for one in row["ranked"]] == [number % 4] * 2
        assert row["ranked"][0]["parts"]["basis"] == "text"
    assert "i8" in run(rank, *files, "--score", "cross", "--diversity", 0.5, "--fresh", 30)


def test_rules_are_kept(files, tmp_path):
    (tmp_path / "rules.toml").write_text('never_adjacent = ["publisher"]\n')
    shown = run(rank, *files, "--score", "cross", "--rules", tmp_path / "rules.toml", "--format", "jsonl")
    for row in map(json.loads, shown.splitlines()):
        publishers = [int(one["id"][1:]) % 2 for one in row["ranked"]]
        assert all(one != other for one, other in pairwise(publishers))


def test_a_combiner_is_fitted_saved_and_used(files, tmp_path):
    assert "text" in run(fit, *files, "--score", "cross", "--out", tmp_path / "combiner.json")
    shown = run(rank, *files, "--score", "cross", "--combiner", tmp_path / "combiner.json", "--format", "jsonl")
    assert json.loads(shown.splitlines()[0])["ranked"][0]["parts"]["basis"] == "combiner"


def test_measuring_compares_with_popularity_and_likeness(files):
    found = json.loads(run(evaluate, *files, "--score", "cross", "--format", "json"))
    assert found["rankers"]["this"]["metrics"]["auc"]["value"] == 1.0
    assert found["rankers"]["popularity"]["metrics"]["auc"]["value"] == 0.5
    assert found["this_less"]["popularity"]["auc"]["low"] > 0
    assert "this less popularity" in run(evaluate, *files, "--score", "likeness")


def test_training_pairs_hold_history_candidate_and_label(files, tmp_path):
    assert "96 rows" in run(pairs, *files, "--out", tmp_path / "pairs.jsonl")
    row = json.loads((tmp_path / "pairs.jsonl").read_text().splitlines()[0])
    assert row == {
        "user": "r0",
        "history": ["sea tide boat 0", "sea tide boat 4"],
        "candidate": "sea tide boat 8",
        "label": 1,
        "group": "r0",
    }


def test_a_history_is_cut_to_what_the_user_allows(files, tmp_path):
    run(pairs, *files, "--history", 20, "--out", tmp_path / "pairs.jsonl")
    row = json.loads((tmp_path / "pairs.jsonl").read_text().splitlines()[0])
    assert row["history"] == ["sea tide boat 4"]


def test_a_cascade_reads_only_the_likeliest_together_and_keeps_them_on_top():
    app = App()
    cascade = Cascade(LikenessScore(Words()), CrossScore(app), 2)
    candidates = ["moon star", "boat tide sea", "tide", "pawn rook"]
    scores = cascade("sea tide boat", candidates)
    assert app.seen == 2
    assert sorted(range(4), key=lambda place: -scores[place])[:2] == [1, 2]
    assert cascade("sea tide boat", candidates[:2]) == CrossScore(app)("sea tide boat", candidates[:2])


def test_likeness_is_that_of_the_nearest_pieces():
    score = LikenessScore(Words())
    near, far = score(textscore.SEPARATOR.join(["sea tide", "chess rook"]), ["tide sea", "zzz"])
    assert near > far


@pytest.fixture
def rows(files, tmp_path):
    path = tmp_path / "pairs.jsonl"
    run(pairs, *files, "--out", path)
    return path


def test_rows_of_pairs_do_in_place_of_items_and_readers(files, rows):
    by_tables = json.loads(run(evaluate, *files, "--format", "json"))
    by_rows = json.loads(run(evaluate, "--data", rows, "--seen", rows, "--format", "json"))
    for name in ("this", "likeness"):
        assert by_rows["rankers"][name]["metrics"]["auc"] == by_tables["rankers"][name]["metrics"]["auc"]
    assert by_rows["rankers"]["popularity"]["metrics"]["auc"]["value"] != 0.5
    shown = run(rank, "--data", rows, "--top", 1)
    assert "sea tide boat" in shown and "[sea" not in shown


def test_popularity_is_how_many_liked_it(tmp_path):
    path = tmp_path / "rows.jsonl"
    labels = [("u1", "x", 1), ("u2", "x", 1), ("u1", "y", 0), ("u2", "z", 1)]
    lines = [{"user": u, "history": [u], "candidate": c, "label": label} for u, c, label in labels]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    items, readers = read_pairs(path, path)
    assert {item.id: item.popularity for item in items} == {"x": 2.0, "y": 0.0, "z": 1.0}
    average = 3 / 4  # of what was shown; three average readers are added to those of each item
    shares = {"x": (2 + 3 * average) / 5, "y": 3 * average / 4, "z": (1 + 3 * average) / 4}
    assert {item.id: item.columns["liked_share"] for item in items} == pytest.approx(shares)
    shown = [(one.columns["user"], one.candidates) for one in readers]
    assert shown == [("u1", (("x", 1), ("y", 0))), ("u2", (("x", 1), ("z", 1)))]


def test_a_history_counts_once_for_each_reader_and_what_nobody_knows_is_average(tmp_path):
    seen, asked = tmp_path / "seen.jsonl", tmp_path / "asked.jsonl"
    rows = [{"history": ["h"], "candidate": c, "label": label} for c, label in (("x", 1), ("y", 0), ("z", 0), ("w", 0))]
    seen.write_text("".join(json.dumps(row) + "\n" for row in rows))
    asked.write_text("".join(json.dumps({"history": ["q"], "candidate": c, "label": 1}) + "\n" for c in "hxyn"))
    items, _ = read_pairs(asked, seen)
    shares = {item.id: item.columns["liked_share"] for item in items}
    assert shares == pytest.approx({"h": 1.75 / 4, "x": 1.75 / 4, "y": 0.75 / 4, "n": 0.25})


def test_impressions_of_one_user_stay_apart_and_count_as_one_reader(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("user,group,history,candidate,label\nu,g1,a | b,x,1\nu,g1,a | b,x,0\nu,g2,a,y,0\n")
    _, readers = read_pairs(path)
    assert [one.id for one in readers] == ["g1", "g2"]
    assert [past.text for past in readers[0].history] == ["a", "b"]
    assert readers[0].candidates == (("x", 1),)
    run(pairs, "--data", path, "--out", tmp_path / "out.jsonl")
    again = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [(row["user"], row["group"]) for row in again] == [("u", "g1"), ("u", "g2")]


def test_popularity_is_no_peer_where_nobody_knows_it(files, rows):
    found = CliRunner().invoke(evaluate, ["--data", str(rows), "--format", "json"])
    assert list(json.loads(found.stdout)["rankers"]) == ["this", "likeness"]
    assert "No item has a popularity" in found.stderr


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"history": ["b"], "candidate": "x", "label": 1, "group": "g"}, "rows.jsonl:2:history: differs"),
        ({"history": ["a"], "candidate": "x", "label": 2, "user": "u"}, ":2:label: is 2"),
        ({"history": 3, "candidate": "x", "label": 1, "user": "u"}, ":2:history: is a number"),
        ({"history": ["a"], "label": 1, "user": "u"}, ":2:candidate: is missing"),
    ],
)
def test_a_faulty_row_of_pairs_names_line_and_field(row, message, tmp_path):
    path = tmp_path / "rows.jsonl"
    good = {"history": ["a"], "candidate": "x", "label": 1, "group": "g"}
    path.write_text(json.dumps(good) + "\n" + json.dumps(row) + "\n")
    with pytest.raises(nlpsuite.InputError, match=message):
        read_pairs(path)


@pytest.mark.parametrize("arguments", [[], ["--items", "x"], ["--data", "x", "--items", "y"], ["--seen", "x"]])
def test_too_much_or_too_little_data_is_said_at_once(arguments):
    found = CliRunner().invoke(evaluate, arguments)
    assert isinstance(found.exception, nlpsuite.UsageError) and "--items and --readers" in str(found.exception)
