"""Numbers of orders, invoices, tickets, parcels and customers: codes that a word or their form shows to be such."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from nlpsuite.text.values.reference_words import ALONE, COMPOUNDS, CUES, FILLERS, NUMBERS, OF
from nlpsuite.text.values.source import BEGIN, LETTER, Source, alternatives, strip_accents
from nlpsuite.text.values.value import Value

__all__ = ["find_references"]

_SHORTEST, _FEWEST_DIGITS = 5, 3
_MANY_DIGITS = 5
"""So many digits make a reference after a cue such as "order" that could as well be a verb."""
_LONGEST_GROUP = {True: 10, False: 4}
"""The most characters of each group in a code with spaces; fewer where no word says that a number is meant."""

_CODE = re.compile("[a-z0-9]{1,24}(?:[-_/][a-z0-9]{1,24}){0,5}")
_GROUP = re.compile(" (?:[0-9]{3,10}|(?=[a-z]{0,4}[0-9])[a-z0-9]{2,10})")
_CODE_END = re.compile(f"(?![-_/]?{LETTER})(?![.,:][0-9])(?! ?[%‰€£$¥°])")
_YEARS = re.compile("(?:19|20)[0-9]{2}[-/](?:(?:19|20)?[0-9]{2})")
_COUNTED = re.compile(" ?[个個件份单單笔筆台輛辆万萬亿億元块塊张張箱包套条條本]")
_BY_FORM = re.compile(
    f"#(?P<marked>[A-Z]{{0,4}}-?[0-9]{{3,20}}(?:-[0-9A-Z]{{1,12}}){{0,3}})(?![-_]?{LETTER})"
    f"|(?<![-/.@#]){BEGIN}(?P<parts>[A-Z]{{1,6}}-(?:19|20)[0-9]{{2}}-[0-9A-Z]{{3,12}}(?:-[0-9A-Z]{{1,12}})?)"
    f"(?![-_]?{LETTER})"
)
# Numbers of standards, hashtags of a year, and colours.
_NO_REFERENCE = re.compile(
    "(?:CVE|ISO|DIN|RFC|ISBN|ISSN|IEC|IEEE|EAN|EN)-.*|[A-Z]+(?:19|20)[0-9]{2}|(?=[0-9]*[A-F])[0-9A-F]{6}"
)
_OTHER_NUMBER = re.compile(
    r"(?:isbn|issn|iban|ean|gtin|doi|tel|tél|telefon|phone|telephone|mobile|mobil|handy|fax|teléfono|telefono|télé?phone"
    r"|móvil|telefoon|telefone|whatsapp|bic|vat)[-. ]{0,2}$"
)


def find_references(source: Source, others: Sequence[Value]) -> Iterator[Value]:
    """All references, in capitals and without spaces.

    Args:
        source: the text.
        others: amounts, percentages, dates and addresses, which are no references.
    """
    covered = bytearray(len(source.text))
    for value in others:
        covered[value.start : value.end] = b"\x01" * (value.end - value.start)
    for start, end in (*_after_cues(source, covered), *_by_form(source)):
        if not any(covered[start:end]):
            yield Value(start, end, "reference", source.text[start:end].upper().replace(" ", ""))


def _by_form(source: Source) -> Iterator[tuple[int, int]]:
    """Codes such as "#A-10293" and "DE-2024-00871"."""
    for match in _BY_FORM.finditer(source.text):
        kind = match.lastgroup or ""
        if _is_code(match[kind]) and not _NO_REFERENCE.fullmatch(match[kind]):
            yield match.span(kind)


def _after_cues(source: Source, covered: bytearray) -> Iterator[tuple[int, int]]:
    for match in _cues(source.lang).finditer(source.low):
        if match["alone"] and _OTHER_NUMBER.search(source.low[max(0, match.start() - 12) : match.start()]):
            continue
        is_sure = bool(match["sure"] or match["alone"] or match["of"] or match["number"])
        end = _end_of_code(source, covered, match.end(), is_sure)
        if end:
            yield match.end(), end


def _end_of_code(source: Source, covered: bytearray, start: int, is_sure: bool) -> int | None:
    """Where a code ends that begins here, None if none does."""
    ends: list[int] = []
    match = _CODE.match(source.low, start)
    while match is not None and len(ends) < 7 and not any(covered[start : match.end()]):
        ends.append(match.end())
        if len(match[0].strip()) > _LONGEST_GROUP[is_sure]:
            break
        match = _GROUP.match(source.low, match.end())
        if match is not None and len(match[0]) - 1 > _LONGEST_GROUP[is_sure]:
            break
    for end in reversed(ends):
        code = source.low[start:end]
        if _CODE_END.match(source.low, end) and _is_code(code) and (is_sure or _is_likely(source, code, end)):
            return end
    return None


def _is_code(code: str) -> bool:
    return len(code.replace(" ", "")) >= _SHORTEST and sum(mark.isdigit() for mark in code) >= _FEWEST_DIGITS


def _is_likely(source: Source, code: str, end: int) -> bool:
    """Whether a code is one even after a word that need not announce a number."""
    if code.isdigit():
        return not code.endswith("000") and not _COUNTED.match(source.low, end)
    if _YEARS.fullmatch(code):
        return False
    return sum(mark.isdigit() for mark in code) >= _MANY_DIGITS or any(mark in code for mark in "-/")


@cache
def _cues(lang: str) -> re.Pattern[str]:
    """What stands before a code; named groups tell what makes it sure that a number follows."""
    cue, number, alone, filler = (_words(table[lang]) for table in (CUES, NUMBERS, ALONE, FILLERS))
    begin, end, gap = (BEGIN, r"(?![^\W\d_])", "[ ]") if lang != "zh" else ("", "", " ?")
    sure = f"(?:{_words(COMPOUNDS[lang])})[- ]?(?:{number}){end}" if lang in COMPOUNDS else "(?!)"
    of = f"(?P<of>(?:{number}) (?:{OF[lang]}))?" if OF[lang] else "(?P<of>(?!))?"
    colon = r" ?[:：=]\s{0,3}"
    # A code may begin like one of these words, such as "ES-99812".
    links = f"(?:(?:{colon}|{gap}|-)(?:(?P<number>{number})|{filler})(?![-_/]?{LETTER})){{0,3}}"
    return re.compile(
        f"{begin}(?:(?P<sure>{sure})|{of}(?:{cue}){end}|(?P<alone>{alone})){links}"
        f"(?:{colon}|{gap}?)[\"“„«'(（【「\\[#]{{0,2}}(?=[a-z]{{0,24}}[-_/]?[0-9]|[a-z0-9])"
    )


def _words(words: str) -> str:
    several = words.split("|")
    return alternatives([*several, *map(strip_accents, several)])
