"""Which pieces of the source's vocabulary are kept, and the file that records the choice."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from itertools import cycle, pairwise
from pathlib import Path

from mini_build.source import Source

KEPT = 80_000
METASPACE = "\u2581"
SPECIAL_COUNT = 4
SECONDARY_SCRIPTS = frozenset({"GREEK", "CYRILLIC"})
SECONDARY_LIMIT = 1_000
# Letters of English, German, French, Spanish, Italian, Dutch and Portuguese.
OUR_LATIN = frozenset("abcdefghijklmnopqrstuvwxyzßäöüàâæçéèêëîïôœùûÿáíóúñìòãõªº")


def choose_pieces(source: Source, usage: Mapping[int, float], total: int = KEPT) -> list[int]:
    """Choose the ids to keep.

    Kept are the special tokens; every piece that is one character, of whatever script, so that no character
    becomes unknown; every piece of digits, punctuation and symbols; every piece of Han characters; the most
    frequent Greek and Cyrillic pieces; and then Latin ones, most used first.

    Args:
        source: the untrimmed vocabulary.
        usage: expected use of pieces in our Latin-script languages.
        total: number of pieces to keep, special tokens included.

    Returns:
        Ascending ids; the special tokens first, `<mask>` last.
    """
    ordinary = range(SPECIAL_COUNT, len(source.pieces) - 1)
    scripts = {index: piece_script(source.pieces[index]) for index in ordinary}
    kept = set(range(SPECIAL_COUNT)) | {len(source.pieces) - 1}
    kept |= {index for index in ordinary if len(source.pieces[index].lstrip(METASPACE)) <= 1}
    kept |= {index for index, script in scripts.items() if script in {"COMMON", "CJK"}}
    secondary = [index for index, script in scripts.items() if script in SECONDARY_SCRIPTS]
    kept |= set(sorted(secondary, key=lambda index: -source.scores[index])[:SECONDARY_LIMIT])
    latin = [index for index, script in scripts.items() if script == "LATIN" and index not in kept]

    def rank(index: int) -> tuple[bool, float, float, int]:
        lost = _lost_by_folding(source.pieces[index])
        return not lost, -usage.get(index, 0.0), -float(source.scores[index]), index

    return sorted(kept.union(sorted(latin, key=rank)[: total - len(kept)]))


def piece_script(piece: str) -> str:
    """Return the one script of a piece: "LATIN", "CJK", "GREEK" …, "COMMON" for none, "MIXED" for more."""
    scripts = {_script(character) for character in piece if character != METASPACE} - {"COMMON"}
    return "COMMON" if not scripts else scripts.pop() if len(scripts) == 1 else "MIXED"


def write_runs(path: Path, kept: Sequence[int]) -> None:
    """Write ids as alternating lengths of runs: so many kept, so many left out, so many kept …, from id 0."""
    borders = [kept[0]]
    for before, after in pairwise(kept):
        if after != before + 1:
            borders += [before + 1, after]
    borders.append(kept[-1] + 1)
    lengths = [str(end - start) for start, end in pairwise(borders)]
    lines = [" ".join(lengths[start : start + 40]) for start in range(0, len(lengths), 40)]
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


def read_runs(path: Path) -> list[int]:
    """Read what `write_runs` wrote."""
    kept: list[int] = []
    position = 0
    for length, keep in zip(map(int, path.read_text(encoding="ascii").split()), cycle((True, False)), strict=False):
        if keep:
            kept.extend(range(position, position + length))
        position += length
    return kept


def _lost_by_folding(piece: str) -> bool:
    # The word lists are case-folded: they hold neither acronyms and camel case nor the German sharp s.
    text = piece.lstrip(METASPACE)
    ours = all(character in OUR_LATIN for character in text.lower() if character.isalpha())
    return ours and ("ß" in text or any(character.isupper() for character in text[1:]))


def _script(character: str) -> str:
    if unicodedata.category(character)[0] not in "LM":
        return "COMMON"
    name = unicodedata.name(character, "UNNAMED").split()[0]
    return "COMMON" if name in {"COMBINING", "MODIFIER", "VARIATION"} else name
