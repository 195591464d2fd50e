from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpsuite.application import Application, Head, HeadKind
from nlpsuite.data.records import Example, check_labels, label_set, read_examples
from nlpsuite.errors import InputError, UnknownName


def places(error):
    return error.line, error.field


def one(path, application, lang=None, columns=None, **options):
    (example,) = read_examples([path], application, lang, columns, **options)
    return example


def test_labelled_texts(write, sentiment):
    path = write("a.jsonl", [{"text": "Kurs steigt", "label": " good "}, {"text": "b", "label": "bad", "id": 7}])
    first, second = read_examples([path], sentiment, "de")
    assert first == Example(
        text="Kurs steigt",
        gold={"sentiment": "good"},
        lang="de",
        id=f"{path}:1",
        path=str(path),
        line=1,
        columns={"sentiment": "label"},
    )
    assert (second.id, second.place) == ("7", f"{path}:2")


def test_several_files_and_a_single_one(write, sentiment):
    rows = [{"text": "a", "label": "x"}]
    first, second = write("a.jsonl", rows), write("b.jsonl", rows)
    assert [example.path for example in read_examples([first, str(second)], sentiment, None)] == [
        str(first),
        str(second),
    ]
    assert read_examples(str(first), sentiment, None) == read_examples([first], sentiment, None)


def test_each_head_takes_its_own_field_and_may_be_absent(write, sentiment):
    rows = [
        {"text": "a", "label": "x", "topic": "y"},
        {"text": "b", "topic": "z"},
        {"text": "c", "label": ""},
    ]
    path = write("a.jsonl", rows[:2])
    assert [example.gold for example in read_examples([path], sentiment, None)] == [
        {"sentiment": "x", "topic": "y"},
        {"topic": "z"},
    ]
    path = write("a.csv", "text,label,topic\na,x,\nb,,y\n")
    assert [example.gold for example in read_examples([path], sentiment, None)] == [
        {"sentiment": "x"},
        {"topic": "y"},
    ]


@pytest.mark.parametrize(
    "column", ["text", "Sentence", "content", "title", "HEADLINE", "body", "review", "query", "utterance"]
)
def test_text_columns_are_guessed(write, sentiment, column):
    assert one(write("a.csv", f"x,{column},label\n1,hello,good\n"), sentiment).text == "hello"


@pytest.mark.parametrize("column", ["文本", "内容", "标题", "句子"])
def test_chinese_columns_are_guessed(write, sentiment, column):
    for label in ("标签", "类别"):
        example = one(write("a.csv", f"{column},{label}\n利好消息,好\n"), sentiment)
        assert (example.text, example.gold) == ("利好消息", {"sentiment": "好"})


@pytest.mark.parametrize("column", ["Label", "sentiment", "category", "Intent", "class", "target"])
def test_label_columns_are_guessed(write, sentiment, column):
    example = one(write("a.csv", f"text,{column}\nhello,good\n"), sentiment)
    assert (example.gold, example.columns) == ({"sentiment": "good"}, {"sentiment": column})


def test_the_likeliest_column_wins_and_exact_spelling_before_all(write, sentiment):
    path = write("a.jsonl", [{"body": "no", "title": "yes", "target": "no", "category": "yes"}])
    assert (one(path, sentiment).text, one(path, sentiment).gold) == ("yes", {"sentiment": "yes"})
    assert one(write("a.jsonl", [{"TEXT": "no", "text": "yes", "label": "x"}]), sentiment).text == "yes"
    assert one(write("a.jsonl", [{"Text": "yes", "TEXT": "no", "label": "x"}]), sentiment).text == "yes"


def test_a_guess_leaves_what_other_heads_claim(write):
    heads = (Head("mood", HeadKind.SINGLE_LABEL), Head("area", HeadKind.SINGLE_LABEL, "category"))
    app = Application("a", "", ("en",), heads, columns={"category": ("class",), "label": ("mark",)})
    example = one(write("a.jsonl", [{"text": "t", "category": "c"}]), app)
    assert example.gold == {"area": "c"}
    example = one(write("a.jsonl", [{"text": "t", "class": "c", "mark": "m"}]), app)
    assert example.gold == {"area": "c", "mood": "m"}


