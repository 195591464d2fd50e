"""Which encoding a file's bytes are in.

A byte-order mark decides, then UTF-8, then what the file declares, then a judgement: UTF-16, GB18030, Big5 and
cp1252 are told by what is frequent in the text that they give. Where that decides nothing, bytes are refused:
text in the wrong characters is worse than none.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nlpsuite.errors import InputError

CURE = "Convert it to UTF-8."
BINARY_CURE = "Convert it to a text file first."
MOST_CONTROLS = 0.1
"""The share of control characters above which bytes are not text."""
MOST_FOREIGN = 0.5
"""The share of Chinese characters that look like misread accented letters above which they are such."""
MOST_IN_WORDS = 0.3
"""The share of Chinese characters within Latin words above which they are misread letters."""
LEAST_COMMON = 0.8
"""The share of common Chinese characters above which text is Chinese beyond doubt."""
LEAST_FREQUENT = 0.35
"""The share of the most frequent Chinese characters below which text was perhaps not Chinese."""
CLEARLY = 1.5
"""How many times as frequent its characters must be for one Chinese encoding to win over the other."""
LEAST_EVIDENCE = 8
"""How much must speak for UTF-16; a character that is no chance counts 3, a common Chinese one 1."""
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
BY_CHANCE = 1.5
"""How many frequent Chinese characters prove nothing."""
MOST_KANA = 0.3
"""The share of kana above which text is Japanese."""
MOST_HANGUL = 0.9
"""The share of Hangul above which text is Korean, if there are spaces in it."""
JUDGED = 20_000
"""How many Chinese characters are enough to judge by."""
DECLARED_WITHIN = 2048
"""In bytes: how far into a file its encoding may be declared."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    # UTF-32 goes first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))

