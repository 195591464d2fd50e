"""The engine onnx: a graph is made once, must say what torch says, and is refused where it cannot be."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from nlpsuite.document import Document
from nlpsuite.engine import onnx_engine
from nlpsuite.engine.onnx_engine import OnnxEngine
from nlpsuite.engine.torch_engine import TorchEngine
from nlpsuite.errors import ConfigError, UnknownName
from nlpsuite.runtime import load_folder
from tests.tiny import ROWS, TINY_APP

TEXTS = [Document(str(row["text"])) for row in ROWS[:20]]


def test_it_says_what_torch_says(trained):
    graph, plain = (load_folder(TINY_APP, trained, engine=name, dtype="fp32") for name in ("onnx", "torch"))
    assert isinstance(graph.engine, OnnxEngine) and isinstance(plain.engine, TorchEngine)
    windows = [window for text in plain.maker.prepare(TEXTS) for window in text.windows]
    for one, other in zip(graph.engine.run(windows), plain.engine.run(windows), strict=True):
        assert one.keys() == other.keys()
        for head in one:
            np.testing.assert_allclose(one[head], other[head], atol=1e-4)
    assert [result.label for result in graph(TEXTS)] == [result.label for result in plain(TEXTS)]


def test_a_graph_is_made_once(trained, monkeypatch):
    load_folder(TINY_APP, trained, engine="onnx")
    monkeypatch.setattr(onnx_engine, "write_graph", lambda *_: pytest.fail("made again"))
    assert load_folder(TINY_APP, trained, engine="onnx").engine.name == "onnx"


def test_torch_runs_a_graph_that_says_something_else(trained, monkeypatch, caplog):
    monkeypatch.setattr(onnx_engine, "_agree", lambda *_: False)
    with caplog.at_level(logging.WARNING):
        assert load_folder(TINY_APP, trained, engine="onnx").engine.name == "torch"
    assert "torch runs it instead" in caplog.text


def test_what_it_cannot_do_is_refused(trained, monkeypatch):
    with pytest.raises(UnknownName, match="tensorflow"):
        load_folder(TINY_APP, trained, engine="tensorflow")
    with pytest.raises(ConfigError, match="fp32"):
        load_folder(TINY_APP, trained, engine="onnx", dtype="bf16")
    monkeypatch.setattr(onnx_engine, "find_spec", lambda _: None)
    with pytest.raises(ConfigError, match=r"nlpsuite\[onnx\]"):
        load_folder(TINY_APP, trained, engine="onnx")