def test_the_users_names_go_before_all(write, sentiment):
    path = write("a.csv", "text,Meinung,Inhalt,label\nwrong,gut,right,wrong\n")
    for role in ("label", "sentiment"):
        example = one(path, sentiment, None, {role: "Meinung", "text": "Inhalt"})
        assert (example.text, example.gold) == ("right", {"sentiment": "gut"})
    # A column that was given away is not guessed for something else.
    path = write("b.csv", "content,title\ngood,Der Text\n")
    assert one(path, sentiment, None, {"label": "content"}).text == "Der Text"


def test_a_users_column_that_is_not_there_is_refused_with_those_that_are(write, sentiment):
    path = write("a.csv", "text,label\na,b\n")
    with pytest.raises(InputError, match=r"a\.csv:2:Sentiment: there is no such column.*are: text, label\."):
        read_examples([path], sentiment, None, {"label": "Sentiment"})
    with pytest.raises(UnknownName, match=r"No kind of column is named 'lable'\. Did you mean label"):
        read_examples([path], sentiment, None, {"lable": "label"})


@pytest.mark.parametrize(
    ("row", "place", "problem"),
    [
        ({"label": "x", "n": 1}, (2, "text"), "holds no text. Name the column that holds it. Its"),
        ({"text": "", "label": "x"}, (2, "text"), "is empty"),
        ({"text": " \u3000\n", "label": "x"}, (2, "text"), "is empty"),
        ({"text": None, "label": "x"}, (2, "text"), "is null, not a text"),
        ({"text": 5, "label": "x"}, (2, "text"), "is a number, not a text"),
        ({"text": ["a"], "label": "x"}, (2, "text"), "is a list, not a text"),
        ({"text": "a", "mood": "x"}, (2, "label"), "column: label=NAME. Its columns are: text, mood"),
        ({"text": "a", "label": None}, (2, "label"), "is null. Fill it in"),
        ({"text": "a", "label": ""}, (2, "label"), "is empty"),
        ({"text": "a", "Category": " "}, (2, "Category"), "is empty"),
        ({"text": "a", "label": ["x"]}, (2, "label"), "is a list where a label is expected"),
        ({"text": "a", "label": {"x": 1}}, (2, "label"), "is an object where a label is expected"),
        ({"text": "a", "label": "x", "lang": 3}, (2, "lang"), "is a number, not a language code"),
        ({"text": "a", "label": "x", "id": ["x"]}, (2, "id"), "is a list, not an id"),
    ],
)  # fmt: skip
def test_faulty_records_are_refused_with_their_place(write, sentiment, row, place, problem):
    path = write("a.jsonl", [{"text": "ok", "label": "x"}, row])
    with pytest.raises(InputError) as caught:
        read_examples([path], sentiment, None)
    assert problem in str(caught.value)
    assert (caught.value.path, places(caught.value)) == (str(path), place)
    assert caught.value.cure


def test_gold_can_be_optional(write, sentiment):
    path = write("a.jsonl", [{"text": "a"}, {"text": "b", "label": ""}])
    assert [example.gold for example in read_examples([path], sentiment, None, require_gold=False)] == [
        {},
        {},
    ]
    with pytest.raises(InputError):
        read_examples([path], sentiment, None)


def test_labels_that_are_no_text_become_text(write, sentiment):
    path = write("a.jsonl", [{"text": "a", "label": label} for label in (1, 0, True, 2.5)])
    assert [example.gold["sentiment"] for example in read_examples([path], sentiment, None)] == [
        "1",
        "0",
        "True",
        "2.5",
    ]


def test_languages(write, sentiment):
    rows = [{"text": "a", "label": "x", "lang": lang} for lang in ("de", "zh-Hans", "PT_br", "", "auto", None)]
    path = write("a.jsonl", [*rows, {"text": "a", "label": "x"}])
    assert [example.lang for example in read_examples([path], sentiment, None)] == [
        *("de", "zh", "pt"),
        *[None] * 4,
    ]
    assert {example.lang for example in read_examples([path], sentiment, "fr")} == {"fr"}


