from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import nlpsuite_mini
import pytest
import torch
from mini_build.measure import Changes, compare
from nlpsuite_mini import DATA, integrity, loading, weights
from nlpsuite_mini.q4 import dequantize
from safetensors.torch import load_file
from transformers import AutoModel, AutoTokenizer, BertModel, PreTrainedTokenizerFast

REFERENCE = Path(__file__).parent / "reference"
SENTENCES: dict[str, list[str]] = json.loads((REFERENCE / "sentences.json").read_text(encoding="utf-8"))
TOKENS: dict[str, list[str]] = json.loads((REFERENCE / "tokens.json").read_text(encoding="utf-8"))
LANGUAGES = ["zh", "en", "de", "fr", "es", "it", "nl", "pt"]
LIMIT = 40_000_000


@pytest.fixture(scope="module", autouse=True)
def no_network() -> Iterator[None]:
    def refuse(*_: object) -> None:
        raise AssertionError("nothing here may open a connection")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        yield


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    return loading.load_tokenizer()


@pytest.fixture(scope="module")
def model() -> BertModel:
    return loading.load_model()


def pieces(tokenizer: PreTrainedTokenizerFast, text: str) -> list[str]:
    return tokenizer.backend_tokenizer.encode(text, add_special_tokens=False).tokens


def normalised(tokenizer: PreTrainedTokenizerFast, text: str) -> str:
    return tokenizer.backend_tokenizer.normalizer.normalize_str(text)


@torch.inference_mode()
def mean_vector(model: BertModel, tokenizer: PreTrainedTokenizerFast, text: str) -> torch.Tensor:
    return model(**tokenizer(text, return_tensors="pt")).last_hidden_state[0].mean(dim=0)


