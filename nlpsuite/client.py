"""A client for applications that a server holds: they are called as if they were loaded here.

    >>> from nlpsuite.client import Client
    >>> with Client("http://localhost:8000") as client:
    ...     client.app("finance-sentiment")("公司净利润同比下降三成").label
    'negative'

What is asked, how an answer is judged and whether it is asked for again is decided once, in `_Link`, which sends
nothing itself; `Client` and `AsyncClient` do the sending and the waiting.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import ssl
import threading
import time
from collections import deque
from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Generator,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Self, TypeVar, overload
from urllib.parse import quote

import httpx

from nlpsuite import __version__
from nlpsuite.document import Document, Span
from nlpsuite.errors import ConfigError, InputError, NlpsuiteError, UsageError
from nlpsuite.result import HeadResult, Result
from nlpsuite.text.normalise import check_unicode

MOST_CHARACTERS = 400_000
"""Of a request, about; a document that has more travels alone."""

FIRST_WAIT, MOST_BACKOFF, MOST_WAIT = 0.5, 30.0, 60.0
"""Seconds: before the second attempt, of the doubling that follows, and of what a server may ask for."""

_MOST_DETAIL = 300
_PASSING = frozenset({429, 502, 503, 504})
_CURES = {
    401: "Give the client a key that the server knows.",
    403: "Give the client a key that may do this.",
    404: "See apps() for what the server has.",
    413: "Send shorter texts, or a smaller batch.",
    429: "Ask less often, or with a lower concurrency.",
}

T = TypeVar("T")


class ServerError(NlpsuiteError):
    """A server was not reached, refused a request, or gave an answer that is none.

    Args:
        message: what happened, and what to do.
        status: of HTTP; None where no answer came.
        detail: what the server, or the connection, says of it.
    """

    def __init__(self, message: str, *, status: int | None = None, detail: str = "") -> None:
        super().__init__(message)
        self.status, self.detail = status, detail


class KeyRefused(ServerError):
    """The server wants a key, or another one."""


@dataclass(frozen=True, slots=True)
class HeadInfo:
    """A head of an application that a server holds.

    Attributes:
        name: under which results hold it.
        kind: such as "single-label"; see `HeadKind`.
        labels: that it knows.
    """

    name: str
    kind: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AppInfo:
    """An application that a server holds.

    Attributes:
        name: for `Client.app`.
        summary: one sentence.
        languages: ISO 639-1 codes of the languages it was made for.
        model: the bundle that answers, as "name@version".
        pairs: whether its documents need a second text.
        heads: the first head first.
        url: where it is asked, on the server.
    """

    name: str
    summary: str
    languages: tuple[str, ...]
    model: str
    pairs: bool
    heads: tuple[HeadInfo, ...]
    url: str


def result_from_dict(values: Mapping[str, Any]) -> Result:
    """The result whose `to_dict` gave these values.

    What `to_dict` leaves out stays out: of the document its pair, places and fields, and of a head its spans (those of
    the result are there) and whether its label is the one for none.

    Raises:
        InputError: the values are not those of a result.
    """
    heads = _field(values, "heads", dict)
    return Result(
        app=_field(values, "app", str),
        document=Document(
            _field(values, "text", str),
            id=_field(values, "id", str),
            lang=_optional(values, "lang"),
            path=_optional(values, "path"),
        ),
        # An answer may name every head of the application, with nothing for one that its model lacks.
        heads=tuple(_head(name, found) for name, found in heads.items() if found is not None),
        spans=tuple(_span(span) for span in _field(values, "spans", list)),
        windows=_field(values, "windows", int),
        model=_field(values, "model", str),
        details=_field(values, "details", dict),
    )


def _head(name: str, values: Any) -> HeadResult:
    scores = _field(values, "scores", dict)
    return HeadResult(
        name,
        _field(values, "label", str),
        _number(values, "score"),
        _strings(values, "labels"),
        {label: _number(scores, label) for label in scores},
        abstained=_field(values, "abstained", bool),
        placed=tuple(_head(name, one) for one in _field(values, "placed", list)) if "placed" in values else (),
    )


def _span(values: Any) -> Span:
    try:
        return Span(
            _field(values, "start", int),
            _field(values, "end", int),
            _field(values, "label", str),
            _number(values, "score"),
            _field(values, "kind", str),
        )
    except ValueError as error:
        raise InputError(str(error)) from error


def _app_info(values: Any) -> AppInfo:
    return AppInfo(
        _field(values, "name", str),
        _field(values, "summary", str),
        _strings(values, "languages"),
        _optional(values, "model") or "",
        _field(values, "pairs", bool),
        tuple(
            HeadInfo(_field(head, "name", str), _field(head, "kind", str), _strings(head, "labels"))
            for head in _field(values, "heads", list)
        ),
        _field(values, "url", str),
    )


def _field(values: Any, name: str, kind: type[T]) -> T:
    value = values.get(name) if isinstance(values, Mapping) else None
    if not isinstance(value, kind):
        raise InputError(f"a value {name!r} is missing, or is no {kind.__name__}")
    return value


def _number(values: Any, name: str) -> float:
    return float(_field(values, name, (int, float)))  # type: ignore[arg-type]


def _optional(values: Mapping[str, Any], name: str) -> str | None:
    return None if values.get(name) is None else _field(values, name, str)


def _strings(values: Any, name: str) -> tuple[str, ...]:
    found = _field(values, name, list)
    if not all(isinstance(one, str) for one in found):
        raise InputError(f"{name!r} holds what is no text")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Request:
    """What is to be sent, as often as it takes: asking twice changes nothing on the server."""

    method: str
    path: str
    body: bytes | None = None

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.body is None else {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One sending of a request, after a wait."""

    request: _Request
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why an attempt gave nothing, whether that may pass, and how long the server wants to be left alone."""

    error: ServerError
    passing: bool = False
    after: float = 0.0


_Answer = httpx.Response | httpx.RequestError
_Exchange = Generator[_Attempt, _Answer, T]
"""Yields what to send, takes what came of it, and returns what it says."""


@dataclass(frozen=True)
class _Link:
    """How a server is spoken to; it sends nothing itself.

    Attributes:
        url: the server's address, without a slash at its end.
        key: of whoever asks.
        timeout: seconds for each part of an attempt.
        retries: attempts after the first.
        batch: documents of a request, at most.
        concurrency: requests under way at once, at most.
        verify: how certificates are checked.
    """

    url: str
    key: str | None = field(repr=False)
    timeout: float
    retries: int
    batch: int
    concurrency: int
    verify: ssl.SSLContext | bool = field(repr=False)

    @property
    def options(self) -> dict[str, Any]:
        """For `httpx.Client` and `httpx.AsyncClient`."""
        headers = {"User-Agent": f"nlpsuite/{__version__}", "Accept": "application/json"}
        return {
            "base_url": self.url,
            "headers": headers | ({"Authorization": f"Bearer {self.key}"} if self.key else {}),
            "timeout": self.timeout,
            "verify": self.verify,
            "trust_env": False,
            "follow_redirects": False,  # the key is for this server alone
            "limits": httpx.Limits(max_connections=None, max_keepalive_connections=self.concurrency),
        }

    def apps(self) -> _Exchange[list[AppInfo]]:
        """Ask for the applications."""
        return self._exchange(_Request("GET", "/v1/apps"), _read_apps)

    def score(self, app: str, lang: str | None, documents: Sequence[Document]) -> _Exchange[list[Result]]:
        """Ask an application about documents."""
        values = {"documents": [_sent(one) for one in documents]} | ({} if lang is None else {"lang": lang})
        body = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
        request = _Request("POST", f"/v1/{quote(app, safe='')}", body)
        return self._exchange(request, lambda answer: _read_results(answer, documents))

    def _exchange(self, request: _Request, read: Callable[[Any], T]) -> _Exchange[T]:
        attempt, wait = 0, 0.0
        while True:
            answer = yield _Attempt(request, wait)
            failure = self._failure(answer)
            if failure is None:
                assert isinstance(answer, httpx.Response)
                return self._read(answer, read)
            if not failure.passing or attempt == self.retries:
                raise failure.error
            wait = failure.after + backoff(attempt)
            attempt += 1

    def _read(self, answer: httpx.Response, read: Callable[[Any], T]) -> T:
        try:
            return read(answer.json())
        except InputError as error:
            detail = self._clean(error.problem)
        except (ValueError, RecursionError):
            detail = "it is no JSON"
        cure = "Check that an nlpsuite server is at this address."
        message = f"The answer of {self.url} cannot be read: {detail}. {cure}"
        raise ServerError(message, status=answer.status_code, detail=detail)

    def _failure(self, answer: _Answer) -> _Failure | None:
        if isinstance(answer, httpx.RequestError):
            return self._unreached(answer)
        if answer.is_success:
            return None
        status = answer.status_code
        if answer.is_redirect:
            detail = self._clean(answer.headers.get("Location", "")) or "another address"
            cure = "Give the client the address that answers."
            message = f"{self.url} sends on to {detail} ({status}), where keys do not follow. {cure}"
            return _Failure(ServerError(message, status=status, detail=detail))
        return self._refused(answer)

    def _refused(self, answer: httpx.Response) -> _Failure:
        status, detail = answer.status_code, self._clean(_detail(answer)).rstrip(".")
        other = "Try again later, or look into the server's log." if status >= 500 else "Correct what is sent."
        message = f"{self.url} refuses the request ({status}): {detail}. {_CURES.get(status, other)}"
        kind = KeyRefused if status in (401, 403) else ServerError
        error = kind(message, status=status, detail=detail)
        return _Failure(error, status in _PASSING, retry_after(answer.headers.get("Retry-After"), time.time()))

    def _unreached(self, error: httpx.RequestError) -> _Failure:
        detail = self._clean(str(error)).rstrip(".") or type(error).__name__
        if _is_distrust(error):
            cure = "Name the file with the certificate of its authority in verify."
            return _Failure(ServerError(f"{self.url} cannot be trusted: {detail}. {cure}", detail=detail))
        message = f"{self.url} cannot be reached: {detail}. Check the address, and that the server runs."
        return _Failure(ServerError(message, detail=detail), passing=isinstance(error, httpx.TransportError))

    def _clean(self, text: str) -> str:
        """What others wrote, fit for a message: in one line, not long, and without the key."""
        printable = "".join(character if character.isprintable() else " " for character in text)
        line = " ".join(printable.split())
        safe = line.replace(self.key, "[key]") if self.key else line
        return safe if len(safe) <= _MOST_DETAIL else f"{safe[:_MOST_DETAIL]}…"


def _make_link(
    url: str,
    key: str | None,
    timeout: float,
    retries: int,
    batch: int,
    concurrency: int,
    verify: bool | str | Path | ssl.SSLContext,
) -> _Link:
    if timeout <= 0 or retries < 0 or batch < 1 or concurrency < 1:
        raise ConfigError("A client needs a timeout above 0, retries from 0, and a batch and concurrency from 1.")
    if key is not None and not re.fullmatch(r"[\x21-\x7e]+", key):
        raise ConfigError("The key is empty, or holds what no key holds. Give it without spaces and line breaks.")
    return _Link(_checked_url(url), key, timeout, retries, batch, concurrency, _trust(verify))


def _checked_url(url: str) -> str:
    form = "Give it as http://host:port or https://host, with a path if the server is below one."
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ConfigError(f"The server's address cannot be read: {error}. {form}") from error
    if parts.userinfo:  # it would take the key's place, and stand in messages
        raise ConfigError("The server's address holds a name or a password. Give the key as key= instead.")
    if parts.scheme not in ("http", "https") or not parts.host or parts.query or parts.fragment:
        raise ConfigError(f"{url!r} is no address of a server. {form}")
    return str(parts).rstrip("/")


def _trust(verify: bool | str | Path | ssl.SSLContext) -> ssl.SSLContext | bool:
    if isinstance(verify, bool | ssl.SSLContext):
        return verify
    try:
        return ssl.create_default_context(cafile=str(verify))
    except OSError as error:
        raise ConfigError(f"{verify} holds no certificates. Name a PEM file of those to trust in verify.") from error


def _is_distrust(error: BaseException | None) -> bool:
    """Whether a certificate was refused: another attempt would change nothing."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def backoff(attempt: int) -> float:
    """Seconds before another attempt, by chance between none and a limit that doubles: clients do not come at once.

    Args:
        attempt: that failed, counted from 0.
    """
    return random.uniform(0, min(FIRST_WAIT * 2.0 ** min(attempt, 32), MOST_BACKOFF))


