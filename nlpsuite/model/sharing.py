"""One copy in memory of what several networks on one base encoder have in common."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from torch import Tensor

from nlpsuite.model.tokenizer import TextTokenizer

Made = TypeVar("Made")


class Common:
    """Weights, by our names, and tokenizer of one base, and what was made of them; it lives as long as its networks."""

    def __init__(self, tokenizer: TextTokenizer) -> None:
        self.tokenizer = tokenizer
        self._tensors: dict[str, Tensor] = {}
        self._made: dict[Hashable, Any] = {}

    def share(self, weights: Mapping[str, Tensor], own: Collection[str]) -> dict[str, Tensor]:
        """The weights, with those held already in place of equal ones just read.

        Args:
            weights: as read from the base.
            own: names of weights that the network asking is going to replace; these are not held.
        """
        return {
            name: tensor if name in own else self._tensors.setdefault(name, tensor) for name, tensor in weights.items()
        }

    def holds(self, weights: Iterable[Tensor]) -> bool:
        """Whether all of these are weights that are shared."""
        held = {tensor.data_ptr() for tensor in self._tensors.values()}
        return all(weight.data_ptr() in held for weight in weights)

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What is made of shared weights, the first time it is asked for, and the same ever after."""
        if key not in self._made:
            self._made[key] = make()
        made: Made = self._made[key]
        return made


_held: WeakValueDictionary[str, Common] = WeakValueDictionary()


def common_to(sha256: str, tokenizer: TextTokenizer | None = None) -> Common | None:
    """What networks on the base of that sum share; made anew with a tokenizer where there is none yet."""
    found = _held.get(sha256)
    if found is None and tokenizer is not None:
        found = _held[sha256] = Common(tokenizer)
    return found
