from __future__ import annotations

import itertools
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpsuite.errors import TextError
from nlpsuite.text import NormalisedText, check_unicode, normalise
from tests.text.nasty import is_format, surrogates, texts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Plain ASCII.\nTwo lines.", "Plain ASCII.\nTwo lines."),
        ("Zürich é 中文，好。", "Zürich é 中文，好。"),
        ("e\u0301a\u0308", "éä"),
        ("Ａ股涨３．５％", "A股涨3.5%"),
        ("他说：好！（真的？）；对～……", "他说：好！（真的？）；对～……"),
        ("ﬁne ½ ㎡ ㈱", "fine 1⁄2 m2 (株)"),
        ("ｶﾞﾊﾟ", "ガパ"),
        ("\u1100\u1161\u11a8", "각"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\ufeffBOM\u200b \u200eltr\u202e", "BOM ltr"),
        ("a\tb\xa0c\u3000d\x00e\u202ff", "a b c d e f"),
        ("a\r\nb\rc\x85d\u2028e\x0cf\n\ng", "a\nb\nc\nd\ne\nf\n\ng"),
        ("it´s", "it's"),
        ("a¨b", "a¨b"),
        ("e\u200b\u0301", "é"),
    ],
)
def test_folds(text: str, expected: str) -> None:
    assert normalise(text).text == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("❤\ufe0f\u200d🔥", "❤\u200d🔥"),
        ("🏃🏽\u200d♀\ufe0f", "🏃🏽\u200d♀"),
        ("🇩🇪👍🏽", "🇩🇪👍🏽"),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",) * 2,
        ("hidden\U000e0068\U000e0069", "hidden"),
        ("a\u200db 👨\u200d", "ab 👨"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क\u094d\u200dष", "क\u094d\u200dष"),
    ],
)
def test_keeps_joiners_only_where_they_matter(text: str, expected: str) -> None:
    assert normalise(text).text == expected


def test_maps_spans_back_to_whole_characters() -> None:
    result = normalise("\ufeffﬁne e\u0301\u200bx\r\n㎡!")
    assert result.text == "fine éx\nm2!"
    original = [result.original[slice(*result.to_original(at, at + 1))] for at in range(len(result.text))]
    assert original == ["ﬁ", "ﬁ", "n", "e", " ", "e\u0301", "x", "\n", "㎡", "㎡", "!"]
    assert result.to_original(0, 4) == (1, 4)
    assert result.to_original(5, 7) == (5, 9)
    assert result.to_original(5, 5) == (5, 5)
    assert result.to_original(len(result.text), len(result.text)) == (len(result.original),) * 2


@pytest.mark.parametrize("span", [(-1, 1), (2, 1), (0, 4)])
def test_refuses_spans_outside_of_the_text(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no span of a text of 3 characters"):
        normalise("abc").to_original(*span)


@given(texts)
@settings(max_examples=500)
def test_offsets_are_ordered_and_miss_nothing_visible(text: str) -> None:
    result = normalise(text)
    spans = [result.to_original(at, at + 1) for at in range(len(result.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one == two or one[1] <= two[0] for one, two in itertools.pairwise(spans))
    covered = {at for span in spans for at in range(*span)}
    assert all(is_format(text[at]) for at in range(len(text)) if at not in covered)


@given(texts, st.data())
@settings(max_examples=300)
def test_spans_map_to_what_their_characters_map_to(text: str, data: st.DataObject) -> None:
    result = normalise(text)
    start = data.draw(st.integers(0, len(result.text)))
    end = data.draw(st.integers(start, len(result.text)))
    first, last = result.to_original(start, end)
    if start < end:
        assert first == result.to_original(start, start + 1)[0]
        assert last == result.to_original(end - 1, end)[1]
    else:
        assert first == last


@given(texts)
@settings(max_examples=500)
def test_normal_text_stays(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once


@given(st.text(st.characters(categories=("L", "M", "N")), max_size=20))
@settings(max_examples=300)
def test_is_nfkc_where_there_is_nothing_to_drop(text: str) -> None:
    result = normalise(text).text
    expected = unicodedata.normalize("NFKC", text)
    dropped = any(is_format(character) or "VARIATION SELECTOR" in unicodedata.name(character, "") for character in text)
    if not dropped and " " not in expected:
        assert result == expected


def test_composes_every_pair_that_unicode_composes() -> None:
    for code in range(0x110000):
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and "<" not in parts[0]:
            pair = "".join(chr(int(part, 16)) for part in parts)
            assert normalise(pair).text == normalise(chr(code)).text, hex(code)


@given(texts, surrogates, texts)
def test_refuses_lone_surrogates(before: str, surrogate: str, after: str) -> None:
    text = before + surrogate + after
    for refuse in (normalise, check_unicode):
        with pytest.raises(TextError, match=rf"character {len(before)} of the text is a lone surrogate"):
            refuse(text)


def test_text_that_needs_nothing_is_not_copied() -> None:
    for text in ("ASCII only.\n", "已经是正常的文字，不用改。"):
        result = normalise(text)
        assert result == NormalisedText(text, text)
        assert result.text is text


@pytest.mark.parametrize(
    "text",
    [
        "\u0301\u0327" * 50_000,
        "a" + "\u200b" * 100_000,
        "👨\u200d" * 50_000,
        "\u200b\u0301" * 50_000,
        "🏴" + "\U000e0067" * 100_000,
    ],
    ids=["marks", "dropped", "joiners", "mixed", "tags"],
)
def test_takes_linear_time(text: str) -> None:
    started = time.process_time()
    normalise(text)
    assert time.process_time() - started < 2
