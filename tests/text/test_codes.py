from __future__ import annotations

import pytest

from nlpsuite.errors import UnknownName
from nlpsuite.text import check_language, languages


def test_lists_the_first_class_languages_and_more() -> None:
    assert {"zh", "en", "de", "fr", "es", "it", "nl", "pt", "pl", "ru", "ja", "nb", "xx"} <= languages()
    assert all(code.isalpha() and code.islower() for code in languages())


@pytest.mark.parametrize(
    ("lang", "code"),
    [("de", "de"), ("DE", "de"), ("pt-BR", "pt"), ("zh_Hans_CN", "zh"), ("yue", "zh"), ("no", "nb"), ("und", "xx")],
)
def test_knows_codes_in_all_their_forms(lang: str, code: str) -> None:
    assert check_language(lang) == code


@pytest.mark.parametrize("lang", ["", "tlh", "german", "de/en", "__pycache__", "punctuation"])
def test_refuses_unknown_codes(lang: str) -> None:
    with pytest.raises(UnknownName, match="No language is named"):
        check_language(lang)
