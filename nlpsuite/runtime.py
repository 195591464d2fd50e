"""An application with a bundle and an engine, ready to be called: the only way the suite runs a model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, overload

from nlpsuite import plugins
from nlpsuite.application import API_VERSION, Application, HeadKind, Postprocessor, Preparer
from nlpsuite.document import Document, Span
from nlpsuite.engine.choose import make_engine
from nlpsuite.engine.decode import Array, decode
from nlpsuite.engine.device import choose_device
from nlpsuite.engine.memory import give_back
from nlpsuite.engine.merge import run_texts
from nlpsuite.engine.torch_engine import Engine
from nlpsuite.engine.windows import PreparedText, WindowMaker
from nlpsuite.errors import BundleError, InputError, PluginError, UnknownName, UsageError
from nlpsuite.model.bundle import Manifest, verify_bundle
from nlpsuite.model.heads import HeadConfig
from nlpsuite.model.restore import restore_network
from nlpsuite.result import Result
from nlpsuite.text import check_language, sentences

FIRST_BLOCK, MOST_BLOCK = 32, 1024
"""Documents that are sorted and batched together, at first and at most: what an endless iterator keeps in memory.

The first results come soon, and the batches of many texts are full.
"""


@dataclass(frozen=True)
class LoadedApplication:
    """An application that is ready: call it with a text, a list, or an iterator.

    Attributes:
        application: what it is.
        manifest: of the bundle that answers.
        maker: prepares texts.
        engine: runs the network.
        lang: of all documents that do not say; "auto" detects it.
        threshold: replaces the fitted thresholds.
        postprocessor: completes the results, where the application has one.
    """

    application: Application
    manifest: Manifest
    maker: WindowMaker
    engine: Engine
    lang: str | None = None
    threshold: float | None = None
    postprocessor: Postprocessor | None = None

    @overload
    def __call__(self, texts: str | Document, *, by_sentence: bool = False) -> Result: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, texts: Sequence[str | Document], *, by_sentence: bool = False) -> list[Result]: ...
    @overload
    def __call__(self, texts: Iterator[str | Document], *, by_sentence: bool = False) -> Iterator[Result]: ...

    def __call__(
        self, texts: str | Document | Iterable[str | Document], *, by_sentence: bool = False
    ) -> Result | list[Result] | Iterator[Result]:
        """Score texts: one result for a text, a list for a list, an iterator for any other iterable.

        Args:
            texts: what to score. An iterator is read as results are taken, a bounded block ahead.
            by_sentence: also score every sentence; they are in `Result.spans` with kind "sentence".

        Raises:
            TextError: a text holds what cannot be processed, such as a lone surrogate.
            InputError: a head scores pairs, and a document has no second text.
        """
        if isinstance(texts, str | Document):
            return next(self.stream([texts], by_sentence=by_sentence))
        found = self.stream(texts, by_sentence=by_sentence)
        return list(found) if isinstance(texts, Sequence) else found

    def stream(self, texts: Iterable[str | Document], *, by_sentence: bool = False) -> Iterator[Result]:
        """Results in order, in constant memory."""
        numbered = (self.document(number, text) for number, text in enumerate(texts, 1))
        for block in blocks(numbered, at_hand=isinstance(texts, Sequence)):
            results = self.complete(self._score(self.ready(block)))
            yield from self._completed(results, BySentence()) if by_sentence else results

    def ready(self, block: Sequence[Document]) -> list[Document]:
        """Documents as the model reads them: the application may have marked places in them."""
        if not isinstance(self.postprocessor, Preparer):
            return list(block)
        prepared = list(self.postprocessor.prepare(block))
        if len(prepared) != len(block):
            problem = f"{self.application.name} made {len(prepared)} documents of {len(block)} when it prepared them"
            raise PluginError(f"{problem}. Tell its authors.")
        return prepared

    @cached_property
    def heads(self) -> list[HeadConfig]:
        """The heads of the bundle, the application's first head first."""
        return [HeadConfig.from_dict(dict(head)) for head in self.manifest.heads]

    @property
    def model(self) -> str:
        """The bundle's name and version."""
        return f"{self.manifest.name}@{self.manifest.version}"

    def document(self, number: int, text: str | Document) -> Document:
        """A text as a document in its language; what has no id of its own is known by its number.

        Raises:
            InputError: a head scores pairs, and the document has no second text.
        """
        document = text if isinstance(text, Document) else Document(text, id=str(number))
        if document.pair is None and any(head.kind is HeadKind.PAIR_SCORE for head in self.heads):
            raise InputError(
                f"{self.application.name} scores two texts against each other, and document {document.id} has one",
                path=document.path,
                cure="Give rows with a history and a candidate, or Document(history, pair=candidate).",
            )
        if document.lang is not None or self.lang is None:
            return document
        if self.lang != "auto":
            return replace(document, lang=self.lang)
        from nlpsuite.text import detect

        return replace(document, lang=plugins.detect_language(document.text) or detect(document.text).lang)

    def _score(self, documents: Sequence[Document]) -> list[Result]:
        texts = self.maker.prepare(documents)
        return self.results(texts, run_texts(self.engine, texts))

    def results(self, texts: Sequence[PreparedText], logits: Sequence[Mapping[str, Array]]) -> list[Result]:
        """What the heads say of each text, from its logits by head."""
        return [self._result(text, outputs) for text, outputs in zip(texts, logits, strict=True)]

    def complete(self, results: Sequence[Result]) -> list[Result]:
        """Results as the application completes them."""
        return self._completed(results, self.postprocessor) if self.postprocessor else list(results)

    def _result(self, text: PreparedText, outputs: Mapping[str, Array]) -> Result:
        heads = tuple(
            decode(head, outputs[head.name], self.manifest.calibration[head.name], text, self.threshold)
            for head in self.heads
        )
        spans = tuple(span for head in heads for span in head.spans)
        return Result(self.application.name, text.document, heads, spans, len(text.windows), self.model)

    def _completed(self, results: Sequence[Result], postprocessor: Postprocessor) -> list[Result]:
        """Ask for the parts of all results at once, and give each postprocessor's finish its own."""
        wanted = [postprocessor.parts(result) for result in results]
        scored = iter(self._score([document for documents in wanted for document in documents]))
        return [
            postprocessor.finish(result, list(islice(scored, len(documents))))
            for result, documents in zip(results, wanted, strict=True)
        ]


