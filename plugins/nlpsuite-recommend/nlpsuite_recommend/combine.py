"""One probability out of the text score and what else is known: a logistic regression whose every part can be read.

    >>> rows = impressions(readers, items, score, now=now)
    >>> combiner = fit(rows)
    >>> combiner.save("combiner.json")
    >>> combiner.explain(rows[0].signals).contributions
    {'base': -1.1, 'text': 0.9, 'popularity': 0.2, 'freshness (missing)': -0.1}

Each number is standardised, so that 0 is the average impression, and a missing one counts as that average, with a
weight of its own for being missing where training saw that happen.

On calibration: the mean probability on the training rows equals their share of ones, so probabilities mean what the
impressions mean, for every reader alike, and can be compared between readers. They stay true as long as what is shown
resembles those impressions. Where only some of the zeros were kept for training, say so (`zeros_kept`) and the base is
put right (King and Zeng 2001). How far probabilities are off is measured on readers left out of the fit, and kept with
the combiner as `calibration`.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from nlpsuite import ConfigError, InputError, write_durably
from nlpsuite_recommend.features import SIGNALS, Signals, sigmoid, signals
from nlpsuite_recommend.readers import Item, Reader, numeric_columns
from nlpsuite_recommend.scoring import Score, Vector, Window, text_scores

FORMAT = "nlpsuite-recommend combiner 1"
FOLDS = 5
BINS = 10
_LOGARITHMIC = ("popularity",)


@dataclass(frozen=True, slots=True)
class Impression:
    """An item that was shown to a reader, for training.

    Attributes:
        reader: the reader's id.
        signals: what is known of the item and the reader.
        label: 1 if the reader took it, else 0.
    """

    reader: str
    signals: Signals
    label: int


@dataclass(frozen=True, slots=True)
class Feature:
    """What the combiner learned of one number.

    Attributes:
        name: of the number.
        mean: of the training rows that have it.
        scale: their standard deviation.
        weight: log-odds for one standard deviation above the mean.
        missing: log-odds where the number is missing.
        floor: what is added before the logarithm is taken; None where none is taken.
    """

    name: str
    mean: float
    scale: float
    weight: float
    missing: float = 0.0
    floor: float | None = None

    def standardised(self, value: float) -> float:
        """The number in standard deviations from the mean."""
        shaped = value if self.floor is None else math.log(value + self.floor)
        return (shaped - self.mean) / self.scale


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an item has its probability.

    Attributes:
        contributions: log-odds by feature; "base" is that of the average impression.
        log_odds: their sum (`math.fsum`).
        probability: of `log_odds`.
    """

    contributions: Mapping[str, float]
    log_odds: float
    probability: float

    @classmethod
    def of(cls, contributions: Mapping[str, float]) -> Explanation:
        """What these contributions add up to."""
        log_odds = math.fsum(contributions.values())
        return cls(contributions, log_odds, sigmoid(log_odds))


