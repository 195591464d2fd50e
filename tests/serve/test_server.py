"""A real server on loopback, with a real model in its worker, and clients that are not always kind."""

from __future__ import annotations

import concurrent.futures
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from nlpsuite.runtime import load
from nlpsuite.serve.keys import KeyStore

READY_SECONDS = 60


class Running:
    """A server in a process of its own."""

    def __init__(self, log: Path, *words: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = log
        command = [sys.executable, "-m", "nlpsuite", "serve", "tiny", "--port", str(self.port), *words]
        with log.open("wb") as file:
            self.process = subprocess.Popen(command, stderr=file, stdout=file)
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", trust_env=False, timeout=60)
        self.wait()

    def wait(self) -> float:
        """Until it is ready; the seconds that took."""
        began = time.monotonic()
        while time.monotonic() - began < READY_SECONDS:
            try:
                if self.client.get("/readyz").status_code == 200:
                    return time.monotonic() - began
            except httpx.TransportError:
                assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def score(self, *texts: str, **more: object) -> httpx.Response:
        documents = [{"text": text} for text in texts]
        return self.client.post("/v1/tiny", json={"documents": documents, "lang": "en"}, **more)

    def stop(self) -> None:
        self.client.close()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        finally:
            self.process.kill()


@pytest.fixture
def start(installed, tmp_path):
    """Start servers that are stopped at the end."""
    running: list[Running] = []

    def begin(*words: str) -> Running:
        running.append(Running(tmp_path / f"log{len(running)}", *words))
        return running[-1]

    yield begin
    for server in running:
        server.stop()


def test_a_server_says_what_the_application_says_and_refuses_what_it_should(start):
    server = start("--max-body", "1", "--dtype", "fp32")
    texts = ["the company profit rises", "lawsuit lost", "好 公 司"]
    answer = server.score(*texts).json()
    assert answer["app"] == "tiny" and "@" in answer["model"]
    for found, wanted in zip(answer["results"], load("tiny", lang="en", dtype="fp32")(texts), strict=True):
        assert (found["label"], found["text"]) == (wanted.label, wanted.document.text)
        assert found["score"] == pytest.approx(wanted.score, abs=1e-3)
    client = server.client
    (app,) = client.get("/v1/apps").json()["apps"]
    assert app["name"] == "tiny" and app["model"] == answer["model"] and not app["pairs"]
    lines = server.score(*texts, headers={"accept": "application/x-ndjson"}).text.splitlines()
    assert [json.loads(line)["label"] for line in lines] == [result["label"] for result in answer["results"]]
    bad = [
        (422, {"documents": []}, "documents"),
        (422, {"documents": [{"text": ""}]}, "documents.0.text"),
        (422, {"documents": [{"text": "a", "more": 1}]}, "documents.0.more"),
        (422, {"documents": [{"text": "a"}] * 257}, "documents"),
        (422, {"documents": [{"text": "a"}], "lang": "../etc"}, "lang"),
        (422, [1, 2], "body"),
    ]
    for status, body, place in bad:
        answer = client.post("/v1/tiny", json=body)
        assert answer.status_code == status and place in answer.json()["detail"].lower()
        assert answer.headers["content-type"] == "application/problem+json"
    kind = {"content-type": "application/json"}
    for content in (b'{"documents":[{"text":"\\ud800"}]}', b"[" * 100_000, b"\xff", b'{"documents":[{"text":NaN}]}'):
        assert client.post("/v1/tiny", content=content, headers=kind).status_code in (400, 422)
    assert client.post("/v1/tiny", content=b"x" * 1_100_000, headers=kind).status_code == 413
    assert client.post("/v1/tiny", content=iter([b"x" * 600_000] * 2), headers=kind).status_code == 413
    assert client.post("/v1/tiny", data={"text": "a"}).status_code == 415
    assert client.post("/v1/nothing", json={}).status_code == 404
    assert client.get("/v1/tiny").status_code == 405
    page = client.get("/metrics").text
    assert 'nlpsuite_requests_total{app="tiny",status="422"}' in page and "nothing" not in page
    head = client.get("/healthz").headers
    assert "default-src 'none'" in head["content-security-policy"] and head["x-content-type-options"] == "nosniff"
    assert server.score("canary in a mine", headers={"x-request-id": "r-1"}).headers["x-request-id"] == "r-1"
    assert "canary" not in server.log.read_text() and '"request": "r-1"' in server.log.read_text()
    assert set(client.get("/openapi.json").json()["paths"]) >= {"/v1/tiny", "/v1/apps", "/healthz"}


@pytest.mark.parametrize("word", ["RAISE", "EXIT", "POISON", "HANG"])
def test_a_text_that_harms_its_worker_fails_alone(start, word):
    server = start("--batch-seconds", "2")
    with concurrent.futures.ThreadPoolExecutor(9) as pool:
        slow = pool.submit(server.score, "SLOW the company")  # the others gather behind it
        time.sleep(0.2)
        harmful = pool.submit(server.score, f"{word} the company")
        kind = [pool.submit(server.score, f"the company profit rises {number}") for number in range(6)]
        assert slow.result().status_code == 200
        failed = harmful.result()
        assert (failed.status_code == 500 and "ended over it" in failed.text) or "application failed" in failed.text
        assert "SECRET" not in failed.text and "SECRET" not in server.log.read_text()
        assert [one.result().status_code for one in kind] == [200] * 6
    assert server.score("the company").status_code == 200
    assert server.client.get("/healthz").status_code == 200


def test_too_much_is_refused_at_once_and_what_waits_too_long_is_given_up(start):
    server = start("--queue", "4", "--batch-tokens", "1", "--request-seconds", "1.2")
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        began = time.monotonic()
        answers = [pool.submit(server.score, f"SLOW {number}") for number in range(10)]
        found = [one.result() for one in answers]
        statuses = [one.status_code for one in found]
        assert statuses.count(429) >= 5 and 200 in statuses and 504 in statuses
        assert time.monotonic() - began < 10
    assert all(int(one.headers["retry-after"]) >= 1 for one in found if one.status_code == 429)
    assert server.score(*["a"] * 5).status_code == 413


def test_models_are_loaded_anew_while_requests_go_on_and_a_broken_one_changes_nothing(start):
    server = start()
    folder = Path(os.environ["TINY_BUNDLE"])
    before = server.score("the company").json()["model"]
    whole = (folder / "weights.safetensors").read_bytes()
    (folder / "weights.safetensors").write_bytes(whole[:-8] + b"\0" * 8)
    broken = server.client.post("/v1/models/reload")
    assert broken.status_code == 409 and "go on" in broken.json()["detail"]
    assert server.score("the company").json()["model"] == before
    (folder / "weights.safetensors").write_bytes(whole)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        reload = pool.submit(server.client.post, "/v1/models/reload")
        while not reload.done():
            assert server.score("the company").status_code == 200
        assert reload.result().json() == {"models": {"tiny": before}}
    assert server.score("the company").status_code == 200


def test_a_server_that_is_told_to_stop_answers_what_it_has_accepted(start):
    server = start("--batch-tokens", "1")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(server.score, f"SLOW {number}") for number in range(4)]
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        assert [one.result().status_code for one in answers] == [200] * 4
    assert server.process.wait(20) in (0, -signal.SIGTERM)


