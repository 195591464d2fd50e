"""The combiner: its parts add up to its score, it survives a file, and its probabilities are those of the data."""

from __future__ import annotations

import json
import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nlpsuite_recommend.combine import Combiner, Feature, Impression, fit, impressions
from nlpsuite_recommend.features import logit, sigmoid, signals
from nlpsuite_recommend.readers import DAY, Item, Past, Reader

from nlpsuite import ConfigError, InputError, UsageError

optional = st.one_of(st.none(), st.floats(-50, 50))


def simulated(n=3000, seed=4, missing=0.2):
    """Readers who take what fits their history and is new, with a base rate of about a third."""
    chance = random.Random(seed)
    rows = []
    for number in range(n):
        text, fresh = chance.gauss(0, 1), chance.gauss(-2, 1)
        taken = chance.random() < sigmoid(-1 + 1.5 * text + 0.5 * (fresh + 2))
        popularity = None if chance.random() < missing else chance.random()
        known = {"text": text, "popularity": popularity, "freshness": fresh, "price": None, "stock": 1.0}
        rows.append(Impression(f"r{number % 300}", known, int(taken)))
    return rows


@pytest.fixture(scope="module")
def rows():
    return simulated()


@pytest.fixture(scope="module")
def combiner(rows):
    return fit(rows)


def test_it_learns_what_made_the_data(combiner):
    weights = {feature.name: feature.weight / feature.scale for feature in combiner.features}
    assert weights["text"] == pytest.approx(1.5, abs=0.2)
    assert weights["freshness"] == pytest.approx(0.5, abs=0.2)
    assert abs(weights["popularity"]) < 0.2
    assert combiner.unused == ("price", "stock")


def test_the_mean_probability_is_the_share_of_ones(rows, combiner):
    mean = sum(combiner.probability(row.signals) for row in rows) / len(rows)
    assert mean == pytest.approx(sum(row.label for row in rows) / len(rows), abs=1e-5)


def test_calibration_is_measured_on_readers_left_out(rows, combiner):
    found = combiner.calibration
    assert (found["rows"], found["readers"]) == (3000, 300)
    assert found["share_of_ones"] == sum(row.label for row in rows) / 3000
    assert 0 < found["calibration_error"] < 0.05
    assert found["log_loss"] < 0.6
    assert found["brier"] < 0.2


def test_noise_that_was_learned_by_heart_shows_in_the_calibration():
    chance = random.Random(1)
    rows = [Impression(f"r{n}", {f"noise {m}": chance.gauss(0, 1) for m in range(12)}, n % 2) for n in range(40)]
    learned = fit(rows, strength=100.0)
    assert learned.calibration["log_loss"] > 1.0


def test_zeros_left_out_are_put_right(rows):
    thinned = [row for number, row in enumerate(rows) if row.label or number % 4 == 0]
    mended = fit(thinned, zeros_kept=0.25)
    mean = sum(mended.probability(row.signals) for row in rows) / len(rows)
    assert mean == pytest.approx(sum(row.label for row in rows) / len(rows), abs=0.03)


@settings(deadline=None)
@given(optional, st.one_of(st.none(), st.floats(0, 1e6)), optional, optional)
def test_contributions_sum_to_the_score(combiner, text, popularity, fresh, price):
    found = combiner.explain({"text": text, "popularity": popularity, "freshness": fresh, "price": price})
    assert math.fsum(found.contributions.values()) == found.log_odds
    assert found.probability == sigmoid(found.log_odds)
    assert 0 <= found.probability <= 1


def test_what_training_saw_missing_has_a_weight_of_its_own():
    rows = [
        Impression(f"r{n}", {"text": float(n % 5), "price": None if n % 2 else float(n % 7)}, int(n % 2 == 0))
        for n in range(200)
    ]
    found = fit(rows).explain({"text": 2.0, "price": None})
    assert list(found.contributions) == ["base", "text", "price (missing)"]
    assert found.contributions["price (missing)"] < -1


def test_what_training_never_saw_missing_counts_as_average(combiner):
    found = combiner.explain({"text": None, "popularity": 0.4, "freshness": -2.0})
    assert found.contributions["text (missing)"] == 0.0


def test_popularity_of_zero_is_low_but_finite(combiner):
    popularity = next(feature for feature in combiner.features if feature.name == "popularity")
    assert popularity.floor > 0
    assert math.isfinite(popularity.standardised(0.0))
    assert popularity.standardised(0.0) < popularity.standardised(0.001)


def test_without_any_number_the_base_is_the_share_of_ones():
    rows = [Impression("r", {"text": None}, label) for label in (1, 0, 0, 0)]
    assert fit(rows).probability({"text": None}) == pytest.approx(0.25)


