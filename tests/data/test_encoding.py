from __future__ import annotations

import contextlib
import random

import pytest

from nlpsuite.data.encoding import DECLARED_WITHIN, Encoding, declared_encoding, guess_encoding
from nlpsuite.errors import InputError

SIMPLIFIED = (
    "昨天下午，公司召开了股东大会，会上通过了新的分红方案。",
    "这家银行的贷款利率比去年低了很多，所以来办理的客户越来越多。",
    "如果你们还没有收到退款，请拨打客服电话 95588，我们会尽快处理。",
    "他说这部电影的故事很好看，但是时间太长，孩子们坐不住。",
    "酒店的早餐一般，不过服务态度很好，下次来还会住在这里。",
)
TRADITIONAL = (
    "昨天下午，公司召開了股東大會，會上通過了新的分紅方案。",
    "這家銀行的貸款利率比去年低了很多，所以來辦理的客戶越來越多。",
    "如果你們還沒有收到退款，請撥打客服電話 95588，我們會盡快處理。",
    "他說這部電影的故事很好看，但是時間太長，孩子們坐不住。",
    "酒店的早餐一般，不過服務態度很好，下次來還會住在這裡。",
)
CANTONESE = "佢哋話呢間舖頭嘅嘢好平，我哋聽日會再嚟買啲嘢。"
WESTERN = {
    "de": (
        "Die Züge fahren heute später über München zurück.",
        "„Das ist für mich größtenteils neu“, sagte er – und ging.",
    ),
    "fr": (
        "Le café était fermé à cause de la grève générale.",
        "L’œuvre n’a pas été vendue : « c’est trop cher », dit-elle.",
    ),
    "es": ("El niño comió mañana y después se fue a la habitación.", "¿Cuándo llegará el próximo tren a la estación?"),
    "it": ("La città è più bella perché non c’è traffico.", "Può darsi che lunedì il negozio sia già chiuso."),
    "nl": ("De coëfficiënt van het model is één keer geüpdatet.", "Het café op de hoek kost € 3 per persoon."),
    "pt": ("A negociação continua, mas não há uma solução.", "Os preços das ações caíram três por cento até amanhã."),
    "en": (
        "The café on the corner is now called “Olé” – it’s new.",
        "The price of the naïve model was £ 30 for all of us.",
    ),
}
OTHERS = {
    "cp1250": (
        "Příliš žluťoučký kůň úpěl ďábelské ódy a nikdo ho neslyšel.",
        "Vláda dnes schválila návrh zákona, který změní výši daní pro živnostníky.",
        "Spółka ogłosiła wczoraj, że w tym roku zysk będzie większy niż zakładano.",
        "Proszę się nie martwić, pieniądze wrócą na konto w ciągu trzech dni.",
        "A bank tegnap közölte, hogy jövőre nem emeli a hitelek kamatát, és ezt örömmel fogadták.",
    ),
    "iso8859-2": (
        "Ve čtvrtek večer přišlo do divadla méně lidí, než se čekalo.",
        "Wczoraj wieczorem pociąg spóźnił się o dwie godziny z powodu śniegu.",
        "Az időjárás holnap is hűvös lesz, de a hétvégén már süthet a nap.",
    ),
    "cp1251": (
        "Банк сообщил вчера, что прибыль за год выросла на треть.",
        "Завтра ожидается дождь, поэтому возьмите зонт.",
    ),
    "koi8-r": (
        "Банк сообщил вчера, что прибыль за год выросла на треть.",
        "Завтра ожидается дождь, поэтому возьмите зонт.",
    ),
    "iso8859-7": (
        "Η τράπεζα ανακοίνωσε χθες ότι τα κέρδη της αυξήθηκαν.",
        "Αύριο θα βρέξει, γι' αυτό πάρτε ομπρέλα μαζί σας.",
    ),
    "cp1254": ("Banka dün açıkladığı kârın geçen yıla göre arttığını söyledi.",),
    "shift_jis": ("銀行は昨日、今年の利益が増えたと発表しました。", "明日は雨が降るので、傘を持って行ってください。"),
    "euc_jp": ("銀行は昨日、今年の利益が増えたと発表しました。", "明日は雨が降るので、傘を持って行ってください。"),
    "euc_kr": ("은행은 어제 올해 이익이 크게 늘었다고 밝혔습니다.", "내일은 비가 오니까 우산을 가지고 가세요."),
}


def guess(content: bytes, **options) -> str:
    return guess_encoding(content, "a.txt", **options).name


@pytest.mark.parametrize(
    ("encoding", "sentences"),
    [("gb18030", SIMPLIFIED), ("gb18030", TRADITIONAL), ("cp950", TRADITIONAL), ("big5hkscs", (CANTONESE,))],
)
def test_the_chinese_encodings_are_told_apart(encoding, sentences):
    for sentence in (*sentences, "\n".join(sentences), "\r\n".join(sentences) + "\r\n"):
        assert guess(sentence.encode(encoding)) == encoding


@pytest.mark.parametrize(
    ("encoding", "sentences", "wrong"),
    [("gb18030", SIMPLIFIED, "cp950"), ("cp950", TRADITIONAL, "gb18030")],
)
def test_a_few_chinese_characters_may_be_refused_but_are_not_misread(encoding, sentences, wrong):
    draw = random.Random(3)
    for _ in range(100):
        content = "".join(draw.sample("".join(sentences), 6)).encode(encoding)
        with contextlib.suppress(InputError):
            assert guess(content) != wrong


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_is_found_without_its_mark(encoding):
    western = [sentence for sentences in WESTERN.values() for sentence in sentences]
    for sentence in (*SIMPLIFIED, *TRADITIONAL, CANTONESE, *western, *OTHERS["cp1251"], *OTHERS["shift_jis"]):
        assert guess(sentence.encode(encoding)) == encoding
        assert guess((sentence + "\r\n").encode(encoding)) == encoding


