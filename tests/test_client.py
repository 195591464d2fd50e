"""Clients of a server: results as they were, in order, tried again where it may help, and no word of the key."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpsuite import client as client_module
from nlpsuite.client import (
    AppInfo,
    AsyncClient,
    Client,
    HeadInfo,
    KeyRefused,
    ServerError,
    backoff,
    result_from_dict,
    retry_after,
)
from nlpsuite.document import Document, Span
from nlpsuite.errors import ConfigError, InputError, TextError, UsageError
from nlpsuite.result import HeadResult, Result

KEY = "sesame-4711"


@dataclass(frozen=True)
class Asked:
    """A request as the server saw it."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any = None

    @property
    def texts(self) -> list[str]:
        return [document["text"] for document in self.body["documents"]]


@dataclass(frozen=True)
class Reply:
    """What the server answers."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def result_of(document: dict[str, Any], app: str = "mood", lang: str = "en") -> Result:
    """A result whose score tells the text it is of."""
    text = document["text"]
    heads = (HeadResult("mood", "good", len(text) / 1000, ("good",), {"good": len(text) / 1000}),)
    known = Document(text, id=document["id"], lang=document.get("lang", lang))
    return Result(app, known, heads, (Span(0, 1, "X", 0.5),), model="mood@1")


def scored(asked: Asked) -> Reply:
    results = [result_of(document).to_dict() for document in asked.body["documents"]]
    return Reply(json.dumps({"app": "mood", "model": "mood@1", "results": results}).encode())


def problem(status: int, detail: str = "The queue is full.", **headers: str) -> Reply:
    body = json.dumps({"type": "about:blank", "title": "No", "status": status, "detail": detail}).encode()
    return Reply(body, status, {"Content-Type": "application/problem+json", **headers})


class Server:
    """Answers on the loopback: each request with the next reply, then as `answer` says."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.replies: list[Reply] = []
        self.answer: Callable[[Asked], Reply] = scored
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(self.command, self.path, headers, json.loads(body) if body else None)
                server.asked.append(asked)
                reply = server.replies.pop(0) if server.replies else server.answer(asked)
                self.send_response(reply.status)
                for name, value in (reply.headers | {"Content-Length": str(len(reply.body))}).items():
                    self.send_header(name.replace("_", "-"), value)
                self._headers_buffer.append(b"\r\n" + reply.body)
                self.flush_headers()

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.http.shutdown()
    server.http.server_close()
    thread.join()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def client(server, waits) -> Iterator[Client]:
    with Client(server.url, key=KEY, batch=2, concurrency=2, sleep=waits.append) as client:
        yield client


@pytest.fixture
def app(client):
    return client.app("mood")


def refusal(call: Callable[[], object]) -> ServerError:
    with pytest.raises(ServerError) as caught:
        call()
    assert KEY not in "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caught.value.detail
    return caught.value


# Values


def texts_of() -> st.SearchStrategy[str]:
    return st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


scores = st.floats(0, 1)
spans = st.builds(
    lambda start, length, *rest: Span(start, start + length, *rest),
    st.integers(0, 99),
    st.integers(1, 9),
    texts_of(),
    scores,
    texts_of(),
)


def heads_named(name: str, placed: st.SearchStrategy[tuple[HeadResult, ...]]) -> st.SearchStrategy[HeadResult]:
    labels = st.lists(texts_of(), max_size=3).map(tuple)
    known = st.dictionaries(texts_of(), scores, max_size=3)
    return st.builds(HeadResult, st.just(name), texts_of(), scores, labels, known, st.booleans(), placed=placed)


def heads_placed(name: str) -> st.SearchStrategy[HeadResult]:
    placed = st.lists(heads_named(name, st.just(())), max_size=2).map(tuple)
    return heads_named(name, placed)


heads = st.lists(texts_of(), max_size=3, unique=True).flatmap(
    lambda names: st.tuples(*(heads_placed(name) for name in names))
)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts_of(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts_of(), inner, max_size=2),
    max_leaves=4,
)
results = st.builds(
    Result,
    texts_of(),
    st.builds(Document, texts_of(), texts_of(), st.none() | texts_of(), st.none() | texts_of()),
    heads,
    st.lists(spans, max_size=2).map(tuple),
    st.integers(0, 9),
    texts_of(),
    st.dictionaries(texts_of(), plain, max_size=2),
)


