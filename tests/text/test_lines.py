from __future__ import annotations

import pytest

from nlpsuite.text.lines import is_complete

LONG = "a line that is long enough to have been wrapped"


@pytest.mark.parametrize(
    ("line", "ahead", "complete"),
    [
        ("", "Text", True),
        ("  ", "text", True),
        ("A Title", "Text", True),
        ("A Title", "text", False),
        (LONG, "Name", False),
        (LONG, "- item", True),
        (LONG, "2) item", True),
        (LONG, "（二）内容", True),
        (LONG + ":", "Next", True),
        ("short,", "Next", False),
        ("Dr.", "Meier", False),
        ("这一行一共有超过二十个汉字所以可能是被折断的一行", "下一行", False),
        ("标题", "正文", True),
    ],
)
def test_tells_complete_lines_from_wrapped_ones(line: str, ahead: str, complete: bool) -> None:
    assert is_complete(line, ahead) is complete