def blocks(documents: Iterable[Document], *, at_hand: bool = False) -> Iterator[list[Document]]:
    """Documents in blocks that grow from `FIRST_BLOCK` to `MOST_BLOCK`; full ones from the start if all are at hand."""
    rest, size = iter(documents), MOST_BLOCK if at_hand else FIRST_BLOCK
    while block := list(islice(rest, size)):
        yield block
        size = min(2 * size, MOST_BLOCK)


class BySentence:
    """Scores every sentence on its own; they are spans of the kind "sentence"."""

    def parts(self, result: Result) -> list[Document]:
        """The sentences."""
        document = result.document
        whole = replace(document, places=())
        return [replace(whole, text=document.text[start:end]) for start, end in _sentence_spans(document)]

    def finish(self, result: Result, parts: Sequence[Result]) -> Result:
        """The result with a span for each sentence."""
        places = _sentence_spans(result.document)
        found = (_as_span(place, part) for place, part in zip(places, parts, strict=True))
        return replace(result, spans=(*result.spans, *found))


def load(
    app: str,
    *,
    lang: str | None = None,
    model: str | Path | None = None,
    device: str = "auto",
    dtype: str = "auto",
    engine: str = "auto",
    threshold: float | None = None,
    options: Mapping[str, Any] | None = None,
) -> LoadedApplication:
    """Load an application with a bundle, ready to be called.

    Args:
        app: the application's name.
        lang: ISO 639-1 code of the documents, or "auto" to detect it for each.
        model: a shipped bundle's name, or a bundle's folder; the application's first bundle when None.
        device: "auto", "cpu", "cuda", "cuda:N".
        dtype: "auto", "fp32", "bf16", "fp16", "int8"; see `choose_format`.
        engine: "auto", "torch", "onnx"; see `make_engine`.
        threshold: replaces the fitted thresholds of abstention; 0 never abstains.
        options: the application's own, see `Application.options`; `nlpsuite apps` lists them.

    Raises:
        UnknownName: there is no such application, language, bundle, engine or option.
        BundleError: the bundle is damaged or does not fit what is installed.
        PluginError: the plugin that brings the application is broken.
        ConfigError: there is no such device or number format here.
    """
    application = plugins.application(app)
    if lang is not None and lang != "auto":
        check_language(lang)
    folder = find_bundle(application, model)
    return load_folder(
        application, folder, lang=lang, device=device, dtype=dtype, engine=engine, threshold=threshold, options=options
    )