def test_several_labels(write, topics):
    rows = [{"text": "t", "label": label} for label in (["b", "a", "b"], [], "a|b ", "a", "", [1], 3)]
    golds = [example.gold["topics"] for example in read_examples([write("a.jsonl", rows)], topics, None)]
    assert golds == [("b", "a"), (), ("a", "b"), ("a",), (), ("1",), ("3",)]
    path = write("a.csv", "text,label\nt,a|b\nt,\n")
    assert [example.gold["topics"] for example in read_examples([path], topics, None)] == [("a", "b"), ()]
    for label, problem in (
        (["a", ""], "holds an empty label"),
        ([None], "is null where a label"),
        ({"a": 1}, "is an object where"),
    ):
        with pytest.raises(InputError, match=problem):
            read_examples([write("a.jsonl", [{"text": "t", "label": label}])], topics, None)


def test_tagged_tokens(write, entities):
    rows = [
        {"tokens": ["Peter", "Blackburn", "in", "EU"], "tags": ["B-PER", "I-PER", "O", "B-ORG"]},
        {"tokens": list("在上海，IBM"), "tags": ["O", "B-LOC", "I-LOC", "O", "B-ORG", "I-ORG", "I-ORG"]},
    ]
    english, chinese = read_examples([write("a.jsonl", rows)], entities, None)
    assert english.text == "Peter Blackburn in EU"
    assert english.tokens == ("Peter", "Blackburn", "in", "EU")
    assert english.gold == {"entities": ("B-PER", "I-PER", "O", "B-ORG")}
    assert [(span.start, span.end, span.label) for span in english.spans["entities"]] == [
        (0, 15, "PER"),
        (19, 21, "ORG"),
    ]
    assert chinese.text == "在上海，IBM"
    assert [chinese.text[span.start : span.end] for span in chinese.spans["entities"]] == ["上海", "IBM"]
    assert [chinese.text[start:end] for start, end in chinese.offsets] == list(chinese.tokens)


def test_tagged_tokens_of_a_known_text_or_a_table(write, entities):
    row = {"text": "Peter's  EU.", "tokens": ["Peter", "'s", "EU", "."], "tags": ["B-PER", "O", "B-ORG", "O"]}
    example = one(write("a.jsonl", [row]), entities)
    assert example.text == "Peter's  EU."
    assert [example.text[span.start : span.end] for span in example.spans["entities"]] == ["Peter", "EU"]
    with pytest.raises(InputError, match=r"a\.jsonl:1:tokens: token 2, 's', does not follow"):
        read_examples([write("a.jsonl", [row | {"tokens": ["Peter", "s", "EU", "."]}])], entities, None)
    example = one(write("a.csv", "tokens,tags\nin EU,O B-ORG\n"), entities)
    assert (example.text, example.spans["entities"][0].label) == ("in EU", "ORG")


@pytest.mark.parametrize(
    ("row", "field", "problem"),
    [
        ({"tokens": ["a", "b"], "tags": ["O"]}, "tags", "there are 1 tags for 2 tokens"),
        ({"tokens": ["a", "b"], "tags": ["O", "I-X"]}, "tags", "tag 2 is 'I-X' after 'O'"),
        ({"tokens": ["a"], "tags": ["S-X"]}, "tags", "tag 1 is 'S-X', but BIO2"),
        ({"tokens": ["a"], "tags": [1]}, "tags", "is not a list of tags"),
        ({"tokens": ["a"], "tags": None}, "tags", "is null"),
        ({"tokens": ["a", ""], "tags": ["O", "O"]}, "tokens", "item 2 is empty"),
        ({"tokens": ["a", 5], "tags": ["O", "O"]}, "tokens", "item 2 is a number"),
        ({"tokens": 5, "tags": ["O"]}, "tokens", "is a number, not a list"),
        ({"tokens": [], "tags": []}, "tokens", "is empty"),
        ({"text": "a", "tags": ["O"]}, "tags", "has tags, but the record has no tokens"),
        ({"tokens": ["a"]}, "tags", "holds no such field"),
    ],
)
def test_faulty_tags_are_refused_with_their_place(write, entities, row, field, problem):
    path = write("a.jsonl", [{"tokens": ["a"], "tags": ["O"]}, row])
    with pytest.raises(InputError) as caught:
        read_examples([path], entities, "en")
    assert problem in str(caught.value)
    assert places(caught.value) == (2, field)


