"""Chinese without a byte-order mark: UTF-16, GB18030 or Big5, told by what is frequent in the text that they give."""

from __future__ import annotations

import re
from functools import cache

from nlpsuite.data.decodable import first_undecodable, is_damaged_utf8

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
BY_CHANCE = 1.5
"""How many frequent Chinese characters prove nothing."""
MOST_KANA = 0.3
"""The share of kana above which text is Japanese."""
MOST_HANGUL = 0.9
"""The share of Hangul above which text is Korean, if there are spaces in it."""
JUDGED = 20_000
"""How many Chinese characters are enough to judge by."""

_CJK = "\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_HAN = re.compile("[\u4e00-\u9fa5]")
_IN_WORD = re.compile(
    f"(?<=[A-Za-z])[\u4e00-\u9fa5](?![{_CJK}])|(?<![{_CJK}])[\u4e00-\u9fa5](?=[A-Za-z])",
)
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


def utf16_name(sample: bytes, whole: bool) -> str | None:
    """Which UTF-16 the bytes are in: ASCII characters have a NUL at the same side, and Chinese ones are common."""
    fits = [name for name in ("utf-16-le", "utf-16-be") if _is_utf16(sample, name, whole)]
    return fits[0] if len(fits) == 1 else None


def _is_utf16(sample: bytes, name: str, whole: bool) -> bool:
    if (whole and len(sample) % 2) or first_undecodable(sample, name, whole) is not None:
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


def chinese_name(sample: bytes, whole: bool) -> str | None:
    """GB18030 or Big5, by which the more frequent characters appear; most bytes are valid in both."""
    if _is_japanese_or_korean(sample, whole):
        return None
    simplified = _frequent_share(sample, "gb18030", whole)
    # Hong Kong's characters are in the second, for text that the first cannot read.
    name = "cp950" if first_undecodable(sample, "cp950", whole) is None else "big5hkscs"
    traditional = _frequent_share(sample, name, whole)
    best = max(simplified, traditional)
    if best < LEAST_FREQUENT or best < CLEARLY * min(simplified, traditional):
        return None
    best_name = "gb18030" if simplified == best else name
    return best_name if _is_chinese(sample, best_name) else None


def _is_japanese_or_korean(sample: bytes, whole: bool) -> bool:
    """Whether the bytes give words of EUC-JP or EUC-KR: these are common Chinese characters to the others."""
    for name, letters in (("euc_jp", _KANA), ("euc_kr", _HANGUL)):
        if first_undecodable(sample, name, whole) is None:
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
    if first_undecodable(sample, name, whole) is not None:
        return 0
    text = sample.decode(name, "ignore")
    telling = _TELLS_NOTHING.sub("", text)[:JUDGED]
    frequent = sum(character in _FREQUENT for character in telling)
    doubt = BY_CHANCE if _MIXED.search(text) else 0
    return max(0, frequent - doubt) / len(telling) if telling else 0


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
    return common >= LEAST_COMMON * len(judged) or not is_damaged_utf8(sample)
