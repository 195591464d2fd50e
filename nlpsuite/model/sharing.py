"""One copy in memory of what several networks on one base encoder have in common."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from weakref import WeakValueDictionary

from torch import Tensor

from nlpsuite.model.tokenizer import TextTokenizer


class Common:
    """Weights, by our names, and the tokenizer of one base; it lives as long as a network that holds it."""

    def __init__(self, tokenizer: TextTokenizer) -> None:
        self.tokenizer = tokenizer
        self._tensors: dict[str, Tensor] = {}

    def share(self, weights: Mapping[str, Tensor], own: Collection[str]) -> dict[str, Tensor]:
        """The weights, with those held already in place of equal ones just read.

        Args:
            weights: as read from the base.
            own: names of weights that the network asking is going to replace; these are not held.
        """
        return {
            name: tensor if name in own else self._tensors.setdefault(name, tensor) for name, tensor in weights.items()
        }


_held: WeakValueDictionary[str, Common] = WeakValueDictionary()


def common_to(sha256: str, tokenizer: TextTokenizer | None = None) -> Common | None:
    """What networks on the base of that sum share; made anew with a tokenizer where there is none yet."""
    found = _held.get(sha256)
    if found is None and tokenizer is not None:
        found = _held[sha256] = Common(tokenizer)
    return found
