from __future__ import annotations

import pytest

from nlpsuite.text.scripts import LANGUAGES_BY_SCRIPT, main_script


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("hello", "Latin"),
        ("Ｈｅｌｌｏ", "Latin"),
        ("公司", "Han"),
        ("𠮷野家", "Han"),
        ("日本銀行の金融政策", "Han"),
        ("東京へ行く", "Kana"),
        ("カタカナ", "Kana"),
        ("привет", "Cyrillic"),
        ("안녕", "Hangul"),
        ("iPhone 很好用", "Han"),
        ("The word 你好 means hello", "Latin"),
    ],
)
def test_finds_the_main_script(text: str, script: str) -> None:
    found, share = main_script(text)
    assert found == script
    assert 0.5 <= share <= 1


def test_text_without_letters_has_none() -> None:
    assert main_script("123 !? 😀") == (None, 0.0)


def test_every_script_has_languages() -> None:
    for sample in "aбاहবαԱაאአਅઅଅஅఅಅഅඅกກཀကក한かア中":
        script, _ = main_script(sample)
        assert script is not None and LANGUAGES_BY_SCRIPT[script], sample
