"""What every request passes first: limits on its body before anything is parsed, an id, and headers for browsers."""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nlpsuite.serve.problems import problem, too_many

BODY_SECONDS = 10.0

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}

Told = Callable[[str, str, int, float, str], None]
"""Method, path, status, seconds, the request's id."""


@dataclass(frozen=True, slots=True)
class Guard:
    """An ASGI application around another one.

    Attributes:
        app: the other one.
        most_bytes: of a body.
        told: is told of every request when it is answered.
        busy: the seconds after which there may be room again; 0 while there is.
    """

    app: ASGIApp
    most_bytes: int
    told: Told
    busy: Callable[[], float] = lambda: 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See `starlette.types.ASGIApp`."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        id_ = given if _ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = id_
        sending = _Sending(send, id_)
        began = time.monotonic()
        try:
            body = await self._body(scope, receive)
            if not isinstance(body, bytes):
                await problem(*body)(scope, receive, sending)
            elif _scores(scope) and (seconds := self.busy()):
                await too_many(seconds)(scope, receive, sending)  # nothing is parsed that cannot be answered
            else:
                await self.app(scope, _given(body, receive), sending)
        finally:
            self.told(scope["method"], scope["path"], sending.status, time.monotonic() - began, id_)

    async def _body(self, scope: Scope, receive: Receive) -> bytes | tuple[int, str]:
        """The whole body, or the problem with it."""
        length = Headers(scope=scope).get("content-length", "0")
        too_large = 413, f"The body is larger than {self.most_bytes // 1_000_000} MB. Send fewer documents at once."
        if not length.isdigit() or int(length) > self.most_bytes:
            return too_large
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(BODY_SECONDS):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return 400, "The client left before its request was whole."
                    parts.append(message.get("body", b""))
                    size += len(parts[-1])
                    if size > self.most_bytes:
                        return too_large
                    if not message.get("more_body", False):
                        return b"".join(parts)
        except TimeoutError:
            return 408, f"The body took longer than {BODY_SECONDS:g} s to arrive."


def _scores(scope: Scope) -> bool:
    path: str = scope["path"]
    return scope["method"] == "POST" and path.startswith("/v1/") and path != "/v1/models/reload"


class _Sending:
    """Adds headers, and keeps the status."""

    def __init__(self, send: Send, id_: str) -> None:
        self.send, self.id, self.status = send, id_, 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["x-request-id"] = self.id
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            if self.status in (408, 413):
                headers["connection"] = "close"
        await self.send(message)


def _given(body: bytes, receive: Receive) -> Receive:
    """What was read is given once more; what comes after it is the client's leaving."""
    whole: dict[str, Any] = {"type": "http.request", "body": body, "more_body": False}
    left = [whole]

    async def again() -> Message:
        return left.pop() if left else await receive()

    return again
