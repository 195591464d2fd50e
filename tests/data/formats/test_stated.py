from __future__ import annotations

import pytest

from nlpsuite.data.formats.stated import stated_date, stated_language


@pytest.mark.parametrize(
    ("tag", "code"),
    [("de", "de"), ("zh-Hant-TW", "zh"), (" FR_fr ", "fr"), ("deu", None), ("x", None), ("de at", None), ("", None)],
)
def test_languages_have_two_letters(tag, code):
    assert stated_language(tag) == code
    assert stated_language(None) is None


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024-05-01", "2024-05-01"),
        (" 20240501 ", "2024-05-01"),
        ("2024-05-01T10:00:00Z", "2024-05-01T10:00:00+00:00"),
        ("2024-05-01 10:00", "2024-05-01T10:00:00"),
        ("2024-02-30", None),
        ("1. Mai 2024", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_are_valid_iso_or_none(text, date):
    assert stated_date(text) == date
