from __future__ import annotations

import pytest

from nlpsuite.text.graphemes import join_graphemes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ab", ["a", "b"]),
        ("e\u0301a", ["e\u0301", "a"]),
        ("👨\u200d👩\u200d👧x", ["👨\u200d👩\u200d👧", "x"]),
        ("👍🏽", ["👍🏽"]),
        ("❤\ufe0f1\ufe0f\u20e3", ["❤\ufe0f", "1\ufe0f\u20e3"]),
        ("🇩🇪🇫🇷🇮", ["🇩🇪", "🇫🇷", "🇮"]),
        ("中国", ["中", "国"]),
        ("a\u200db", ["a\u200d", "b"]),
    ],
)
def test_joins_what_is_seen_as_one(text: str, expected: list[str]) -> None:
    characters = [(at, at + 1) for at in range(len(text))]
    assert [text[start:end] for start, end in join_graphemes(text, characters)] == expected


def test_joins_neighbours_only() -> None:
    assert join_graphemes("e \u0301", [(0, 1), (2, 3)]) == [(0, 1), (2, 3)]