def retry_after(value: str | None, now: float) -> float:
    """Seconds that a `Retry-After` header asks for, `MOST_WAIT` at most; 0 where it says nothing that can be read.

    Args:
        value: seconds, or a date of HTTP.
        now: seconds since the epoch.
    """
    if value is None:
        return 0.0
    if re.fullmatch(r"\s*\d+(\.\d+)?\s*", value, re.ASCII):
        return min(float(value), MOST_WAIT)
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return 0.0
    moment = when if when.tzinfo else when.replace(tzinfo=UTC)
    return min(max(moment.timestamp() - now, 0.0), MOST_WAIT)


def _detail(answer: httpx.Response) -> str:
    """What a problem (RFC 9457) says, or else the phrase of the status."""
    try:
        values = answer.json()
    except (ValueError, RecursionError):
        values = None
    detail = values.get("detail") if isinstance(values, dict) else None
    return detail if isinstance(detail, str) and detail.strip() else answer.reason_phrase or "it does not say why"


def _read_apps(answer: Any) -> list[AppInfo]:
    return [_app_info(one) for one in _field(answer, "apps", list)]


def _read_results(answer: Any, sent: Sequence[Document]) -> list[Result]:
    found = _field(answer, "results", list)
    if len(found) != len(sent):
        raise InputError(f"it has {len(found)} results for {len(sent)} documents")
    return [_belonging(result_from_dict(values), document) for values, document in zip(found, sent, strict=True)]


