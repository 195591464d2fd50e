"""The server as an ASGI application: routes over the batcher."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.staticfiles import StaticFiles

from nlpsuite import __version__
from nlpsuite.application import Application
from nlpsuite.serve.access import Access, access_to
from nlpsuite.serve.batcher import TOO_LATE, Batcher, Full, Item, Refused
from nlpsuite.serve.batcher import Limits as QueueLimits
from nlpsuite.serve.guard import Guard
from nlpsuite.serve.keys import KeyStore
from nlpsuite.serve.logs import logger
from nlpsuite.serve.metrics import Metrics
from nlpsuite.serve.problems import on_http_error, on_invalid, problem, too_many
from nlpsuite.serve.process import StartFailed, WorkerSettings
from nlpsuite.serve.schemas import Problem, about, request_of, response_of

PAGE = Path(__file__).with_name("page")
NDJSON = "application/x-ndjson"


@dataclass(frozen=True)
class ServerSettings:
    """How a server serves.

    Attributes:
        applications: that it serves.
        worker: what holds their models.
        keys: who may ask; everybody when None.
        queue: how much may wait.
        request_seconds: after which a request is given up.
        most_bytes: of a body.
    """

    applications: Sequence[Application]
    worker: WorkerSettings
    keys: KeyStore | None = None
    queue: QueueLimits = field(default_factory=QueueLimits)
    request_seconds: float = 30.0
    most_bytes: int = 8_000_000


def create_app(settings: ServerSettings) -> Guard:
    """The server; it starts its worker when it is started, and is ready when that has loaded.

    Args:
        settings: see there.
    """
    metrics = Metrics(settings.applications)
    batcher = Batcher(settings.worker, settings.queue, metrics.batch)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        running = asyncio.create_task(batcher.run())
        try:
            yield
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running

    app = FastAPI(title="nlpsuite", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(RequestValidationError, on_invalid)
    access = Access(settings.keys)
    _add_health(app, batcher, metrics, access)
    _add_about(app, settings, batcher, access)
    for application in settings.applications:
        _add_application(app, application, settings, batcher, metrics, access)
    if PAGE.is_dir():
        _add_page(app)
    return Guard(app, settings.most_bytes, _told(metrics), batcher.busy)


def _told(metrics: Metrics) -> Callable[[str, str, int, float, str], None]:
    def tell(method: str, path: str, status: int, seconds: float, id_: str) -> None:
        metrics.request(path, status, seconds)
        fields = {"method": method, "path": path[:200], "status": status, "seconds": round(seconds, 4), "request": id_}
        logger.info("request", extra=fields)

    return tell


def _add_health(app: FastAPI, batcher: Batcher, metrics: Metrics, access: Access) -> None:
    @app.get("/healthz", tags=["health"], summary="Whether the server runs")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", tags=["health"], summary="Whether requests can be answered now")
    async def readyz() -> Response:
        if batcher.worker is not None and batcher.worker.alive:
            return JSONResponse({"status": "ready"})
        return problem(503, f"The models are not loaded: {batcher.reason or 'they are being loaded'}.")

    @app.get("/metrics", tags=["health"], summary="Counts for Prometheus", dependencies=[access_to(access, "metrics")])
    async def metrics_page() -> Response:
        metrics.queue.set(len(batcher.waiting))
        metrics.restarts.set(batcher.restarts)
        return Response(metrics.page(), media_type="text/plain; version=0.0.4")


def _add_about(app: FastAPI, settings: ServerSettings, batcher: Batcher, access: Access) -> None:
    def models() -> dict[str, str]:
        return batcher.worker.models if batcher.worker else {}

    @app.get("/v1/apps", tags=["about"], summary="What is served", dependencies=[access_to(access, None)])
    async def apps() -> dict[str, Any]:
        return {"apps": [about(one, models().get(one.name, "")) for one in settings.applications]}

    @app.get("/v1/models", tags=["about"], summary="Which models answer", dependencies=[access_to(access, None)])
    async def loaded() -> dict[str, Any]:
        return {"models": models()}

    @app.post(
        "/v1/models/reload",
        tags=["about"],
        summary="Load all models anew; the old ones answer until then, and go on if that fails",
        dependencies=[access_to(access, "models")],
        responses={409: {"model": Problem}},
    )
    async def reload() -> Response:
        try:
            return JSONResponse({"models": await batcher.reload()})
        except StartFailed as error:
            return problem(409, f"{error} The models that were loaded go on.")


def _add_application(
    app: FastAPI,
    application: Application,
    settings: ServerSettings,
    batcher: Batcher,
    metrics: Metrics,
    access: Access,
) -> None:
    name = application.name
    body_type, response_type = request_of(application), response_of(application)

    async def score(request: Request, body: Any) -> Response:
        access.spend(request, len(body.documents))
        deadline = time.monotonic() + settings.request_seconds
        try:
            items = batcher.submit(name, _documents(body), deadline)
        except Full as full:
            return too_many(full.seconds)
        except Refused as refused:
            return problem(refused.status, refused.detail)
        if NDJSON in request.headers.get("accept", ""):
            return StreamingResponse(_lines(items, metrics), media_type=NDJSON)
        try:
            results = await _or_gone(request, items)
        except Refused as refused:
            return problem(refused.status, refused.detail)
        except _Gone:
            return Response(status_code=499)
        metrics.results(name, results)
        return JSONResponse({"app": name, "model": results[0]["model"], "results": results})

    score.__annotations__["body"] = body_type
    problems = {code: {"model": Problem} for code in (401, 403, 413, 422, 429, 500, 504)}
    app.post(
        f"/v1/{name}",
        tags=["applications"],
        summary=application.summary,
        response_model=response_type,
        responses=problems,  # type: ignore[arg-type]
        dependencies=[access_to(access, name), Depends(_json_only)],
    )(score)


async def _json_only(request: Request) -> None:
    """A form that another site's page sends must not reach an application: browsers ask before they send JSON."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415, "Send JSON, with the header Content-Type: application/json.")


