"""Embedders: what they make equals what the encoder gives, and training brings pairs together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from nlpsuite.embedding.embedder import load_embedder
from nlpsuite.errors import BundleError, InputError, UnknownName
from nlpsuite.model.bundle import read_bundle_weights, read_manifest, save_bundle
from nlpsuite.train.contrastive import Pair, recall_at, train_embedder
from tests.tiny import WORDS

PAIRS = [Pair(a, b) for a, b in zip(WORDS[:12], WORDS[12:24], strict=False)]


@pytest.fixture(scope="module")
def embedder(tiny_encoder):
    return load_embedder(str(tiny_encoder), device="cpu")


def test_vectors_are_the_mean_of_the_tokens_at_unit_length(embedder, tiny_encoder):
    from nlpsuite.model.encoder import find_encoder, load_encoder
    from nlpsuite.model.heads import mean_pool

    encoder = load_encoder(find_encoder(str(tiny_encoder)))
    pieces = encoder.tokenizer.pieces(["query: good news", "query: bad"])
    template = encoder.tokenizer.single
    for text, piece in zip(["good news", "bad"], pieces, strict=True):
        ids = torch.tensor([[*template.before, *piece.ids, *template.after]])
        with torch.no_grad():
            vector = mean_pool(encoder.module(ids, torch.ones_like(ids, dtype=torch.bool)), torch.ones_like(ids))[0]
        np.testing.assert_allclose(embedder.queries([text])[0], vector / vector.norm(), atol=1e-5)


def test_vectors_do_not_depend_on_their_company(embedder):
    texts = ["good", "good news for all of us and more", "bad"]
    together = embedder.passages(texts)
    np.testing.assert_allclose(together, np.concatenate([embedder.passages([text]) for text in texts]), atol=1e-5)
    assert embedder.passages([]).shape == (0, embedder.dimension)


def test_queries_and_passages_differ(embedder, monkeypatch):
    monkeypatch.setitem(embedder.model.prompts, "query", "good ")
    assert not np.allclose(embedder.queries(["bad"]), embedder.passages(["bad"]))


def test_training_brings_pairs_together_and_is_kept(tiny_encoder, embedder, tmp_path):
    options = {"encoder": str(tiny_encoder), "epochs": 12, "batch_size": 12, "learning_rate": 3e-3}
    manifest = train_embedder(PAIRS, PAIRS, options, tmp_path / "search", device="cpu")
    trained = load_embedder(tmp_path / "search", device="cpu")
    before, after = (recall_at(each, PAIRS, k=1)["recall_at_1"].value for each in (embedder, trained))
    assert after > before
    assert manifest.metrics["dev"]["recall_at_10"]["value"] == pytest.approx(
        recall_at(trained, PAIRS)["recall_at_10"].value, abs=1e-5
    )
    assert trained.id != embedder.id


def test_what_is_no_embedder_is_refused(tiny_encoder, tmp_path):
    with pytest.raises(InputError, match="fewer than two"):
        train_embedder(PAIRS[:1], [], {"encoder": str(tiny_encoder)}, tmp_path)
    with pytest.raises(UnknownName):
        load_embedder("./no-such-model")


def test_a_bundle_for_something_else_is_refused(tiny_encoder, tmp_path):
    options = {"encoder": str(tiny_encoder), "epochs": 1}
    train_embedder(PAIRS, [], options, tmp_path / "search", device="cpu")
    made = read_manifest(tmp_path / "search")
    save_bundle(tmp_path / "other", replace(made, app="ner", files={}), read_bundle_weights(tmp_path / "search"))
    with pytest.raises(BundleError, match="is a model for ner, not for search"):
        load_embedder(tmp_path / "other")


def test_ranks_by_hand():
    class Fixed:
        def queries(self, texts):
            return np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]], dtype=np.float32)

        def passages(self, texts):
            return np.array([[1.0, 0.0], [0.6, 0.8], [0.8, 0.6], [0.0, 1.0]], dtype=np.float32)[: len(texts)]

    dev = [Pair("a", "p0"), Pair("b", "p1"), Pair("c", "p2")]
    found = recall_at(Fixed(), dev, [Pair("x", "p3")], k=1)
    assert found["recall_at_1"].value == pytest.approx(1 / 3)
    assert found["mrr"].value == pytest.approx((1 + 1 / 2 + 1 / 2) / 3)
