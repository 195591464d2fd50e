"""A text, ready for the encoder."""

from __future__ import annotations

import pytest

from nlpsuite.document import Document
from nlpsuite.engine.windows import WindowMaker
from nlpsuite.model.tokenizer import TextTokenizer
from tests.tiny import tiny_tokenizer


@pytest.fixture(scope="module")
def text():
    maker = WindowMaker(TextTokenizer(tiny_tokenizer()), 32)
    return maker.prepare([Document("Anna  lives\u200b in Berlin", lang="en")])[0]