def test_what_only_looks_like_utf16_is_refused_as_binary():
    draw = random.Random(1)
    for content in (
        bytes(range(256)) * 4,
        draw.randbytes(500),
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\x01\0\x08\x06\0\0\0",
        b"".join(number.to_bytes(2, "little") for number in range(300)),
        b"name\0value\0other name\0other value\0",
        "Text\0and more text".encode("utf-16-le"),
        "Text of thirty-two bits".encode("utf-32-le"),
        "Text".encode("utf-16-le") + b"\0",
    ):
        with pytest.raises(InputError, match="is a binary file"):
            guess(content)


def test_a_character_of_utf16_may_be_cut_by_the_end_of_the_sample():
    content = (SIMPLIFIED[0] + "😀").encode("utf-16-le")
    for cut in (1, 2, 3):
        assert guess(content[:-cut], whole=False) == "utf-16-le"


@pytest.mark.parametrize("language", WESTERN)
def test_west_european_languages_are_read_by_cp1252(language):
    for sentence in (*WESTERN[language], "\n".join(WESTERN[language])):
        assert guess(sentence.encode("cp1252")) == "cp1252"


def test_a_text_in_many_west_european_languages_is_read_by_cp1252():
    assert guess("\n".join("\n".join(sentences) for sentences in WESTERN.values()).encode("cp1252")) == "cp1252"


@pytest.mark.parametrize("encoding", OTHERS)
def test_other_encodings_are_refused(encoding):
    for sentence in (*OTHERS[encoding], "\n".join(OTHERS[encoding])):
        with pytest.raises(InputError, match=r"a\.txt:1: is not valid UTF-8.*Convert it to UTF-8"):
            guess(sentence.encode(encoding))


@pytest.mark.parametrize("encoding", ["cp850", "mac-roman"])
def test_older_code_pages_of_west_europe_are_refused(encoding):
    for language in ("de", "fr", "es", "pt"):
        with pytest.raises(InputError, match="is not valid UTF-8"):
            guess(WESTERN[language][0].replace("’", "'").encode(encoding))


@pytest.mark.parametrize("content", [b"M\xfcller", b"K\xf6ln 12; N\xfcrnberg 7", b"\xe9", b"\xa35"])
def test_too_little_to_judge_by_is_refused(content):
    with pytest.raises(InputError, match="is not valid UTF-8"):
        guess(content)


@pytest.mark.parametrize(
    ("content", "declared"),
    [
        (b'<meta charset="gb2312">', "gb2312"),
        (b"<!DOCTYPE html>\n<html><head><META CHARSET=Big5></head>", "Big5"),
        (b"<meta name='a' content='charset=wrong'><meta charset = 'koi8-r' />", "koi8-r"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">', "windows-1251"),
        (b"<meta content='text/html;charset=EUC-JP' http-equiv=content-type>", "EUC-JP"),
        (b'<?xml version="1.0" encoding="ISO-8859-2"?>\n<a/>', "ISO-8859-2"),
        (b"\xef\xbb\xbf<?xml version='1.0' encoding='utf-8' standalone='yes'?>", "utf-8"),
        (b"<!-- <meta charset=koi8-r> --><meta charset=utf-8>", "utf-8"),
        (b'<?xml version="1.0"?><meta charset="utf-8"/>', "utf-8"),
        (b'<meta name="description" content="text/html; charset=big5">', None),
        (b'<meta http-equiv="refresh" content="5; url=a?charset=big5">', None),
        (b'text <?xml version="1.0" encoding="big5"?>', None),
        (b'<metal charset="big5">', None),
        (b"plain text about charset=utf-8", None),
        (b"", None),
        (b" " * DECLARED_WITHIN + b'<meta charset="gb2312">', None),
    ],
)
def test_declarations_are_found(content, declared):
    assert declared_encoding(content) == declared


def test_a_declared_encoding_is_used():
    for encoding, sentences in OTHERS.items():
        content = "\n".join(sentences).encode(encoding)
        name = guess(content, declared=encoding)
        assert content.decode(name) == "\n".join(sentences)
    assert guess(SIMPLIFIED[0].encode("gbk"), declared=" GB2312 ") == "gb18030"
    assert guess(b"caf\xe9 \x93ol\xe9\x94", declared="ISO-8859-1") == "cp1252"
    assert guess(b"only ASCII so far", declared="big5") == "cp950"
    assert guess(b"only ASCII so far", declared="utf-8-sig") == "utf-8"
    assert guess(SIMPLIFIED[0].encode("gbk")[:-1], declared="gbk", whole=False) == "gb18030"


@pytest.mark.parametrize(
    "declared", [None, "", "none", "x\0y", "rot13", "hex", "utf-16", "utf-7", "cp037", "idna", "gbk"]
)
def test_a_declaration_that_cannot_be_true_is_passed_over(declared):
    assert guess(b"The caf\xe9 is the one that was new", declared=declared) == "cp1252"
    assert guess("Das ist für mich".encode(), declared=declared) == "utf-8"


def test_utf8_wins_over_what_is_declared_and_a_mark_is_no_guess():
    assert guess("Die Züge".encode(), declared="iso-8859-1") == "utf-8"
    assert guess_encoding(b"abc", "a.txt") == Encoding("utf-8")


def test_a_nul_is_binary_whatever_is_declared():
    with pytest.raises(InputError, match="NUL in line 2"):
        guess(b"ab\nc\0de", declared="big5")
