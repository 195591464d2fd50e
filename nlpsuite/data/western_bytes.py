"""Western European text in its old code page, told by words and letters of languages that are written in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlpsuite.data.decodable import is_damaged_utf8

MOST_ACCENTED = 0.3
"""The share of accented letters among letters above which text is in no West European language."""
LEAST_TYPICAL = 0.05
"""The share of words typical of a language below which text is perhaps not in it."""
WORDS_BY_CHANCE = 2
"""How many words typical of a language prove nothing."""
LEAST_ACCENTED = 5
"""How many accented letters it takes for one strange sign or letter among them to be a foreign name."""
MOST_STRANGE = 0.1
"""The share of accented letters that the text's languages do not use above which it was not cp1252."""

_SIGNS = frozenset("€‚„…‰‹‘’“”•–—™›\xa0£§©ª«\xad®°²³´·º»½¼¾×")
_ACCENTED = "àáâãäæçèéêëìíîïñòóôõöùúûüÿœß"
_CAPITALS = _ACCENTED.upper().replace("SS", "")
_LATIN = "A-Za-zÀ-ÖØ-öø-ÿŒœŠšŽžŸ"
_MISPLACED = re.compile(
    # Three accented letters in a row, and a capital within a word: other alphabets, and Chinese.
    f"[{_ACCENTED}{_CAPITALS}]{{3}}|[a-z{_ACCENTED}][{_CAPITALS}]"
    # A sign within a word, or on the wrong side of one: accented letters of other code pages.
    f"|[{_LATIN}](?:[€™¡£ª«®°²³º×“”›][a-z{_ACCENTED}]|[‘‚„‰‹•©§¼½¾]|[¡¿](?![^\\W_]))|[{_LATIN}]{{3}}[²³]"
    f"|(?<!\\S)[”™ª®©²³º][{_LATIN}]|£[{_LATIN}]{{3}}|[¼½¾][{_LATIN}]|‚‚"
)
_DASHED = re.compile(f"[a-z{_ACCENTED}][–—](?:[a-z{_ACCENTED}]|\\s)")
"""Usual in English; else ñ and ó in an older code page."""
_QUOTED = re.compile("‚[^‚‘]{1,300}‘")
_HUNGARIAN = re.compile("õ(?!e)")
"""Hungarian has few letters that are others in cp1252, but õ is the most frequent of them."""
_PAIRS = (("„", "“”"), ("‚", "‘’"), ("‘", "’‚"), ("›", "‹"), ("»", "«"))
"""Signs that are letters in older code pages, each with those of which one should be there too."""
_COULD_BE_ACCENTED = re.compile("…|(?<=[a-z])\xa0(?=[a-z])")
"""Signs that are à and á in older code pages, at places where a letter might be."""
_UNUSUAL = re.compile(
    # Where a letter does not stand in the languages of cp1252, it is another one of those of cp1250 and its
    # kind: of Czech, Slovak, Slovene and Croatian,
    f"è(?![bcdfgl-np-tvxz]{{1,2}}[hlru]?e|[st]?(?![{_LATIN}]))|[aeru]è(?![{_LATIN}])"
    f"|[ìòùà](?!s?(?![{_LATIN}]))|(?<![aeiou])[ëï]"
    # of Polish,
    f"|œ(?!u|i|d|e|n|cu)|(?<!vit)æ(?![{_LATIN}])|(?<=[aeiou])æ|(?<=[a-z])ñ(?![aeiouáéíóú])|[^cvlrdbu]ê(?![{_LATIN}])"
    # of the Baltic languages,
    f"|û(?![tcmlrn]|(?<=dû)(?![{_LATIN}]))"
    # and of Romanian.
    f"|(?<![{_LATIN}])î(?!l)"
    f"|ã(?![oe]|s?(?![{_LATIN}]))|(?<!nh)(?<!rm)(?<!st)(?<!lem)(?<!aç)(?<!\\bf)ã(?![{_LATIN}])"
    f"|ç(?![aouáâãàóôõú])|[âî](?![{_LATIN}])"
)
_ASCII = re.compile("[\0-\x7f]+")
_WORD = re.compile(f"[{_LATIN}]+'?")
_LOANS = "àâãäçéèêëíïñóôöúüß"
"""What each West European language has, if only in names."""


@dataclass(frozen=True, slots=True)
class _Language:
    """What tells a language from those that share words with it but are written in other code pages.

    Attributes:
        letters: beyond those of ASCII.
        words: that are frequent.
        endings: of words that are frequent.
        needs_accents: whether hardly any text is without accented letters.
    """

    letters: frozenset[str]
    words: frozenset[str]
    endings: tuple[str, ...]

    needs_accents: bool


def _language(letters: str, words: str, endings: str, needs_accents: bool = True) -> _Language:
    return _Language(frozenset(_LOANS + letters), frozenset(words.split()), tuple(endings.split()), needs_accents)