def _belonging(result: Result, sent: Document) -> Result:
    """The result, with the document that was sent: the answer knows only a part of it."""
    if result.document.text != sent.text or (sent.id and result.document.id != sent.id):
        raise InputError("it has the result of another document than was sent")
    return replace(result, document=replace(sent, lang=result.document.lang))


def _sent(document: Document) -> dict[str, str]:
    values = {"text": document.text, "id": document.id or None, "lang": document.lang, "pair": document.pair}
    return {name: value for name, value in values.items() if value is not None}


def _document(number: int, text: str | Document) -> Document:
    """A text as a document that can be sent; what has no id of its own is known by its number.

    Raises:
        TextError: it holds a lone surrogate.
        InputError: it has places.
    """
    document = text if isinstance(text, Document) else Document(text, id=str(number))
    for value in _sent(document).values():
        check_unicode(value)
    if document.places:
        problem = f"document {document.id} has places, which servers do not take"
        raise InputError(problem, path=document.path, cure="Load the application here, or leave the places out.")
    return document


class _Packer:
    """Cuts documents into batches.

    Args:
        most: documents of a batch; it has no more than `MOST_CHARACTERS` either, or one document.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: list[Document] = []
        self._characters = 0

    def add(self, document: Document) -> list[Document]:
        """The batch that is complete with it, or before it; empty if none is."""
        size = len(document.text) + len(document.pair or "")
        before = self.rest() if self._characters + size > MOST_CHARACTERS else []
        self._held.append(document)
        self._characters += size
        return before or (self.rest() if len(self._held) == self._most else [])

    def rest(self) -> list[Document]:
        """What is held."""
        held, self._held, self._characters = self._held, [], 0
        return held


def _checked_app(app: str, lang: str | None) -> None:
    if not re.fullmatch(r"\w[\w.-]*", app):
        raise UsageError(f"No application can be named {app!r}. See apps() for what the server has.")
    check_unicode(lang or "")


def _closed() -> UsageError:
    return UsageError("The client is closed. Make another one.")


class Client:
    """Applications of a server; use it in a `with` statement. Its methods may be called from several threads.

    Args:
        url: the server's address.
        key: that the server knows, if it wants one.
        timeout: seconds to connect, and to wait for an answer.
        retries: further attempts where the server is busy or not reached.
        batch: documents of a request, at most.
        concurrency: requests of lists and iterators under way at once, at most.
        verify: whether the server's certificate is checked; or a PEM file of the authorities to trust.
        sleep: waits before another attempt.

    Raises:
        ConfigError: an argument cannot be right.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        timeout: float = 30.0,
        retries: int = 4,
        batch: int = 64,
        concurrency: int = 4,
        verify: bool | str | Path | ssl.SSLContext = True,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self._link = _make_link(url, key, timeout, retries, batch, concurrency, verify)
        self._closing = threading.Event()
        self._sleep = sleep or self._closing.wait  # closing ends the waits
        self._http = httpx.Client(**self._link.options)
        self._pool = ThreadPoolExecutor(concurrency, thread_name_prefix="nlpsuite-client")

    def __repr__(self) -> str:
        return f"Client({self._link.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give up what waits, let what is under way end, and close the connections."""
        self._closing.set()
        self._pool.shutdown(cancel_futures=True)
        self._http.close()

    def apps(self) -> list[AppInfo]:
        """The applications that the server holds.

        Raises:
            ServerError: the server is not reached, or does not answer.
        """
        return self._run(self._link.apps())

    def app(self, name: str, *, lang: str | None = None) -> RemoteApplication:
        """An application of the server; nothing is sent yet.

        Args:
            name: see `apps`.
            lang: ISO 639-1 code of all documents that do not say; "auto" detects it. What the server does when None.
        """
        _checked_app(name, lang)
        return RemoteApplication(self, name, lang)

    def _score(self, app: str, lang: str | None, documents: Sequence[Document]) -> list[Result]:
        return self._run(self._link.score(app, lang, documents))

    def _start(self, app: str, lang: str | None, documents: Sequence[Document]) -> Future[list[Result]]:
        if self._closing.is_set():
            raise _closed()
        return self._pool.submit(self._score, app, lang, documents)

    def _run(self, exchange: _Exchange[T]) -> T:
        attempt = next(exchange)
        while True:
            answer = self._attempt(attempt)
            try:
                attempt = exchange.send(answer)
            except StopIteration as done:
                found: T = done.value
                return found

    def _attempt(self, attempt: _Attempt) -> _Answer:
        if attempt.wait:
            self._sleep(attempt.wait)
        if self._closing.is_set():
            raise _closed()
        request = attempt.request
        try:
            return self._http.request(request.method, request.path, content=request.body, headers=request.headers)
        except httpx.RequestError as error:
            return error


