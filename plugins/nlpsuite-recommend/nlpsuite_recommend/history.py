"""A history as one text that fits the window of the text score: what counts most is kept, the rest is counted.

What a piece counts is ``weight * 2 ** (-age / half_life) * 2 ** (similarity / SIMILARITY_STEP)``: half as much for each
half-life that it is older, and for each step that it is less similar to the candidate. Its age is in days where every
piece has a time, else in pieces that came after it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nlpsuite import UsageError
from nlpsuite_recommend.readers import DAY, Past

HALF_LIFE_DAYS = 90.0
"""After a season an interest counts half, where times are known."""

HALF_LIFE_PIECES = 20.0
"""After twenty newer pieces an interest counts half, where times are not known."""

SIMILARITY_STEP = 0.1
"""The difference in similarity that counts as much as one half-life."""

SEPARATOR = "\n"

LONGEST_WORD = 24


@dataclass(frozen=True, slots=True)
class Summary:
    """A history within its budget.

    Attributes:
        text: the kept pieces, oldest first, with a separator between them.
        kept: their places in the history, ascending.
        left_out: how many pieces are not in the text.
        shortened: whether the one kept piece had to lose its end, since none fits whole.
    """

    text: str
    kept: tuple[int, ...]
    left_out: int
    shortened: bool = False


def summarise(
    history: Sequence[Past],
    *,
    budget: int | None = None,
    now: float | None = None,
    similarity: Callable[[Past], float] | None = None,
    half_life: float | None = None,
    measure: Callable[[str], int] = len,
    separator: str = SEPARATOR,
) -> Summary:
    """Cut a history down to a budget.

    Pieces are taken by what they count, the newer first among equals, as long as they fit; one that does not fit is
    passed over. A piece of weight 0 is never taken.

    Args:
        history: oldest first.
        budget: the most that `measure` may give for the text; None takes everything.
        now: in seconds since 1970; the newest piece's time when None.
        similarity: of a piece to the candidate, from -1 to 1, such as a cosine.
        half_life: in days where every piece has a time, else in pieces; the usual one above when None.
        measure: the size of a text: its characters, or a tokenizer's count of tokens; a longer text is no smaller.
        separator: stands between pieces.

    Raises:
        UsageError: the budget or the half-life is not above 0.
    """
    if budget is not None and budget < 1:
        raise UsageError(f"The budget of a history is {budget}. Give at least 1.")
    if half_life is not None and not half_life > 0:
        raise UsageError(f"The half-life of a history is {half_life}. Give a number above 0.")
    wanted = _by_importance(history, now, similarity, half_life)
    if budget is None:
        return _joined(history, wanted, separator)
    chosen = _fitting(history, wanted, budget, measure, separator)
    if chosen or not wanted:
        return _joined(history, chosen, separator)
    best = wanted[0]
    start = _longest_start(history[best].text, budget, measure)
    return Summary(start, (best,), len(history) - 1, True) if start else Summary("", (), len(history))


def _by_importance(
    history: Sequence[Past],
    now: float | None,
    similarity: Callable[[Past], float] | None,
    half_life: float | None,
) -> list[int]:
    ages, usual = _ages(history, now)

    def importance(place: int) -> float:
        past = history[place]
        alike = similarity(past) / SIMILARITY_STEP if similarity else 0.0
        return math.log2(past.weight) - ages[place] / (half_life or usual) + alike

    counting = [place for place in range(len(history)) if history[place].weight > 0]
    ranks = {place: importance(place) for place in counting}
    return sorted(counting, key=lambda place: (-ranks[place], -place))


def _ages(history: Sequence[Past], now: float | None) -> tuple[list[float], float]:
    """The age of each piece, and the usual half-life in the unit of these ages."""
    times = [past.time for past in history if past.time is not None]
    if len(times) < len(history) or not times:
        return [float(len(history) - 1 - place) for place in range(len(history))], HALF_LIFE_PIECES
    moment = max(times) if now is None else now
    return [max(0.0, (moment - time) / DAY) for time in times], HALF_LIFE_DAYS


def _fitting(
    history: Sequence[Past], wanted: Sequence[int], budget: int, measure: Callable[[str], int], separator: str
) -> list[int]:
    between = measure(separator) if separator else 0
    chosen: list[int] = []
    used = -between
    for place in wanted:
        size = measure(history[place].text) + between
        if used + size <= budget:
            chosen.append(place)
            used += size
    # The parts' tokens need not add up to those of the whole.
    while chosen and measure(_text(history, sorted(chosen), separator)) > budget:
        chosen.pop()
    return chosen


def _longest_start(text: str, budget: int, measure: Callable[[str], int]) -> str:
    """The longest start of a text within the budget, up to the last space in it if there is one."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle]) <= budget else (low, middle - 1)
    if low < len(text) and not text[low].isspace():
        words = text[:low].rsplit(maxsplit=1)
        # A longer piece without a space is Chinese or the like, where any place will do.
        return (words[0] if len(words) == 2 and len(words[1]) <= LONGEST_WORD else text[:low]).strip()
    return text[:low].strip()


def _joined(history: Sequence[Past], chosen: Sequence[int], separator: str) -> Summary:
    kept = tuple(sorted(chosen))
    return Summary(_text(history, kept, separator), kept, len(history) - len(kept))


def _text(history: Sequence[Past], kept: Sequence[int], separator: str) -> str:
    return separator.join(history[place].text for place in kept)
