"""Where the time goes, what starting costs, and the picture."""

from __future__ import annotations

import sys
from xml.etree import ElementTree

import pytest

from nlpsuite.application import HeadKind
from nlpsuite.bench.contenders import answer
from nlpsuite.bench.exported import Exported, _spans
from nlpsuite.bench.footprint import _measured
from nlpsuite.bench.plot import svg
from nlpsuite.bench.stages import STAGES, stages
from nlpsuite.document import Span
from nlpsuite.result import HeadResult
from nlpsuite.runtime import load_folder
from tests.tiny import ROWS, TINY_APP


def test_shares_of_the_stages_make_up_the_whole(tiny_bundle):
    shares = stages(load_folder(TINY_APP, tiny_bundle, device="cpu"), [str(row["text"]) for row in ROWS[:8]])
    assert tuple(shares) == STAGES
    assert sum(shares.values()) == pytest.approx(1)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_memory_is_that_of_the_process_that_was_started():
    found = _measured("held = bytearray(100_000_000)", [], 1)
    assert 100 < found.megabytes < 200
    assert found.seconds > 0


def test_the_picture_has_a_bar_for_each_and_shows_names_as_they_are():
    one = {"texts_per_second": 50.0, "same_labels": 1.0, "ours": True}
    outcome = {
        "app": "a<b",
        "texts": 3,
        "machine": {"cores": 2},
        "contenders": [{"name": "x & y", **one}, {"name": "z", **one, "texts_per_second": 100.0, "ours": False}],
    }
    drawn = ElementTree.fromstring(svg(outcome))
    texts = [element.text or "" for element in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[0].startswith("a<b") and texts[1] == "z" and "x & y" in texts
    widths = [float(bar.get("width", "0")) for bar in drawn.iter("{http://www.w3.org/2000/svg}rect") if bar.get("x")]
    assert widths == [380.0, 190.0]


def test_entities_are_compared_by_place_and_type(tmp_path):
    spans = (Span(5, 9, "ORG", 0.9), Span(0, 3, "PER", 0.8))
    said = HeadResult("tags", "PER", 0.8, ("PER", "ORG"), {}, spans=spans)
    assert answer(said, HeadKind.TOKEN_LABELS) == "0-3:PER 5-9:ORG"
    tags, offsets = ["O", "B-PER", "I-PER", "I-ORG", "O"], [(0, 0), (0, 1), (1, 3), (5, 9), (0, 0)]
    assert list(_spans(tags, offsets)) == [(0, 3, "PER"), (5, 9, "ORG")]
    (tmp_path / "config.json").write_text('{"id2label": {"0": "O", "1": "B-PER"}}')
    assert Exported(tmp_path, 8, tags=True).read([[1, 0], [0, 1], [1, 0]], [(0, 0), (0, 3), (0, 0)]) == "0-3:PER"
