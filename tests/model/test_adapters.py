"""Low-rank adapters: what is trained through peft is what a bundle's factors merge to."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from nlpsuite.errors import BundleError, ConfigError
from nlpsuite.model.adapters import AdapterConfig, adapter_weights, add_adapter, merge_adapter
from tests.model.conftest import FamilyMaker
from tests.model.families import random_batch

CONFIG = AdapterConfig(rank=3, alpha=7, first_layer=1, matrices=("query", "value", "contract"))


def adapted(encoder: nn.Module, config: AdapterConfig = CONFIG) -> nn.Module:
    """A copy of the encoder with factors as if trained: none of them zero."""
    module = copy.deepcopy(encoder)
    add_adapter(module, config)
    torch.manual_seed(1)
    for name, parameter in module.named_parameters():
        if ".lora_" in name:
            nn.init.normal_(parameter, std=0.3)
    return module.eval()


@pytest.mark.parametrize("name", ["bert", "distilbert", "electra-narrow"])
@torch.inference_mode()
def test_merged_equals_injected(name: str, family: FamilyMaker) -> None:
    plain = family(name).load().module
    trained = adapted(plain)
    ids, mask = random_batch((12, 5), 0)
    before, wanted = plain(ids, mask), trained(ids, mask)
    merge_adapter(plain, adapter_weights(trained), CONFIG)
    assert float((plain(ids, mask) - wanted)[mask].abs().max()) < 1e-5
    assert float((before - wanted)[mask].abs().max()) > 1e-2


def test_only_factors_of_the_chosen_layers_are_trained(family: FamilyMaker) -> None:
    module = adapted(family("bert").load().module)
    trained = {name for name, parameter in module.named_parameters() if parameter.requires_grad}
    assert all(".lora_" in name and name.startswith("layers.1.") for name in trained)
    wanted = {f"layers.1.{matrix}.{factor}" for matrix in CONFIG.matrices for factor in "AB"}
    assert set(adapter_weights(module)) == wanted


def test_factors_are_small(family: FamilyMaker) -> None:
    factors = adapter_weights(adapted(family("bert").load().module))
    assert factors["layers.1.query.A"].shape == (3, 32)
    assert factors["layers.1.contract.A"].shape == (3, 48)
    assert factors["layers.1.contract.B"].shape == (32, 3)


def test_an_encoder_without_adapter_has_no_factors(family: FamilyMaker) -> None:
    assert adapter_weights(family("bert").load().module) == {}


def test_merging_leaves_tensors_that_others_hold_alone(family: FamilyMaker) -> None:
    module = family("bert").load().module
    held = module.get_parameter("layers.1.query.weight").detach()
    before = held.clone()
    merge_adapter(module, adapter_weights(adapted(module)), CONFIG)
    assert torch.equal(held, before)
    assert not torch.equal(module.get_parameter("layers.1.query.weight"), before)


@pytest.mark.parametrize(
    "change",
    [
        {"layers.1.query.A": None},
        {"layers.1.query.B": None},
        {"layers.1.query.A": torch.zeros(3, 31)},
        {"layers.9.query.A": torch.zeros(3, 32), "layers.9.query.B": torch.zeros(32, 3)},
    ],
    ids=["no A", "no B", "wrong shape", "no such layer"],
)
def test_factors_that_do_not_fit_are_refused(change: dict[str, torch.Tensor | None], family: FamilyMaker) -> None:
    module = family("bert").load().module
    factors = adapter_weights(adapted(module)) | change
    kept = {name: tensor for name, tensor in factors.items() if tensor is not None}
    with pytest.raises(BundleError, match="does not fit"):
        merge_adapter(module, kept, CONFIG)


def test_a_first_layer_above_the_last_is_refused(family: FamilyMaker) -> None:
    with pytest.raises(ConfigError, match="2 layers"):
        add_adapter(family("bert").load().module, AdapterConfig(first_layer=2))


def test_a_foreign_encoder_is_refused(family: FamilyMaker) -> None:
    with pytest.raises(ConfigError, match="BERT's shape"):
        add_adapter(family("mpnet").load().module, CONFIG)


def test_configuration_goes_there_and_back() -> None:
    assert AdapterConfig.from_dict(CONFIG.to_dict()) == CONFIG
