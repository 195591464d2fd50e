"""Fit the scales by which nlpsuite runs this encoder's layers in eight bits, on texts of the corpora.

    python fit_int8.py ../../corpora       writes nlpsuite_mini/data/int8.safetensors

Applications with adapters on the upper layers take the lower ones from here, so that they can be run once for all.
Bundles remember this file's SHA-256: quantize them anew after it (`nlpsuite models quantize`).
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors.torch import save_file

from nlpsuite.document import Document
from nlpsuite.engine.int8_fit import fit_sites
from nlpsuite.engine.packing import pack
from nlpsuite.engine.windows import WindowMaker
from nlpsuite.model.bert import Bert
from nlpsuite.model.encoder import find_encoder, load_encoder
from nlpsuite.model.quantization import INT8_FILE, to_tensors

DATA = Path(__file__).resolve().parent / "nlpsuite_mini" / "data"
TEXTS = 1000
MAX_TOKENS = 256


def main(corpora: Path) -> None:
    """Draw texts of all applications and languages, fit, write."""
    texts = sorted(set(_texts(corpora)))
    random.Random(1).shuffle(texts)
    encoder = load_encoder(find_encoder("nlpsuite-mini"))
    assert isinstance(encoder.module, Bert)
    maker = WindowMaker(encoder.tokenizer, MAX_TOKENS)
    prepared = maker.prepare([Document(text) for text in texts[:TEXTS]])
    windows = sorted((window for text in prepared for window in text.windows), key=lambda window: -len(window.ids))
    sites = fit_sites(encoder.module, pack(windows, torch.device("cpu")))
    save_file(to_tensors(sites), DATA / INT8_FILE)
    (DATA / INT8_FILE).chmod(0o644)


def _texts(corpora: Path) -> Iterator[str]:
    for file in sorted(corpora.glob("*/*/*.jsonl")):
        if file.stem in ("train", "items"):
            for line in file.read_text("utf-8").splitlines():
                row = json.loads(line)
                if "text" in row:
                    yield row["text"]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
