"""The languages that can be segmented, by their codes."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from nlpsuite.errors import UnknownName

__all__ = ["check_language", "languages"]

_ALIASES = {
    "cmn": "zh", "yue": "zh", "wuu": "zh", "hak": "zh", "nan": "zh", "lzh": "zh",
    "no": "nb", "nob": "nb", "nno": "nn", "iw": "he", "in": "id", "und": "xx", "mul": "xx",
}  # fmt: skip


@cache
def languages() -> frozenset[str]:
    """The codes of all languages that can be segmented; "xx" stands for one that is not known.

    spaCy's folders are listed, not imported, as that would take seconds.
    """
    spec = find_spec("spacy")
    places = spec.submodule_search_locations if spec else None
    folders = (folder for place in places or () for folder in (Path(place) / "lang").iterdir())
    return frozenset({"zh", *(folder.name for folder in folders if (folder / "__init__.py").is_file())})


def check_language(lang: str) -> str:
    """The code under which a language is known here.

    Args:
        lang: an ISO 639-1 code, also with script or region, such as "zh-Hant" or "pt_BR".

    Returns:
        One of `languages()`.

    Raises:
        UnknownName: the language can't be segmented.
    """
    base = re.split("[-_]", lang, maxsplit=1)[0].lower()
    code = _ALIASES.get(base, base)
    if code not in languages():
        raise UnknownName("language", lang, languages(), hint="Use xx for a language that is not known.")
    return code
