"""CoNLL and HTML, of results as the postprocessor leaves them."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from nlpsuite_ner.outputs import conll, html
from nlpsuite_ner.plugin import application

from nlpsuite import Span

BAD = "<script>alert('x') & \"y\"</script>"


def rows(text):
    """Tokens and tags of each sentence."""
    comment, _, body = text.partition("\n")
    assert comment.startswith("# id = ") and text.endswith("\n\n")
    return [[tuple(line.split("\t")) for line in block.split("\n")] for block in body.strip("\n").split("\n\n")]


def test_conll_has_a_token_a_line_and_a_gap_after_each_sentence(result_of):
    text = "Anna Berg lives in Berlin. She works."
    assert conll(result_of(text, ("Anna Berg", "PER"), ("Berlin", "LOC"), id="a 7\n")) == (
        "# id = a 7\nAnna\tB-PER\nBerg\tI-PER\nlives\tO\nin\tO\nBerlin\tB-LOC\n.\tO\n\nShe\tO\nworks\tO\n.\tO\n\n"
    )


def test_conll_cuts_a_word_where_an_entity_ends_within_it(result_of):
    (sentence,) = rows(conll(result_of("Die SiemensChefs kamen", ("Siemens", "ORG"), lang="de")))
    assert sentence == [("Die", "O"), ("Siemens", "B-ORG"), ("Chefs", "O"), ("kamen", "O")]
    (sentence,) = rows(conll(result_of("昨天在上海大学", ("上海", "LOC"), lang="zh")))
    assert ("上海", "B-LOC") in sentence
    assert "".join(token for token, _ in sentence) == "昨天在上海大学"


def test_conll_keeps_neighbours_of_one_type_apart(result_of):
    (sentence,) = rows(conll(result_of("Anna Berg", ("Anna", "PER"), ("Berg", "PER"))))
    assert sentence == [("Anna", "B-PER"), ("Berg", "B-PER")]
    (sentence,) = rows(conll(result_of("中美", ("中", "LOC"), ("美", "LOC"), lang="zh")))
    assert sentence == [("中", "B-LOC"), ("美", "B-LOC")]


def test_conll_ends_no_sentence_within_an_entity(result_of):
    text = "He read Who am I? What else? yesterday. Then he left."
    whole = rows(conll(result_of(text)))
    joined = rows(conll(result_of(text, ("Who am I? What else?", "MISC"))))
    assert len(joined) == len(whole) - 1
    assert [tag for _, tag in joined[0]].count("B-MISC") == 1
    assert ("What", "I-MISC") in joined[0]


def test_conll_takes_the_longer_of_two_and_only_entities(result_of):
    result = result_of("Bank of England", ("Bank of England", "ORG"), ("England", "LOC"))
    result = replace(
        result, spans=(*result.spans, Span(0, 15, "", 1.0, "sentence"), Span(0, 4, "amount", 1.0, "value"))
    )
    assert rows(conll(result)) == [[("Bank", "B-ORG"), ("of", "I-ORG"), ("England", "I-ORG")]]


def test_conll_has_a_column_for_inner_entities_where_the_model_looks_for_them(result_of):
    text = "Die Bank of China. Anna kam."
    found = (("Bank of China", "ORG"), ("Anna", "PER"))
    first, second = rows(conll(result_of(text, *found, lang="de", inner=(("China", "LOC"),))))
    assert first == [
        ("Die", "O", "O"),
        ("Bank", "B-ORG", "O"),
        ("of", "I-ORG", "O"),
        ("China", "I-ORG", "B-LOC"),
        (".", "O", "O"),
    ]
    assert second[0] == ("Anna", "B-PER", "O")
    none = rows(conll(result_of(text, *found, lang="de", inner=())))
    assert {inner for sentence in none for _, _, inner in sentence} == {"O"}
    assert {len(row) for sentence in rows(conll(result_of(text, *found, lang="de"))) for row in sentence} == {2}


def test_conll_cuts_a_word_where_an_inner_entity_ends_within_it(result_of):
    (sentence,) = rows(conll(result_of("SiemensChefs", ("SiemensChefs", "MISC"), inner=(("Siemens", "ORG"),))))
    assert sentence == [("Siemens", "B-MISC", "B-ORG"), ("Chefs", "I-MISC", "O")]


@pytest.mark.parametrize(("text", "lang"), [("", "en"), (" \n ", None)])
def test_conll_of_nothing_is_a_comment(text, lang, result_of):
    assert conll(result_of(text, lang=lang)) == "# id = 1\n\n"


def test_conll_tags_what_a_rule_found_with_space_around_it(result_of):
    result = result_of("an order #12 now")
    (sentence,) = rows(
        conll(replace(result, spans=(Span(2, 9, "ORDER", 1.0, "rules"), Span(12, 13, "GAP", 1.0, "rules"))))
    )
    assert sentence[:2] == [("an", "O"), ("order", "B-ORDER")]
    assert {tag for _, tag in sentence[2:]} == {"O"}


class Reader(HTMLParser):
    """Sees that every tag is closed, and keeps what is shown."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.marks, self.shown = [], [], [], ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag != "meta":
            self.open.append(tag)
        if tag == "mark":
            self.marks.append((dict(attributes)["title"], ""))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "small" not in self.open:
            self.shown += data
            if "mark" in self.open:
                title, so_far = self.marks.pop()
                self.marks.append((title, so_far + data))