@given(results)
def test_a_result_comes_back_from_its_plain_values(result):
    values = json.loads(json.dumps(result.to_dict()))
    assert result_from_dict(values).to_dict() == result.to_dict()


def test_a_result_that_leaves_nothing_out_is_equal():
    placed = (HeadResult("mood", "bad", 0.25, ("bad",), {"bad": 0.25}),)
    head = HeadResult("mood", "good", 0.75, ("good",), {"good": 0.75, "bad": 0.25}, placed=placed)
    document = Document("Hi 👋", "7", "en", "a.txt")
    result = Result("mood", document, (head,), (Span(0, 2, "X", 0.5),), 2, "mood@1", {"a": [1]})
    assert result_from_dict(result.to_dict()) == result


@pytest.mark.parametrize(
    "spoil",
    [
        {"heads": None},
        {"heads": {"mood": {"label": "good"}}},
        {"heads": {"mood": 1}},
        {"text": 1},
        {"spans": [{"start": 2, "end": 1, "label": "X", "score": 1, "kind": "span"}]},
        {"spans": [None]},
        {"lang": 5},
        {"details": []},
    ],
)
def test_what_is_no_result_is_refused(spoil):
    good = result_of({"text": "a", "id": "1"}).to_dict()
    assert result_from_dict(good).to_dict() == good
    with pytest.raises(InputError):
        result_from_dict(good | spoil)


# Calls


def test_a_text_gives_a_result_and_a_list_a_list(app, server):
    assert app("hello").document == Document("hello", id="1", lang="en")
    assert [result.document.text for result in app(["a", "bb", "ccc"])] == ["a", "bb", "ccc"]
    first, *others = [len(asked.body["documents"]) for asked in server.asked]
    assert first == 1 and sorted(others) == [1, 2]  # two requests at once arrive in either order
    assert app([]) == []
    assert len(server.asked) == 3
    assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert server.asked[0].body == {"documents": [{"text": "hello", "id": "1"}]}


def test_documents_keep_what_does_not_travel(client, server):
    document = Document("你好", id="x", lang="zh", path="a.txt", pair="再见", fields={"gold": 1})
    result = client.app("mood", lang="auto")(document)
    assert result.document == document
    assert server.asked[0].body == {
        "documents": [{"text": "你好", "id": "x", "lang": "zh", "pair": "再见"}],
        "lang": "auto",
    }


def test_an_empty_id_is_left_to_the_server(app, server):
    server.replies = [Reply(json.dumps({"results": [result_of({"text": "a", "id": "1"}).to_dict()]}).encode())]
    assert app(Document("a", id="")).document == Document("a", id="", lang="en")
    assert server.asked[0].body == {"documents": [{"text": "a"}]}


def test_applications_are_listed(client, server):
    listed = {
        "name": "mood",
        "summary": "Moods.",
        "languages": ["en", "zh"],
        "model": "mood@1",
        "pairs": False,
        "heads": [{"name": "mood", "kind": "single-label", "labels": ["good", "bad"]}],
        "url": "/v1/mood",
    }
    server.replies = [Reply(json.dumps({"apps": [listed]}).encode()), Reply(b'{"apps": [{"name": "mood"}]}')]
    head = HeadInfo("mood", "single-label", ("good", "bad"))
    assert client.apps() == [AppInfo("mood", "Moods.", ("en", "zh"), "mood@1", False, (head,), "/v1/mood")]
    assert (server.asked[0].method, server.asked[0].path, server.asked[0].body) == ("GET", "/v1/apps", None)
    assert "summary" in str(refusal(client.apps))


def test_results_are_in_order_though_the_second_answer_is_first(app, server):
    later = threading.Event()

    def answer(asked: Asked) -> Reply:
        if "a" in asked.texts:
            assert later.wait(5)
        else:
            later.set()
        return scored(asked)

    server.answer = answer
    assert [result.document.text for result in app(iter("abcde"))] == list("abcde")


