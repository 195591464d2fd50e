from __future__ import annotations

import hashlib
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from mini_build.fetch import PinnedWheel
from mini_build.measure import Changes, compare, read_texts
from mini_build.pieces import choose_pieces, piece_script, read_runs, write_runs
from mini_build.source import Shape, Source, parse, split_blocks
from mini_build.tokenizer import build_tokenizer
from mini_build.weights import bert_name
from nlpsuite_mini.loading import load_tokenizer

KEPT_PIECES = Path(__file__).parents[1] / "mini_build" / "kept_pieces.txt"
SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
ORDINARY = ("▁", "a", "b", "▁ab", "ба", "中文", "ña", "aß", "NATO", "ж", "กก")
PIECES = (*SPECIALS, *ORDINARY, "<mask>")


def small_source() -> Source:
    shape = Shape(32, 1, 1, 32, len(PIECES), 8, 2, 1e-12, 32)
    return Source(shape, PIECES, -np.arange(len(PIECES), dtype=np.float32), {}, {}, {})


def small_file() -> bytes:
    """A source file with two pieces more than the special ones, one matrix and one vector."""
    pieces = [*"abcd", "▁é", "中"]
    blob = "".join(pieces).encode()
    ends = np.cumsum([len(piece.encode()) for piece in pieces])
    head = b"E5S1" + struct.pack("<I7ifi", 1, 32, 1, 1, 32, len(pieces), 8, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, len(blob))
    head += np.array([0, *ends], "<u4").tobytes() + np.arange(len(pieces), dtype="<f4").tobytes() + blob
    entries = struct.pack("<IBII", 0xBD, 2, ord("1"), ord("2")) + struct.pack("<IB", 1, 0)
    head += struct.pack("<iI", 2, len(entries)) + entries
    matrix = np.array([0.5], "<f2").tobytes() + bytes(range(16))
    vector = np.array([1.5, -2.0], "<f4").tobytes()
    start = len(head) + 4 + 2 * (2 + 5 + 1 + 4 + 8 + 8)
    directory = struct.pack("<i", 2)
    directory += struct.pack("<H5sBIQQ", 5, b"emb.w", 1, 32, start, len(matrix))
    directory += struct.pack("<H5sBIQQ", 5, b"emb.b", 0, 2, start + len(matrix), len(vector))
    return head + directory + matrix + vector


def test_a_source_file_is_parsed() -> None:
    source = parse(small_file())
    assert source.pieces == (*"abcd", "▁é", "中")
    assert source.scores.tolist() == [0, 1, 2, 3, 4, 5]
    assert source.normalisation == {0xBD: "12", 1: ""}
    assert source.vectors["emb.b"].tolist() == [1.5, -2.0]
    packed, scales = split_blocks(source.matrices["emb.w"], 32)
    assert packed.tolist() == [[list(range(16))]]
    assert scales.tolist() == [[0.5]]


def test_another_file_is_refused() -> None:
    with pytest.raises(ValueError, match="not an E5S1 file"):
        parse(b"E5S2" + small_file()[4:])


def test_only_the_pinned_wheel_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x/data", b"content")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert PinnedWheel("x==1", digest).read(["x/data"], path) == [b"content"]
    with pytest.raises(ValueError, match="x==1 must have"):
        PinnedWheel("x==1", "0" * 64).read(["x/data"], path)


def test_the_kept_pieces_are_the_shipped_vocabulary() -> None:
    kept = read_runs(KEPT_PIECES)
    assert kept[:4] == [0, 1, 2, 3]
    assert kept == sorted(set(kept))
    assert len(kept) == len(load_tokenizer())


@pytest.mark.parametrize("kept", [[0], [0, 1, 2, 5], [0, 2, 3, 4, 9, 10, 12]])
def test_runs_come_back(kept: list[int], tmp_path: Path) -> None:
    write_runs(tmp_path / "runs.txt", kept)
    assert read_runs(tmp_path / "runs.txt") == kept


def chosen(usage: dict[int, float], total: int) -> set[str]:
    return {PIECES[index] for index in choose_pieces(small_source(), usage, total)}


def test_single_characters_han_and_what_folding_hides_are_always_kept() -> None:
    always = {*SPECIALS, "<mask>", "▁", "a", "b", "ж", "ба", "中文", "aß", "NATO"}
    assert chosen({}, len(always)) == always


def test_latin_pieces_are_kept_by_use_then_by_score() -> None:
    assert {"▁ab", "ña"} & chosen({}, 14) == {"▁ab"}
    assert {"▁ab", "ña"} & chosen({PIECES.index("ña"): 0.1}, 14) == {"ña"}


def test_longer_pieces_of_other_scripts_are_left_out() -> None:
    assert "กก" not in chosen({}, len(PIECES))


@pytest.mark.parametrize(
    ("piece", "script"),
    [
        ("▁été", "LATIN"),
        ("中国", "CJK"),
        ("▁2024", "COMMON"),
        ("😀", "COMMON"),
        ("жя", "CYRILLIC"),
        ("中a", "MIXED"),
    ],
)
def test_the_script_of_a_piece(piece: str, script: str) -> None:
    assert piece_script(piece) == script


def test_a_vocabulary_without_its_special_tokens_is_refused() -> None:
    with pytest.raises(ValueError, match="must start with"):
        build_tokenizer(small_source(), [0, 1, 2, 4, 15])


def test_tensors_get_the_names_of_bert() -> None:
    assert bert_name("emb.ln.w") == "embeddings.LayerNorm.weight"
    assert bert_name("l11.ao.b") == "encoder.layer.11.attention.output.dense.bias"


@pytest.mark.parametrize(
    ("before", "after", "words", "changed"),
    [
        (["▁the", "▁cat"], ["▁the", "▁cat"], 2, 0),
        (["▁the", "▁cat"], ["▁the", "▁c", "at"], 2, 1),
        (["▁我", "爱你"], ["▁我", "爱", "你"], 3, 2),
        (["▁", "北京", "▁news"], ["▁", "北京", "▁new", "s"], 3, 1),
        (["▁", "大", "▁a"], ["▁", "大", "▁a"], 2, 0),
    ],
)
def test_changed_words_are_counted(before: list[str], after: list[str], words: int, changed: int) -> None:
    assert compare(before, after) == Changes(words, changed, len(before), len(after))


def test_texts_to_measure_are_read(tmp_path: Path) -> None:
    for app, row in {
        "finance-sentiment": '{"text": "good"}',
        "intent": '{"text": "hi"}',
        "ner": '{"tokens": ["a", "b"], "tags": ["O", "O"]}',
    }.items():
        folder = tmp_path / app / "zh" / "set"
        folder.mkdir(parents=True)
        (folder / "dev.jsonl").write_text(row + "\n", encoding="utf-8")
    assert sorted(read_texts(tmp_path, "zh")) == ["ab", "good", "hi"]
