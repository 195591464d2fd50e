from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpsuite.text.sentences import split_sentences
from tests.text.nasty import texts, without_space


def split(text: str, lang: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text, lang)]


# Written as the sentences that are to be found; a bar stands where one ends.
CASES = [
    ("zh", "公司净利润同比下降三成。|投资者表示担忧！|怎么办？|没关系；|再看看……|走吧。"),
    ("zh", "他说：“好。”|然后走了。|“真的吗？”|她问。"),
    ("zh", "（他笑了。）|她走了。|他（真的！）走了。|《为什么？》这本书很好。"),
    ("zh", '他走了。|"你好"，她说。|他说："好。"|然后走了。'),
    ("zh", "「走吧！」|他喊道。|『好。』|完"),
    ("zh", "增长３．５％，达到3.5亿元。|很好!|下次再来.|一定"),
    ("zh", "“我……我不知道。”|她说……|然后走了"),
    ("zh", "Apple Inc. 发布了iPhone 15。|售价5,999元. |很贵"),
    ("zh", "公司淨利潤下降。|投資者擔憂！"),
    ("en", "Mr. Smith went to Washington. |He arrived at 3.5 p.m. on Friday."),
    ("en", '"Really?" he asked. |"Yes!" |Apple Inc. rose. |So did Acme Inc. |The rest fell.'),
    ("en", "The U.S. Senate voted. |It sits in the U.S. |The vote passed."),
    ("en", "See Fig. 3 and No. 5. |He said no. |Then J. K. Rowling left... and came back... |Then she slept."),
    ("en", "it broke. |i want a refund! |please help."),
    ("en", "Great!😀 |Next one. |(This is it.) |Really.[1] |Visit www.example.com/a?B=1. |Thanks."),
    ("en", "What?! |No way!! |She said: “Stop.” |He did."),
    ("en", "1. First point. |2. Second point."),
    ("de", "Der Umsatz stieg bzw. fiel auf 1.234,5 Mio. Euro. |Das war z. B. gut."),
    ("de", "Am 3. Mai kam Dr. Müller z.B. mit Prof. Dr. Klein. |Im Jahr 2019. |Danach nicht."),
    ("de", "„Ich komme.“ |Er ging. |»Hallo.« |Ludwig XIV. war König. |Der 1. FC Köln gewann."),
    ("de", "Äpfel, Birnen usw. |Die Preise steigen. |Die Fa. Meier & Co. KG wächst, vgl. Abs. 2 und Nr. 5."),
    ("fr", "« Bonjour. » |Il partit. |M. Le Drian est là. |Vraiment ? |Oui !"),
    ("fr", "Cf. p. 3. |L’an dernier, le Dr Blanc, Mme Noir, etc. |Les ventes montent à 3,5 M€."),
    ("es", "¿Qué tal? |¡Muy bien! |El Sr. García vive en EE. UU. desde 2010. |Véase p. ej. la pág. 5."),
    ("it", "Il sig. Rossi e il dott. Bianchi, ecc. |Il prezzo è di 3,5 mln. |La S.p.A. Fiat cresce. |Ad es. Roma."),
    ("nl", "Dhr. Jansen en mevr. De Vries kwamen bijv. uit Gent. |Dat kost 1,5 mln. |De prijs stijgt d.w.z. nu."),
    ("pt", "O Sr. Silva e a Dra. Costa, p. ex. João. |Art. 5º da lei. |A empresa XYZ Ltda. |O lucro caiu."),
    ("ja", "今日は。|元気ですか？|はい！"),
    ("hi", "नमस्ते। |आप कैसे हैं?"),
    ("xx", "One sentence. |Another one! |第三句。|四"),
]


@pytest.mark.parametrize(("lang", "marked"), CASES)
def test_splits(lang: str, marked: str) -> None:
    assert split(marked.replace("|", ""), lang) == [part.strip() for part in marked.split("|")]


def test_a_blank_line_always_ends_a_sentence() -> None:
    assert split("no stop here\n \t\nnor here", "en") == ["no stop here", "nor here"]
    assert split("Dr.\r\n\r\nMeier", "de") == ["Dr.", "Meier"]


def test_a_line_break_ends_a_sentence_where_the_line_looks_complete() -> None:
    wrapped = "This is a line that was wrapped somewhere around column seventy or\nso and goes on."
    assert split(f"A Title\n{wrapped} Next\n- item one\n- item two\n", "en") == [
        "A Title", wrapped, "Next", "- item one", "- item two",
    ]  # fmt: skip
    wrapped = "本公司及董事会全体成员保证信息披露的内容真实、准确、完整，没有虚假记载、\n误导性陈述或重大遗漏。"
    assert split(f"公司公告\n{wrapped}\n一、概述\n二、内容", "zh") == ["公司公告", wrapped, "一、概述", "二、内容"]
    assert split("Er wohnt bei Dr.\nMeier in Bonn.", "de") == ["Er wohnt bei Dr.\nMeier in Bonn."]


@pytest.mark.parametrize("text", ["", " ", "\n\t \u3000\r\n"])
def test_nothing_has_no_sentences(text: str) -> None:
    assert split_sentences(text, "en") == []


@given(texts, st.sampled_from(["zh", "en", "de", "fr", "es", "it", "nl", "pt", "xx"]))
@settings(max_examples=500)
def test_loses_nothing(text: str, lang: str) -> None:
    spans = split_sentences(text, lang)
    assert without_space("".join(text[start:end] for start, end in spans)) == without_space(text)
    assert all(start < end and text[start:end] == text[start:end].strip() for start, end in spans)
    assert all(one[1] <= two[0] for one, two in itertools.pairwise(spans))


@pytest.mark.parametrize(
    "text",
    [
        "a. " * 20_000,
        '."' * 20_000,
        "1 " * 10_000 + "... a" * 10_000,
        " " * 20_000 + "。)x" * 20_000,
        " \n" * 20_000,
        "x" * 20_000 + " Dr. A" * 10_000,
        "run on, " * 20_000,
    ],
    ids=["stops", "quotes", "ellipses", "brackets", "lines", "abbreviations", "none"],
)
def test_takes_linear_time(text: str) -> None:
    started = time.process_time()
    split_sentences(text, "de")
    assert time.process_time() - started < 2