def test_an_endless_iterator_is_read_a_bounded_number_ahead(app, server):
    taken = [0]

    def endless() -> Iterator[str]:
        for taken[0] in count(1):
            yield str(taken[0])

    results = app(endless())
    assert taken[0] == len(server.asked) == 0
    for number in range(1, 8):
        assert next(results).document.text == str(number)
        assert taken[0] <= number + 2 * 2
    results.close()
    assert taken[0] <= 7 + 2 * 2


def test_long_documents_travel_in_several_requests(client, server, monkeypatch):
    monkeypatch.setattr(client_module, "MOST_CHARACTERS", 10)
    client.app("mood")(["a" * 6, "b" * 6, "c" * 25, "d", Document("e", pair="f" * 8)])
    sizes = sorted([len(text) for text in asked.texts] for asked in server.asked)
    assert sizes == [[1, 1], [6], [6], [25]]


def test_bad_texts_are_refused_before_anything_is_sent(app, server):
    with pytest.raises(TextError):
        app("broken \ud800")
    with pytest.raises(TextError):
        app(["a", "b", "c", "broken \ud800"])
    with pytest.raises(TextError):
        app(Document("a", pair="\udfff"))
    with pytest.raises(InputError, match="places"):
        app(Document("a", places=(Span(0, 1, "X", 1.0),)))
    assert not server.asked


# Failures


def test_a_busy_server_is_left_alone_for_as_long_as_it_asks(app, server, waits):
    server.replies = [problem(429, Retry_After="7"), problem(503, Retry_After=formatdate(time.time() - 9, usegmt=True))]
    assert app("hello").label == "good"
    assert len(server.asked) == 3
    assert 7 <= waits[0] <= 7.5
    assert 0 <= waits[1] <= 1


def test_a_server_that_stays_busy_is_given_up(server, waits):
    server.replies = [problem(503)] * 3
    with Client(server.url, retries=2, sleep=waits.append) as client:
        error = refusal(lambda: client.app("mood")("hello"))
    assert (error.status, error.detail, len(server.asked), len(waits)) == (503, "The queue is full", 3, 2)
    assert "Try again later" in str(error)


@pytest.mark.parametrize("status", [400, 404, 413, 422, 500])
def test_what_another_attempt_cannot_help_is_said_at_once(app, server, waits, status):
    server.replies = [problem(status, "No \x1b[31m\nway.")]
    error = refusal(lambda: app("hello"))
    assert (error.status, error.detail, len(server.asked), waits) == (status, "No [31m way", 1, [])
    assert "No [31m way. " in str(error)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_named_as_such_but_not_told(app, server, status):
    server.replies = [problem(status, f"The key {KEY} is not known.")]
    error = refusal(lambda: app("hello"))
    assert isinstance(error, KeyRefused)
    assert error.detail == "The key [key] is not known"
    assert len(server.asked) == 1


def test_a_page_of_a_gateway_is_no_detail(app, server, waits):
    server.replies = [Reply(b"<html>Oh</html>", 502), Reply(b"[" * 100_000, 504), *[Reply(b'{"detail": 5}', 502)] * 3]
    assert refusal(lambda: app("hello")).detail == "Bad Gateway"
    assert len(waits) == 4


def test_a_server_that_is_not_there_is_tried_again(waits):
    with socket.socket() as held:  # bound, but it does not listen
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}"
        with Client(url, key=KEY, retries=3, sleep=waits.append) as client:
            error = refusal(lambda: client.app("mood")("hello"))
    assert error.status is None
    assert "cannot be reached" in str(error)
    assert len(waits) == 3


