"""Re-ranking with a cross-encoder, which reads question and entry together."""

from __future__ import annotations

from collections.abc import Sequence

from nlpsuite_intent.faq_index import Rerank


def load_reranker(model: str, device: str = "auto") -> Rerank:
    """A cross-encoder of sentence-transformers, from a folder or by its name.

    Raises:
        OSError: there is no such model.
    """
    from sentence_transformers import CrossEncoder

    encoder = CrossEncoder(model, device=None if device == "auto" else device, trust_remote_code=False)

    def scores(question: str, texts: Sequence[str]) -> Sequence[float]:
        found: Sequence[float] = encoder.predict([(question, text) for text in texts], show_progress_bar=False).tolist()
        return found

    return scores