# Left out are words that Czech, Polish, Hungarian and others have too: a, o, e, do, na, no, se, si, to, ten.
_LANGUAGES = (
    _language(
        "á",
        "the of and in is are was were for that this these those with from by as at be been it its it' has have had he "
        "she his her they their them we our you your will would can could should not but or an if so what when which "
        "who how where there than then also more most all some any only just about into over after before other new "
        "out up up one two first i'm don' didn' doesn' that' i' my me us am very said says year years company good",
        "tion tions ing ment ness ly ed ies ity able ous",
        needs_accents=False,
    ),
    _language(
        "",
        "der die das den dem des und in zu von mit auf für ist im nicht ein eine einen einem einer eines sich auch es "
        "er sie ich wir ihr ihre ihren sein seine seiner hat haben habe war waren wird werden wurde wurden worden sind "
        "als an am aus bei nach noch nur oder aber wenn wie was wer wo um über unter vor durch gegen ohne zum zur vom "
        "beim bis seit dass daß so man mehr kann können muss mich mir dir uns euch sehr schon immer wieder heute "
        "keine kein diese dieser dieses jetzt hier da dann mal alle alles gibt zwei jahr jahre jahren viel ganz",
        "ung ungen lich liche lichen keit heit schaft ische ischen ischer isch tät ieren iert straße größe ück ühr",
    ),
    _language(
        "áîûùœæÿõ",
        "le la les l' de des d' du un une et est en il elle ils elles dans que qu' qui ne n' pas par pour plus avec "
        "sur au aux ce c' cette ces son ses sont été était être avoir ont mais ou où comme nous vous leur leurs j' "
        "mes m' s' fait faire tout tous toute toutes très bien aussi même deux après sans sous entre alors "
        "depuis à y quand dont lors peut cela ça votre notre moi toi quel quelle avait fut encore rien trop",
        "tion tions ment ements eux euse aient ée ées ité ités ique iques isme ère ière ieux elle âtre ès",
    ),
    _language(
        "á¿¡",
        "de la el los las que en y un una por con para del al es sus lo como más pero ya muy este esta esto estos "
        "estas ese esa eso sin sobre entre también hasta desde cuando donde porque qué cómo cuál quién yo tú él ella "
        "ellos le les fue era son está están ser hay han había todo todos toda todas años año después "
        "según así sólo solo día hoy quiero puede uno dos primera",
        "ción ciones sión mente dad dades ía ían ando iendo idad ismo ario",
    ),
    _language(
        "áìòùîû",
        "di il la lo le gli che è un una uno in del della dei delle dell' degli nel nella nei nelle nell' al alla ai "
        "alle all' dal dalla dai dalle dall' sul sulla sui sulle sull' con per non più ma anche come ha hanno "
        "fu stato stata suo sua suoi questo questa questi quello quella perché così già può io lei noi loro "
        "l' d' c' un' ad dopo quando molto tutto tutti due anni essere fatto cosa sempre ho",
        "zione zioni mente ità ezza aggio ismo ando endo",
    ),
    _language(
        "á",
        "de het een en van in is dat die te op met voor zijn niet aan er om ook als bij door naar uit over maar nog "
        "wel of werd worden wordt was waren heeft hebben had kan kunnen zal zou deze dit hij zij ik jij we wij "
        "hun haar mijn wat wie waar hoe veel meer geen tot tegen onder tussen twee jaar al toch alleen goed boek",
        "heid lijk lijke ing ingen atie aties isch ische eren tie ties elijk schap",
        needs_accents=False,
    ),
    _language(
        "áõû",
        "de do da que dos das na no nos me te em um uma para com não os as por mais foi ao aos pelo pela pelos pelas "
        "seu sua seus suas ou ser são é está como mas também já muito há até sobre entre depois quando isso esta esse "
        "essa ele ela eles você eu meu minha nós à às tem têm era bem só sem vai pra foram artigo anos fazer quero",
        "ção ções são mente dade dades ão ões ência ências ância ável ível ando endo",
    ),
)


def west_european_name(sample: bytes) -> str | None:
    """cp1252, if the bytes are words of a language that is written in it.

    Other code pages have the same accents for other languages, or other accents for these: so the words must
    be typical of a language, and the accented letters must be those of that language.
    """
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return None
    if is_damaged_utf8(sample):
        return None
    misread = len(_MISPLACED.findall(_QUOTED.sub("", text)))
    misread += sum(sign in text and not any(other in text for other in others) for sign, others in _PAIRS)
    text = text.lower().replace("’", "'")
    if _HUNGARIAN.search(text):
        return None
    misread += len(_UNUSUAL.findall(text))
    languages = _languages(text)
    known = _SIGNS.union(*(language.letters for language in languages))
    high = _ASCII.sub("", text)
    accented = sum(map(str.isalpha, high))
    if not languages or accented > MOST_ACCENTED * sum(map(str.isalpha, text)):
        return None
    if languages[0].needs_accents:
        misread += len(_DASHED.findall(text))
        if not accented and _COULD_BE_ACCENTED.search(text):
            return None
    strange = misread + sum(character not in known for character in high)
    # One strange name is no reason to doubt a text of many.
    return "cp1252" if strange <= MOST_STRANGE * len(high) or (strange == 1 and accented >= LEAST_ACCENTED) else None


def _languages(text: str) -> list[_Language]:
    """The West European languages of which many words are typical, the most likely one first."""
    words = _WORD.findall(text)
    found = []
    for language in _LANGUAGES:
        typical = [word for word in words if word in language.words or word.endswith(language.endings)]
        # With an accent, and long, they are hardly words of another language, misread.
        accented = [word for word in typical if len(word) > 1 and not word.isascii()]
        evidence = len(typical) + len(accented) + sum(len(word) > 4 for word in accented)
        if evidence - WORDS_BY_CHANCE > LEAST_TYPICAL * len(words):
            found.append((evidence, language))
    return [language for _, language in sorted(found, key=lambda pair: -pair[0])]
