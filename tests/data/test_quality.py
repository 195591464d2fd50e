from __future__ import annotations

import json

from nlpsuite.data.quality import inspect, normalised
from nlpsuite.data.records import Example


def examples(name, *rows):
    return [
        Example(text, gold={} if gold is None else {"mood": gold}, path=name, line=line)
        for line, (text, gold) in enumerate(rows, 1)
    ]


def counts(report):
    return {(finding.check, finding.split): finding.count for finding in report.findings}


def filler(name):
    """Clean examples, enough of each label."""
    return examples(name, *((f"{name} text {n}", ("good", "bad")[n % 2]) for n in range(10)))


def test_clean_data_give_no_finding():
    report = inspect(filler("train"), filler("dev"))
    assert (report.findings, report.lines()) == ((), [])
    assert report.to_dict() == {"train": 10, "dev": 10, "findings": []}


def test_duplicates_are_counted_exactly_and_normalised():
    train = examples("t", ("A b", "x"), ("a  B", "x"), ("A b", "x"), ("Ａ b", "x"), ("c", "x"), ("C", "x"))
    report = inspect(train, [])
    assert counts(report) == {("exact-duplicates", "train"): 1, ("normalised-duplicates", "train"): 3}
    exact, close = report.findings
    assert exact.places == ("t:3 repeats t:1",)
    assert close.places == ("t:2 repeats t:1", "t:4 repeats t:1", "t:6 repeats t:5")
    assert counts(inspect(filler("t"), train))[("exact-duplicates", "dev")] == 1


def test_conflicts_are_texts_with_different_answers():
    train = examples("t", ("Same", "good"), ("same ", "bad"), ("same", "bad"), ("other", "bad"))
    finding = next(finding for finding in inspect(train, []).findings if finding.check == "conflicts")
    assert (finding.split, finding.count) == ("train", 1)
    assert finding.places == ("t:1 says 'good', t:2 says 'bad'",)
    several = examples("t", ("a", ("x", "y")), ("a", ("y", "x")))
    assert ("conflicts", "train") not in counts(inspect(several, []))


def test_an_answer_that_is_missing_is_no_conflict():
    train = examples("t", ("a", None), ("a", "good"))
    assert ("conflicts", "train") not in counts(inspect(train, []))


def test_the_second_text_counts():
    pairs = [Example("h", pair=pair, gold={"match": score}) for pair, score in (("a", 1.0), ("b", 0.0))]
    assert inspect(pairs, []).findings == ()
    assert counts(inspect(pairs, pairs[:1])) == {("exact-leaks", "dev"): 1}


def test_leaks_are_counted_exactly_and_normalised():
    train = [*filler("train"), *examples("again", ("train text 3", "bad"))]
    dev = examples("dev", ("train text 3", "bad"), ("TRAIN  text 4", "good"), ("new", "good"))
    report = inspect(train, dev)
    found = counts(report)
    assert (found["exact-leaks", "dev"], found["normalised-leaks", "dev"]) == (1, 1)
    places = [finding.places for finding in report.findings if finding.split == "dev"]
    assert places == [("dev:1 is train:4",), ("dev:2 is train:5",)]


def test_rare_labels_are_those_of_training_under_five():
    train = examples("t", *((f"text {n}", "often" if n < 5 else "seldom") for n in range(9)))
    report = inspect(train, examples("d", ("x", "dev only")))
    assert [(finding.check, finding.count, finding.places) for finding in report.findings] == [
        ("rare-labels", 1, ("'seldom' 4×, first at t:6",))
    ]


def test_rare_types_of_entities_are_counted_by_entity():
    def tagged(text, *tags):
        tokens = tuple(text.split())
        return Example(text, tokens=tokens, gold={"entities": tags}, path="t", line=1)

    train = [tagged(f"{n} b c", "B-PER", "I-PER", "B-LOC" if n else "O") for n in range(5)]
    (finding,) = inspect(train, []).findings
    assert finding.places == ("'LOC' 4×, first at t:1",)


def test_five_places_are_shown_and_sentences_are_for_people():
    train = examples("t", *[("same", "x")] * 9)
    report = inspect(train, [])
    (finding,) = report.findings
    assert (finding.count, len(finding.places)) == (8, 5)
    (line,) = report.lines()
    assert line.startswith("Train records that repeat an earlier one word for word: 8 (t:2 repeats t:1; ")
    assert line.endswith("; …).")
    assert json.loads(json.dumps(report.to_dict()))["findings"][0]["places"] == list(finding.places)


def test_normalisation_takes_away_width_case_and_spaces():
    assert normalised(" ＡＢＣ\u3000 Straße\n１ ﬁ") == normalised("abc strasse 1 FI")
    assert normalised("好，") == normalised("好,")
    assert normalised("é") == normalised("E\u0301")
    assert normalised("a") != normalised("b")
