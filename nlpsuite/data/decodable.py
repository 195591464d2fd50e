"""How far bytes can be decoded at all."""

from __future__ import annotations

import codecs
import re

_ESCAPED = re.compile("[\udc80-\udcff]")
_TWO_BYTES = re.compile("[\u0080-\u07ff]")
_MORE_BYTES = re.compile("[\u0800-\ud7ff\ue000-\U0010ffff]")


def first_undecodable(sample: bytes, name: str, whole: bool) -> int | None:
    """The first byte that the encoding cannot read; None where it reads all."""
    try:
        codecs.getincrementaldecoder(name)().decode(sample, final=whole)
    except UnicodeDecodeError as error:
        return error.start
    return None


def is_damaged_utf8(sample: bytes) -> bool:
    """Whether most of what is not ASCII is UTF-8: GB18030 accepts nearly all bytes and would give rubbish.

    In GB18030 text some pairs of bytes are valid UTF-8 by chance, but few and hardly ever three in a row.
    """
    text = sample.decode("utf-8", "surrogateescape")
    bad = len(_ESCAPED.findall(text))
    return len(_TWO_BYTES.findall(text)) + 4 * len(_MORE_BYTES.findall(text)) >= bad
