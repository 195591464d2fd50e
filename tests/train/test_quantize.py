"""Eight-bit scales: fitted, tested, kept in the bundle, and used as the test says."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
import torch

from nlpsuite.data.records import read_examples
from nlpsuite.engine.choose import choose_format
from nlpsuite.engine.device import has_fast_int8
from nlpsuite.errors import BundleError, ConfigError, UsageError
from nlpsuite.model.bundle import add_files, read_manifest, verify_bundle
from nlpsuite.model.quantization import INT8_FILE, read_sites
from nlpsuite.runtime import load_folder
from nlpsuite.train import quantize
from nlpsuite.train.quantize import quantize_bundle
from tests.tiny import TINY_APP

CPU = torch.device("cpu")

pytestmark = pytest.mark.skipif(not has_fast_int8(CPU), reason="this processor has no fast int8")


@pytest.fixture
def examples(tiny_data):
    return tuple(read_examples([file], TINY_APP, None, {}) for file in tiny_data)


@pytest.fixture
def bundle(trained, tmp_path):
    return shutil.copytree(trained, tmp_path / "bundle")


def test_a_bundle_keeps_its_scales_and_what_the_test_gave(bundle, examples):
    before = verify_bundle(bundle)
    manifest = quantize_bundle(TINY_APP, bundle, *examples)
    assert manifest == verify_bundle(bundle)
    assert set(manifest.files) == {*before.files, INT8_FILE}
    assert manifest.int8 is not None and set(manifest.int8) == {"passed", "base", "n", "heads"}
    assert manifest.int8["n"] == len(examples[1])
    assert all(0 <= head["agreement"] <= 1 for head in manifest.int8["heads"].values())
    assert sorted(read_sites(bundle / INT8_FILE)) == [0, 1]
    assert quantize_bundle(TINY_APP, bundle, *examples) == manifest


def test_int8_is_used_unasked_only_where_the_test_was_passed(bundle, examples):
    manifest = quantize_bundle(TINY_APP, bundle, *examples)
    for passed in (True, False):
        add_files(bundle, replace(manifest, int8={**(manifest.int8 or {}), "passed": passed}), {})
        assert (load_folder(TINY_APP, bundle).engine.dtype is torch.int8) is passed
    assert load_folder(TINY_APP, bundle, dtype="int8").engine.dtype is torch.int8


def test_the_test_fails_where_labels_change(bundle, examples, monkeypatch):
    monkeypatch.setattr(quantize, "agreement", lambda *_: 0.98)
    manifest = quantize_bundle(TINY_APP, bundle, *examples)
    assert manifest.int8 is not None and manifest.int8["passed"] is False


def test_int8_is_refused_where_it_cannot_be(bundle, trained, examples, monkeypatch):
    with pytest.raises(ConfigError, match="models quantize"):
        load_folder(TINY_APP, trained, dtype="int8")
    with pytest.raises(UsageError, match="development data"):
        quantize_bundle(TINY_APP, bundle, examples[0], [])
    manifest = quantize_bundle(TINY_APP, bundle, *examples)
    with pytest.raises(ConfigError, match="VNNI"):
        choose_format("int8", torch.device("meta"), manifest)
    add_files(bundle, replace(manifest, int8={**(manifest.int8 or {}), "base": "0" * 64}), {})
    with pytest.raises(BundleError, match="other scales"):
        load_folder(TINY_APP, bundle, dtype="int8")
    monkeypatch.setattr(quantize, "has_fast_int8", lambda _: False)
    with pytest.raises(ConfigError, match="VNNI"):
        quantize_bundle(TINY_APP, bundle, *examples)


def test_damaged_scales_are_refused(bundle, examples):
    manifest = quantize_bundle(TINY_APP, bundle, *examples)
    add_files(bundle, manifest, {INT8_FILE: b"not safetensors"})
    with pytest.raises(BundleError, match=INT8_FILE):
        load_folder(TINY_APP, bundle, dtype="int8")
    assert read_manifest(bundle).int8 is not None
