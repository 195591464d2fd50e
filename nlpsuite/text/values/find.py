"""All values of a text; where they overlap, the longest."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Collection

from nlpsuite.text.overlaps import choose
from nlpsuite.text.values.contacts import find_emails, find_phones, find_urls
from nlpsuite.text.values.dates import find_dates
from nlpsuite.text.values.money import find_amounts
from nlpsuite.text.values.numbers import find_numbers
from nlpsuite.text.values.percentages import find_percentages
from nlpsuite.text.values.references import find_references
from nlpsuite.text.values.source import Source
from nlpsuite.text.values.value import KINDS, Value

__all__ = ["find_values"]

_ARITHMETIC = decimal.Context(prec=60, Emin=-999, Emax=999, traps=[])
_RANK = {kind: rank for rank, kind in enumerate(("url", "email", "date", "reference", "percentage", "amount", "phone"))}


def find_values(
    text: str, lang: str, *, kinds: Collection[str] = KINDS, today: datetime.date | None = None
) -> list[Value]:
    """Find amounts, percentages, dates, telephone numbers, addresses and references.

    A "$" alone is the US dollar; "¥" is the yuan in Chinese and the yen elsewhere. "3/4/2025" is in March in English
    and in April elsewhere. A range such as "10-20 €" gives two values. What is found of a kind does not depend on
    which others are asked for.

    Args:
        text: any text.
        lang: an ISO 639-1 code, also with script or region; languages without rules of their own are read like English.
        kinds: those of `KINDS` that are wanted. Telephone numbers alone take long to look for.
        today: what "yesterday" and its like are counted from; without it they are no dates.

    Returns:
        The values in the order of the text; they don't overlap.

    Raises:
        ValueError: one of `kinds` is none.
    """
    unknown = sorted(set(kinds) - set(KINDS))
    if unknown:
        raise ValueError(f"No kind of value is named {unknown[0]!r}. There are: {', '.join(KINDS)}.")
    source = Source.read(text, lang)
    with decimal.localcontext(_ARITHMETIC):
        # Of equally long ones the most telling kind stays.
        found = choose(
            _all_but_phones(source, today), lambda value: (value.start - value.end, _RANK[value.kind], value.start)
        )
    if "phone" in kinds:
        found += find_phones(source, found)
    return sorted((value for value in found if value.kind in kinds), key=lambda value: value.start)


def _all_but_phones(source: Source, today: datetime.date | None) -> list[Value]:
    numbers = find_numbers(source)
    found = [*find_emails(source), *find_urls(source), *find_dates(source, today)]
    found += [*find_amounts(source, numbers), *find_percentages(source, numbers)]
    return [*found, *find_references(source, found)]
