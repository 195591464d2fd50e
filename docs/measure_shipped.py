"""Measure the shipped models on real labelled data that they never saw: `python docs/measure_shipped.py FOLDER [N]`.

FOLDER is `$NLPSUITE_DATA`, N how many development texts of each set to read, in their order; all without it.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

import numpy as np

import nlpsuite
from nlpsuite import plugins
from nlpsuite.data.records import Example, read_examples
from nlpsuite.evaluate import metrics
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
    """Sentiment towards each company of the project's own test rows, read from the clauses that name it."""
    rows = [json.loads(line) for file in sorted(CORPUS.glob("*/test.jsonl")) for line in file.open(encoding="utf-8")]
    rows = [row for row in rows if "target" in row]
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        watched = Path(folder) / "watched.txt"
        watched.write_text("".join(f"{name}\n" for name in dict.fromkeys(row["target"] for row in rows)), "utf-8")
        loaded = nlpsuite.load("finance-sentiment", options={"watchlist": str(watched)})
        for row, result in zip(rows, loaded([nlpsuite.Document(r["text"], lang=r["lang"]) for r in rows]), strict=True):
            named = {entity["name"]: entity["label"] for entity in result.details["entities"]}
            found.append(named.get(row["target"], ""))
    gold = [row["label"] for row in rows]
    estimate = metrics.single_label(gold, found, sorted(set(gold)), RESAMPLES)["accuracy"]
    yield f"companies, own test rows                          accuracy {_shown(estimate)}"


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