def test_importing_the_package_imports_nothing_heavy() -> None:
    heavy = "{'torch', 'transformers', 'tokenizers', 'safetensors', 'numpy'}"
    code = f"import sys, nlpsuite_mini; print(sorted({heavy} & set(sys.modules)))"
    folder = Path(nlpsuite_mini.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_sums_cover_every_built_file_and_match() -> None:
    sums = integrity.expected_sums()
    assert set(sums) == {path.name for path in DATA.iterdir()} - {integrity.SUMS, "card.md", "int8.safetensors"}
    for name in sums:
        integrity.check_file(name)


def test_the_package_is_under_40_megabytes() -> None:
    package = [path for path in DATA.parent.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert sum(path.stat().st_size for path in package) < LIMIT


def test_a_damaged_or_missing_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(integrity, "DATA", tmp_path)
    content = bytearray((tmp_path / weights.WEIGHTS).read_bytes())
    content[-1] ^= 1
    (tmp_path / weights.WEIGHTS).write_bytes(content)
    with pytest.raises(integrity.DamagedFileError, match="damaged"):
        loading.load_model()
    (tmp_path / "tokenizer.json").unlink()
    with pytest.raises(integrity.DamagedFileError, match="missing"):
        loading.load_tokenizer()


def test_transformers_does_not_take_the_folder_for_a_plain_model() -> None:
    with pytest.raises(OSError, match="no file named"):
        AutoModel.from_pretrained(DATA)


def test_dequantize_follows_the_layout_of_q4_0() -> None:
    packed = torch.tensor([[list(range(16)), [0xF0] * 16]], dtype=torch.uint8)
    scales = torch.tensor([[0.5, 2.0]], dtype=torch.float16)
    first = [(value - 8) * 0.5 for value in range(16)] + [-8 * 0.5] * 16
    second = [-16.0] * 16 + [14.0] * 16
    assert dequantize(packed, scales).tolist() == [first + second]


def test_the_state_dictionary_is_that_of_a_bert_model(model: BertModel) -> None:
    expected = BertModel(model.config, add_pooling_layer=False).state_dict()
    found = weights.load_state_dict()
    assert {name: value.shape for name, value in found.items()} == {
        name: value.shape for name, value in expected.items()
    }
    assert {value.dtype for value in found.values()} == {torch.float32}


def test_the_model_is_whole_and_can_be_trained(model: BertModel, tokenizer: PreTrainedTokenizerFast) -> None:
    assert not model.training
    assert not [name for name, value in (*model.named_parameters(), *model.named_buffers()) if value.is_meta]
    model(**tokenizer("Ein Satz.", return_tensors="pt")).last_hidden_state.sum().backward()
    missing = [name for name, value in model.named_parameters() if value.grad is None]
    model.zero_grad(set_to_none=True)
    assert missing == []


def test_special_tokens_have_their_ids(tokenizer: PreTrainedTokenizerFast, model: BertModel) -> None:
    assert tokenizer.convert_tokens_to_ids(["<s>", "<pad>", "</s>", "<unk>"]) == [0, 1, 2, 3]
    assert (tokenizer.cls_token_id, tokenizer.pad_token_id, tokenizer.sep_token_id) == (0, 1, 2)
    assert tokenizer.mask_token_id == len(tokenizer) - 1 == model.config.vocab_size - 1
    a, b = (tokenizer(text, add_special_tokens=False)["input_ids"] for text in ("a", "b"))
    assert tokenizer("a", "b")["input_ids"] == [0, *a, 2, 2, *b, 2]


def test_the_tokenizer_is_the_one_that_transformers_loads(tokenizer: PreTrainedTokenizerFast) -> None:
    theirs = AutoTokenizer.from_pretrained(DATA)
    text = "Ein <mask> für 你好 ～"
    assert theirs(text) == tokenizer(text)
    assert theirs.special_tokens_map == tokenizer.special_tokens_map
    assert theirs.model_max_length == tokenizer.model_max_length == 512
    assert theirs.backend_tokenizer.to_str() == tokenizer.backend_tokenizer.to_str()


def test_a_known_sentence(tokenizer: PreTrainedTokenizerFast) -> None:
    ids = tokenizer("query: hello world")["input_ids"]
    tokens = ["<s>", "▁que", "ry", ":", "▁hell", "o", "▁world", "</s>"]
    assert tokenizer.convert_ids_to_tokens(ids) == tokens


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_tokens_are_the_same_so_are_vectors(
    language: str, model: BertModel, tokenizer: PreTrainedTokenizerFast
) -> None:
    vectors = load_file(REFERENCE / "vectors.safetensors")[language].float()
    same = [
        place
        for place, text in enumerate(SENTENCES[language])
        if " ".join(pieces(tokenizer, text)) == TOKENS[language][place]
    ]
    assert len(same) >= 8
    ours = torch.stack([mean_vector(model, tokenizer, SENTENCES[language][place]) for place in same])
    assert torch.cosine_similarity(ours, vectors[same]).min() >= 0.999


def test_fewer_than_one_word_in_a_hundred_is_cut_otherwise(tokenizer: PreTrainedTokenizerFast) -> None:
    found = Changes()
    for language in LANGUAGES:
        for text, tokens in zip(SENTENCES[language], TOKENS[language], strict=True):
            found += compare(tokens.split(" "), pieces(tokenizer, text))
    assert found.words > 1200
    assert found.changed / found.words < 0.01


def test_only_characters_that_the_source_lacks_are_unknown(tokenizer: PreTrainedTokenizerFast) -> None:
    texts = [text for language in LANGUAGES for text in SENTENCES[language]]
    encodings = tokenizer.backend_tokenizer.encode_batch(texts, add_special_tokens=False)
    unknown = {
        token
        for encoding in encodings
        for token, index in zip(encoding.tokens, encoding.ids, strict=True)
        if index == tokenizer.unk_token_id
    }
    assert unknown == {"🌧", "🚆", "⛈"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_offsets_point_at_the_text_that_came_in(language: str, tokenizer: PreTrainedTokenizerFast) -> None:
    for text in SENTENCES[language]:
        encoding = tokenizer.backend_tokenizer.encode(text, add_special_tokens=False)
        covered = {place for start, end in encoding.offsets for place in range(start, end)}
        dropped = {character for place, character in enumerate(text) if place not in covered}
        # U+200D and the like stand for a space in this scheme.
        assert all(not normalised(tokenizer, character).strip() for character in dropped)
        for token, (start, end) in zip(encoding.tokens, encoding.offsets, strict=True):
            assert token.lstrip("▁") in normalised(tokenizer, text[start:end])


def test_normalisation_is_nfkc_but_for_the_full_width_tilde(tokenizer: PreTrainedTokenizerFast) -> None:
    points = [*range(0xA0, 0x1680), *range(0x2010, 0x2028), *range(0x2030, 0x2581), *range(0x2582, 0x3400)]
    points += [*range(0xF900, 0xFB50), *range(0xFF01, 0xFF5E), *range(0xFF5F, 0xFFEF)]
    differing = [
        hex(point)
        for point in points
        # What was assigned after Unicode 9 may be unknown to one of the two libraries.
        if unicodedata.ucd_3_2_0.category(chr(point)) != "Cn"
        and normalised(tokenizer, chr(point)) != unicodedata.normalize("NFKC", chr(point))
    ]
    assert differing == []
    assert pieces(tokenizer, "好～～") == ["▁", "好", "～～"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  two\t\n parts  ", ["▁two", "▁parts"]),
        ("zero\u200bone", ["▁zero", "▁one"]),
        ("nul\x01l", ["▁null"]),
        ("e\u0301te\u0301", ["▁été"]),
        ("ＡＢＣ１２３，。", ["▁ABC", "123", ",", "。"]),
        ("ﬁrst", ["▁first"]),
        ("中国\u3000Berlin", ["▁中国", "▁Berlin"]),
        ("", []),
        (" \u3000 ", []),
    ],
)
def test_spaces_controls_and_compatible_forms(
    text: str, expected: list[str], tokenizer: PreTrainedTokenizerFast
) -> None:
    assert pieces(tokenizer, text) == expected


def test_one_meaning_in_three_languages_is_nearer_than_another_meaning(
    model: BertModel, tokenizer: PreTrainedTokenizerFast
) -> None:
    texts = [
        "query: 公司第三季度净利润大幅下降",
        "query: The company's third-quarter net profit fell sharply.",
        "query: Der Nettogewinn des Unternehmens ist im dritten Quartal stark gesunken.",
        "query: I like to eat pizza with my friends.",
    ]
    vectors = torch.stack([mean_vector(model, tokenizer, text) for text in texts])
    cosines = torch.cosine_similarity(vectors.unsqueeze(0), vectors.unsqueeze(1), dim=-1)
    assert cosines[:3, :3].min() > 0.84
    assert cosines[3, :3].max() < 0.78


def test_padding_does_not_change_a_vector(model: BertModel, tokenizer: PreTrainedTokenizerFast) -> None:
    texts = [SENTENCES["en"][0], SENTENCES["zh"][1]]
    batch = tokenizer(texts, padding=True, return_tensors="pt")
    with torch.inference_mode():
        states = model(**batch).last_hidden_state
    mask = batch["attention_mask"].unsqueeze(-1)
    pooled = (states * mask).sum(dim=1) / mask.sum(dim=1)
    alone = torch.stack([mean_vector(model, tokenizer, text) for text in texts])
    assert torch.allclose(pooled, alone, atol=1e-4)
