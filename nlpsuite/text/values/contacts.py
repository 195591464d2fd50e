"""E-mail addresses, addresses of web pages, and telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlpsuite.text.overlaps import choose
from nlpsuite.text.values.source import Source
from nlpsuite.text.values.value import Value

__all__ = ["find_emails", "find_phones", "find_urls"]

_LETTER = "a-zA-Z0-9\u00df-\u00f6\u00f8-\u024f"
_EMAIL = re.compile(
    rf"(?<![{_LETTER}._%+-])[a-zA-Z0-9_](?:[a-zA-Z0-9._%+'-]{{0,62}}[a-zA-Z0-9_+-])?@"
    rf"(?P<domain>(?:[{_LETTER}](?:[{_LETTER}-]{{0,61}}[{_LETTER}])?[.]){{1,8}}[a-zA-Z]{{2,24}})(?![{_LETTER}_@-])"
)
# No Chinese or Japanese character, as those languages go on without a space.
_URL = re.compile(
    r"(?<![a-zA-Z0-9_@.-])(?P<host>(?:[hH][tT][tT][pP][sS]?://|[wW]{3}[.])"
    r"[a-zA-Z0-9\u00df-\u00f6\u00f8-\u1fff\[:](?:[a-zA-Z0-9\u00df-\u00f6\u00f8-\u1fff.:@\[\]_%+~-]{0,400}))"
    r"(?P<rest>[/?#][!#-;=?-\[\]_a-z~\u00a1-\u1fff\u2070-\u2bff]*)?"
)
_NEVER_LAST = ".,;:!?'*_~-\u00b7"
_BRACKETS = {")": "(", "]": "["}


def find_emails(source: Source) -> Iterator[Value]:
    """All e-mail addresses, with the domain in lower case."""
    for match in _EMAIL.finditer(source.text):
        local = match[0][: -len(match["domain"])]
        if ".." not in local:
            yield Value(match.start(), match.end(), "email", local + match["domain"].lower())


def find_urls(source: Source) -> Iterator[Value]:
    """All addresses that begin with http, https or www, with scheme and host in lower case."""
    for match in _URL.finditer(source.text):
        length = _without_punctuation(match[0])
        host = match["host"][:length]
        if "." in host.split("//")[-1].lower().removeprefix("www.") or "localhost" in host.lower():
            yield Value(match.start(), match.start() + length, "url", host.lower() + match[0][len(host) : length])


def _without_punctuation(address: str) -> int:
    """How much of the address belongs to it rather than to the sentence around it."""
    length = len(address)
    open_brackets = {closing: address.count(opening) - address.count(closing) for closing, opening in _BRACKETS.items()}
    while length:
        last = address[length - 1]
        if open_brackets.get(last, 0) < 0:
            open_brackets[last] += 1
        elif last not in _NEVER_LAST:
            break
        length -= 1
    return length


_REGIONS = {
    "zh": ("CN",), "en": ("US", "GB"), "de": ("DE",), "fr": ("FR",), "es": ("ES",), "it": ("IT",), "nl": ("NL",),
    "pt": ("PT", "BR"),
}  # fmt: skip
"""Where numbers without a country code are dialled, the likeliest first."""
_OTHER_NUMBER = re.compile(
    r"(?<![a-z])(?:isbn|issn|iban|ean|gtin|asin|doi|imei|vat|ust-?id|steuer-?(?:nr|nummer)|siret|siren|cif|nif|cpf|cnpj"
    r"|kvk|btw|ondernemingsnummer|p\. ?iva)(?:[- ]?1[03])?[.:]?(?:[- ]?n[ro°º]?[.:]?)? ?[a-z]{0,2}[0-9 -]{0,24}$"
)


def find_phones(source: Source, taken: Sequence[Value]) -> list[Value]:
    """All telephone numbers that can be dialled, in the notation of E.164, in order, none within another value.

    Args:
        source: the text.
        taken: what has been found already, without overlaps.
    """
    text = _blank(source.text, taken)
    found = [value for region in _REGIONS[source.lang] for value in _of_region(text, region)]
    # Of two regions the one that takes more of the text is right, as in "(11) 91234-5678".
    return choose(found, lambda value: (value.start, -value.end))


def _of_region(text: str, region: str) -> Iterator[Value]:
    # It is slow to load and seldom needed.
    from phonenumbers import PhoneNumberFormat, PhoneNumberMatcher, format_number

    for match in PhoneNumberMatcher(text, region):
        if not _OTHER_NUMBER.search(text[max(0, match.start - 40) : match.start].lower()):
            # It begins with a space where a slash goes before, as in "12/ 020-1234567".
            number = match.raw_string.lstrip()
            if number[0] in "(（[" and not re.search("[)）\\]]", number):
                number = number[1:].lstrip()  # A bracket that stays open belongs to the sentence.
            yield Value(
                match.end - len(number), match.end, "phone", format_number(match.number, PhoneNumberFormat.E164)
            )


def _blank(text: str, taken: Sequence[Value]) -> str:
    """The text with a character that no number goes on over in place of what is taken."""
    parts, end = [], 0
    for value in sorted(taken, key=lambda value: value.start):
        parts += [text[end : value.start], "|" * (value.end - value.start)]
        end = value.end
    return "".join([*parts, text[end:]])
