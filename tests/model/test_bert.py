"""The one BERT implementation gives what transformers gives, for every family it serves."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from nlpsuite.model.bert import Bert, BertConfig, activation
from nlpsuite.model.encoder import find_encoder, load_encoder
from tests.model.conftest import FamilyMaker
from tests.model.families import BUILT_IN, random_batch, save_random_encoder


def largest_gap(ours: Tensor, theirs: Tensor, mask: Tensor) -> float:
    return float((ours - theirs)[mask].abs().max())


@pytest.mark.parametrize("name", BUILT_IN)
@torch.inference_mode()
def test_real_tokens_equal_those_of_transformers(name: str, family: FamilyMaker) -> None:
    made = family(name)
    encoder = made.load()
    assert isinstance(encoder.module, Bert)
    ids, mask = random_batch((20, 11, 2), encoder.pad)
    wanted = made.model(input_ids=ids, attention_mask=mask.long()).last_hidden_state
    assert largest_gap(encoder.module(ids, mask), wanted, mask) < 1e-5


@pytest.mark.parametrize("name", BUILT_IN)
@torch.inference_mode()
def test_longest_text_equals_that_of_transformers(name: str, family: FamilyMaker) -> None:
    made = family(name)
    encoder = made.load()
    ids, mask = random_batch((encoder.window,), encoder.pad)
    wanted = made.model(input_ids=ids, attention_mask=mask.long()).last_hidden_state
    assert largest_gap(encoder.module(ids, mask), wanted, mask) < 1e-5


@torch.inference_mode()
def test_token_types_equal_those_of_transformers(family: FamilyMaker) -> None:
    made = family("bert")
    encoder = made.load()
    ids, mask = random_batch((12, 9), encoder.pad)
    types = (torch.arange(12) > 5).long().expand(2, -1)
    wanted = made.model(input_ids=ids, attention_mask=mask.long(), token_type_ids=types).last_hidden_state
    assert largest_gap(encoder.module(ids, mask, types), wanted, mask) < 1e-5
    assert largest_gap(encoder.module(ids, mask), wanted, mask) > 1e-2


@torch.inference_mode()
def test_weights_are_found_in_a_checkpoint_with_heads(tmp_path: Path) -> None:
    model = save_random_encoder("roberta", tmp_path, form="ForMaskedLM")
    encoder = load_encoder(find_encoder(str(tmp_path)))
    ids, mask = random_batch((9, 4), encoder.pad)
    wanted = model.roberta(input_ids=ids, attention_mask=mask.long()).last_hidden_state
    assert largest_gap(encoder.module(ids, mask), wanted, mask) < 1e-5


@pytest.mark.parametrize("act", ["gelu_new", "relu"])
@torch.inference_mode()
def test_other_activations_equal_those_of_transformers(act: str, tmp_path: Path) -> None:
    model = save_random_encoder("bert", tmp_path, hidden_act=act, num_hidden_layers=1)
    encoder = load_encoder(find_encoder(str(tmp_path)))
    ids, mask = random_batch((9, 4), encoder.pad)
    wanted = model(input_ids=ids, attention_mask=mask.long()).last_hidden_state
    assert largest_gap(encoder.module(ids, mask), wanted, mask) < 1e-5


@torch.inference_mode()
def test_padding_makes_no_difference(family: FamilyMaker) -> None:
    bert = family("roberta").load().module
    ids, mask = random_batch((11, 7), pad=1)
    wider, wider_mask = functional.pad(ids, (0, 9), value=1), functional.pad(mask, (0, 9))
    assert largest_gap(bert(wider, wider_mask)[:, :11], bert(ids, mask), mask) < 1e-5


@torch.inference_mode()
def test_layers_run_in_parts_equal_one_run(family: FamilyMaker) -> None:
    bert = family("bert").load().module
    assert isinstance(bert, Bert)
    ids, mask = random_batch((8, 3), pad=0)
    halfway = bert.run_layers(bert.embed(ids), mask, stop=1)
    assert torch.equal(bert.run_layers(halfway, mask, start=1), bert(ids, mask))
    assert not torch.equal(halfway, bert(ids, mask))


@torch.inference_mode()
def test_a_mask_of_real_tokens_only_changes_nothing(family: FamilyMaker) -> None:
    bert = family("bert").load().module
    assert isinstance(bert, Bert)
    ids, mask = random_batch((8, 8), pad=0)
    masked = bert.run_masked(bert.embed(ids), mask[:, None, None, :])
    assert torch.allclose(masked, bert(ids, mask), atol=1e-5)


def test_window_is_what_positions_leave() -> None:
    shape = {"vocab": 9, "hidden": 4, "layers": 1, "heads": 1, "ffn": 4, "positions": 64}
    assert BertConfig(**shape).window == 64
    assert BertConfig(**shape, first_position=2).window == 62


def test_an_unknown_activation_is_refused() -> None:
    with pytest.raises(KeyError):
        activation("swish")
