"""What a file states about itself, where it does so in a valid way: its language and its date."""

from __future__ import annotations

import re
from datetime import date, datetime

_LANGUAGE = re.compile("([A-Za-z]{2})(?:[-_][A-Za-z0-9_-]*)?")


def stated_language(tag: str | None) -> str | None:
    """The two letters that a language tag such as "de-AT" begins with, if it begins with two."""
    found = _LANGUAGE.fullmatch(tag.strip()) if tag else None
    return found.group(1).lower() if found else None


def stated_date(text: str | None) -> str | None:
    """A day, or a day and time, in the notation of ISO 8601, if the text is one."""
    written = (text or "").strip()
    for kind in (date, datetime):
        try:
            return kind.fromisoformat(written).isoformat()
        except ValueError:
            continue
    return None
