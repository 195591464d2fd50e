"""What to know of labelled data before training: repetition, contradiction, leakage, rarity."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nlpsuite.data.records import Example, labels_of

RARE = 5
"""A label with fewer examples than this is rare."""
PLACES_SHOWN = 5

_SAYINGS = {
    "exact-duplicates": "{split} records that repeat an earlier one word for word",
    "normalised-duplicates": "{split} records that repeat an earlier one up to case, width or space",
    "conflicts": "{split} texts that have different answers in different records",
    "exact-leaks": "dev records whose text is in the training data",
    "normalised-leaks": "dev records whose text is in the training data up to case, width or space",
    "rare-labels": "labels with fewer than {rare} training examples",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of flaw in one part of the data.

    Attributes:
        check: what was looked for, such as "exact-leaks".
        split: "train" or "dev".
        count: how many there are: records, texts or labels.
        places: up to 5 of them.
    """

    check: str
    split: str
    count: int
    places: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The finding as plain values."""
        return {"check": self.check, "split": self.split, "count": self.count, "places": list(self.places)}


@dataclass(frozen=True, slots=True)
class QualityReport:
    """What was found; nothing where the data are clean.

    Attributes:
        train, dev: how many examples were looked at.
        findings: one for each kind of flaw that is there.
    """

    train: int
    dev: int
    findings: tuple[Finding, ...]

    def to_dict(self) -> dict[str, Any]:
        """The report as plain values."""
        findings = [finding.to_dict() for finding in self.findings]
        return {"train": self.train, "dev": self.dev, "findings": findings}

    def lines(self) -> list[str]:
        """A sentence for each finding."""
        return [_sentence(finding) for finding in self.findings]


def inspect(train: Sequence[Example], dev: Sequence[Example]) -> QualityReport:
    """Look labelled data over."""
    found = [
        *_repeats(train, "train"),
        *_repeats(dev, "dev"),
        _finding("conflicts", "train", _conflicts(train)),
        _finding("conflicts", "dev", _conflicts(dev)),
        *_leaks(train, dev),
        _finding("rare-labels", "train", _rare_labels(train)),
    ]
    return QualityReport(len(train), len(dev), tuple(finding for finding in found if finding.count))


def normalised(text: str) -> str:
    """The text without what people do not see as different: width, case, and how much white space."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def _exact_key(example: Example) -> Hashable:
    return example.text, example.pair


def _normalised_key(example: Example) -> Hashable:
    return normalised(example.text), normalised(example.pair or "")


def _repeats(examples: Sequence[Example], split: str) -> Iterator[Finding]:
    exact: dict[Hashable, Example] = {}
    near: dict[Hashable, Example] = {}
    exact_places, near_places = [], []
    for example in examples:
        first = exact.setdefault(_exact_key(example), example)
        alike = near.setdefault(_normalised_key(example), example)
        if first is not example:
            exact_places.append(f"{example.place} repeats {first.place}")
        elif alike is not example:
            near_places.append(f"{example.place} repeats {alike.place}")
    yield _finding("exact-duplicates", split, exact_places)
    yield _finding("normalised-duplicates", split, near_places)


def _leaks(train: Sequence[Example], dev: Sequence[Example]) -> Iterator[Finding]:
    exact = {_exact_key(example): example for example in reversed(train)}
    near = {_normalised_key(example): example for example in reversed(train)}
    exact_places, near_places = [], []
    for example in dev:
        same, alike = exact.get(_exact_key(example)), near.get(_normalised_key(example))
        if same is not None:
            exact_places.append(f"{example.place} is {same.place}")
        elif alike is not None:
            near_places.append(f"{example.place} is {alike.place}")
    yield _finding("exact-leaks", "dev", exact_places)
    yield _finding("normalised-leaks", "dev", near_places)


def _conflicts(examples: Sequence[Example]) -> list[str]:
    """A place for each text and head with more than one answer."""
    firsts: dict[Hashable, Example] = {}
    places: dict[Hashable, str] = {}
    for example in examples:
        text = _normalised_key(example)
        for head, gold in example.gold.items():
            first = firsts.setdefault((head, text), example)
            if _answer(first, head) != _answer(example, head):
                one, other = _told(first.gold[head]), _told(gold)
                places.setdefault((head, text), f"{first.place} says {one}, {example.place} says {other}")
    return list(places.values())


def _answer(example: Example, head: str) -> Hashable:
    """The gold of a head; several labels are the same in any order, but tags are not."""
    gold = example.gold[head]
    return frozenset(gold) if isinstance(gold, tuple) and not _is_tags(example, head) else gold


def _is_tags(example: Example, head: str) -> bool:
    gold = example.gold[head]
    return isinstance(gold, tuple) and example.tokens is not None and len(gold) == len(example.tokens)


def _rare_labels(train: Sequence[Example]) -> list[str]:
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for example in train:
        for head, gold in example.gold.items():
            for label in _counted(labels_of(gold), _is_tags(example, head)):
                places[head, label].append(example.place)
    rare = sorted((len(found), label, found) for (_, label), found in places.items() if len(found) < RARE)
    return [f"{label!r} {count}×, first at {found[0]}" for count, label, found in rare]


def _counted(labels: Iterable[str], tagged: bool) -> Iterator[str]:
    """Labels as they are; of tags, the type of every entity."""
    for label in labels:
        if not tagged:
            yield label
        elif label.startswith("B-"):
            yield label[2:]


def _told(gold: object) -> str:
    if not isinstance(gold, tuple):
        return repr(gold)
    told = ", ".join(map(str, gold)) or "none"
    return told if len(told) <= 60 else f"{told[:60]}…"


def _finding(check: str, split: str, places: Sequence[str]) -> Finding:
    return Finding(check, split, len(places), tuple(places[:PLACES_SHOWN]))


def _sentence(finding: Finding) -> str:
    what = _SAYINGS[finding.check].format(split=finding.split, rare=RARE)
    more = "; …" if finding.count > len(finding.places) else ""
    return f"{what[0].upper()}{what[1:]}: {finding.count} ({'; '.join(finding.places)}{more})."
