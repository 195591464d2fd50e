"""An embedder that is ready: a packaged encoder, a bundle that was trained for search, or any other model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nlpsuite.engine.device import choose_device
from nlpsuite.errors import BundleError
from nlpsuite.model.bundle import MANIFEST, verify_bundle
from nlpsuite.model.encoder import find_encoder, load_encoder
from nlpsuite.model.encoder_name import DEFAULT_ENCODER
from nlpsuite.model.restore import restore_network

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

MAX_TOKENS = 256
BATCH = 64

EMBEDDING = "embedding"
"""What a bundle that was trained for search says it is for."""


@dataclass(frozen=True)
class Embedder:
    """Makes vectors of texts: [texts, dimension], of unit length, so that their product is the cosine.

    Attributes:
        model: what sentence-transformers runs.
        id: changes whenever the vectors would; keep vectors under it.
    """

    model: SentenceTransformer
    id: str

    @property
    def dimension(self) -> int:
        """Of the vectors."""
        return int(self.model.get_embedding_dimension() or 0)

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of what is searched with."""
        return self._encode(texts, "query")

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of what is searched in."""
        return self._encode(texts, "document")

    def _encode(self, texts: Sequence[str], kind: str) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        prompt = kind if kind in self.model.prompts else None
        found: Vectors = self.model.encode(
            list(texts), prompt_name=prompt, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        return found


def load_embedder(model: str | Path = DEFAULT_ENCODER, *, device: str = "auto") -> Embedder:
    """Load what makes vectors of texts.

    Args:
        model: a packaged encoder's name, a bundle made by `train_embedder`, an encoder's folder, or a name that
            sentence-transformers knows.
        device: "auto", "cpu", "cuda", "cuda:N".

    Raises:
        UnknownName: there is no such model.
        BundleError: the bundle is damaged, or was trained for something else.
    """
    from nlpsuite.embedding.module import sentence_transformer

    place = choose_device(device)
    folder = Path(model)
    if (folder / MANIFEST).is_file():
        manifest = verify_bundle(folder)
        if manifest.app != EMBEDDING:
            raise BundleError(f"{folder} is a model for {manifest.app}, not for search.")
        _, encoder = restore_network(folder, manifest)
        return Embedder(sentence_transformer(encoder, manifest.max_tokens, place), next(iter(manifest.files.values())))
    if (folder / "modules.json").is_file():
        from sentence_transformers import SentenceTransformer

        made = SentenceTransformer(str(folder), device=str(place), local_files_only=True, trust_remote_code=False)
        return Embedder(made, f"folder:{folder.resolve()}")
    source = find_encoder(str(model))
    return Embedder(sentence_transformer(load_encoder(source, own=()), MAX_TOKENS, place), source.sha256)
