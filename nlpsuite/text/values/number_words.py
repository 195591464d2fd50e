"""Numbers in words, such as "twenty-five", "quatre-vingt-dix" and "zweihundertfünfzig", up to the thousands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from nlpsuite.text.values.source import BEGIN, END, alternatives, strip_accents

__all__ = ["number_words", "parse_words"]

# One word for each of 1 to 19, 20 to 90 by tens, 100 and 1,000; a stroke parts forms of the same.
_NUMBERS = [*range(1, 20), *range(20, 100, 10), 100, 1000]
_WORDS = {
    "en": "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty thirty forty/fourty fifty sixty seventy eighty ninety hundred thousand",
    "de": "ein/eine/einen/einem/einer/eins zwei/zwo drei vier fünf/fuenf sechs sieben acht neun zehn elf zwölf/zwoelf"
    " dreizehn vierzehn fünfzehn/fuenfzehn sechzehn siebzehn achtzehn neunzehn zwanzig dreißig/dreissig vierzig"
    " fünfzig/fuenfzig sechzig siebzig achtzig neunzig hundert tausend",
    "fr": "un/une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept"
    " dix-huit dix-neuf vingt trente quarante cinquante soixante septante"
    " quatre-vingt/quatre-vingts/huitante/octante nonante cent/cents mille",
    "es": "un/uno/una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis"
    " diecisiete dieciocho diecinueve veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien/ciento"
    " mil",
    "it": "un/uno/una due tre/tré quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici"
    " sedici diciassette diciotto diciannove venti trenta quaranta cinquanta sessanta settanta ottanta"
    " novanta cento mille/mila",
    "nl": "één/een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien"
    " achttien negentien twintig dertig veertig vijftig zestig zeventig tachtig negentig honderd duizend",
    "pt": "um/uma dois/duas três quatro cinco seis sete oito nove dez onze doze treze catorze/quatorze quinze"
    " dezasseis/dezesseis dezassete/dezessete dezoito dezanove/dezenove vinte trinta quarenta cinquenta sessenta"
    " setenta oitenta noventa cem/cento mil",
}
_MORE = {
    "es": {
        21: "veintiuno/veintiún/veintiuna", 22: "veintidós", 23: "veintitrés", 24: "veinticuatro", 25: "veinticinco",
        26: "veintiséis", 27: "veintisiete", 28: "veintiocho", 29: "veintinueve", 200: "doscientos/doscientas",
        300: "trescientos/trescientas", 400: "cuatrocientos/cuatrocientas", 500: "quinientos/quinientas",
        600: "seiscientos/seiscientas", 700: "setecientos/setecientas", 800: "ochocientos/ochocientas",
        900: "novecientos/novecientas",
    },
    "it": {21: "ventuno", 28: "ventotto", 31: "trentuno", 38: "trentotto", 41: "quarantuno", 48: "quarantotto"},
    "pt": {
        200: "duzentos/duzentas", 300: "trezentos/trezentas", 400: "quatrocentos/quatrocentas",
        500: "quinhentos/quinhentas", 600: "seiscentos/seiscentas", 700: "setecentos/setecentas",
        800: "oitocentos/oitocentas", 900: "novecentos/novecentas",
    },
}  # fmt: skip
# What may stand between two of them; where nothing may, each begins with a space or hyphen.
_JOINTS = {
    "en": "-and-| and |[ -]",
    "de": " und |und|[ -]|",
    "fr": "-et-| et |[ -]",
    "es": " y |[ ]",
    "it": " e |[ ]|",
    "nl": " en |en|ën|[ ]|",
    "pt": " e |[ ]",
}
# In English "a" counts as one before these only.
_ARTICLES = {"en": f"{BEGIN}an?(?= (?:million|billion|trillion){END})|{BEGIN}(?:a (?=hundred|thousand))?"}
_UNIT_FIRST = frozenset({"de", "nl"})
"""Languages that say the unit, a joint and then the tens."""


@dataclass(frozen=True, slots=True)
class NumberWords:
    """The numbers of a language in words.

    Attributes:
        pattern: matches one number in lower case, however many words it takes.
        values: what each word is worth.
        word: finds the words within a number.
        joint: matches what may stand between two of them.
    """

    pattern: str
    values: dict[str, int]
    word: re.Pattern[str]
    joint: re.Pattern[str]


@cache
def number_words(lang: str) -> NumberWords | None:
    """The number words of a language, None where it has none here."""
    if lang not in _WORDS:
        return None
    values: dict[str, int] = {}
    rows = [*zip(_NUMBERS, _WORDS[lang].split(), strict=True), *_MORE.get(lang, {}).items()]
    for number, forms in rows:
        for form in forms.split("/"):
            values |= {form: number, strip_accents(form): number}
    word = alternatives(values)
    pattern = f"{_ARTICLES.get(lang, BEGIN)}(?:{word})(?:(?:{_JOINTS[lang]})(?:{word})){{0,9}}{END}"
    return NumberWords(pattern, values, re.compile(word), re.compile(_JOINTS[lang]))


def parse_words(text: str, lang: str) -> int | None:
    """The value of a number in words, None where the words don't make one, as in "one two".

    Args:
        text: what the pattern of `number_words` has matched.
        lang: a language that has number words.
    """
    words = number_words(lang)
    if words is None:
        return None
    total = current = end = 0
    for match in words.word.finditer(text):
        value, joint = words.values[match[0]], text[end : match.start()]
        if end and not words.joint.fullmatch(joint):
            return None
        end = match.end()
        if value == 1000:
            if total:
                return None
            total, current = max(current, 1) * 1000, 0
            continue
        joined = _join(current, value, bool(joint.strip(" -")) and lang in _UNIT_FIRST)
        if joined is None:
            return None
        current = joined
    return total + current if end else 1


def _join(before: int, value: int, unit_first: bool) -> int | None:
    """A number below 1,000 with one more word; None if the word can't come next."""
    if value == 100 and before:
        return before * 100 if before < 20 else None
    rest = before % 100
    if value >= 100:
        return None if before else value
    if rest == 0:
        return before + value
    if rest % 10 == 0 and rest >= 20 and (value < 10 or (rest in (60, 80) and value < 20)):
        return before + value
    return before + value if unit_first and rest < 10 and value % 10 == 0 and value >= 20 else None