@dataclass(frozen=True)
class Combiner:
    """A fitted logistic regression over signals.

    Attributes:
        base: the log-odds of the average impression.
        features: what was learned of each number.
        unused: numbers that were missing, or the same, in all training rows.
        columns: further numeric columns of items that it needs.
        calibration: rows, readers, the share of ones, and what was measured on readers left out.
    """

    base: float
    features: tuple[Feature, ...]
    unused: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    calibration: Mapping[str, float] = field(default_factory=dict)

    def explain(self, found: Signals) -> Explanation:
        """What each number adds to the log-odds of an item, and the probability that follows."""
        contributions = {"base": self.base}
        for feature in self.features:
            value = found.get(feature.name)
            if value is None:
                contributions[f"{feature.name} (missing)"] = feature.missing
            else:
                contributions[feature.name] = feature.weight * feature.standardised(value)
        return Explanation.of(contributions)

    def probability(self, found: Signals) -> float:
        """The probability that the reader takes the item."""
        return self.explain(found).probability

    def save(self, path: str | Path) -> None:
        """Write the combiner as JSON, whole or not at all.

        Raises:
            OSError: it cannot be written.
        """
        content = {"format": FORMAT, **asdict(self)}
        write_durably(Path(path), (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode("utf-8"))

    @classmethod
    def load(cls, path: str | Path) -> Combiner:
        """Read what `save` wrote.

        Raises:
            InputError: the file is missing, damaged or of another kind.
        """
        content = _read(path)
        try:
            return cls(
                base=_number(content["base"]),
                features=tuple(_feature(entry) for entry in content["features"]),
                unused=tuple(str(name) for name in content["unused"]),
                columns=tuple(str(name) for name in content["columns"]),
                calibration={str(name): _number(value) for name, value in content["calibration"].items()},
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            cure = "Fit the combiner anew."
            raise InputError(f"is a damaged combiner ({error})", path=path, cure=cure) from error


def impressions(
    readers: Iterable[Reader],
    items: Iterable[Item],
    score: Score,
    *,
    now: float,
    columns: Sequence[str] | None = None,
    window: Window | None = None,
    vectors: Mapping[str, Vector] | None = None,
) -> list[Impression]:
    """Training rows out of readers' labelled candidates, their texts scored as `rank` scores them.

    Args:
        readers: those with labelled candidates count.
        items: what histories and candidates name.
        score: the text score. It must not have been trained on these readers, or the combiner trusts it too much.
        now: when the candidates were shown, in seconds since 1970.
        columns: further numeric columns of items; all there are when None.
        window: what of a history the text score can take.
        vectors: of items, by id; see `text_scores`.

    Raises:
        InputError: a candidate is no known item.
        UsageError: the text score gave something else than probabilities.
    """
    known = {item.id: item for item in items}
    chosen = numeric_columns(known.values()) if columns is None else list(columns)
    rows = []
    for reader in readers:
        labelled = [(name, label) for name, label in reader.candidates if label is not None]
        missing = next((name for name, _ in labelled if name not in known), None)
        if missing is not None:
            cure = "Add it to the items."
            raise InputError(f"reader {reader.id!r} was shown {missing!r}, which is no item", cure=cure)
        shown = [known[name] for name, _ in labelled]
        if not shown:
            continue
        texts = text_scores(reader, shown, score, window=window, vectors=vectors, now=now).values
        for place, (item, (_, label)) in enumerate(zip(shown, labelled, strict=True)):
            text = None if texts is None else texts[place]
            found = signals(item, text=text, usual_price=reader.usual_price, now=now, columns=chosen)
            rows.append(Impression(reader.id, found, label))
    return rows


def fit(rows: Sequence[Impression], *, strength: float = 1.0, zeros_kept: float = 1.0) -> Combiner:
    """Learn a combiner from impressions.

    Args:
        rows: the more the better; a few hundred at least.
        strength: of what the data say against weights of 0 (scikit-learn's `C`).
        zeros_kept: the share of impressions with label 0 that were kept in `rows`.

    Raises:
        InputError: there are no rows, all have one label, or a label is neither 0 nor 1.
        ConfigError: `strength` or `zeros_kept` is out of range.
    """
    _check(rows, strength, zeros_kept)
    names = list(dict.fromkeys(name for row in rows for name in row.signals))
    fitted = _fit(rows, names, strength, zeros_kept)
    columns = tuple(name for name in names if name not in SIGNALS)
    return Combiner(fitted.base, fitted.features, fitted.unused, columns, _calibration(rows, names, strength))


def _check(rows: Sequence[Impression], strength: float, zeros_kept: float) -> None:
    if not 0 < zeros_kept <= 1:
        raise ConfigError(f"zeros_kept is {zeros_kept}. Give the share of zeros that were kept, above 0 and up to 1.")
    if not (strength > 0 and math.isfinite(strength)):
        raise ConfigError(f"strength is {strength}. Give a number above 0; 1 is usual.")
    if not rows:
        raise InputError("there are no impressions to learn from", cure="Give readers with labelled candidates.")
    strange = next((row for row in rows if row.label not in (0, 1)), None)
    if strange is not None:
        cure = "Give 1 for what was taken, 0 for what was not."
        raise InputError(f"reader {strange.reader!r} has the label {strange.label!r}", field="label", cure=cure)
    if len({row.label for row in rows}) < 2:
        problem = f"all {len(rows)} impressions have the label {rows[0].label}, so there is nothing to learn"
        cure = "Add what was shown and not taken." if rows[0].label else "Add what was taken."
        raise InputError(problem, field="label", cure=cure)


def _fit(rows: Sequence[Impression], names: Sequence[str], strength: float, zeros_kept: float = 1.0) -> Combiner:
    import numpy as np
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped, unused-ignore]

    shapes = [_shape(name, [row.signals.get(name) for row in rows]) for name in names]
    used = [shape for shape in shapes if shape is not None]
    unused = tuple(name for name, shape in zip(names, shapes, strict=True) if shape is None)
    labels = np.array([row.label for row in rows])
    table = np.array([_cells(row.signals, used) for row in rows]).reshape(len(rows), 2 * len(used))
    # A column of zeros gets the weight 0: that of a number which is never missing.
    if table.shape[1]:
        model = LogisticRegression(C=strength, max_iter=1000, tol=1e-8)
        model.fit(table, labels)
        base, weights = float(model.intercept_[0]), model.coef_[0].tolist()
    else:
        share = float(labels.mean())
        base, weights = math.log(share) - math.log1p(-share), []
    features = tuple(
        Feature(shape.name, shape.mean, shape.scale, weights[2 * place], weights[2 * place + 1], shape.floor)
        for place, shape in enumerate(used)
    )
    return Combiner(base + math.log(zeros_kept), features, unused)


def _shape(name: str, values: Sequence[float | None]) -> Feature | None:
    """A feature without weights yet; None where the number says nothing."""
    present = [value for value in values if value is not None]
    if not present:
        return None
    floor = None
    if name in _LOGARITHMIC:
        # Half the least that occurs: nothing is as far below that as infinity.
        floor = min((value for value in present if value > 0), default=2.0) / 2
        present = [math.log(value + floor) for value in present]
    mean = math.fsum(present) / len(present)
    scale = math.sqrt(math.fsum((value - mean) ** 2 for value in present) / len(present))
    same = scale <= 1e-9 * max(1.0, abs(mean))
    if same and len(present) == len(values):
        return None
    return Feature(name, mean, 1.0 if same else scale, 0.0, 0.0, floor)


def _cells(found: Signals, features: Sequence[Feature]) -> list[float]:
    cells = []
    for feature in features:
        value = found.get(feature.name)
        cells += [0.0, 1.0] if value is None else [feature.standardised(value), 0.0]
    return cells


def _calibration(rows: Sequence[Impression], names: Sequence[str], strength: float) -> dict[str, float]:
    """Measured on readers left out, a fifth at a time; of the rows as given, whatever share of zeros was kept."""
    readers = {row.reader for row in rows}
    found = {
        "rows": float(len(rows)),
        "readers": float(len(readers)),
        "share_of_ones": sum(row.label for row in rows) / len(rows),
    }
    folds: list[list[Impression]] = [[] for _ in range(FOLDS)]
    for row in rows:
        folds[zlib.crc32(row.reader.encode("utf-8")) % FOLDS].append(row)
    answers = []
    for fold in folds:
        rest = [row for other in folds if other is not fold for row in other]
        if len({row.label for row in rest}) < 2:
            return found
        fitted = _fit(rest, names, strength)
        answers += [(fitted.probability(row.signals), row.label) for row in fold]
    return found | _measures(answers)


def _measures(answers: Sequence[tuple[float, int]]) -> dict[str, float]:
    """Log loss, Brier score, and the expected calibration error over ten equally filled bins."""
    loss = math.fsum(-math.log(max(p if label else 1 - p, 1e-15)) for p, label in answers)
    brier = math.fsum((p - label) ** 2 for p, label in answers)
    ranked = sorted(answers)
    cuts = [len(ranked) * number // BINS for number in range(BINS + 1)]
    gaps = [abs(math.fsum(p - label for p, label in ranked[start:end])) for start, end in pairwise(cuts)]
    n = len(answers)
    return {"log_loss": loss / n, "brier": brier / n, "calibration_error": math.fsum(gaps) / n}


def _read(path: str | Path) -> dict[str, Any]:
    cure = "Give a file that a combiner was saved to."
    try:
        content = json.loads(Path(path).read_text("utf-8"))
    except FileNotFoundError as error:
        raise InputError("there is no such file", path=path, cure=cure) from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path, cure=cure) from error
    except (ValueError, RecursionError) as error:
        raise InputError("is no JSON", path=path, cure=cure) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise InputError("is no combiner of this version", path=path, field="format", cure=cure)
    return content


def _feature(entry: Mapping[str, Any]) -> Feature:
    numbers = {name: _number(entry[name]) for name in ("mean", "scale", "weight", "missing")}
    floor = entry["floor"]
    if numbers["scale"] <= 0 or (floor is not None and _number(floor) <= 0):
        raise ValueError(f"a scale or floor of {entry['name']!r} is not above 0")
    return Feature(str(entry["name"]), **numbers, floor=floor)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is not a finite number")
    return float(value)