@dataclass(frozen=True)
class RemoteApplication:
    """An application of a server: call it with a text, a list, or an iterator.

    Attributes:
        client: asks the server.
        name: the application's.
        lang: of all documents that do not say.
    """

    client: Client
    name: str
    lang: str | None = None

    @overload
    def __call__(self, texts: str | Document) -> Result: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, texts: Sequence[str | Document]) -> list[Result]: ...
    @overload
    def __call__(self, texts: Iterator[str | Document]) -> Iterator[Result]: ...

    def __call__(self, texts: str | Document | Iterable[str | Document]) -> Result | list[Result] | Iterator[Result]:
        """Score texts: one result for a text, a list for a list, an iterator for any other iterable.

        Args:
            texts: what to score. An iterator is read as results are taken, a bounded number of requests ahead.

        Raises:
            TextError: a text holds a lone surrogate; of a text or a list, nothing is sent then.
            InputError: a document has places, which servers do not take.
            KeyRefused: the server wants a key, or another one.
            ServerError: the server is not reached, refuses the documents or gives no results.
        """
        if isinstance(texts, str | Document):
            return self.client._score(self.name, self.lang, [_document(1, texts)])[0]
        if isinstance(texts, Sequence):
            return list(self._results([_document(number, text) for number, text in enumerate(texts, 1)]))
        return self.stream(texts)

    def stream(self, texts: Iterable[str | Document]) -> Iterator[Result]:
        """Results in order, in constant memory; errors are those of a call."""
        return self._results(_document(number, text) for number, text in enumerate(texts, 1))

    def _results(self, documents: Iterable[Document]) -> Iterator[Result]:
        under_way: deque[Future[list[Result]]] = deque()
        try:
            for batch in _batches(documents, self.client._link.batch):
                under_way.append(self.client._start(self.name, self.lang, batch))
                if len(under_way) == self.client._link.concurrency:
                    yield from under_way.popleft().result()
            while under_way:
                yield from under_way.popleft().result()
        finally:
            for one in under_way:
                one.cancel()


