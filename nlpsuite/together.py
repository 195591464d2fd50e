"""Several applications over the same texts, in one reading: what their models share is computed once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

from nlpsuite.document import Document
from nlpsuite.engine.together import run_together
from nlpsuite.errors import UsageError
from nlpsuite.result import Result
from nlpsuite.runtime import LoadedApplication, blocks, load

Results = dict[str, Result]
"""By the application's name."""


@dataclass(frozen=True)
class LoadedTogether:
    """Applications that read together: call it with a text, a list, or an iterator.

    Attributes:
        applications: by name.
    """

    applications: Mapping[str, LoadedApplication]

    @overload
    def __call__(self, texts: str | Document) -> Results: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, texts: Sequence[str | Document]) -> list[Results]: ...
    @overload
    def __call__(self, texts: Iterator[str | Document]) -> Iterator[Results]: ...

    def __call__(self, texts: str | Document | Iterable[str | Document]) -> Results | list[Results] | Iterator[Results]:
        """Score texts with every application, each result as the application alone would give it.

        Args:
            texts: what to score. An iterator is read as results are taken, a bounded block ahead.

        Raises:
            TextError: a text holds what cannot be processed, such as a lone surrogate.
            InputError: a head scores pairs, and a document has no second text.
        """
        if isinstance(texts, str | Document):
            return next(self.stream([texts]))
        found = self.stream(texts)
        return list(found) if isinstance(texts, Sequence) else found

    def stream(self, texts: Iterable[str | Document]) -> Iterator[Results]:
        """Results in order, in constant memory."""
        numbered = (self._document(number, text) for number, text in enumerate(texts, 1))
        for block in blocks(numbered, at_hand=isinstance(texts, Sequence)):
            yield from self._block(block)

    def _document(self, number: int, text: str | Document) -> Document:
        document = text if isinstance(text, Document) else Document(text, id=str(number))
        for app in self.applications.values():  # the first one settles the language
            document = app.document(number, document)
        return document

    def _block(self, block: Sequence[Document]) -> list[Results]:
        apps = list(self.applications.values())
        texts = [app.maker.prepare(app.ready(block)) for app in apps]
        logits = run_together([app.engine for app in apps], texts)
        found = [
            app.complete(app.results(*own)) for app, own in zip(apps, zip(texts, logits, strict=True), strict=True)
        ]
        return [dict(zip(self.applications, results, strict=True)) for results in zip(*found, strict=True)]


def load_together(
    apps: Sequence[str], *, lang: str | None = None, device: str = "auto", dtype: str = "auto", **options: Any
) -> LoadedTogether:
    """Load several applications with their first bundles, to read texts together.

    Where their models stand on one encoder, whose lower layers none of them has trained, these are computed once.

    Args:
        apps: their names, each once.
        lang: ISO 639-1 code of the documents, or "auto" to detect it for each.
        device: see `load`.
        dtype: see `load`; "auto" may choose another one for each application, and then nothing is shared.
        options: for each application by its name with underscores, options of its own, such as `ner={...}`.

    Raises:
        UsageError: there is no application, or one twice.
        UnknownName: there is no such application, language or option.
        BundleError, PluginError, ConfigError: see `load`.
    """
    if not apps or len(set(apps)) < len(apps):
        raise UsageError("Name the applications that read together, each once.")
    own = {app: options.pop(app.replace("-", "_"), None) for app in apps}
    if options:
        raise UsageError(f"Options are given for {next(iter(options))}, which is not among the applications.")
    return LoadedTogether({app: load(app, lang=lang, device=device, dtype=dtype, options=own[app]) for app in apps})
