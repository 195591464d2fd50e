"""A small trained bundle."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlpsuite.train.dataset import make_dataset
from nlpsuite.train.fit import Fitting
from nlpsuite.train.recipe import make_recipe
from tests.tiny import FAST, ROWS, TINY_APP, write_rows


@pytest.fixture(scope="module")
def tiny_bundle(tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Trained on the tiny rows."""
    folder = tmp_path_factory.mktemp("bench")
    data = write_rows(folder / "rows.jsonl", ROWS)
    recipe = make_recipe(FAST | {"encoder": str(tiny_encoder)})
    Fitting(TINY_APP, make_dataset(TINY_APP, [data], [data], "en", {}, 1), recipe, folder / "bundle", "cpu").run()
    return folder / "bundle"
