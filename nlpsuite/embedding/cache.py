"""Vectors kept on disk, so that a text is embedded once: found by the text's content and by what embedded it."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from nlpsuite.files import write_durably

logger = logging.getLogger(__name__)

Vectors = NDArray[np.float32]
Item = TypeVar("Item")

BLOCK = 1024
"""Texts that are embedded, and then safe on disk, at a time."""

MOST_SHARDS = 16
"""More files than that become one."""


def cached_vectors(
    texts: Sequence[str], embed: Callable[[Sequence[str]], Vectors], model_id: str, folder: Path
) -> Vectors:
    """The vectors of texts, [texts, dimension]; only those not yet in the folder are made.

    Every call that makes some adds one file, written whole or not at all, so that two processes may share a folder.
    A damaged file is removed with a warning, and its vectors are made anew.

    Args:
        texts: may repeat.
        embed: makes the vectors of texts.
        model_id: changes whenever the vectors would.
        folder: made if it is not there.
    """
    place = folder / hashlib.sha256(model_id.encode()).hexdigest()[:16]
    keys = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in texts]
    known = _read_all(place)
    missing = [(key, text) for key, text in dict(zip(keys, texts, strict=True)).items() if key not in known]
    for block in _batched(missing, BLOCK):
        made = embed([text for _, text in block])
        new = {key: vector for (key, _), vector in zip(block, made, strict=True)}
        known |= new
        _write(place, new)
    if missing:
        _compact(place)
    if not keys:
        return embed([])
    return np.stack([known[key] for key in keys]).astype(np.float32)


def _batched(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """The items in groups of at most `size`."""
    return (items[start : start + size] for start in range(0, len(items), size))


def _read_all(place: Path) -> dict[str, Vectors]:
    return {key: vector for shard in sorted(place.glob("*.safetensors")) for key, vector in _read(shard)}


def _read(shard: Path) -> Iterator[tuple[str, Vectors]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(shard, framework="np") as opened:
            keys = json.loads((opened.metadata() or {})["keys"])
            vectors = opened.get_tensor("vectors")
            if len(keys) != len(vectors):
                raise ValueError("keys and vectors differ in number")
    except FileNotFoundError:  # another process has put it together with others
        return
    except (SafetensorError, ValueError, KeyError) as error:
        logger.warning("%s is damaged (%s); its vectors are made anew.", shard, error)
        shard.unlink(missing_ok=True)
        return
    yield from zip(keys, vectors, strict=True)


def _write(place: Path, vectors: dict[str, Vectors]) -> Path:
    from safetensors.numpy import save

    keys = json.dumps(list(vectors))
    path = place / f"{hashlib.sha256(keys.encode()).hexdigest()[:24]}.safetensors"
    write_durably(path, save({"vectors": np.stack(list(vectors.values()))}, metadata={"keys": keys}))
    return path


def _compact(place: Path) -> None:
    shards = list(place.glob("*.safetensors"))
    if len(shards) > MOST_SHARDS:
        whole = _write(place, _read_all(place))
        for shard in shards:
            if shard != whole:
                shard.unlink(missing_ok=True)
