"""Errors as problem details (RFC 9457): a status, a title and a sentence, and nothing of what the client sent."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The response for something that went wrong."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JSONResponse(body, status, dict(headers or {}), media_type="application/problem+json")


def too_many(seconds: float) -> JSONResponse:
    """The response where there is no room; after so many seconds there may be."""
    headers = {"retry-after": str(max(round(seconds), 1))}
    return problem(429, "Too many documents wait. Send them again later.", headers)


async def on_http_error(_: Request, error: Exception) -> JSONResponse:
    """For what the framework, or a route, refuses."""
    assert isinstance(error, HTTPException)
    detail = error.detail if isinstance(error.detail, str) else "The request cannot be answered."
    return problem(error.status_code, detail, error.headers)


async def on_invalid(_: Request, error: Exception) -> JSONResponse:
    """For a body that is not what the schema wants: the first fault, with where it is, without the value."""
    assert isinstance(error, RequestValidationError)
    first: dict[str, Any] = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"] if part != "body")
    return problem(422, f"{place or 'The body'}: {first['msg']}. /openapi.json says what is wanted.")
