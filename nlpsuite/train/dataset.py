"""The data of a training run: read, split, looked over, and remembered on a card."""

from __future__ import annotations

import hashlib
import os
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nlpsuite.application import Application
from nlpsuite.data.quality import inspect
from nlpsuite.data.records import Example, check_labels, label_set, read_examples
from nlpsuite.errors import InputError, UsageError
from nlpsuite.model.bundle import MANIFEST

DEV_SHARE = 0.1
CHECKPOINTS = "checkpoints"


@dataclass(frozen=True)
class Dataset:
    """Labelled examples and where they came from.

    Attributes:
        train, dev: neither empty.
        lang: of the texts, None where mixed.
        card: what the bundle remembers of them.
        remarks: what a person should know of them, a sentence each.
    """

    train: Sequence[Example]
    dev: Sequence[Example]
    lang: str | None = None
    card: Mapping[str, Any] = field(default_factory=dict)
    remarks: Sequence[str] = ()


def make_dataset(
    application: Application,
    data: Sequence[Path],
    dev: Sequence[Path],
    lang: str | None,
    columns: Mapping[str, str],
    seed: int,
    strict: bool = False,
) -> Dataset:
    """Read training and development data; without the latter a tenth of the former is set apart.

    Raises:
        InputError: a record is wrong, a label of the development data is not in the training data, or
            `strict` and the quality report has something to say.
    """
    train = read_examples(data, application, lang, columns)
    if dev:
        held = read_examples(dev, application, lang, columns)
    else:
        train, held = split(train, seed)
    for head in application.heads:
        if any(head.name in example.gold for example in train):
            check_labels(held, head.name, label_set(train, head))
    quality = inspect(train, held)
    remarks = quality.lines()
    if strict and remarks:
        raise InputError(f"the data have flaws, and --strict was given: {' '.join(remarks)}")
    card = {
        "files": [_file_card(path) for path in (*data, *dev)],
        "train": len(train),
        "dev": len(held),
        "dev_set_apart": not dev,
        "quality": quality.to_dict(),
    }
    return Dataset(train, held, lang, card, remarks)


def split(examples: Sequence[Example], seed: int) -> tuple[list[Example], list[Example]]:
    """Set a tenth apart, from each label of the first head its share, and from each kind of gold.

    Equal texts, such as histories, stay on one side.

    Raises:
        InputError: there are too few examples to set any apart.
    """
    chance = random.Random(seed)
    by_text: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        by_text[example.text].append(example)
    by_label: dict[str, list[list[Example]]] = defaultdict(list)
    for same in by_text.values():
        by_label[_stratum(same[0])].append(same)
    train: list[Example] = []
    held: list[Example] = []
    for groups in by_label.values():
        chance.shuffle(groups)
        count = round(len(groups) * DEV_SHARE) if len(groups) > 4 else 0
        held += [example for group in groups[:count] for example in group]
        train += [example for group in groups[count:] for example in group]
    if not held:
        raise InputError(
            f"{len(examples)} examples are too few to set a tenth apart",
            cure="Give development data with --dev.",
        )
    return train, held


def _stratum(example: Example) -> str:
    """What an example has gold for, with its first label; of several labels or tags only whether there are any."""
    first = next(iter(example.gold.values()), "")
    label = str(any(label != "O" for label in first)) if isinstance(first, tuple) else str(first)
    return " ".join([label, *example.gold])


def prepare_folder(out: Path, restart: bool) -> None:
    """See that the folder for the bundle can be written and holds no finished one.

    Raises:
        UsageError: it cannot, or does.
    """
    if (out / MANIFEST).exists() and not restart:
        raise UsageError(f"{out} already holds a bundle. Choose another folder, or replace it with --restart.")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"The folder {out} cannot be made: {error.strerror}.") from error
    if not os.access(out, os.W_OK | os.X_OK):
        raise UsageError(f"The folder {out} cannot be written to: no permission.")
    if restart:
        (out / MANIFEST).unlink(missing_ok=True)
        for file in (out / CHECKPOINTS).glob("*"):
            file.unlink()


def _file_card(path: Path) -> dict[str, Any]:
    with path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return {"name": path.name, "bytes": path.stat().st_size, "sha256": digest}
