"""Who may ask for what, and how much of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from nlpsuite.serve.keys import Key, KeyStore

MINUTE = 60.0


@dataclass
class Access:
    """Checks keys, and counts what each has asked for.

    Attributes:
        keys: who may ask; everybody when None.
    """

    keys: KeyStore | None
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def check(self, request: Request, scope: str | None) -> None:
        """Refuse a request without a key, or with one that is not for this; any key will do where the scope is None."""
        if self.keys is None:
            return
        kind, _, presented = request.headers.get("authorization", "").partition(" ")
        key = self.keys.find(presented.strip()) if kind.lower() == "bearer" and presented else None
        if key is None:
            detail = "Send a valid key, with the header Authorization: Bearer KEY."
            raise HTTPException(401, detail, {"www-authenticate": "Bearer"})
        if scope is not None and not key.allows(scope):
            raise HTTPException(403, f"This key is not for {scope}.")
        request.state.key = key

    def spend(self, request: Request, items: int) -> None:
        """Count documents against the key's rate; refuse them where it is used up."""
        key: Key | None = getattr(request.state, "key", None)
        if key is None or key.rate is None:
            return
        now = time.monotonic()
        left, since = self._left.get(key.id, (float(key.rate), now))
        left = min(left + (now - since) * key.rate / MINUTE, float(key.rate))
        if items > left:
            wait = str(max(round((min(items, key.rate) - left) * MINUTE / key.rate), 1))
            detail = f"This key may send {key.rate} documents a minute, and has sent them."
            raise HTTPException(429, detail, {"retry-after": wait})
        self._left[key.id] = left - items, now


def access_to(access: Access, scope: str | None) -> Any:
    """The dependency of a route on a scope."""

    async def check(request: Request) -> None:
        access.check(request, scope)

    return Depends(check)
