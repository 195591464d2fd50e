"""The table of foreign names reads both ways, and says what it cannot read."""

from __future__ import annotations

from typing import Any

import pytest

from nlpsuite.errors import BundleError
from nlpsuite.model.bert import Bert, BertConfig
from nlpsuite.model.names import FAMILIES, HEAD_LAYOUTS, config_from_foreign, ours, rename_weights, theirs
from tests.model.conftest import FamilyMaker
from tests.model.families import BUILT_IN, config_file

MINIMAL = {
    "model_type": "bert",
    "vocab_size": 50,
    "hidden_size": 8,
    "num_hidden_layers": 12,
    "num_attention_heads": 2,
    "intermediate_size": 16,
    "max_position_embeddings": 32,
}


def model_type(name: str) -> str:
    return name.removesuffix("-narrow")


@pytest.mark.parametrize("kind", FAMILIES)
def test_every_name_goes_there_and_back(kind: str) -> None:
    family = FAMILIES[kind]
    narrow = 4 if family.narrow else 0
    config = BertConfig(9, 8, 12, 2, 8, 16, types=2 if family.types else 0, embedding=narrow)
    names = list(Bert(config).state_dict())
    foreign = [theirs(name, family) for name in names]
    assert len(set(foreign)) == len(names)
    assert [ours(name, family) for name in foreign] == names
    assert [ours(name.removeprefix(family.prefix), family) for name in foreign] == names


@pytest.mark.parametrize("name", BUILT_IN)
def test_names_are_those_that_transformers_writes(name: str, family: FamilyMaker) -> None:
    made, table = family(name), FAMILIES[model_type(name)]
    written = {theirs(key, table).removeprefix(table.prefix) for key in made.load().module.state_dict()}
    unread = set(made.model.state_dict()) - written
    assert written <= set(made.model.state_dict())
    assert all(key.startswith("pooler.") for key in unread)


def test_layer_numbers_of_two_digits() -> None:
    bert = FAMILIES["bert"]
    assert theirs("layers.11.query.bias", bert) == "bert.encoder.layer.11.attention.self.query.bias"
    assert ours("bert.encoder.layer.11.output.dense.weight", bert) == "layers.11.contract.weight"


def test_names_of_old_layer_norms_are_read() -> None:
    assert ours("bert.embeddings.LayerNorm.gamma", FAMILIES["bert"]) == "embedding_norm.weight"
    assert ours("bert.embeddings.LayerNorm.beta", FAMILIES["bert"]) == "embedding_norm.bias"


def test_other_heads_and_poolers_are_left_out() -> None:
    foreign = {"bert.pooler.dense.weight": 1, "cls.predictions.bias": 2, "bert.embeddings.LayerNorm.bias": 3}
    assert rename_weights(foreign.items(), FAMILIES["bert"]) == {"embedding_norm.bias": 3}


@pytest.mark.parametrize("name", BUILT_IN)
def test_configuration_is_that_of_transformers(name: str, family: FamilyMaker) -> None:
    made = family(name)
    config, foreign = config_from_foreign(config_file(made.folder)), made.model.config
    assert (config.hidden, config.layers, config.heads) == (32, 2, 4)
    assert config.vocab == foreign.vocab_size
    assert config.pad == foreign.pad_token_id
    assert config.embedding == (16 if name == "electra-narrow" else 32)
    after_pad = model_type(name) in ("roberta", "xlm-roberta", "camembert")
    assert config.window == (62 if after_pad else 64)
    assert config.eps == (1e-5 if after_pad else 1e-12)


def test_defaults_are_those_of_transformers() -> None:
    config = config_from_foreign(MINIMAL)
    assert (config.types, config.eps, config.activation, config.pad) == (2, 1e-12, "gelu", 0)
    assert config_from_foreign(MINIMAL | {"model_type": "roberta"}).first_position == 2


def test_a_width_of_embeddings_counts_for_electra_only() -> None:
    assert config_from_foreign(MINIMAL | {"embedding_size": 4}).embedding == 8
    assert config_from_foreign(MINIMAL | {"embedding_size": 4, "model_type": "electra"}).embedding == 4


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model_type": "t5"}, "t5"),
        ({"hidden_act": "swish"}, "swish"),
        ({"position_embedding_type": "relative_key"}, "relative positions"),
        ({"is_decoder": True}, "decoder"),
        ({"vocab_size": None}, "vocab_size"),
    ],
)
def test_what_bert_cannot_do_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BundleError, match=message):
        config_from_foreign(MINIMAL | change)


@pytest.mark.parametrize("key", sorted(set(MINIMAL) - {"model_type"}))
def test_a_missing_size_is_named(key: str) -> None:
    with pytest.raises(BundleError, match=key):
        config_from_foreign({name: value for name, value in MINIMAL.items() if name != key})


def test_every_family_has_a_head_layout() -> None:
    assert {family.head for family in FAMILIES.values()} <= set(HEAD_LAYOUTS)
