"""Rank candidates for a reader: text score, combiner, business rules and diversity, and for each place why.

>>> ranked = rank(reader, items, score=score, combiner=combiner, rules=rules, vectors=vectors, diversity=0.3, top=10)
>>> ranked[0].id, ranked[0].score, ranked[0].parts.contributions
('a7', 0.71, {'base': -1.1, 'text': 1.4, 'popularity': 0.2, 'boost section = "local"': 0.4})
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nlpsuite import UsageError
from nlpsuite_recommend.arrange import Placed, arrange
from nlpsuite_recommend.combine import Combiner, Explanation
from nlpsuite_recommend.diversity import Freshness, Preference
from nlpsuite_recommend.features import logit, signals
from nlpsuite_recommend.readers import Item, Reader
from nlpsuite_recommend.rules import Rules
from nlpsuite_recommend.scoring import Score, TextScores, Vector, Window, text_scores

PRIOR_EDGE = 0.01
"""Without text score or combiner, the most and the least popular are given no more certainty than this."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Why an item stands where it does.

    Attributes:
        basis: what its score rests on: "text", "combiner", "combiner without text score" or "popularity".
        text: the text score; None for a reader without a history.
        contributions: log-odds by part; their sum (`math.fsum`) is `log_odds`.
        log_odds: of the score.
        similarity: the greatest cosine to an item above; None where diversity was not asked for, and at the top.
        similar_to: the id of that item.
        penalty: what the similarity cost it, on the scale of a probability: diversity * similarity.
        rules: which rules put it here.
        relaxed: which rules are not kept here, and why.
        history: how many pieces of the history the text score saw.
        history_left_out: how many did not fit.
        notes: what was not known.
    """

    basis: str
    text: float | None
    contributions: Mapping[str, float]
    log_odds: float
    similarity: float | None = None
    similar_to: str | None = None
    penalty: float = 0.0
    rules: tuple[str, ...] = ()
    relaxed: tuple[str, ...] = ()
    history: int = 0
    history_left_out: int = 0
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The parts as plain values, ready for JSON."""
        return {
            "basis": self.basis,
            "text": _rounded(self.text),
            "contributions": {name: round(value, 6) for name, value in self.contributions.items()},
            "log_odds": round(self.log_odds, 6),
            "similarity": _rounded(self.similarity),
            "similar_to": self.similar_to,
            "penalty": round(self.penalty, 6),
            "rules": list(self.rules),
            "relaxed": list(self.relaxed),
            "history": self.history,
            "history_left_out": self.history_left_out,
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class Ranked:
    """An item at its place.

    Attributes:
        id: of the item.
        position: counted from 1.
        score: the probability that the reader takes it, boosts included; places also follow rules and diversity.
        parts: why it stands here.
    """

    id: str
    position: int
    score: float
    parts: Parts

    def to_dict(self) -> dict[str, Any]:
        """The place as plain values, ready for JSON."""
        return {"id": self.id, "position": self.position, "score": round(self.score, 6), "parts": self.parts.to_dict()}


def rank(
    reader: Reader,
    candidates: Sequence[Item],
    *,
    score: Score,
    vectors: Mapping[str, Vector] | None = None,
    combiner: Combiner | None = None,
    rules: Rules | None = None,
    diversity: float = 0.0,
    freshness: Freshness | None = None,
    window: Window | None = None,
    now: float | None = None,
    top: int | None = None,
) -> list[Ranked]:
    """Put candidates in order for a reader.

    A reader without a history has no text score: the combiner then does without it, and where there is no combiner
    the popularity stands in. Among equals, the first candidate comes first; the same input gives the same order.

    Args:
        reader: whose history counts.
        candidates: what to rank; their ids differ.
        score: the text score: of a history and texts, the probability of each.
        vectors: of items, by id; for `diversity`, and for the choice among a long history.
        combiner: makes one probability of the text score and all else; the text score alone when None.
        rules: the business's own.
        diversity: from 0, by score alone, to 1; see `nlpsuite_recommend.diversity`. It needs vectors.
        freshness: a boost for what is new.
        window: what of a history the text score can take.
        now: in seconds since 1970; this moment when None. Give it to get the same answer another day.
        top: how many places to fill; all when None.

    Returns:
        The items that the rules do not exclude, best first, with a reason for each place.

    Raises:
        UsageError: two candidates have one id, or the text score gave something else than probabilities.
        ConfigError: diversity is not from 0 to 1.
    """
    _check(candidates, diversity, vectors, top)
    rules = rules or Rules()
    moment = time.time() if now is None else now
    aged = [replace(item, age_days=item.age(moment)) for item in candidates]
    excluded = {item.id: reason for item in aged if (reason := rules.exclusion(item)) is not None}
    shown = [item for item in aged if item.id not in excluded]
    texts = text_scores(reader, shown, score, window=window, vectors=vectors, now=moment)
    parts = _scored(reader, shown, texts, combiner, moment)
    parts = [_boosted(part, item, rules, freshness) for part, item in zip(parts, shown, strict=True)]
    by_score = sorted(range(len(shown)), key=lambda place: -parts[place].log_odds)
    shown, parts = [shown[place] for place in by_score], [parts[place] for place in by_score]
    scores = [Explanation.of(part.contributions).probability for part in parts]
    preference = Preference(scores, [vectors.get(item.id) for item in shown] if vectors else None, diversity)
    placed = arrange(shown, preference, rules, top=top, excluded=excluded)
    return [
        Ranked(
            shown[place.candidate].id,
            position,
            scores[place.candidate],
            _at_place(parts[place.candidate], place, shown, vectors if diversity else None),
        )
        for position, place in enumerate(placed, 1)
    ]


def _check(candidates: Sequence[Item], diversity: float, vectors: Mapping[str, Vector] | None, top: int | None) -> None:
    seen = set()
    for item in candidates:
        if item.id in seen:
            raise UsageError(f"Two candidates have the id {item.id!r}. Give each once.")
        seen.add(item.id)
    if diversity and vectors is None:
        raise UsageError("Diversity needs vectors of the items. Give vectors, or diversity=0.")
    if top is not None and top < 1:
        raise UsageError(f"top is {top}. Give at least 1.")


def _scored(
    reader: Reader, items: Sequence[Item], texts: TextScores, combiner: Combiner | None, now: float
) -> list[Parts]:
    """What the score of each item is made of."""
    prior = _popularity_prior(items) if texts.values is None and combiner is None else []
    found = []
    for place, item in enumerate(items):
        text = None if texts.values is None else texts.values[place]
        if combiner is not None:
            basis = "combiner" if text is not None else "combiner without text score"
            known = signals(item, text=text, usual_price=reader.usual_price, now=now, columns=combiner.columns)
            contributions = combiner.explain(known).contributions
        elif text is not None:
            basis, contributions = "text", {"text": logit(text)}
        else:
            basis, contributions = "popularity", {"popularity": prior[place]}
        summary = texts.summaries[place]
        found.append(
            Parts(
                basis,
                text,
                contributions,
                math.fsum(contributions.values()),
                history=len(summary.kept),
                history_left_out=summary.left_out,
                notes=_notes(item, text, combiner, summary.shortened),
            )
        )
    return found


def _notes(item: Item, text: float | None, combiner: Combiner | None, shortened: bool) -> tuple[str, ...]:
    notes = []
    if text is None:
        notes.append("cold reader: no history, so no text score")
    if item.popularity is None and (combiner is not None or text is None):
        usual = "taken as missing" if combiner is not None else "taken as the candidates' median"
        notes.append(f"cold item: its popularity is not known and {usual}")
    if shortened:
        notes.append("the one piece of history was cut to fit the window")
    return tuple(notes)


def _popularity_prior(items: Sequence[Item]) -> list[float]:
    """Log-odds of popularity as a share; counts are set against the largest of them."""
    known = sorted(item.popularity for item in items if item.popularity is not None)
    if not known:
        return [0.0] * len(items)
    largest = known[-1] if known[-1] > 1 else 1.0
    median = known[(len(known) - 1) // 2]
    shares = [(median if item.popularity is None else item.popularity) / largest for item in items]
    return [logit(min(max(share, PRIOR_EDGE), 1 - PRIOR_EDGE)) for share in shares]


def _boosted(parts: Parts, item: Item, rules: Rules, freshness: Freshness | None) -> Parts:
    boosts = rules.boosts_of(item)
    if freshness is not None and item.age_days is not None:
        boosts["boost freshness"] = freshness.boost(item.age_days)
    if not boosts:
        return parts
    contributions = {**parts.contributions, **boosts}
    return replace(parts, contributions=contributions, log_odds=math.fsum(contributions.values()))


def _at_place(parts: Parts, placed: Placed, items: Sequence[Item], vectors: Mapping[str, Vector] | None) -> Parts:
    likeness = placed.likeness
    notes = parts.notes
    if vectors is not None and items[placed.candidate].id not in vectors:
        notes = (*notes, "cold item: no vector, so it is taken to resemble the others as two candidates do on average")
    return replace(
        parts,
        similarity=likeness.similarity if likeness else None,
        similar_to=items[likeness.to].id if likeness else None,
        penalty=likeness.penalty if likeness else 0.0,
        rules=placed.rules,
        relaxed=placed.relaxed,
        notes=notes,
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
