"""A component for spaCy's pipelines: `nlp.add_pipe("nlpsuite_ner")`.

spaCy imports this module whenever it makes a pipeline, so it loads nothing heavy of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from nlpsuite_ner.doc import has_score, set_result

DEFAULTS = {"model": None, "lang": None, "rules": None, "device": "auto", "overwrite": False}
"""The component's settings."""


class NlpsuiteNer:
    """Finds the entities of spaCy's documents with the application `ner`: `doc.ents`, and `doc.spans["inner"]`.

    Args:
        name: of the component in its pipeline.
        model: a shipped model's name or a folder; the application's first one when None.
        lang: ISO 639-1 code of the texts, or "auto".
        rules: a rules file.
        device: "auto", "cpu", "cuda", "cuda:N".
        overwrite: whether entities replace those of `doc.ents` that are in the document at the same places.
    """

    def __init__(
        self, name: str, model: str | None, lang: str, rules: str | None, device: str, overwrite: bool
    ) -> None:
        self.name, self.model, self.lang, self.rules, self.device = name, model, lang, rules, device
        self.overwrite = overwrite
        has_score()

    def __call__(self, doc: Doc) -> Doc:
        """Set the entities of one document."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 64) -> Iterator[Doc]:
        """Set the entities of many documents, `batch_size` of them in one call."""
        docs = iter(stream)
        while batch := list(islice(docs, batch_size)):
            results = self._application([doc.text for doc in batch])
            for doc, result in zip(batch, results, strict=True):
                set_result(doc, result, overwrite=self.overwrite)
                yield doc

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Nothing to write: the pipeline's config holds the settings, and the model stays where it is."""

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> NlpsuiteNer:
        """Nothing to read."""
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Nothing to write."""
        return b""

    def from_bytes(self, content: bytes, *, exclude: Iterable[str] = ()) -> NlpsuiteNer:
        """Nothing to read."""
        return self

    @cached_property
    def _application(self) -> Any:
        import nlpsuite

        options = {"rules": self.rules} if self.rules else {}
        return nlpsuite.load("ner", lang=self.lang, model=self.model, device=self.device, options=options)


def make_component(
    nlp: Language,
    name: str,
    model: str | None,
    lang: str | None,
    rules: str | None,
    device: str,
    overwrite: bool,
) -> NlpsuiteNer:
    """Make the component from its settings; the language is the pipeline's own where none is set."""
    own = "auto" if nlp.lang == "xx" else nlp.lang
    return NlpsuiteNer(name, model, lang or own, rules, device, overwrite)


Language.factory("nlpsuite_ner", default_config=DEFAULTS, assigns=["doc.ents", "doc.spans"], func=make_component)