def test_pairs(write, match):
    row = {"user": "u", "history": ["Dune", "Emma"], "candidate": "Solaris", "group": "g"}
    rows = [row | {"label": label} for label in (0, 1, 0.25, True, "1")]
    examples = read_examples([write("a.jsonl", rows)], match, None)
    assert {(example.text, example.pair) for example in examples} == {("Dune | Emma", "Solaris")}
    assert [example.gold["match"] for example in examples] == [0.0, 1.0, 0.25, 1.0, 1.0]
    assert all(isinstance(example.gold["match"], float) for example in examples)
    path = write("a.csv", "history,candidate,label\nDune|Emma,Solaris,1\n")
    assert one(path, match).text == "Dune | Emma"
    assert one(write("a.jsonl", [{"text": "a", "pair": "b", "label": 1}]), match).pair == "b"


@pytest.mark.parametrize(
    ("row", "field", "problem"),
    [
        ({"history": [], "candidate": "c", "label": 1}, "history", "is empty"),
        ({"history": ["a"], "candidate": "", "label": 1}, "candidate", "is empty"),
        ({"history": "a", "candidate": ["c"], "label": 1}, "candidate", "is a list, not a text"),
        ({"history": ["a"], "candidate": "c", "label": 2}, "label", "2 is not a score between 0 and 1"),
        ({"history": ["a"], "candidate": "c", "label": -0.5}, "label", "-0.5 is not a score"),
        ({"history": ["a"], "candidate": "c", "label": "nan"}, "label", "'nan' is not a score"),
        ({"history": ["a"], "candidate": "c", "label": "good"}, "label", "'good' is not a score"),
        ({"history": ["a"], "candidate": "c", "label": [1]}, "label", "is not a score"),
        ({"history": ["a"], "candidate": "c", "label": None}, "label", "is null"),
        ({"text": "a", "label": 1}, "label", "has a score, but no second text"),
    ],
)
def test_faulty_pairs_are_refused_with_their_place(write, match, row, field, problem):
    with pytest.raises(InputError) as caught:
        read_examples([write("a.jsonl", [row])], match, None)
    assert problem in str(caught.value)
    assert places(caught.value) == (1, field)


def test_a_history_means_nothing_without_a_pair_head(write, sentiment):
    row = {"text": "a", "history": ["b"], "candidate": "c", "pair": "d", "tokens": ["e"], "label": "x"}
    example = one(write("a.jsonl", [row]), sentiment)
    assert (example.text, example.pair, example.tokens) == ("a", None, None)


def labelled(head, *golds):
    return [Example(text="t", gold={head: gold}, path="a.jsonl", line=n) for n, gold in enumerate(golds, 1)]


def test_label_set_of_a_single_label_head():
    head = Head("mood", HeadKind.SINGLE_LABEL, labels=("good", "fair", "bad"))
    assert label_set(labelled("mood", "bad", "good", "bad"), head) == ("good", "bad")
    assert label_set(labelled("mood", "good", "awful", "bad"), head) == ("awful", "bad", "good")
    assert label_set([Example("t")], head) == ()
    with pytest.raises(InputError, match="needs two different labels, but all 2 examples have 'bad'"):
        label_set(labelled("mood", "bad", "bad"), head)