_XML = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']\s*([\w.:+-]+)""")
_META = re.compile(rb"<meta[\s/][^>]*", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_CONTENT = re.compile(rb"""\bcontent\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)
_CHARSET = re.compile(rb"""\bcharset\s*=\s*["']?\s*([\w.:+-]+)""", re.IGNORECASE)
_CONTENT_TYPE = re.compile(rb"""\bhttp-equiv\s*=\s*["']?\s*content-type\b""", re.IGNORECASE)
_ASCII_TRIAL = rb"<meta> +AGE- \x41 ~{VP~} xn--mnchen-3ya"
"""Who reads this otherwise is no superset of ASCII: UTF-16, EBCDIC, UTF-7, HZ, escapes, host names."""
_READ_AS = {
    # What names the older and smaller set is mostly in the newer and larger one.
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "cp950",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "utf-8-sig": "utf-8",
}

_CJK = "\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_HAN = re.compile("[\u4e00-\u9fa5]")
_IN_WORD = re.compile(
    f"(?<=[A-Za-z])[\u4e00-\u9fa5](?![{_CJK}])|(?<![{_CJK}])[\u4e00-\u9fa5](?=[A-Za-z])",
)
_ESCAPED = re.compile("[\udc80-\udcff]")
_TWO_BYTES = re.compile("[\u0080-\u07ff]")
_MORE_BYTES = re.compile("[\u0800-\ud7ff\ue000-\U0010ffff]")
_TELLS_NOTHING = re.compile("[\0-\x7f，。、：；！？（）《》〈〉“”‘’「」『』【】〔〕—…·•‧％～\u3000０-９Ａ-Ｚａ-ｚ]")
_KANA = re.compile("[\u3041-\u30fe]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_SPACED_HANGUL = re.compile("[\uac00-\ud7a3],? [\uac00-\ud7a3]")
_FREQUENT = frozenset(
    "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心"
    "学么之都好看起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动方期它头经长儿回位分"
    "爱老因很给名法间斯知世什两次使身者被高已亲其进此话常与活正感见明问力理尔点文几定本公特做外孩相西果走将月十实向"
    "声车全信重三机工物气每并别真打太新比才便夫再书部水像眼等体却加电主界门利海受听表德少克代员许先口由死安写性马光"
    "白或住难望教命花结乐色更拉东神记处让母父应直字场平报友关放至张认接告入笑内英军候民岁往何度山觉路带万男边风解叫"
    "任金快原吃妈变通师立象数四失满战远格士音轻目条呢病始达深完今提求清王化空业思切怎非找片罗钱语元喜曾离飞科言干流"
    "欢约各即指合反题必该论交终林请医晚制球决传画保读运及则房早院量苦火布品近坐产答星精视五连司巴奇管类未朋且婚台夜"
    "青北队久乎越观落尽形影红爸百令周吧识步希亚术留市半热送兴造谈容极随演收首根讲整式取照办强石古华计您转底收服务北"
    "京海南城区县省央党府级政治建设规模型系统研究组织活社团企股票券银贷款债基证险资投融率价格涨跌盘值购买卖销售商店"
    "订单客户账存额亿千元季增减减预营收润亏损益税费付息利同比例降低升幅上市场集团控责任经济贸易消费技术项目合约协议"
    "支持续改革策略需供应提示公告披露董监局会计审批准核查处罚违纪案件警法院诉讼请求申二六七八九零两号条款章节"
    "李刘陈杨赵黄吴徐孙胡朱林何郭罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田姜"
    "酒店间住饭菜味送餐服态差错贵便宜舒适环境早餐前宾馆洗澡床房外卖快慢热凉肉面米汤鱼虾图片喝茶咖啡免费查询怎样借还花呗"
    "個們來時為說國著後會過對於學麼還發當沒樣種開總從無現動頭經長兒愛給間兩進話與見問點幾將實聲車機氣幷並別書體卻"
    "電門聽員許寫馬難結樂處讓應場報關張認邊風覺帶萬變師軍歲數滿戰遠輕條達業羅錢語離飛歡約題該論終請醫決傳畫讀運則"
    "產視連類臺灣隊觀盡紅識亞術熱興談極隨講計轉華務縣黨級設規組織團銀貸債證險資價漲盤購買賣銷訂單戶賬帳額億減預營"
    "潤虧損稅費貿濟項協議續策廣創紀錄際專勢較優劉陳楊趙黃吳孫鄭謝韓馮蕭鄧傅呂蘇盧蔣賈葉閻錢嗎吃這裡裏們啟勞環響調佢哋嘅嘢嚟啲咗喺冇唔"
)
"""The characters that make up most of any Chinese text, simplified or traditional; those of money and of names too."""
_MIXED = re.compile("[A-Za-z]|[\u4e00-\u9fff] [\u4e00-\u9fff]")
_CHANCELESS = re.compile("[\t\n\r -~\u3001\u3002\u201c\u201d\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f]")
"""In UTF-16 these have a byte that other text has not at all or seldom."""
_COULD_BE = re.compile(
    "[\u00a0-\u017f\u0370-\u03ff\u0400-\u045f\u2010-\u2026\u20ac\u3000-\u30ff\uac00-\ud7a3\uff00-\uff9f]"
)

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


@dataclass(frozen=True, slots=True)
class Encoding:
    """How bytes become text.

    Attributes:
        name: as Python's codecs know it.
        mark: how many bytes of byte-order mark come first.
    """

    name: str
    mark: int = 0

    @property
    def wide(self) -> bool:
        """Whether a line end is more than one byte."""
        return self.name.startswith(("utf-16", "utf-32"))


def marked_encoding(start: bytes) -> Encoding | None:
    """The encoding that a byte-order mark states, if there is one."""
    for mark, name in _BOMS:
        if start.startswith(mark):
            return Encoding(name, len(mark))
    return None


def declared_encoding(sample: bytes) -> str | None:
    """The encoding that an XML declaration or the first fitting HTML `<meta>` names, as it is spelled there.

    Args:
        sample: the beginning of the file.
    """
    head = sample[:DECLARED_WITHIN]
    xml = _XML.match(head)
    if xml:
        return xml[1].decode("ascii", "ignore")
    for tag in _META.findall(_COMMENT.sub(b"", head)):
        attributes = _CONTENT.sub(b"", tag)
        charset = _CHARSET.search(attributes)
        content = _CONTENT.search(tag)
        if charset is None and content and _CONTENT_TYPE.search(attributes):
            charset = _CHARSET.search(content[1])
        if charset:
            return charset[1].decode("ascii", "ignore")
    return None


def guess_encoding(
    sample: bytes,
    path: str | Path,
    *,
    whole: bool = True,
    lines_before: int = 0,
    declared: str | None = None,
) -> Encoding:
    """The encoding of bytes that carry byte-order mark.

    Args:
        sample: the file, or a part of it that begins at a character.
        path: for messages.
        whole: whether the file ends with the sample; else its last character may be cut.
        lines_before: how many lines of the file precede the sample.
        declared: the encoding that the file says it is in. It is believed if the sample can be read by it,
            unless that is UTF-8, and passed over if it is unknown.

    Raises:
        InputError: the file is binary, damaged UTF-8, or in an encoding that is not read or cannot be told.
    """
    bad = _first_undecodable(sample, "utf-8", whole)
    if not _is_binary(sample):
        believed = _believed(declared, sample, whole)
        if bad is None:
            return Encoding(believed if believed and sample.isascii() else "utf-8")
        if believed:
            return Encoding(believed)
    # UTF-16 looks like a binary file, so it goes first.
    name = _utf16_name(sample, whole)
    if name is None:
        refuse_binary(sample, path, lines_before)
        name = _chinese_name(sample, whole) or _west_european_name(sample)
    if name:
        return Encoding(name)
    line = lines_before + sample.count(b"\n", 0, bad or 0) + 1
    problem = "is not valid UTF-8 here, nor surely in another encoding that is read"
    raise InputError(problem, path=path, line=line, cure=CURE)


def refuse_binary(sample: bytes, path: str | Path, lines_before: int = 0) -> None:
    """Refuse bytes that are text.

    Raises:
        InputError: there is a NUL byte, or there are many control characters.
    """
    nul = sample.find(b"\0")
    if nul >= 0:
        line = lines_before + sample.count(b"\n", 0, nul) + 1
        raise InputError(f"is a binary file (NUL in line {line})", path=path, cure=BINARY_CURE)
    if _is_binary(sample):
        raise InputError("is a binary file", path=path, cure=BINARY_CURE)


def _is_binary(sample: bytes) -> bool:
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return b"\0" in sample or controls > MOST_CONTROLS * len(sample)


def _first_undecodable(sample: bytes, name: str, whole: bool) -> int | None:
    try:
        codecs.getincrementaldecoder(name)().decode(sample, final=whole)
    except UnicodeDecodeError as error:
        return error.start
    return None


def _believed(declared: str | None, sample: bytes, whole: bool) -> str | None:
    """Python's name for a declared encoding that can be true: what can be read as ASCII is not in EBCDIC."""
    if declared is None:
        return None
    try:
        name = codecs.lookup(declared.strip()).name
        name = _READ_AS.get(name, name)
        if _ASCII_TRIAL.decode(name) != _ASCII_TRIAL.decode("ascii"):
            return None
    except (LookupError, ValueError):
        return None
    return name if _first_undecodable(sample, name, whole) is None else None


def _utf16_name(sample: bytes, whole: bool) -> str | None:
    """Which UTF-16 the bytes are in: ASCII characters have a NUL at the same side, and Chinese ones are common."""
    fits = [name for name in ("utf-16-le", "utf-16-be") if _is_utf16(sample, name, whole)]
    return fits[0] if len(fits) == 1 else None


def _is_utf16(sample: bytes, name: str, whole: bool) -> bool:
    if (whole and len(sample) % 2) or _first_undecodable(sample, name, whole) is not None:
        return False
    text = sample.decode(name, "ignore")
    if "\0" in text:
        return False
    text = text[:JUDGED]
    left = _CHANCELESS.sub("", text)
    chanceless = len(text) - len(left)
    common = sum(character in _common_han() or character in _FREQUENT for character in left)
    rest = len(left) - common - len(_COULD_BE.findall(left))
    evidence = 3 * chanceless + common - 3 * rest
    return evidence >= max(LEAST_EVIDENCE, len(text) / 4)


@cache
def _common_han() -> frozenset[str]:
    """The characters that the standards of both Chinas put first: some 7,000 of 21,000."""
    simplified = (bytes((lead, trail)) for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF))
    traditional = (bytes((lead, trail)) for lead in range(0xA4, 0xC7) for trail in range(0x40, 0xFF))
    found = {code.decode("gb2312", "ignore") for code in simplified}
    found |= {code.decode("big5", "ignore") for code in traditional}
    return frozenset(character for character in found if len(character) == 1 and _HAN.match(character))


def _chinese_name(sample: bytes, whole: bool) -> str | None:
    """GB18030 or Big5, by which the more frequent characters appear; most bytes are valid in both."""
    if _is_japanese_or_korean(sample, whole):
        return None
    simplified = _frequent_share(sample, "gb18030", whole)
    # Hong Kong's characters are in the second, for text that the first cannot read.
    name = "cp950" if _first_undecodable(sample, "cp950", whole) is None else "big5hkscs"
    traditional = _frequent_share(sample, name, whole)
    best = max(simplified, traditional)
    if best < LEAST_FREQUENT or best < CLEARLY * min(simplified, traditional):
        return None
    best_name = "gb18030" if simplified == best else name
    return best_name if _is_chinese(sample, best_name) else None


def _is_japanese_or_korean(sample: bytes, whole: bool) -> bool:
    """Whether the bytes give words of EUC-JP or EUC-KR: these are common Chinese characters to the others."""
    for name, letters in (("euc_jp", _KANA), ("euc_kr", _HANGUL)):
        if _first_undecodable(sample, name, whole) is None:
            text = sample.decode(name, "ignore")
            rest = _TELLS_NOTHING.sub("", text)
            found = len(letters.findall(rest))
            if name == "euc_jp" and found > MOST_KANA * len(rest):
                return True
            if name == "euc_kr" and found > MOST_HANGUL * len(rest) and _SPACED_HANGUL.search(text):
                return True
    return False


def _frequent_share(sample: bytes, name: str, whole: bool) -> float:
    """The share of the most frequent Chinese characters among all that tell something, at least.

    It is 0 for invalid bytes, and less than it seems for a few characters beside Latin letters or with spaces
    between them, as some words of other languages are frequent characters by chance.
    """
    if _first_undecodable(sample, name, whole) is not None:
        return 0
    text = sample.decode(name, "ignore")
    telling = _TELLS_NOTHING.sub("", text)[:JUDGED]
    frequent = sum(character in _FREQUENT for character in telling)
    doubt = BY_CHANCE if _MIXED.search(text) else 0
    return max(0, frequent - doubt) / len(telling) if telling else 0


def _is_damaged_utf8(sample: bytes) -> bool:
    """Whether most of what is not ASCII is UTF-8: GB18030 accepts nearly all bytes and would give rubbish.

    In GB18030 text some pairs of bytes are valid UTF-8 by chance, but few and hardly ever three in a row.
    """
    text = sample.decode("utf-8", "surrogateescape")
    bad = len(_ESCAPED.findall(text))
    return len(_TWO_BYTES.findall(text)) + 4 * len(_MORE_BYTES.findall(text)) >= bad


def _is_chinese(sample: bytes, name: str) -> bool:
    """Whether the bytes are Chinese in GB18030 or Big5, and not something else that happens to decode.

    A European code page gives single Chinese characters within Latin words, most of them with a second byte
    that is an ASCII letter; damaged UTF-8 gives rare characters.
    """
    text = sample.decode(name, "ignore")
    han = _HAN.findall(text)
    judged = han[:JUDGED]
    if not judged or len(_IN_WORD.findall(text)) > MOST_IN_WORDS * len(han):
        return False
    if name == "gb18030":
        ascii_trails = sum(trail < 0x80 for trail in "".join(judged).encode(name)[1::2])
        if ascii_trails > MOST_FOREIGN * len(judged):
            return False
    common = sum(character in _common_han() for character in judged)
    return common >= LEAST_COMMON * len(judged) or not _is_damaged_utf8(sample)


def _west_european_name(sample: bytes) -> str | None:
    """cp1252, if the bytes are words of a language that is written in it.

    Other code pages have the same accents for other languages, or other accents for these: so the words must
    be typical of a language, and the accented letters must be those of that language.
    """
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return None
    if _is_damaged_utf8(sample):
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