def test_it_survives_a_file_exactly(tmp_path, rows, combiner):
    path = tmp_path / "new" / "combiner.json"
    combiner.save(path)
    loaded = Combiner.load(path)
    assert loaded == combiner
    assert loaded.explain(rows[0].signals) == combiner.explain(rows[0].signals)
    assert [file.name for file in path.parent.iterdir()] == ["combiner.json"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"format": "other"}, "no combiner of this version"),
        ({"base": None}, "damaged"),
        ({"base": True}, "damaged"),
        ({"features": [{}]}, "damaged"),
        ({"features": 3}, "damaged"),
        ({"calibration": []}, "damaged"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path, combiner, change, problem):
    path = tmp_path / "combiner.json"
    combiner.save(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(InputError, match=problem) as caught:
        Combiner.load(path)
    assert caught.value.path == path


def test_files_that_are_none_are_refused(tmp_path):
    (tmp_path / "text.json").write_text("{")
    for name, problem in [("text.json", "no JSON"), ("none.json", "no such file"), (".", "cannot be read")]:
        with pytest.raises(InputError, match=problem):
            Combiner.load(tmp_path / name)


def test_a_scale_of_zero_in_a_file_is_refused(tmp_path):
    path = tmp_path / "combiner.json"
    Combiner(0.0, (Feature("text", 0.0, 0.0, 1.0),)).save(path)
    with pytest.raises(InputError, match="damaged.*scale"):
        Combiner.load(path)


@pytest.mark.parametrize(("labels", "cure"), [([1, 1], "not taken"), ([0, 0], "was taken")])
def test_constant_labels_are_refused(labels, cure):
    with pytest.raises(InputError, match=f"all 2 impressions have the label {labels[0]}.*{cure}"):
        fit([Impression("r", {"text": float(n)}, label) for n, label in enumerate(labels)])


def test_other_faults_of_training_are_refused():
    rows = [Impression("r", {"text": 1.0}, 1), Impression("r", {"text": 0.0}, 0)]
    with pytest.raises(InputError, match="no impressions"):
        fit([])
    with pytest.raises(InputError, match="label 2"):
        fit([*rows, Impression("s", {"text": 1.0}, 2)])
    with pytest.raises(ConfigError, match="zeros_kept"):
        fit(rows, zeros_kept=0.0)
    with pytest.raises(ConfigError, match="strength"):
        fit(rows, strength=0.0)


def test_signals_of_an_item():
    item = Item("a", "x", popularity=0.2, time=0.0, price=3.0, stock=-2.0, columns={"stars": "4", "mood": "calm"})
    found = signals(item, text=0.5, usual_price=1.0, now=DAY, columns=("stars", "mood", "gone"))
    assert found == {
        "text": 0.0,
        "popularity": 0.2,
        "freshness": -math.log(2),
        "price": math.log(2),
        "stock": 0.0,
        "stars": 4.0,
        "mood": None,
        "gone": None,
    }
    bare = signals(Item("b", "y"), text=None, usual_price=None, now=0.0)
    assert set(bare.values()) == {None}


@given(st.floats(0, 1))
def test_log_odds_are_finite_and_turn_back(probability):
    assert sigmoid(logit(probability)) == pytest.approx(probability, abs=2e-6)


def test_extremes():
    assert (sigmoid(-800), sigmoid(800)) == (0.0, 1.0)
    with pytest.raises(UsageError, match="probabilities"):
        logit(1.5)


def test_impressions_come_from_labelled_candidates():
    items = [Item("a", "tide", price=3.0, columns={"stars": 5}), Item("b", "jazz"), Item("h", "moon", price=1.0)]
    readers = [
        Reader("r", (Past("moon", "h", price=1.0),), (("a", 1), ("b", 0), ("h", None))),
        Reader("cold", (), (("b", 1),)),
        Reader("nothing", (Past("moon"),), ()),
    ]
    calls = []

    def score(history, texts):
        calls.append((history, list(texts)))
        return [0.5 + 0.25 * (text == "tide") for text in texts]

    rows = impressions(readers, items, score, now=0.0)
    assert calls == [("moon", ["tide", "jazz"])]
    assert [(row.reader, row.label) for row in rows] == [("r", 1), ("r", 0), ("cold", 1)]
    assert [row.signals["text"] for row in rows] == [pytest.approx(math.log(3)), 0.0, None]
    assert [row.signals["stars"] for row in rows] == [5.0, None, None]
    assert rows[0].signals["price"] == pytest.approx(math.log(2))
    assert fit(rows[:2]).columns == ("stars",)
    with pytest.raises(InputError, match="'r' was shown 'a'"):
        impressions(readers, items[1:], score, now=0.0)
