"""Measure the shipped models on real labelled data that they never saw: `python docs/measure_shipped.py FOLDER [N]`.

FOLDER is `$NLPSUITE_DATA`, N how many development texts of each set to read, in their order; all without it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import nlpsuite
from nlpsuite import plugins
from nlpsuite.data.records import Example, read_examples
from nlpsuite.evaluate import metrics
from nlpsuite.evaluate.bootstrap import bootstrap
from nlpsuite.evaluate.evaluation import as_document, tags_of_tokens

NAMES = (
    "en/conll2003",
    "de/germeval2014",
    "de/wikineural",
    "es/conll2002",
    "nl/conll2002",
    "fr/wikineural",
    "it/wikineural",
    "pt/wikineural",
    "zh/msra",
)
SENTIMENTS = (
    "zh/xueqiu-headlines",
    "en/financial-phrasebank-50agree",
    "en/umsab-tweets",
    "de/umsab-tweets",
    "fr/umsab-tweets",
    "es/umsab-tweets",
    "it/umsab-tweets",
    "pt/umsab-tweets",
    "nl/bolcom-reviews",
)
INTENTS = {
    "order_status": "order_status",
    "cancel_reservation": "cancel_order",
    "card_declined": "payment_failed",
    "report_fraud": "unexpected_charge",
    "report_lost_card": "lost_card",
    "account_blocked": "login",
    "greeting": "greeting",
    "thank_you": "thanks",
}
"""Labels of CLINC150 that mean one of ours; the other known ones are left out: neither ours nor foreign."""

FOREIGN = "oos"
TYPES = ("PER", "ORG", "LOC")
RESAMPLES = 200
CORPUS = Path(__file__).parents[1] / "corpora" / "finance-sentiment"


def main() -> None:
    """Print a line for each set."""
    folder = Path(sys.argv[1])
    most = int(sys.argv[2]) if len(sys.argv) > 2 else None
    for line in chain(intents(folder, most), names(folder, most), sentiments(folder, most), companies()):
        print(line, flush=True)


def intents(folder: Path, most: int | None) -> Iterator[str]:
    """How well requests that are none of ours are told from those that are, and how many of these are read rightly."""
    loaded = nlpsuite.load("customer-intent", lang="en", options={"several": "false", "slots": "false"})
    examples = [
        one
        for one in _read("customer-intent", folder / "intent/en/clinc150", "en")
        if one.gold["intent"] in (FOREIGN, *INTENTS)
    ][:most]
    found = [result.heads[0] for result in loaded([as_document(example) for example in examples])]
    gold = [INTENTS.get(str(example.gold["intent"]), "none") for example in examples]
    none = np.array([label == "none" for label in gold])
    for name, estimate in metrics.rejection(none, np.array([head.scores["none"] for head in found]), RESAMPLES).items():
        yield f"intent en/clinc150 {name:<28} {_shown(estimate)}"
    known = [(label, head.label) for label, head in zip(gold, found, strict=True) if label != "none"]
    labels = sorted({label for pair in known for label in pair})
    accuracy = metrics.single_label([one for one, _ in known], [other for _, other in known], labels, RESAMPLES)
    yield f"intent en/clinc150 {'accuracy of ours':<28} {_shown(accuracy['accuracy'])}"


def names(folder: Path, most: int | None) -> Iterator[str]:
    """F1 of persons, organisations and places; other types, and GermEval's derived and partial names, are left out."""
    for name in NAMES:
        examples, found = _answered("ner", folder, name, most)
        gold = [
            tags_of_tokens(one, [span for span in one.spans.get("entities", ()) if span.label in TYPES])
            for one in examples
        ]
        answers = [
            tags_of_tokens(one, [span for span in result.spans if span.label in TYPES])
            for one, result in zip(examples, found, strict=True)
        ]
        f1 = metrics.token_labels(gold, answers, RESAMPLES)["f1"]
        yield f"ner {name:<34} F1       {_shown(f1)}"


def sentiments(folder: Path, most: int | None) -> Iterator[str]:
    """Accuracy, with neutral counted as wrong where gold has none, and among the labels that gold has."""
    for name in SENTIMENTS:
        examples, found = _answered("finance-sentiment", folder, name, most)
        gold = [str(example.gold["sentiment"]) for example in examples]
        scores = [result.heads[0].scores for result in found]
        for kind, labels in (("strict", sorted(scores[0])), ("among", sorted(set(gold)))):
            best = [max(labels, key=score.__getitem__) for score in scores]
            score = metrics.single_label(gold, best, labels, RESAMPLES)
            yield f"sentiment {name:<34} {kind:<6} accuracy {_shown(score['accuracy'])}  F1 {_shown(score['macro_f1'])}"


def companies() -> Iterator[str]:
    """Sentiment towards the companies of the project's own test texts, each judged where it stands.

    Beside it that of the whole text in place of each company's, and both in those texts whose companies differ.
    """
    rows = [json.loads(line) for file in sorted(CORPUS.glob("*/test.jsonl")) for line in file.open(encoding="utf-8")]
    rows = [row for row in rows if row.get("companies")]
    documents = [nlpsuite.Document(row["text"], lang=row["lang"], places=_places(row)) for row in rows]
    results = nlpsuite.load("finance-sentiment")(documents)
    found = [head.label for result in results for head in result.head("companies").placed]
    whole = [result.label for result, row in zip(results, rows, strict=True) for _ in row["companies"]]
    gold = [one["label"] for row in rows for one in row["companies"]]
    texts = [number for number, row in enumerate(rows) for _ in row["companies"]]
    differ = [len({one["label"] for one in row["companies"]}) > 1 for row in rows for _ in row["companies"]]
    every = [True] * len(gold)
    for name, answer, chosen in (
        ("each where it stands", found, every),
        ("the text's instead", whole, every),
        ("each, where they differ", found, differ),
        ("the text's, where they differ", whole, differ),
    ):
        right = np.array([one == other for one, other, here in zip(gold, answer, chosen, strict=True) if here])
        clusters = [text for text, here in zip(texts, chosen, strict=True) if here]
        estimate = bootstrap(_share(right), len(right), resamples=RESAMPLES, clusters=clusters)
        yield f"companies {name:<34} accuracy {_shown(estimate)} texts, {len(right)} mentions"


def _share(right: NDArray[np.bool_]) -> Callable[[NDArray[np.intp]], float]:
    return lambda which: float(right[which].mean())


def _places(row: dict[str, Any]) -> tuple[nlpsuite.Span, ...]:
    return tuple(
        nlpsuite.Span(one["start"], one["end"], row["text"][one["start"] : one["end"]], 1.0) for one in row["companies"]
    )


def _answered(
    app: str, folder: Path, name: str, most: int | None
) -> tuple[Sequence[Example], Sequence[nlpsuite.Result]]:
    """The first development texts of a set, and what an application's shipped model says of them."""
    lang = name.split("/")[0]
    examples = _read(app, folder / app / name, lang)[:most]
    return examples, nlpsuite.load(app, lang=lang)([as_document(example) for example in examples])


def _read(app: str, folder: Path, lang: str) -> Sequence[Example]:
    application = replace(plugins.application(app), postprocessor=None)
    return read_examples(folder / "dev.jsonl", application, lang)


def _shown(estimate: nlpsuite.Estimate) -> str:
    return f"{estimate.value * 100:.1f} [{estimate.low * 100:.1f}, {estimate.high * 100:.1f}] n={estimate.n}"


if __name__ == "__main__":
    main()