def test_html_marks_entities_with_type_confidence_and_source(result_of):
    read = Reader(html(result_of("Anna Berg in Berlin", ("Anna Berg", "PER"), ("Berlin", "LOC", 0.456))))
    assert read.marks == [
        ("PER, confidence 90%, found by the model", "Anna Berg"),
        ("LOC, confidence 46%, found by the model", "Berlin"),
    ]
    assert "Anna Berg in Berlin" in read.shown
    assert [tag for tag, _ in read.tags].count("article") == 1


def test_html_escapes_everything_that_came_in(result_of):
    made = html(result_of(f"{BAD} in {BAD}s", (BAD, BAD), lang='en"', id=BAD, path=BAD))
    read = Reader(made)
    assert "script" not in {tag for tag, _ in read.tags}
    assert f"{BAD} in {BAD}s" in read.shown
    assert read.marks[0] == (f"{BAD}, confidence 90%, found by the model", BAD)
    assert read.tags[0] == ("article", read.tags[0][1]) and read.tags[0][1]["lang"] == 'en"'


def test_html_holds_no_character_that_html_cannot(result_of):
    assert "\x00" not in html(result_of("a\x00b\x1b[31mc\x85", id="\x07"))
    assert "a\ufffdb\ufffd[31mc\ufffd" in html(result_of("a\x00b\x1b[31mc\x85"))


def test_html_shows_the_longer_of_two_and_values(result_of):
    result = result_of("Bank of England paid 20 €", ("Bank of England", "ORG"), ("England", "LOC"))
    value = {"start": 21, "end": 25, "text": "20 €", "kind": "amount", "value": "20", "unit": "EUR"}
    read = Reader(html(replace(result, details={"values": [value]})))
    assert [piece for _, piece in read.marks] == ["Bank of England", "20 €"]
    assert read.marks[1][0] == "amount: 20 EUR"


def shown_marks(result):
    """What html marks, as [piece LABEL], without its style."""
    body = html(result).split("\n")[2]
    for pattern, plain in ((r"<mark[^>]*>", "["), (r"</mark>", "]"), (r"<small[^>]*><bdi>", " "), (r"<[^>]*>", "")):
        body = re.sub(pattern, plain, body)
    return body


def test_html_shows_an_inner_entity_inside_the_outer_one(result_of):
    text = "The Bank of China in Berlin"
    found = (("Bank of China", "ORG"), ("Berlin", "LOC"))
    result = result_of(text, *found, inner=(("China", "LOC"), ("Bank", "MISC"), ("Berlin", "ORG"), ("The", "X")))
    assert shown_marks(result) == "[The X] [[Bank MISC] of [China LOC] ORG] in [[Berlin ORG] LOC]"
    assert Reader(html(result)).open == []
    crossing = result_of(text, *found, inner=(("China in", "LOC"),))
    assert shown_marks(crossing) == shown_marks(result_of(text, *found))


def test_html_names_whom_an_alias_stands_for(result_of):
    result = replace(result_of("DB rises"), spans=(Span(0, 2, "ORG", 1.0, "gazetteer"),))
    entity = {"start": 0, "end": 2, "label": "ORG", "canonical": "Deutsche Bank & Co"}
    read = Reader(html(replace(result, details={"entities": [entity]})))
    assert read.marks == [("ORG, confidence 100%, found by a gazetteer, stands for Deutsche Bank & Co", "DB")]


def test_html_stands_alone_light_dark_and_from_right_to_left(result_of):
    made = html(result_of("ذهبت آنا إلى برلين", ("برلين", "LOC"), lang="ar"))
    read = Reader(made)
    assert read.tags[0][1]["lang"] == "ar" and "color-scheme:light dark" in read.tags[0][1]["style"]
    assert [attributes.get("dir") for tag, attributes in read.tags if tag == "p"] == ["auto", "auto"]
    assert "bdi" in {tag for tag, _ in read.tags}
    assert not {tag for tag, _ in read.tags} & {"style", "link", "script", "img"}
    assert "http" not in made


def test_html_keeps_one_colour_for_a_type(result_of):
    def colour(label):
        return next(a["style"] for tag, a in Reader(html(result_of("Anna", ("Anna", label)))).tags if tag == "mark")

    assert colour("PER") == colour("PER") != colour("ORG")
    assert colour("ORDER") == colour("ORDER")


def test_the_application_offers_both(result_of):
    result = result_of("Anna", ("Anna", "PER"))
    assert {name: made(result) for name, made in application.formats.items()} == {
        "conll": conll(result),
        "html": html(result),
    }
