"""Heads: their shapes, their pooling, and that padding counts for nothing."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from nlpsuite.application import HeadKind
from nlpsuite.errors import UnknownName
from nlpsuite.model.heads import HeadConfig, TextHead, TokenHead, build_head, mean_pool
from tests.model.conftest import FamilyMaker
from tests.model.families import head, network_of, random_batch

MASK = torch.tensor([[True, True, True, True], [True, True, False, False]])


def vectors() -> torch.Tensor:
    return torch.randn(2, 4, 32, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        (HeadKind.SINGLE_LABEL, (2, 3)),
        (HeadKind.MULTI_LABEL, (2, 2)),
        (HeadKind.PAIR_SCORE, (2, 1)),
        (HeadKind.TOKEN_LABELS, (2, 4, 3)),
    ],
)
def test_shape_of_the_logits(kind: HeadKind, shape: tuple[int, ...]) -> None:
    assert build_head(head(kind)).eval()(vectors(), MASK).shape == shape


def test_kinds_of_modules() -> None:
    assert isinstance(build_head(head(HeadKind.TOKEN_LABELS)), TokenHead)
    assert isinstance(build_head(head(HeadKind.SINGLE_LABEL)), TextHead)


def test_configuration_goes_there_and_back() -> None:
    config = head(HeadKind.MULTI_LABEL, "electra", pooling="first", dropout=0.3)
    assert HeadConfig.from_dict(config.to_dict()) == config


def test_unknown_pooling_is_refused() -> None:
    with pytest.raises(ValueError, match="median"):
        head(HeadKind.SINGLE_LABEL, pooling="median")


def test_mean_is_over_real_tokens() -> None:
    x = vectors()
    pooled = mean_pool(x, MASK)
    assert torch.allclose(pooled[0], x[0].mean(0), atol=1e-6)
    assert torch.allclose(pooled[1], x[1, :2].mean(0), atol=1e-6)


def test_mean_of_half_precision_is_taken_in_float32() -> None:
    x = torch.full((1, 4096, 8), 0.1, dtype=torch.bfloat16)
    pooled = mean_pool(x, torch.ones(1, 4096, dtype=torch.bool))
    assert pooled.dtype == torch.float32
    assert torch.allclose(pooled, x[:, 0].float(), atol=1e-6)


def test_mean_of_nothing_is_finite() -> None:
    assert bool(torch.isfinite(mean_pool(vectors(), torch.zeros_like(MASK))).all())


def test_pooled_mean_is_normalised() -> None:
    text_head = build_head(head(HeadKind.SINGLE_LABEL))
    assert isinstance(text_head, TextHead)
    pooled = text_head.pool(vectors(), MASK)
    wanted = functional.layer_norm(mean_pool(vectors(), MASK), (32,))
    assert torch.allclose(pooled, wanted, atol=1e-4)


def test_first_pooling_takes_the_first_token_as_it_is() -> None:
    text_head = build_head(head(HeadKind.SINGLE_LABEL, pooling="first"))
    assert isinstance(text_head, TextHead)
    assert torch.equal(text_head.pool(vectors(), MASK), vectors()[:, 0])


SECOND = torch.tensor([[False, True, True, True], [False, False, False, False]])


def comparing(kind: HeadKind = HeadKind.PAIR_SCORE) -> TextHead:
    module = build_head(head(kind, pooling="both")).eval()
    assert isinstance(module, TextHead)
    return module


def test_two_texts_are_pooled_apart_and_one_alone_with_itself() -> None:
    features = comparing().features(vectors(), MASK, SECOND)
    one, other = vectors()[0, 0], vectors()[0, 1:].mean(0)
    cosine = functional.cosine_similarity(one - one.mean(), other - other.mean(), dim=0)
    assert torch.allclose(features[0, -1], (cosine - 0.85) * 10, atol=1e-3)
    assert torch.allclose(features[1, -1], torch.tensor(1.5), atol=1e-3)
    alone = comparing(HeadKind.SINGLE_LABEL)
    assert torch.allclose(alone(vectors(), MASK, SECOND)[1], alone(vectors(), MASK)[1], atol=1e-6)


def test_a_pair_score_starts_from_how_alike_the_texts_are() -> None:
    x = vectors()
    x[0, 1:] = x[0, :1]
    alike, apart = comparing()(x, MASK, SECOND)[0], comparing()(vectors(), MASK, SECOND)[0]
    assert alike > apart + 1


@pytest.mark.parametrize("pooling", ["mean", "first", "both"])
def test_padding_changes_no_logit(pooling: str) -> None:
    module = build_head(head(HeadKind.SINGLE_LABEL, pooling=pooling)).eval()
    other = vectors()
    other[1, 2:] = 100.0
    assert torch.equal(module(vectors(), MASK), module(other, MASK))


@torch.inference_mode()
def test_a_network_runs_all_heads_over_one_pass(family: FamilyMaker) -> None:
    heads = [head(kind) for kind in HeadKind]
    network = network_of(family("bert").load(), *heads)
    ids, mask = random_batch((9, 4), 0)
    outputs = network(ids, mask)
    assert list(outputs) == [config.name for config in heads]
    assert network.configs == heads
    alone = network.read_heads(network.encoder(ids, mask), mask)
    assert all(torch.equal(outputs[name], alone[name]) for name in outputs)


def test_a_network_knows_its_heads_and_trunk(family: FamilyMaker) -> None:
    config = head(HeadKind.SINGLE_LABEL)
    network = network_of(family("bert").load(), config)
    assert network.config("single-label") == config
    with pytest.raises(UnknownName, match="single-label"):
        network.config("single-labl")
    assert network.trunk is network.encoder
    assert network_of(family("mpnet").load(), config).trunk is None