def _documents(body: Any) -> list[dict[str, Any]]:
    """Documents as the worker takes them."""
    lang = None if body.lang == "auto" else body.lang
    found = []
    for number, one in enumerate(body.documents, 1):
        own = None if one.lang == "auto" else one.lang
        found.append({"text": one.text, "id": one.id or str(number), "lang": own or lang, "pair": one.pair})
    return found


class _Gone(Exception):
    """The client left."""


async def _or_gone(request: Request, items: Sequence[Item]) -> list[dict[str, Any]]:
    """All results; what still waits is dropped when one is refused, or the client leaves."""

    async def left() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    leaving = asyncio.ensure_future(left())
    all_ = asyncio.gather(*(item.result for item in items))
    try:
        first: set[asyncio.Future[Any]] = {leaving, all_}
        await asyncio.wait(first, timeout=_left(items), return_when=asyncio.FIRST_COMPLETED)
        if all_.done():
            return list(all_.result())
        raise _Gone if leaving.done() else Refused(504, TOO_LATE)
    finally:
        leaving.cancel()
        all_.cancel()
        for item in items:
            if item.result.done() and not item.result.cancelled():
                item.result.exception()  # several may have failed, and one is told
            else:
                item.result.cancel()


def _left(items: Sequence[Item]) -> float:
    """Seconds until they are too late, whether the worker has come to them or not."""
    return max(items[0].deadline - time.monotonic(), 0.0)


async def _lines(items: Sequence[Item], metrics: Metrics) -> AsyncIterator[bytes]:
    """A line for each document as it is scored, in their order; a refused one's is its problem."""
    try:
        for item in items:
            try:
                async with asyncio.timeout(_left(items)):
                    line = await item.result
                metrics.results(item.app, [line])
            except TimeoutError:
                line = {"id": item.document["id"], "status": 504, "detail": TOO_LATE}
            except Refused as refused:
                line = {"id": item.document["id"], "status": refused.status, "detail": refused.detail}
            yield json.dumps(line).encode() + b"\n"
    finally:
        for item in items:
            item.result.cancel()


def _add_page(app: FastAPI) -> None:
    app.mount("/page", StaticFiles(directory=PAGE), name="page")

    @app.get("/", include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(PAGE / "index.html")
