"""Tokens, their characters, and the special tokens that an encoder expects around them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, processors

from nlpsuite.errors import BundleError
from nlpsuite.model.tokenizer import Template, TextTokenizer
from tests.model.families import unigram, wordpiece
from tests.tiny import tiny_tokenizer


def test_template_of_bert() -> None:
    tokenizer = TextTokenizer(wordpiece())
    assert tokenizer.single == Template(before=(2,), between=(), after=(3,))
    assert tokenizer.pair == Template(before=(2,), between=(3,), after=(3,), second_type=1)
    assert (tokenizer.single.size, tokenizer.pair.size) == (2, 3)


def test_template_of_roberta() -> None:
    tokenizer = TextTokenizer(unigram())
    assert tokenizer.single == Template(before=(0,), between=(), after=(2,))
    assert tokenizer.pair == Template(before=(0,), between=(2, 2), after=(2,))


@pytest.mark.parametrize("make", [wordpiece, unigram])
@pytest.mark.parametrize(("first", "second"), [("the bank", "公司"), ("a", "b"), ("shares, 7 %", "raised")])
def test_pieces_and_templates_make_what_the_tokenizer_makes(make: type, first: str, second: str) -> None:
    tokenizer = TextTokenizer(make())
    one, two = tokenizer.pieces([first, second])
    single, pair = tokenizer.single, tokenizer.pair
    assert [*single.before, *one.ids, *single.after] == tokenizer.backend.encode(first).ids
    together = tokenizer.backend.encode(first, second)
    left, right = [*pair.before, *one.ids, *pair.between], [*two.ids, *pair.after]
    assert left + right == together.ids
    assert [0] * len(left) + [pair.second_type] * len(right) == together.type_ids


@pytest.mark.parametrize("make", [wordpiece, unigram])
def test_offsets_are_characters(make: type) -> None:
    text = "the 公司 raised 7 %"
    (pieces,) = TextTokenizer(make()).pieces([text])
    assert len(pieces.ids) == len(pieces.offsets)
    covered = {i for start, end in pieces.offsets for i in range(start, end)}
    assert {i for i, letter in enumerate(text) if letter != " "} <= covered
    assert (4, 5) in pieces.offsets or (3, 5) in pieces.offsets  # the first Chinese character alone


def test_nothing_is_cut_or_padded() -> None:
    backend = wordpiece()
    backend.enable_truncation(4)
    backend.enable_padding(length=9)
    pieces = TextTokenizer(backend).pieces(["a b c d e f", "a", ""])
    assert [len(one.ids) for one in pieces] == [6, 1, 0]


def test_saved_and_read_again(tmp_path: Path) -> None:
    tokenizer = TextTokenizer(unigram())
    tokenizer.save(tmp_path)
    again = TextTokenizer.from_folder(tmp_path)
    assert again.pieces(["the bank, 公司"]) == tokenizer.pieces(["the bank, 公司"])
    assert again.pair == tokenizer.pair


def test_a_folder_with_a_vocabulary_only_is_converted(tmp_path: Path) -> None:
    vocab = sorted(wordpiece().get_vocab().items(), key=lambda item: item[1])
    (tmp_path / "vocab.txt").write_text("\n".join(piece for piece, _ in vocab), encoding="utf-8")
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    tokenizer = TextTokenizer.from_folder(tmp_path)
    assert tokenizer.single == Template(before=(2,), between=(), after=(3,))
    assert tokenizer.pieces(["the bank"]) == TextTokenizer(wordpiece()).pieces(["the bank"])


def test_a_folder_without_a_tokenizer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="tokenizer"):
        TextTokenizer.from_folder(tmp_path)


def test_a_vocabulary_that_knows_no_letter_is_refused() -> None:
    tokenizer = Tokenizer(models.BPE({"[CLS]": 0, "[SEP]": 1, "b": 2}, []))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 0), ("[SEP]", 1)]
    )
    with pytest.raises(BundleError, match="vocabulary"):
        TextTokenizer(tokenizer)


def test_special_tokens_in_a_text_are_no_special_tokens() -> None:
    tokenizer = TextTokenizer(tiny_tokenizer())
    ids = tokenizer.pieces(["profit [SEP] rises </s>"])[0].ids
    assert tokenizer.single.after[0] not in ids
    assert ids[0] == tokenizer.pieces(["profit"])[0].ids[0]


@pytest.fixture(scope="module")
def mini():
    from nlpsuite_mini import DATA
    from tokenizers import Tokenizer

    return TextTokenizer(Tokenizer.from_file(str(DATA / "tokenizer.json")))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("王建国在上海", ["▁王", "建", "国", "在", "上海"]),
        ("我 喜欢 苹果公司的产品", ["▁我", "▁", "喜欢", "▁", "苹果", "公司", "的", "产品"]),
        ("hello world", ["▁hell", "o", "▁world"]),
        ("", []),
    ],
)
def test_no_token_crosses_the_border_of_a_chinese_word(mini, text, names):
    (pieces,) = mini.pieces([text], words=True)
    assert [mini.backend.id_to_token(token) for token in pieces.ids] == names


def test_words_are_the_suites_own_whatever_plugins_bring(mini, monkeypatch):
    (before,) = mini.pieces(["王建国在上海工作"], words=True)
    segment = sys.modules["nlpsuite.text.segment"]
    monkeypatch.setattr(segment, "_brought", lambda _: pytest.fail("a model's tokens must not hang on plugins"))
    assert mini.pieces(["王建国在上海工作"], words=True) == [before]


def test_full_width_signs_are_cut_as_well(mini):
    (pieces,) = mini.pieces(["上海（19日）"], words=True)
    assert [mini.backend.id_to_token(token) for token in pieces.ids][-4:] == ["(", "19", "日", ")"]