def test_label_set_of_the_other_heads():
    several = Head("topics", HeadKind.MULTI_LABEL)
    assert label_set(labelled("topics", ("b",), (), ("c", "a")), several) == ("a", "b", "c")
    with pytest.raises(InputError, match="needs a label, but no example has any"):
        label_set(labelled("topics", (), ()), several)
    tags = labelled("entities", ("O", "B-PER"), ("B-LOC", "I-LOC"))
    tag_head = Head("entities", HeadKind.TOKEN_LABELS)
    assert label_set(tags, tag_head) == ("O", "B-LOC", "I-LOC", "B-PER", "I-PER")
    for known in (("PER", "ORG", "LOC"), ("O", "B-PER", "I-PER", "B-ORG", "B-LOC")):
        ordered = Head("entities", HeadKind.TOKEN_LABELS, labels=known)
        assert label_set(tags, ordered) == ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")
    with pytest.raises(InputError, match="no example marks an entity"):
        label_set(labelled("entities", ("O", "O")), tag_head)
    assert label_set(labelled("match", 1.0, 1.0), Head("match", HeadKind.PAIR_SCORE)) == ()


def test_labels_never_seen_in_training_are_refused_with_their_place(write, sentiment):
    path = write("a.jsonl", [{"text": "a", "Category": "positive"}, {"text": "b", "Category": "negativ"}])
    examples = read_examples([path], sentiment, None)
    check_labels(examples, "sentiment", ("negativ", "positive"))
    check_labels(examples, "topic", ())
    with pytest.raises(InputError) as caught:
        check_labels(examples, "sentiment", ("negative", "positive"))
    assert str(caught.value) == (
        f"{path}:2:Category: the label 'negativ' was never seen in training. Did you mean negative?"
    )
    with pytest.raises(InputError, match="The labels are: up, x"):
        check_labels(examples, "sentiment", ("x", "up"))


def test_labels_of_other_heads_are_checked():
    check_labels(labelled("entities", ("O", "B-PER")), "entities", ("O", "B-PER", "I-PER"))
    with pytest.raises(InputError, match="'B-LOC'"):
        check_labels(labelled("entities", ("O", "B-LOC")), "entities", ("O", "B-PER", "I-PER"))
    with pytest.raises(InputError, match=r"a\.jsonl:1:topics: the label 'z'"):
        check_labels(labelled("topics", ("a", "z")), "topics", ("a",))
    check_labels(labelled("match", 0.5), "match", ())


@settings(max_examples=50, deadline=None, database=None)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: not text.isspace()),
            st.text(st.characters(categories=["L", "N", "P"]), min_size=1),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_texts_and_labels_come_back_as_they_were(tmp_path_factory, pairs):
    app = Application("a", "", ("en",), (Head("mood", HeadKind.SINGLE_LABEL),))
    path = tmp_path_factory.mktemp("records") / "a.jsonl"
    lines = [json.dumps({"text": text, "label": label}, ensure_ascii=False) for text, label in pairs]
    path.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    examples = read_examples([path], app, None)
    assert [(example.text, example.gold["mood"]) for example in examples] == pairs


def test_reading_loads_nothing_heavy():
    code = (
        "import sys, nlpsuite.data.quality, nlpsuite.data.sources;"
        "heavy = {'torch', 'transformers', 'spacy', 'jieba', 'numpy'} & set(sys.modules);"
        "print(sorted(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_a_head_of_spans_beside_others_takes_no_column_that_was_not_meant_for_it(write):
    heads = (Head("mood", HeadKind.SINGLE_LABEL), Head("companies", HeadKind.TOKEN_LABELS, field="companies"))
    application = Application("moods", "moods and companies", ("en",), heads)
    row = {"text": "Acme falls", "label": "bad", "tags": ["results"], "entities": ["Acme"], "tokens": 3}
    example = one(write("a.jsonl", [row]), application)
    assert (example.text, example.gold) == ("Acme falls", {"mood": "bad"})
    row = {"text": "Acme falls", "companies": [{"start": 0, "end": 4, "label": "bad"}]}
    example = one(write("a.jsonl", [row]), application)
    assert [(span.start, span.end, span.label) for span in example.spans["companies"]] == [(0, 4, "bad")]
