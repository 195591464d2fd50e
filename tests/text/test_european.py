from __future__ import annotations

import random
import string
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import spacy

from nlpsuite.text import EuropeanSegmenter, european, languages


def cut(text: str, lang: str) -> str:
    return "|".join(text[start:end] for start, end in EuropeanSegmenter(lang).words(text))


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", "I| do|n't| like| U.S.| stocks|,| they| cost| $|5.3|."),
        ("de", "Dr.| Müller| kauft| z.B.| 1.234,5| Aktien|!"),
        ("fr", "L'|an| dernier|,| c'|est| fini|."),
        ("es", "¿|Qué| tal|,| Sr.| García|?"),
        ("it", "L'|azione| dell'|azienda| sale|."),
        ("nl", "Dat| is| d.w.z.| niet| goed|."),
        ("pt", "Disse| que| não| vende|."),
        ("xx", "Any| text| (|really|)|."),
        ("ko", "안녕하세요|.| 반갑습니다"),
        ("vi", "Xin| chào|."),
    ],
)
def test_cuts(lang: str, expected: str) -> None:
    assert cut(expected.replace("|", ""), lang) == expected.replace(" ", "")


def test_long_runs_are_cut_without_spacy() -> None:
    assert cut("ja" + "!" * 20 + "?" * 20 + " nein", "de") == "ja|" + "!" * 20 + "|" + "?" * 20 + "|nein"
    assert cut("a" * 2500, "de") == "|".join(["a" * 1000, "a" * 1000, "a" * 500])


# Indonesian and Malay take seconds to load, and nothing else sets them apart.
@pytest.mark.parametrize("lang", sorted(languages() - {"zh", "id", "ms"}))
def test_every_listed_language_can_be_cut(lang: str) -> None:
    assert cut("Welt (3.5)! 好", lang).replace("|", "") == "Welt(3.5)!好"


def strings_after_many_words(monkeypatch: pytest.MonkeyPatch, known_words: int) -> int:
    nlp = spacy.blank("en")
    monkeypatch.setattr(european, "_KNOWN_WORDS", known_words)
    monkeypatch.setattr(european, "_pipeline", lambda lang: (nlp, threading.Lock()))
    draw = random.Random(0)
    for _ in range(40):
        text = " ".join("".join(draw.choices(string.ascii_lowercase, k=12)) for _ in range(50))
        assert cut(text, "en") == text.replace(" ", "|")
    return len(nlp.vocab.strings)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    unbounded = strings_after_many_words(monkeypatch, 10**9)
    bounded = strings_after_many_words(monkeypatch, 0)
    assert unbounded > 3000
    assert bounded < 1500


def test_threads_agree() -> None:
    segmenter = EuropeanSegmenter("en")
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: list(segmenter.words("It doesn't matter. " * 20)), range(8)))
    assert all(spans == found[0] for spans in found)