def test_keys_open_what_they_are_for(start, tmp_path):
    file = tmp_path / "keys.json"
    store = KeyStore(file)
    mine, _ = store.create("mine", ["tiny"])
    few, _ = store.create("few", ["tiny"], rate=2)
    other, _ = store.create("other", ["ner", "metrics"])
    gone, _ = store.create("gone", ["*", "metrics", "models"])
    server = start("--keys", str(file))
    store.revoke("gone")

    def status(path: str, key: str | None, **more: object) -> int:
        headers = {"authorization": f"Bearer {key}"} if key else {}
        method = "POST" if path in ("/v1/tiny", "/v1/models/reload") else "GET"
        body = {"documents": [{"text": "the company"}]} if method == "POST" else None
        return server.client.request(method, path, json=body, headers=headers, **more).status_code

    closed = ("/v1/tiny", "/v1/apps", "/v1/models", "/metrics", "/v1/models/reload")
    for path in closed:
        assert [status(path, key) for key in (None, "wrong", mine + "x", gone)] == [401] * 4
    assert [status(path, mine) for path in closed] == [200, 200, 200, 403, 403]
    assert [status(path, other) for path in closed] == [403, 200, 200, 200, 403]
    assert [status("/v1/tiny", few) for _ in range(3)] == [200, 200, 429]
    assert status("/healthz", None) == status("/readyz", None) == 200
    log = server.log.read_text()
    assert not any(key in log for key in (mine, other, gone, "Bearer"))


def test_without_keys_a_server_is_open_to_its_machine_alone(installed, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "nlpsuite", "serve", "tiny", "--host", "0.0.0.0", "--port", "0"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2 and "there is no key. Create one: nlpsuite keys create NAME" in done.stderr


def test_whoever_sends_nothing_whole_is_put_off(start):
    server = start()
    slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
    for number, one in enumerate(slow):
        one.sendall(b"POST /v1/tiny HTTP/1.1\r\nHost: a\r\n" if number % 2 else b"")
    began = time.monotonic()
    assert server.score("the company").status_code == 200 and time.monotonic() - began < 5
    for one in slow:
        one.settimeout(30)
        assert one.recv(100) == b""
    assert 5 < time.monotonic() - began < 20
    half = socket.create_connection(("127.0.0.1", server.port))
    half.sendall(b"POST /v1/tiny HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
    half.settimeout(30)
    assert b"408" in half.recv(1000)
