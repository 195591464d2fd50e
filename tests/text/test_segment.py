from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpsuite.errors import PluginError, TextError, UnknownName
from nlpsuite.text import Word, segment, sentences, words
from nlpsuite.text import segment as segment_function
from tests.text.nasty import surrogates, texts, without_space

LANGUAGES = ["zh", "en", "de", "fr", "es", "it", "nl", "pt", "pl", "ru", "ar", "hi", "th", "ja", "xx"]


class Spans:
    """A segmenter that gives the spans it was made with."""

    def __init__(self, *spans: tuple[int, int]) -> None:
        self.spans = spans

    def words(self, text: str) -> Iterable[tuple[int, int]]:
        return self.spans


def test_gives_sentences_and_words_with_their_places() -> None:
    text = "Kurs fällt. Warum?"
    found = segment(text, "de")
    assert found.sentences == ((0, 11), (12, 18))
    assert found.words == (
        Word(0, 4, True),
        Word(5, 10, True),
        Word(10, 11, False),
        Word(12, 17, True),
        Word(17, 18, False),
    )
    assert found.surfaces() == ["Kurs", "fällt", ".", "Warum", "?"]
    assert found.words_by_sentence() == [found.words[:3], found.words[3:]]
    assert (found.text, found.lang) == (text, "de")
    assert sentences(text, "de") == found.sentences
    assert words(text, "de") == found.words
    with pytest.raises(FrozenInstanceError):
        found.lang = "en"  # type: ignore[misc]


@pytest.mark.parametrize("lang", ["zh-Hant", "zh_TW", "ZH", "yue"])
def test_chinese_has_many_codes(lang: str) -> None:
    assert segment("公司上市。", lang).surfaces() == ["公司", "上市", "。"]


@pytest.mark.parametrize("function", [segment_function, sentences, words])
def test_refuses_what_it_cannot_segment(function) -> None:
    with pytest.raises(UnknownName, match="No language is named 'tlh'"):
        function("qapla'", "tlh")
    with pytest.raises(TextError, match="character 2 of the text is a lone surrogate"):
        function("ab\udc80", "en")


@given(texts, surrogates)
def test_refuses_surrogates_anywhere(text: str, surrogate: str) -> None:
    with pytest.raises(TextError):
        segment(text + surrogate, "zh")


@pytest.mark.parametrize("lang", LANGUAGES)
@given(text=texts)
@settings(max_examples=60)
def test_loses_nothing(lang: str, text: str) -> None:
    found = segment(text, lang)
    assert without_space("".join(found.surfaces())) == without_space(text)
    assert all(word.start < word.end for word in found.words)
    assert all(not surface[0].isspace() and not surface[-1].isspace() for surface in found.surfaces())
    assert all(one.end <= two.start for one, two in zip(found.words, found.words[1:], strict=False))
    grouped = found.words_by_sentence()
    assert len(grouped) == len(found.sentences)
    for (start, end), group in zip(found.sentences, grouped, strict=True):
        assert group[0].start == start
        assert group[-1].end == end


@given(texts, st.sampled_from(["zh", "en"]))
@settings(max_examples=100)
def test_never_cuts_a_visible_character_of_a_word(text: str, lang: str) -> None:
    family, flag, thumb = "👨\u200d👩\u200d👧", "\U0001f1e9\U0001f1ea", "👍🏽"
    found = segment(f"a {family} {flag} {thumb} e\u0301t {text}", lang)
    assert found.surfaces()[:5] == ["a", family, flag, thumb, "e\u0301t"]


@pytest.mark.parametrize("text", ["", " \n\u3000"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_has_no_words(text: str, lang: str) -> None:
    found = segment(text, lang)
    assert (found.sentences, found.words) == ((), ())
    assert found.words_by_sentence() == []


def test_another_segmenter_can_be_used() -> None:
    assert segment("ab cd", "en", Spans((0, 1), (1, 2), (3, 5))).surfaces() == ["a", "b", "cd"]


def test_words_of_another_segmenter_are_cut_where_a_sentence_ends() -> None:
    assert segment("Eins. Zwei.", "de", Spans((0, 11))).surfaces() == ["Eins.", "Zwei."]


@pytest.mark.parametrize(
    ("spans", "problem"),
    [
        ([(0, 2)], "loses the characters 2 to 5"),
        ([(3, 5)], "loses the characters 0 to 3"),
        ([(0, 1), (3, 5)], "loses the characters 1 to 3"),
        ([], "loses the characters 0 to 5"),
        ([(0, 2), (1, 5)], "not in order"),
        ([(0, 2), (2, 2), (3, 5)], "empty"),
        ([(0, 2), (3, 6)], "outside"),
        ([(0, 3), (3, 5)], "white space at its edge"),
    ],
)
def test_refuses_segmenters_that_lose_text(spans: list[tuple[int, int]], problem: str) -> None:
    with pytest.raises(PluginError, match=f"The segmenter Spans .*{problem}"):
        segment("ab cd", "en", Spans(*spans))


def test_a_lossy_built_in_segmenter_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlpsuite.text.european.EuropeanSegmenter.words", lambda self, text: [])
    with pytest.raises(RuntimeError, match="built-in segmenter for 'en' loses the characters 0 to 5"):
        words("ab cd", "en")


@pytest.mark.parametrize("text", ["!", '"(', "😀", "中", "a", "()a", "http://a.b/", "\u0301", "\u200b"])
@pytest.mark.parametrize("lang", ["zh", "de"])
def test_takes_linear_time(text: str, lang: str) -> None:
    segment(text, lang)
    started = time.process_time()
    segment(text * (20_000 // len(text)), lang)
    assert time.process_time() - started < 4
