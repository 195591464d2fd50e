"""The benchmark: times are taken in turn, ratios are of rounds, and peers on the same weights answer alike."""

from __future__ import annotations

import json

import pytest

from nlpsuite.application import Application, Head, HeadKind
from nlpsuite.bench.contenders import Contender
from nlpsuite.bench.peak import operations
from nlpsuite.bench.peers import PEERS, available
from nlpsuite.bench.race import Standing, race
from nlpsuite.bench.timing import fastest, in_turn, times_as_fast
from nlpsuite.errors import UsageError
from nlpsuite.model.bert import BertConfig
from tests.tiny import ROWS, TINY_APP


def test_contenders_take_turns_after_a_run_that_does_not_count():
    order = []
    taken, given = in_turn({name: lambda name=name: order.append(name) for name in "ab"}, 3)
    assert "".join(order) == "ab" * 4
    assert {name: len(seconds) for name, seconds in taken.items()} == {"a": 3, "b": 3}
    assert given == {"a": None, "b": None}


def test_a_ratio_is_the_median_over_rounds():
    found = times_as_fast([1.0, 1.0, 2.0], [2.0, 3.0, 4.0])
    assert (found.value, found.n) == (2.0, 3)
    assert found.low <= 2.0 <= found.high <= 3.0


def test_the_fastest_option_is_found():
    import time

    assert fastest({"slow": lambda: time.sleep(0.05), "fast": lambda: None}) == "fast"


def test_operations_are_those_of_the_formula():
    config = BertConfig(vocab=9, hidden=8, layers=3, heads=2, ffn=32, positions=64)
    lengths = [5, 7]
    assert operations(config, lengths) == 3 * sum(n * 24 * 8**2 + 4 * n * n * 8 for n in lengths)


def test_a_standing_says_what_was_chosen():
    standing = Standing(Contender("it", lambda texts: [], "batch 8"), (2.0, 1.0, 4.0), 0.25, 1.0, 3.14159)
    found = standing.to_dict(100)
    assert (found["texts_per_second"], found["setting"], found["single_text_ms"]) == (50.0, "batch 8", 3.14)


def test_all_peers_give_the_labels_of_the_suite(tiny_bundle, tmp_path):
    texts = [str(row["text"]) for row in ROWS[:12]]
    peers = available(tags=False)
    assert {*PEERS} - {*peers} <= {"openvino", "ctranslate2"}
    outcome = race(TINY_APP, tiny_bundle, texts, room=tmp_path, lang="en", runs=2, peers=peers)
    assert len(outcome.standings) >= 1 + len(peers)
    for standing in outcome.standings:
        exact = standing.contender.dtype == "fp32"
        assert standing.agreement == 1.0 if exact else standing.agreement >= 0.75
    values = json.loads(json.dumps(outcome.to_dict()))
    assert values["texts"] == 12 and values["tokens"] > 12
    assert {row["peer"] for row in values["times_as_fast"]} == {
        one.contender.name for one in outcome.standings if not one.contender.ours
    }


def test_what_cannot_be_measured_is_said(tiny_bundle, tmp_path):
    with pytest.raises(UsageError, match="no text"):
        race(TINY_APP, tiny_bundle, [], room=tmp_path, lang="en", runs=2, peers=[])
    pairs = Application("pairs", "", ("en",), (Head("match", HeadKind.PAIR_SCORE),))
    with pytest.raises(UsageError, match="one label"):
        race(pairs, tiny_bundle, ["a text"], room=tmp_path, lang="en", runs=2, peers=[])
