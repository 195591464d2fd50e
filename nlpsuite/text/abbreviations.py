"""What must be known of a language to tell the end of an abbreviation from the end of a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class StopRules:
    """How full stops are used in a language; all words in lower case and without their last stop.

    Attributes:
        never: abbreviations that something always follows, such as titles.
        maybe: abbreviations that may end a sentence, such as "etc" or "inc".
        numeric: words that are abbreviations only before a number, such as "no".
        starters: words that, with a capital, open a sentence rather than go on with a name.
        ordinals: whether "3." means "third".
    """

    never: frozenset[str]
    maybe: frozenset[str]
    numeric: frozenset[str]
    starters: frozenset[str]
    ordinals: bool = False

    def is_abbreviation(self, word: str, before_number: bool) -> bool:
        """Whether the stop after `word` belongs to it, going by what follows."""
        part = _last_part(word)
        return part in self.never or part in self.maybe or (before_number and part in self.numeric)

    def may_end_sentence(self, word: str) -> bool:
        """Whether the word is an abbreviation that can be the last word, such as "U.S" or "etc"."""
        parts = word.split(".")
        if len(parts) > 1 and all(part.isalpha() and len(part) <= 2 for part in parts):
            return True
        return _last_part(word) in self.maybe


@cache
def stop_rules(lang: str) -> StopRules:
    """The rules of a language, or those that hold almost everywhere."""
    own = _LANGUAGES.get(lang, {})
    never, maybe, numeric, starters = (
        frozenset(f"{_COMMON.get(name, '')} {own.get(name, '')}".split())
        for name in ("never", "maybe", "numeric", "starters")
    )
    return StopRules(never - maybe, maybe, numeric, starters, lang in _ORDINALS)


def _last_part(word: str) -> str:
    return re.split(r"[.\-\u2013/(]", word.lower())[-1]


_ORDINALS = frozenset({"de", "lb", "dsb", "hsb"})
"""Languages that write ordinals with a stop and nouns, so also months, with a capital."""

_COMMON = {
    "never": "dr prof st vs cf ca approx max min tel",
    "maybe": "etc inc ltd co corp jr sr al",
    "numeric": "no nr vol fig p pp art",
}

_LANGUAGES: dict[str, dict[str, str]] = {
    "en": {
        "never": """mr mrs ms messrs rev hon gen col maj capt cmdr lt sgt cpl gov sen rep pres supt mt viz
            dept univ est incl excl adj""",
        "maybe": """plc bros llc ave blvd rd ft jan feb mar apr jun jul aug sep sept oct nov dec mln bln
            esq vols va calif""",
        "numeric": "nos figs eq eqs sec ch chap",
        "starters": """the a an it he she they we you in on at but and this that these those there however if
            when what who why how our its his her for as after before while with according""",
    },
    "de": {
        "never": """hr fr frl fa bzw vgl ggf evtl bspw sog inkl exkl zzgl abzgl einschl geb gest gegr verh hl
            hrsg dipl mag ing gem lt mind allg ehem entspr resp stv phil med rer nat jur pol sen rd zit""",
        "maybe": """usw mio mrd tsd str jh jhd mwst ust jan feb apr jul aug sep sept okt nov dez ff gmbh
            std min stk""",
        "numeric": "abs s bd kap aufl nrn ziff anm abb tab",
        "starters": """der die das den dem ein eine einen er sie es wir ich ihr im in am an auf aber und doch
            dies diese dieser dieses nach bei mit für wenn als wie was wer seit zu zum zur dabei damit danach
            dann auch so von vor laut trotz jedoch""",
    },
    "fr": {
        "never": "m mm mme mmes mlle pr me ste env éd réf tél boul bd av ex cie sté adj",
        "maybe": "janv févr avr juil août sept oct nov déc hab mio",
        "numeric": "n chap t ch al §",
        "starters": """le la les l un une des il elle ils elles on nous vous je ce cette ces en dans mais et
            pour par selon après avant au aux à c qui que quand si son sa ses leur d""",
    },
    "es": {
        "never": """d dña sra srta sres sras dra dres lic ing arq gral cnel cía av avda ud uds vd vds ej
            aprox sta sto mons excmo excma ilmo ee dpto admón pdte""",
        "maybe": "uu ene feb abr jun jul ago sept oct nov dic sr",
        "numeric": "núm nº pág págs cap n arts",
        "starters": """el la los las un una se en y pero es su sus este esta esto por para con al a no si
            según tras además cuando aunque lo""",
    },
    "it": {
        "never": """sig sigg dott avv geom rag arch on sen mons spett egr gent preg es cfr ing gen col ss ill
            sec""",
        "maybe": "ecc gen feb mar apr giu lug ago sett ott nov dic",
        "numeric": "n pag pagg artt cap par sec",
        "starters": """il lo la i gli le l un una uno in e ma è si per con nel nella al alla questo questa
            secondo dopo non anche se quando""",
    },
    "nl": {
        "never": """dhr mevr mw drs ir ing mr ds bijv bv nl incl excl resp evt zgn zog gem vgl ong afd fam
            mgr zr""",
        "maybe": "enz mln mld jl jan feb apr jun jul aug sep sept okt nov dec",
        "numeric": "blz hfst afb nrs",
        "starters": """de het een hij zij ze we wij ik dit dat deze die in op maar en er als na met voor ook
            volgens zo wat toen bij""",
    },
    "pt": {
        "never": """d sra srta srs sras dra drs dras profa eng arq exmo exma av cia ex rel des obs dep sen
            gen mm ed séc desª""",
        "maybe": "ltda jan fev abr jul ago nov dez sr",
        "numeric": "nº núm n pág págs arts cap inc fl fls",
        "starters": """o a os as um uma ele ela eles elas em no na nos nas e mas é se por para com este esta
            isso segundo após não ao à quando""",
    },
}