def test_a_certificate_that_is_not_trusted_is_not_tried_again(client, waits, monkeypatch):
    def distrust(*_: object, **__: object) -> None:
        try:
            raise ssl.SSLCertVerificationError("self-signed certificate")
        except ssl.SSLError as error:
            raise httpx.ConnectError("self-signed certificate") from error

    monkeypatch.setattr(client._http, "request", distrust)
    assert "cannot be trusted" in str(refusal(lambda: client.app("mood")("hello")))
    assert waits == []


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"{broken", "no JSON"),
        (b"\xff\xfe\xfa", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"", "no JSON"),
        (b"[]", "'results' is missing"),
        (b'{"results": [{}]}', "'heads' is missing"),
        (b'{"results": []}', "0 results for 1 documents"),
        (json.dumps({"results": [result_of({"text": "other", "id": "1"}).to_dict()]}).encode(), "another document"),
    ],
)
def test_an_answer_that_is_none_is_said(app, server, waits, body, detail):
    server.replies = [Reply(body)]
    error = refusal(lambda: app("hello"))
    assert error.status == 200
    assert detail in error.detail
    assert (len(server.asked), waits) == (1, [])


def test_a_redirect_is_not_followed(app, server):
    server.replies = [Reply(b"", 307, {"Location": f"{server.url}/elsewhere?key={KEY}"})]
    error = refusal(lambda: app("hello"))
    assert (error.status, len(server.asked)) == (307, 1)
    assert f"{server.url}/elsewhere?key=[key]" in str(error)


def test_an_error_ends_an_iterator_and_the_client_goes_on(app, server):
    server.replies = [problem(422)]
    server.answer = scored
    assert refusal(lambda: list(app(iter("abcdefgh")))).status == 422
    assert app("a").label == "good"


def test_a_closed_client_asks_nothing_and_waits_no_longer(server):
    client = Client(server.url, retries=9)
    asked = threading.Event()

    def answer(_: Asked) -> Reply:
        asked.set()
        return problem(503, Retry_After="60")

    server.answer = answer
    results = client.app("mood").stream(["a"])
    failures: list[BaseException] = []

    def take() -> None:
        try:
            next(results)
        except UsageError as error:
            failures.append(error)

    taking = threading.Thread(target=take)
    taking.start()
    assert asked.wait(5)
    client.close()
    taking.join(5)
    assert "closed" in str(failures[0])
    with pytest.raises(UsageError, match="closed"):
        client.app("mood")("a")
    with pytest.raises(UsageError, match="closed"):
        client.app("mood")(["a"])


# Settings


def test_the_key_is_in_no_representation(client):
    assert KEY not in repr(client) + repr(client.app("mood")) + repr(client._link) + repr(vars(client))


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("localhost:8000", {}),
        ("ftp://localhost", {}),
        ("http://", {}),
        ("http://localhost:port", {}),
        ("http://localhost/?a=b", {}),
        (f"http://me:{KEY}@localhost", {}),
        ("http://localhost", {"key": ""}),
        ("http://localhost", {"key": f"{KEY}\n"}),
        ("http://localhost", {"batch": 0}),
        ("http://localhost", {"retries": -1}),
        ("http://localhost", {"verify": "no/such.pem"}),
    ],
)
def test_bad_settings_are_refused(url, options):
    for kind in (Client, AsyncClient):
        with pytest.raises(ConfigError) as caught:
            kind(url, **options)
        assert KEY not in str(caught.value)


@pytest.mark.parametrize("name", ["", "..", "a/b", "a?b", "a b"])
def test_a_name_that_is_none_is_refused(client, name):
    with pytest.raises(UsageError):
        client.app(name)


def test_a_server_below_a_path_is_asked_there(server):
    with Client(f"{server.url}/nlp/", batch=1) as client:
        client.app("mood")("a")
    assert server.asked[0].path == "/nlp/v1/mood"
    assert "authorization" not in server.asked[0].headers


def test_proxies_of_the_environment_are_not_used(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with Client(server.url, retries=0) as client:
        assert client.app("mood")("a").label == "good"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, 0),
        ("5", 5),
        ("0.5", 0.5),
        ("86400", 60),
        ("-3", 0),
        ("soon", 0),
        ("", 0),
        ("Thu, 01 Jan 1970 00:16:50 GMT", 10),
        ("Thu, 01 Jan 1970 00:16:50 -0000", 10),
        ("Thu, 01 Jan 1970 00:00:01 GMT", 0),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 60),
    ],
)
def test_how_long_a_server_wants_to_be_left_alone(value, seconds):
    assert retry_after(value, now=1000.0) == seconds


