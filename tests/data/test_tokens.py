from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpsuite.data.tokens import find_tokens, join_tokens, spans_of_tags


@pytest.mark.parametrize(
    ("tokens", "lang", "text"),
    [
        (["EU", "rejects", "call", "."], "en", "EU rejects call ."),
        (["A", "B", "C"], "de", "A B C"),
        (list("公司2024年"), "zh", "公司2024年"),
        (list("公司2024年"), None, "公司2024年"),
        (list("2024"), "zh", "2024"),
        (["iPhone", "手机", "Pro", "Max", "很", "好"], "zh", "iPhone手机Pro Max很好"),
        (["He", "said", "你好", "twice"], "en", "He said你好twice"),
        (["全", "形", "Ａ", "ｂ", "，", "x"], None, "全形Ａｂ，x"),
        (["x"], None, "x"),
    ],
)
def test_tokens_are_joined_as_their_language_is_written(tokens, lang, text):
    joined, offsets = join_tokens(tokens, lang)
    assert joined == text
    assert [joined[start:end] for start, end in offsets] == tokens


@settings(deadline=None, database=None)
@given(
    st.lists(st.text("aB9 é中文，。ｂ😀𠮷\u3000", min_size=1, max_size=3), min_size=1),
    st.sampled_from(["zh", "en", None]),
)
def test_offsets_give_the_tokens_back_whatever_they_are(tokens, lang):
    joined, offsets = join_tokens(tokens, lang)
    assert [joined[start:end] for start, end in offsets] == tokens


def test_tokens_are_found_in_a_known_text():
    assert find_tokens(["don", "'t", "go"], "don't  go ") == ((0, 3), (3, 5), (7, 9))
    with pytest.raises(ValueError, match="token 2, 'go', does not follow at character 4"):
        find_tokens(["don", "go"], "don't go")
    with pytest.raises(ValueError, match="goes on after the last token, at character 4"):
        find_tokens(["don"], "don't")


def found(tags):
    offsets = tuple((2 * number, 2 * number + 1) for number in range(len(tags)))
    return [(span.start, span.end, span.label) for span in spans_of_tags(tags, offsets)]


def test_spans_of_bio2():
    assert found(["B-PER", "I-PER", "O", "B-LOC", "B-LOC", "I-LOC"]) == [
        (0, 3, "PER"),
        (6, 7, "LOC"),
        (8, 11, "LOC"),
    ]
    assert found(["B-a-b", "I-a-b"]) == [(0, 3, "a-b")]
    assert found(["O"]) == []


@pytest.mark.parametrize(
    ("tags", "problem"),
    [
        (["O", "I-PER"], "tag 2 is 'I-PER' after 'O'"),
        (["I-PER"], "tag 1 is 'I-PER' after 'O'"),
        (["B-PER", "I-LOC"], "tag 2 is 'I-LOC' after 'B-PER'"),
        (["S-PER"], "tag 1 is 'S-PER', but BIO2 has only"),
        (["B-PER", "E-PER"], "tag 2 is 'E-PER'"),
        (["B-"], "tag 1 is 'B-'"),
        (["PER"], "tag 1 is 'PER'"),
        ([""], "tag 1 is ''"),
    ],
)
def test_what_is_not_bio2_is_refused(tags, problem):
    with pytest.raises(ValueError, match=problem):
        found(tags)
