"""A tiny bundle, trained once."""

from __future__ import annotations

import pytest

from nlpsuite.train.dataset import make_dataset
from nlpsuite.train.fit import Fitting
from nlpsuite.train.recipe import make_recipe
from tests.tiny import LEARNS, ROWS, TINY_APP, write_rows


@pytest.fixture(scope="session")
def trained(tmp_path_factory, tiny_encoder):
    folder = tmp_path_factory.mktemp("trained")
    data, dev = write_rows(folder / "train.jsonl", ROWS[:72]), write_rows(folder / "dev.jsonl", ROWS[72:])
    recipe = make_recipe(LEARNS | {"encoder": str(tiny_encoder)})
    Fitting(TINY_APP, make_dataset(TINY_APP, [data], [dev], "en", {}, 1), recipe, folder / "bundle", "cpu").run()
    return folder / "bundle"
