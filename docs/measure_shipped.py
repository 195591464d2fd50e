"""Measure the shipped models on real labelled data that they never saw: `python docs/measure_shipped.py FOLDER [N]`.

FOLDER is `$NLPSUITE_DATA`, N how many development texts of each set to read, in their order; all without it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

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
TYPES = ("PER", "ORG", "LOC")
RESAMPLES = 200


def main() -> None:
    """Print a line for each set."""
    folder = Path(sys.argv[1])
    most = int(sys.argv[2]) if len(sys.argv) > 2 else None
    for line in chain(names(folder, most), sentiments(folder, most)):
        print(line, flush=True)


def names(folder: Path, most: int | None) -> Iterator[str]:
    """F1 of persons, organisations and places; other types, and GermEval's derived and partial names, are left out."""
    for name in NAMES:
        lang = name.split("/")[0]
        loaded = nlpsuite.load("ner", lang=lang)
        examples = _read("ner", folder / "ner" / name, lang)[:most]
        found = loaded([as_document(example) for example in examples])
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
        lang = name.split("/")[0]
        loaded = nlpsuite.load("finance-sentiment", lang=lang)
        examples = _read("finance-sentiment", folder / "finance-sentiment" / name, lang)[:most]
        gold = [str(example.gold["sentiment"]) for example in examples]
        scores = [result.heads[0].scores for result in loaded([as_document(example) for example in examples])]
        for kind, labels in (("strict", sorted(scores[0])), ("among", sorted(set(gold)))):
            best = [max(labels, key=score.__getitem__) for score in scores]
            found = metrics.single_label(gold, best, labels, RESAMPLES)
            yield f"sentiment {name:<34} {kind:<6} accuracy {_shown(found['accuracy'])}  F1 {_shown(found['macro_f1'])}"


def _read(app: str, folder: Path, lang: str) -> Sequence[Example]:
    application = replace(plugins.application(app), postprocessor=None)
    return read_examples(folder / "dev.jsonl", application, lang)


def _shown(estimate: metrics.Estimate) -> str:
    return f"{estimate.value * 100:.1f} [{estimate.low * 100:.1f}, {estimate.high * 100:.1f}] n={estimate.n}"


if __name__ == "__main__":
    main()