def load_folder(
    application: Application,
    folder: Path,
    *,
    lang: str | None = None,
    device: str = "auto",
    dtype: str = "auto",
    engine: str = "auto",
    threshold: float | None = None,
    options: Mapping[str, Any] | None = None,
) -> LoadedApplication:
    """Load a bundle for an application that is at hand; arguments and errors are those of `load`."""
    postprocessor = make_postprocessor(application, options or {})
    manifest = verify_bundle(folder)
    _check_fit(application, manifest, folder)
    network, encoder = restore_network(folder, manifest)
    runs = make_engine(network, encoder, folder, manifest, choose_device(device), dtype, engine)
    give_back()
    return LoadedApplication(
        application,
        manifest,
        WindowMaker.for_heads(encoder.tokenizer, manifest.max_tokens, network.configs, words=encoder.words),
        runs,
        lang,
        threshold,
        postprocessor,
    )


def make_postprocessor(application: Application, options: Mapping[str, Any]) -> Postprocessor | None:
    """What completes the application's results under these options.

    Raises:
        UnknownName: the application has no such option.
        ConfigError: a value does not suit.
    """
    for name in options:
        if name not in application.options:
            hint = "" if application.options else f"{application.name} takes none."
            raise UnknownName("option", name, application.options, hint)
    return application.postprocessor(options) if application.postprocessor else None


def find_bundle(application: Application, model: str | Path | None) -> Path:
    """The folder of a bundle by the name of a shipped one, or by its path.

    Raises:
        UnknownName: there is no such bundle.
    """
    if model is None:
        if not application.bundles:
            raise UsageError(f"{application.name} ships no model. Train one, then name its folder with --model.")
        return next(iter(application.bundles.values()))
    if str(model) in application.bundles:
        return application.bundles[str(model)]
    if Path(model).is_dir():
        return Path(model)
    raise UnknownName("model", str(model), application.bundles, "A bundle's folder works too.")


def origin_of(application: Application) -> dict[str, str]:
    """Distribution and version of the plugin that brings an application; empty for one that no plugin brings."""
    if application.name not in plugins.names():
        return {}
    origin = plugins.provenance(application.name)
    return {"distribution": origin.distribution, "version": origin.version}


def _check_fit(application: Application, manifest: Manifest, folder: Path) -> None:
    if manifest.app != application.name:
        raise BundleError(f"{folder} is a model for {manifest.app}, not for {application.name}.")
    if manifest.api != API_VERSION:
        raise BundleError(
            f"{folder} was made under plugin API {manifest.api}; this nlpsuite has {API_VERSION}. Train it anew."
        )
    here, made = origin_of(application), manifest.plugin
    if made and here and _series(made["version"]) != _series(here["version"]):
        raise BundleError(
            f"{folder} was made with {made['distribution']} {made['version']}, and {here['version']} is installed. "
            f"Install {made['distribution']}=={made['version']}, or train the bundle anew."
        )
    known = {head.name for head in application.heads}
    strange = [head["name"] for head in manifest.heads if head["name"] not in known]
    if strange:
        raise BundleError(f"{folder} has the head {strange[0]!r}, which {application.name} does not know.")


def _series(version: str) -> tuple[str, ...]:
    """What must be equal for a bundle to fit: major version, and minor before 1.0."""
    parts = version.split(".")
    return tuple(parts[:1] if parts[0] != "0" else parts[:2])


def _sentence_spans(document: Document) -> list[tuple[int, int]]:
    return [(start, end) for start, end in sentences(document.text, document.lang or "xx") if end > start]


def _as_span(place: tuple[int, int], result: Result) -> Span:
    return Span(*place, result.label, result.score, "sentence")
