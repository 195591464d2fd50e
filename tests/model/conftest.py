"""Tiny random encoders, made once for all tests of the package."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from torch import Tensor

from nlpsuite import plugins
from nlpsuite.application import EncoderSpec
from nlpsuite.errors import UnknownName
from nlpsuite.model.encoder import read_weights
from tests.model.families import Family, random_batch, save_random_encoder

FamilyMaker = Callable[[str], Family]


@pytest.fixture(scope="session")
def family(tmp_path_factory: pytest.TempPathFactory) -> FamilyMaker:
    """Gives the family of a name; each is made once."""
    made: dict[str, Family] = {}

    def get(name: str) -> Family:
        if name not in made:
            folder = tmp_path_factory.mktemp(name)
            made[name] = Family(name, folder, save_random_encoder(name, folder))
        return made[name]

    return get


@pytest.fixture
def batch() -> tuple[Tensor, Tensor]:
    """Ids and mask, [3, 20], of 20, 11 and 2 real tokens; padded with 1, which is no padding id of BERT's."""
    return random_batch(lengths=(20, 11, 2), pad=1)


@pytest.fixture
def packaged(family: FamilyMaker, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a BERT that seems to travel in a plugin."""
    folder = family("bert").folder
    spec = EncoderSpec("tiny-bert", "for tests", folder, lambda: dict(read_weights(folder)), "0" * 64, "MIT")

    def encoder(name: str) -> EncoderSpec:
        if name != spec.name:
            raise UnknownName("encoder", name, [spec.name])
        return spec

    monkeypatch.setattr(plugins, "encoder", encoder)
    return spec.name
