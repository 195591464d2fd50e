from __future__ import annotations

import re

import pytest

from nlpsuite.data.formats import html
from nlpsuite.data.formats.html import html_to_text, read_html
from nlpsuite.errors import InputError

GERMAN = "<p>Die Züge fahren über München zurück, und das ist für mich völlig unverständlich.</p>"
CHINESE = "<p>央行宣布下调存款准备金率0.5个百分点，市场流动性充裕。</p>"


def read(path):
    (part,) = read_html(path)
    return part


def test_a_page_becomes_the_text_that_is_seen(write):
    page = """<!doctype html>
    <html lang="de-AT"><head><title>Die Lage</title><style>p {color: red}</style>
    <meta property="article:published_time" content="2024-05-01T08:30:00+02:00"></head>
    <body><nav>Start</nav><h1>Die   Lage</h1><script>var x = "<p>nein</p>";</script>
    <p>Größe &amp; Gewicht:<br>5&nbsp;kg,
      <b>un</b>glaublich</p><div>eins<div>zwei</div>drei</div>
    <noscript>nein</noscript><template><p>nein</p></template><svg><title>nein</title><text>nein</text></svg>
    <table><tr><td>a</td><td>b</td></tr><tr><th>c</th><td>d</td></tr></table>
    <p hidden>nein</p><p style="Display : none">nein</p><!-- nein -->
    <ruby>漢<rp>(</rp><rt>hàn</rt><rp>)</rp></ruby></body></html>"""
    part = read(write("a.html", page))
    assert part.text.split("\n") == [
        "Die Lage",
        "Start",
        "Die Lage",
        "Größe & Gewicht:",
        "5 kg, unglaublich",
        "eins",
        "zwei",
        "drei",
        "a b",
        "c d",
        "漢",
    ]
    assert (part.position, part.lang, part.date) == (1, "de", "2024-05-01T08:30:00+02:00")


def test_the_title_is_not_repeated_and_suffices_alone(write):
    assert read(write("a.html", "<title>L'été</title><h1>L'été</h1><p>fini")).text == "L'été\nfini"
    assert read(write("b.html", "<title>L'été</title><script>x</script>")).text == "L'été"


def test_a_picture_for_who_has_no_scripts_does_not_end_the_head(write):
    page = '<head><noscript><img src="x"></noscript><title>Titel</title></head><p>Text'
    assert read(write("a.html", page)).text == "Titel\nText"


def test_empty_elements_of_xml_hold_nothing(write):
    head, body = '<head><script src="a"/><title/></head>', '<body><p/>eins<br/>zwei<a id="x"/></body>'
    page = f'<?xml version="1.0"?><html>{head}{body}</html>'
    assert read(write("a.xhtml", page)).text == "eins\nzwei"


@pytest.mark.parametrize(
    ("markup", "date"),
    [
        ('<meta name="date" content="2024-05-01"><p>x', "2024-05-01"),
        ('<p>x <time datetime="bald">bald</time> <time datetime="2024-05-01">am 1. Mai</time>', "2024-05-01"),
        ('<meta name="date" content="1. Mai"><p>x', None),
        ('<meta name="date"><time datetime>x</time>', None),
    ],
)
def test_dates_are_taken_where_they_are_valid(write, markup, date):
    assert read(write("a.html", markup)).date == date


def test_languages_of_three_letters_are_not_stated(write):
    assert read(write("a.html", '<html lang="gsw"><p>x')).lang is None
    assert read(write("a.html", '<html xml:lang="fr"><p>x')).lang == "fr"


def test_encodings_are_as_marked_declared_or_guessed(write):
    declared = '<meta charset="iso-8859-1">' + GERMAN
    for content in (
        GERMAN.encode(),
        GERMAN.encode("utf-8-sig"),
        GERMAN.encode("utf-16"),
        declared.encode("latin-1"),
        declared.encode("utf-8"),
    ):
        assert read(write("a.html", content)).text == re.sub("<.*?>", "", GERMAN)
    for content in (CHINESE.encode("gb18030"), ('<meta charset="gbk">' + CHINESE).encode("gb18030")):
        assert read(write("a.html", content)).text == re.sub("<.*?>", "", CHINESE)


def test_bytes_that_are_no_text_are_refused(write):
    with pytest.raises(InputError, match="binary"):
        read(write("a.html", b"<p>\0\1\2\3"))
    with pytest.raises(InputError, match="is empty"):
        read(write("a.html", b""))


@pytest.mark.parametrize("markup", ["<script>x</script>", "<p> &nbsp; </p>", "<frameset><frame></frameset>", " "])
def test_pages_without_text_are_refused(write, markup):
    with pytest.raises(InputError, match="a.html: holds no text"):
        read(write("a.html", markup))


def test_pages_that_are_too_large_are_refused(write, monkeypatch):
    monkeypatch.setattr(html, "LARGEST_PAGE", 10)
    with pytest.raises(InputError, match="is larger than"):
        read(write("a.html", "<p>elf Zeichen"))


@pytest.mark.parametrize("tag", ["div", "b", "span", "font", "table", "svg", "blockquote"])
def test_deeply_nested_pages_are_refused_at_once(write, tag):
    with pytest.raises(InputError, match="more than 5000 elements within each other"):
        read(write("a.html", f"<{tag}>" * 100_000 + "x"))


def test_nesting_up_to_the_limit_is_read():
    assert html_to_text("<div>" * 4_900 + "<p>" * 100 + "tief") == "tief"


@pytest.mark.parametrize("tag", ["p", "li", "br", "td", "dd", "option", "a name=1", "img", "select"])
def test_elements_that_need_no_end_are_not_taken_as_nested(tag):
    assert html_to_text(f"<{tag}>x" * 6_000).count("x") >= 3_000


def test_siblings_are_not_taken_as_nested():
    assert html_to_text("<div><b>x</b></div>" * 6_000) == "\n".join(["x"] * 6_000)


@pytest.mark.parametrize("markup", ["<" * 10_000, "</div>" * 10_000, "<!--" * 10_000, "&#xd800;", "<p", "<![CDATA[x"])
def test_malformed_markup_is_read_as_browsers_do(markup):
    html_to_text(markup).encode()