def _batches(documents: Iterable[Document], most: int) -> Iterator[list[Document]]:
    packer = _Packer(most)
    for document in documents:
        if batch := packer.add(document):
            yield batch
    if rest := packer.rest():
        yield rest


class AsyncClient:
    """Applications of a server, for asyncio; use it in an `async with` statement.

    Args:
        url: the server's address.
        key: that the server knows, if it wants one.
        timeout: seconds to connect, and to wait for an answer.
        retries: further attempts where the server is busy or not reached.
        batch: documents of a request, at most.
        concurrency: requests under way at once, at most.
        verify: whether the server's certificate is checked; or a PEM file of the authorities to trust.
        sleep: waits before another attempt.

    Raises:
        ConfigError: an argument cannot be right.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        timeout: float = 30.0,
        retries: int = 4,
        batch: int = 64,
        concurrency: int = 4,
        verify: bool | str | Path | ssl.SSLContext = True,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._link = _make_link(url, key, timeout, retries, batch, concurrency, verify)
        self._sleep = sleep
        self._http = httpx.AsyncClient(**self._link.options)
        self._room = asyncio.Semaphore(concurrency)

    def __repr__(self) -> str:
        return f"AsyncClient({self._link.url!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def apps(self) -> list[AppInfo]:
        """The applications that the server holds.

        Raises:
            ServerError: the server is not reached, or does not answer.
        """
        return await self._run(self._link.apps())

    def app(self, name: str, *, lang: str | None = None) -> AsyncRemoteApplication:
        """An application of the server; nothing is sent yet. Its arguments are those of `Client.app`."""
        _checked_app(name, lang)
        return AsyncRemoteApplication(self, name, lang)

    async def _score(self, app: str, lang: str | None, documents: Sequence[Document]) -> list[Result]:
        async with self._room:
            return await self._run(self._link.score(app, lang, documents))

    async def _run(self, exchange: _Exchange[T]) -> T:
        attempt = next(exchange)
        while True:
            answer = await self._attempt(attempt)
            try:
                attempt = exchange.send(answer)
            except StopIteration as done:
                found: T = done.value
                return found

    async def _attempt(self, attempt: _Attempt) -> _Answer:
        if attempt.wait:
            await self._sleep(attempt.wait)
        if self._http.is_closed:
            raise _closed()
        request = attempt.request
        try:
            return await self._http.request(request.method, request.path, content=request.body, headers=request.headers)
        except httpx.RequestError as error:
            return error


@dataclass(frozen=True)
class AsyncRemoteApplication:
    """An application of a server, for asyncio.

    Attributes:
        client: asks the server.
        name: the application's.
        lang: of all documents that do not say.
    """

    client: AsyncClient
    name: str
    lang: str | None = None

    @overload
    async def score(self, texts: str | Document) -> Result: ...  # type: ignore[overload-overlap]
    @overload
    async def score(self, texts: Iterable[str | Document]) -> list[Result]: ...

    async def score(self, texts: str | Document | Iterable[str | Document]) -> Result | list[Result]:
        """One result for a text, and a list for any iterable; errors are those of `RemoteApplication`."""
        if isinstance(texts, str | Document):
            return (await self.client._score(self.name, self.lang, [_document(1, texts)]))[0]
        ready = [_document(number, text) for number, text in enumerate(texts, 1)]
        return [result async for result in self.stream(ready)]

    async def stream(self, texts: AsyncIterable[str | Document] | Iterable[str | Document]) -> AsyncIterator[Result]:
        """Results in order, in constant memory; errors are those of `RemoteApplication`.

        Args:
            texts: what to score, read as results are taken, a bounded number of requests ahead. An iterable that is not
                asynchronous holds up the event loop where it waits.
        """
        under_way: deque[asyncio.Task[list[Result]]] = deque()
        try:
            async for batch in _batches_async(texts, self.client._link.batch):
                under_way.append(asyncio.create_task(self.client._score(self.name, self.lang, batch)))
                if len(under_way) == self.client._link.concurrency:
                    for result in await _first(under_way):
                        yield result
            while under_way:
                for result in await _first(under_way):
                    yield result
        finally:
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)


async def _first(under_way: deque[asyncio.Task[T]]) -> T:
    """What the first task gives; it stays among them until it has."""
    found = await under_way[0]
    under_way.popleft()
    return found


async def _batches_async(
    texts: AsyncIterable[str | Document] | Iterable[str | Document], most: int
) -> AsyncIterator[list[Document]]:
    packer, number = _Packer(most), 0
    async for text in texts if isinstance(texts, AsyncIterable) else _one_by_one(texts):
        number += 1
        if batch := packer.add(_document(number, text)):
            yield batch
    if rest := packer.rest():
        yield rest


async def _one_by_one(texts: Iterable[T]) -> AsyncIterator[T]:
    for text in texts:
        yield text
