"""Texts on which an exported model is compared with what it was made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from nlpsuite.application import HeadKind
from nlpsuite.model.encoder import Encoder
from nlpsuite.model.heads import HeadConfig
from nlpsuite.model.tokenizer import TextTokenizer

Texts = tuple[str, ...]
"""One text, or the two of a pair."""

TOLERANCE = 1e-4
"""The largest difference of logits that passes for equal; of large logits, this share of the largest."""

PROBES = (
    "a",
    "The bank raised its forecast; shares rose by 4.5 %.",
    "公司今年的净利润同比下降，股价大跌。",
    "Ich möchte meine Karte sperren, sie wurde gestern gestohlen!",
    "¿Cuándo llega mi pedido? Llevo ya dos semanas esperando, y nadie me contesta al teléfono.",
    "Les résultats déçoivent.",
)


@dataclass(frozen=True, slots=True)
class ProbeBatch:
    """Probes side by side.

    Attributes:
        ids: [probes, tokens], padded on the right and trimmed to the window.
        mask: True where a token is real.
        types: token types, [probes, tokens].
        second: True where a token is of the second text, [probes, tokens].
        untrimmed: the token ids of each.
    """

    ids: Tensor
    mask: Tensor
    types: Tensor
    second: Tensor
    untrimmed: list[list[int]]


def batches(encoder: Encoder, head: HeadConfig) -> Iterator[tuple[list[Texts], ProbeBatch]]:
    """Probes for a kind of head, as texts and as tokens: all together, and one alone."""
    size = 2 if head.kind is HeadKind.PAIR_SCORE else 1
    texts: list[Texts] = [texts[:size] for texts in zip(PROBES, PROBES[::-1], strict=True)]
    for chosen in (texts, texts[:1]):
        yield chosen, _encode(encoder, chosen)


def largest_difference(found: Tensor, wanted: Tensor, mask: Tensor) -> float:
    """The largest difference of logits on real tokens; of logits above 1, its share of the largest."""
    if wanted.ndim == 3:
        found, wanted = found[mask], wanted[mask]
    # A comparison with not-a-number is False, and would pass for equal.
    if not bool(torch.isfinite(found).all()):
        return float("inf")
    return float((found - wanted).abs().max() / wanted.abs().max().clamp(min=1.0))


def _encode(encoder: Encoder, texts: Sequence[Texts]) -> ProbeBatch:
    rows = [_one(encoder.tokenizer, text) for text in texts]
    width = min(max(len(ids) for ids, _, _ in rows), encoder.window)
    ids = torch.full((len(rows), width), encoder.pad)
    types, mask = torch.zeros_like(ids), torch.zeros_like(ids, dtype=torch.bool)
    second = torch.zeros_like(mask)
    for row, (tokens, kinds, start) in enumerate(rows):
        length = min(len(tokens), width)
        ids[row, :length], types[row, :length] = torch.tensor(tokens[:length]), torch.tensor(kinds[:length])
        mask[row, :length] = True
        second[row, start:length] = True
    return ProbeBatch(ids, mask, types, second, [tokens for tokens, _, _ in rows])


def _one(tokenizer: TextTokenizer, text: Texts) -> tuple[list[int], list[int], int]:
    """Token ids and types of a text or a pair, and where its second text begins."""
    template = tokenizer.single if len(text) == 1 else tokenizer.pair
    first, *second = (pieces.ids for pieces in tokenizer.pieces(text))
    left = [*template.before, *first, *template.between]
    right = [*(token for ids in second for token in ids), *template.after]
    types = [0] * len(left) + [template.second_type] * len(right)
    return left + right, types, len(left) if second else len(left) + len(right)