@given(st.integers(0, 5000))
def test_the_wait_grows_up_to_a_limit(attempt):
    assert 0 <= backoff(attempt) <= min(0.5 * 2 ** min(attempt, 9), 30)


# asyncio


@contextmanager
def no_tasks_left() -> Iterator[None]:
    before = asyncio.all_tasks()
    yield
    assert asyncio.all_tasks() == before


def test_async_calls(server):
    async def calls() -> None:
        async with AsyncClient(server.url, key=KEY, batch=2, concurrency=2) as client:
            app = client.app("mood", lang="auto")
            assert (await app.score("hello")).document == Document("hello", id="1", lang="en")
            assert [result.document.id for result in await app.score(iter("abcde"))] == list("12345")
            assert await app.score([]) == []
            server.replies = [Reply(b'{"apps": []}')]
            assert await client.apps() == []
            assert KEY not in repr(client) + repr(app)

    asyncio.run(calls())


def test_async_results_are_in_order_and_read_a_bounded_number_ahead(server):
    later = threading.Event()

    def answer(asked: Asked) -> Reply:
        if "1" in asked.texts:
            assert later.wait(5)
        else:
            later.set()
        return scored(asked)

    server.answer = answer
    taken = count(1)

    async def endless():
        while True:
            yield str(next(taken))

    async def calls() -> None:
        async with AsyncClient(server.url, batch=2, concurrency=2) as client:
            for source in (endless(), (str(next(taken)) for _ in iter(int, 1))):
                with no_tasks_left():
                    results = client.app("mood").stream(source)
                    found = [await anext(results) for _ in range(5)]
                    await results.aclose()
                first = int(found[0].document.text)
                assert [int(result.document.text) for result in found] == list(range(first, first + 5))
                assert next(taken) <= first + 5 + 2 * 2 + 1

    asyncio.run(calls())


def test_async_attempts_are_repeated_and_given_up(server, waits):
    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async def calls() -> None:
        async with AsyncClient(server.url, key=KEY, retries=1, sleep=sleep) as client:
            app = client.app("mood")
            server.replies = [problem(429, Retry_After="7")]
            assert (await app.score("hello")).label == "good"
            assert 7 <= waits.pop() <= 7.5
            server.replies = [problem(503)] * 2
            with pytest.raises(ServerError, match="503"):
                await app.score(["hello"])
            server.replies = [problem(401, KEY)]
            with pytest.raises(KeyRefused) as caught:
                await app.score("hello")
            assert KEY not in str(caught.value)
            with pytest.raises(TextError):
                await app.score(["a", "\ud800"])
            server.replies = [Reply(b"", 302, {"Location": "/"})]
            with pytest.raises(ServerError, match="302"):
                await app.score("hello")
        with pytest.raises(UsageError, match="closed"):
            await app.score("hello")

    asyncio.run(calls())
    assert len(waits) == 1


def test_async_refused_connections_are_said(waits):
    async def calls() -> None:
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            async with AsyncClient(f"http://127.0.0.1:{held.getsockname()[1]}", retries=0) as client:
                with pytest.raises(ServerError, match="cannot be reached"):
                    await client.apps()

    asyncio.run(calls())


def test_a_cancelled_call_leaves_nothing_behind(server):
    let_go = threading.Event()

    async def calls() -> None:
        loop, begun = asyncio.get_running_loop(), asyncio.Event()

        def answer(asked: Asked) -> Reply:
            loop.call_soon_threadsafe(begun.set)
            assert let_go.wait(5)
            return scored(asked)

        server.answer = answer
        async with AsyncClient(server.url, batch=1, concurrency=2) as client:
            app = client.app("mood")
            with no_tasks_left():
                call = asyncio.create_task(app.score(["a", "b", "c"]))
                await begun.wait()
                call.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await call
                del call
            assert len(server.asked) <= 2
            let_go.set()
            assert (await app.score("d")).label == "good"

    try:
        asyncio.run(calls())
    finally:
        let_go.set()
