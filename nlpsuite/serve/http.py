"""How the server listens: uvicorn, with clients put off that keep a connection and send nothing whole."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from nlpsuite.serve.guard import Guard

HEAD_SECONDS = 10.0
"""Until the head of a request must have arrived, from when the connection was made, or the request begun."""
KEEP_SECONDS = 15
GRACE_SECONDS = 30


class PatientToAPoint(HttpToolsProtocol):
    """Closes a connection whose request has no whole head in time: uvicorn would wait for ever."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._wait()

    def on_message_begin(self) -> None:
        """Begin to wait for the rest of a head."""
        self._wait()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Wait no more."""
        self._wait_no_more()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._wait_no_more()
        self._waiting = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


def make_server(
    app: Guard, host: str, port: int, *, certificate: Path | None = None, key: Path | None = None
) -> uvicorn.Server:
    """A server that is ready to be run.

    Args:
        app: what answers.
        host: to listen on.
        port: likewise; 0 for any that is free.
        certificate: for TLS, with its `key`.
    """
    settings: dict[str, Any] = {"ssl_certfile": certificate, "ssl_keyfile": key} if certificate else {}
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host,
            port,
            http=PatientToAPoint,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
            **settings,
        )
    )
