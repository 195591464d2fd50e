"""The reference for the tests: what the untrimmed source makes of some sentences of our own."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from nlpsuite_mini.q4 import dequantize
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from mini_build.source import Source
from mini_build.tokenizer import build_tokenizer
from mini_build.weights import bert_config, build_arrays

SENTENCES, TOKENS, VECTORS = "sentences.json", "tokens.json", "vectors.safetensors"
# Float16 keeps 11 bits; kernels of another processor may move the last one.
VECTOR_TOLERANCE = 2e-3


def write_reference(source: Source, sentences: Path, folder: Path) -> None:
    """Write tokens and mean-pooled sentence vectors by the untrimmed model, computed in float32.

    Args:
        source: the untrimmed model.
        sentences: JSON of language -> sentences.
        folder: gets `tokens.json` (language -> sentences, each its pieces with spaces between)
            and `vectors.safetensors` (language -> float16 (sentences, hidden)).
    """
    folder.mkdir(parents=True, exist_ok=True)
    everything = range(len(source.pieces))
    tokenizer, model = build_tokenizer(source, everything), full_model(source)
    tokens: dict[str, list[str]] = {}
    vectors: dict[str, npt.NDArray[np.float16]] = {}
    for language, texts in json.loads(sentences.read_text(encoding="utf-8")).items():
        encodings = [tokenizer.encode(text, add_special_tokens=False) for text in texts]
        tokens[language] = [" ".join(encoding.tokens) for encoding in encodings]
        vectors[language] = np.stack([sentence_vector(model, tokenizer, text) for text in texts])
    text = json.dumps(tokens, ensure_ascii=False, indent=1)
    (folder / TOKENS).write_text(text + "\n", encoding="utf-8", newline="\n")
    save_file(vectors, folder / VECTORS)
    (folder / VECTORS).chmod(0o644)


def full_model(source: Source) -> BertModel:
    """Return the untrimmed encoder, its matrices dequantised to float32."""
    arrays = build_arrays(source, range(source.shape.vocabulary))
    weights = {name: torch.from_numpy(np.array(values)) for name, values in arrays.items()}
    for name in [key.removesuffix(".q4") for key in weights if key.endswith(".q4")]:
        weights[name] = dequantize(weights.pop(f"{name}.q4"), weights.pop(f"{name}.scale"))
    config = BertConfig.from_dict(bert_config(source.shape, source.shape.vocabulary))
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(weights)
    return model.eval()


@torch.inference_mode()
def sentence_vector(model: BertModel, tokenizer: Tokenizer, text: str) -> npt.NDArray[np.float16]:
    """Return the mean over all tokens of one sentence, float16 (hidden,)."""
    ids = torch.tensor([tokenizer.encode(text).ids])
    states: torch.Tensor = model(input_ids=ids).last_hidden_state
    return states[0].mean(dim=0).to(torch.float16).numpy()


def same_vectors(first: Path, second: Path) -> bool:
    """Tell whether two files of vectors agree to the tolerance that a change of processor asks for."""
    one, two = load_file(first), load_file(second)
    return one.keys() == two.keys() and all(_close(one[name], two[name]) for name in one)


def _close(one: npt.NDArray[np.float16], two: npt.NDArray[np.float16]) -> bool:
    return one.shape == two.shape and bool(np.allclose(one, two, rtol=VECTOR_TOLERANCE, atol=VECTOR_TOLERANCE))
