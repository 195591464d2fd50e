"""API keys of the server: made, listed, revoked, and found again when a request presents one.

A key is shown once, when it is made; the store keeps its hash and what the key permits. The store is one file of
JSON, written whole by one command at a time, which a running server reads again whenever it has changed.
"""

from __future__ import annotations

import builtins
import hashlib
import hmac
import json
import logging
import os
import re
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from nlpsuite.config import config_dir
from nlpsuite.errors import ConfigError, StorageError, UnknownName, UsageError
from nlpsuite.files import write_durably

logger = logging.getLogger(__name__)

FILE_NAME = "keys.json"
PREFIX = "nlps_"
"""What every key begins with, so that people and scanners for leaked secrets know one when they see it."""

EVERY_APPLICATION = "*"
METRICS, MODELS = "metrics", "models"
OWN_SCOPES = frozenset({METRICS, MODELS})
"""What a key is permitted only by name: reading the server's numbers, and reloading its models."""

MOST_DAYS = 36_500

_VERSION = 1
_LONGEST_PRESENTED = 256
_ID_LENGTH = 8
_ID_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that are taken for one another, or for an option
_ID = re.compile(rf"[{_ID_LETTERS}]{{{_ID_LENGTH}}}")
# Shorter than a key, its random part and its hash, so that none of them is ever stored or shown as a name.
_NAME = re.compile(rf"(?!{PREFIX})[A-Za-z0-9][A-Za-z0-9._-]{{0,39}}")
_NAME_RULE = (
    f"1 to 40 of the letters a to z, digits, dots, underscores and hyphens, a letter or digit first, and not {PREFIX}"
)
_LOCK_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key; nothing in it is secret.

    Attributes:
        id: random and public; no two keys share one.
        name: what its owner calls it; may repeat.
        scopes: applications, `*` for all of them, `metrics`, `models`.
        created: in UTC.
        expires: from then on it is refused; None for never.
        revoked: when it was; None while it is not.
        rate: items a minute that it may ask for; None for the server's own limit.
    """

    id: str
    name: str
    scopes: tuple[str, ...]
    created: datetime
    expires: datetime | None = None
    revoked: datetime | None = None
    rate: int | None = None

    def allows(self, scope: str) -> bool:
        """Whether its scopes cover an application, `metrics` or `models`; not whether it is still good."""
        if scope in self.scopes:
            return True
        return EVERY_APPLICATION in self.scopes and scope not in OWN_SCOPES and _is_name(scope)

    def state(self, now: datetime | None = None) -> str:
        """One of "active", "expired" and "revoked"."""
        if self.revoked is not None:
            return "revoked"
        expired = self.expires is not None and self.expires <= (now or _now())
        return "expired" if expired else "active"

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain JSON values."""
        return {
            "id": self.id,
            "name": self.name,
            "scopes": list(self.scopes),
            "created": to_text(self.created),
            "expires": to_text(self.expires) if self.expires else None,
            "revoked": to_text(self.revoked) if self.revoked else None,
            "rate": self.rate,
        }


class KeyStore:
    """The keys in a file. Any number of threads and processes may use it at once.

    Args:
        path: the file; `keys.json` in the folder of the user's settings when not given.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or config_dir(make=False) / FILE_NAME
        self._reading = threading.Lock()
        self._stamp: _Stamp | None = None
        self._entries: tuple[_Entry, ...] = ()
        self._complaint = ""

    def create(
        self, name: str, scopes: Iterable[str], *, days: int | None = None, rate: int | None = None
    ) -> tuple[str, Key]:
        """Make a key.

        Args:
            name: what its owner calls it.
            scopes: at least one.
            days: how long it is good; for ever when not given.
            rate: items a minute that it may ask for.

        Returns:
            The key itself, which cannot be had again, and what is known of it.

        Raises:
            UsageError: the name, a scope or a number is none.
            ConfigError: the file cannot be read, or is damaged.
            StorageError: the file cannot be written.
        """
        chosen = tuple(dict.fromkeys(scopes))
        _check(name, chosen, days, rate)
        created = _now()
        expires = None if days is None else created + timedelta(days=days)
        secret = PREFIX + secrets.token_urlsafe(32)
        with _changing(self.path) as entries:
            key = Key(_new_id(entries), name, chosen, created, expires, rate=rate)
            if any(entry.key.id == name for entry in entries):
                raise UsageError(f"{name} is the id of a key. Choose another name, so that each means one key.")
            entries.append(_Entry(key, _digest(secret)))
        return secret, key

    def list(self) -> builtins.list[Key]:
        """All keys, the oldest first, with those that are no longer good; none where there is no file.

        Raises:
            ConfigError: the file cannot be read, or is damaged.
        """
        return [entry.key for entry in _stored(self.path)]

    def revoke(self, id_or_name: str) -> Key:
        """Make a key useless from now on; one that is revoked already stays as it is.

        Raises:
            UnknownName: there is no such key.
            UsageError: several keys have the name.
            ConfigError: the file cannot be read, or is damaged.
            StorageError: the file cannot be written.
        """
        with _changing(self.path) as entries:
            place = _place(entries, id_or_name)
            key = entries[place].key
            if key.revoked is None:
                key = replace(key, revoked=_now())
                entries[place] = replace(entries[place], key=key)
        return key

    def find(self, presented: str, now: datetime | None = None) -> Key | None:
        """The key that a request presents; None where there is none, or it is no longer good.

        A change of the file is seen at once. Where the changed file cannot be read or is damaged, that is logged and
        the keys read last hold on; where there is no file, every key is refused.

        Args:
            presented: what the request holds, of any length and content.
            now: the time to judge by; must know its time zone.
        """
        if len(presented) > _LONGEST_PRESENTED or not presented.isascii():
            return None
        digest, found = _digest(presented), None
        # Every hash is compared, so that the time taken tells nothing of which keys there are.
        for entry in self._current():
            if hmac.compare_digest(digest, entry.digest):
                found = entry.key
        return found if found is not None and found.state(now) == "active" else None

    def _current(self) -> tuple[_Entry, ...]:
        with self._reading:
            try:
                if _stamp(os.stat(self.path)) != self._stamp:
                    self._reload()
            except FileNotFoundError:
                self._stamp, self._entries = None, ()
                self._complain(
                    f"{self.path} is not there, so every key is refused. Make keys with `nlpsuite keys create`."
                )
            except OSError as error:
                # The file may be as it was when it can be read again, so nothing of this may count as having read it.
                self._stamp = None
                self._complain(f"{_unreadable(self.path, error)} {_HELD}")
            return self._entries

    def _reload(self) -> None:
        stamp, content = _read(self.path)
        try:
            self._entries = _parse(self.path, content)
            self._complaint = ""
        except ConfigError as error:
            self._complain(f"{error} {_HELD}")
        self._stamp = stamp

    def _complain(self, sentence: str) -> None:
        """Log what is wrong once, not with every request."""
        if sentence != self._complaint:
            logger.error("%s", sentence)
        self._complaint = sentence


def to_text(time: datetime) -> str:
    """A time in UTC as ISO 8601 has it, to the second."""
    return time.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


@dataclass(frozen=True, slots=True)
class _Entry:
    key: Key
    digest: bytes = field(repr=False)


_Stamp = tuple[int, ...]


def _stamp(status: os.stat_result) -> _Stamp:
    # The time of change as well: with it a file is read again after its permissions were put right.
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _digest(secret: str) -> bytes:
    # Slow hashes protect passwords that people choose. A key is 256 random bits, which nobody can guess however fast
    # the hash is, and a slow one would only delay every request.
    return hashlib.sha256(secret.encode("ascii")).digest()


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _new_id(entries: Sequence[_Entry]) -> str:
    taken = {name for entry in entries for name in (entry.key.id, entry.key.name)}
    while True:
        made = "".join(secrets.choice(_ID_LETTERS) for _ in range(_ID_LENGTH))
        if made not in taken:
            return made


def _check(name: str, scopes: Sequence[str], days: int | None, rate: int | None) -> None:
    """See that a key can be made of these; what is no name is not repeated, for it may be a key."""
    if not _is_name(name):
        raise UsageError(f"That is no name for a key. Give {_NAME_RULE}.")
    if not scopes:
        raise UsageError(f"A key needs a scope. Name applications, or {EVERY_APPLICATION} for all of them.")
    if not all(map(_is_scope, scopes)):
        raise UsageError(f"A scope is no name. Give {EVERY_APPLICATION}, or {_NAME_RULE}.")
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise UsageError(f"A key cannot be good for {days} days. Give 1 to {MOST_DAYS}, or nothing for ever.")
    if rate is not None and rate < 1:
        raise UsageError(f"A key cannot have a rate of {rate} items a minute. Give 1 or more, or nothing for no limit.")


def _place(entries: Sequence[_Entry], id_or_name: str) -> int:
    """Where the one key is that an id or a name means: an id first, then names of keys that are not revoked."""
    keys = [entry.key for entry in entries]
    by_id = [place for place, key in enumerate(keys) if key.id == id_or_name]
    named = [place for place, key in enumerate(keys) if key.name == id_or_name]
    alive = [place for place in named if keys[place].revoked is None]
    if not by_id and len(alive) > 1:
        ids = " or ".join(keys[place].id for place in alive)
        raise UsageError(f"{len(alive)} keys are named {id_or_name}. Give an id instead: {ids}.")
    places = by_id or alive or named[-1:]
    if not places:
        # What is no name is not repeated, for it may be a key.
        shown = id_or_name if _is_name(id_or_name) else "…"
        raise UnknownName("API key", shown, {key.name for key in keys}, "See `nlpsuite keys list`.")
    return places[0]


@contextmanager
def _changing(path: Path) -> Iterator[list[_Entry]]:
    """The keys of a file, to be changed while nobody else can; written when the block ends without an error."""
    target = Path(os.path.realpath(path))  # where the path is a link, it stays one
    lock = FileLock(target.with_name(f".{target.name}.lock"), timeout=_LOCK_SECONDS, mode=0o600, fallback_to_soft=False)
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise UsageError(f"Another command has been changing {path} for long. Wait for it, or stop it.") from None
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        entries = list(_stored(path))
        yield entries
        _write(target, entries)
    finally:
        lock.release()


def _write(path: Path, entries: Sequence[_Entry]) -> None:
    records = [entry.key.to_dict() | {"sha256": entry.digest.hex()} for entry in entries]
    try:
        write_durably(path, json.dumps({"version": _VERSION, "keys": records}, indent=1).encode(), mode=0o600)
    except OSError as error:
        raise _unwritable(path, error) from error


def _stored(path: Path) -> tuple[_Entry, ...]:
    try:
        _, content = _read(path)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise ConfigError(_unreadable(path, error)) from error
    return _parse(path, content)


def _read(path: Path) -> tuple[_Stamp, bytes]:
    with path.open("rb") as file:
        # Of the file that is open, for another may have taken its place by now.
        return _stamp(os.fstat(file.fileno())), file.read()


def _parse(path: Path, content: bytes) -> tuple[_Entry, ...]:
    """The keys that a file holds; nothing of its content is repeated where it is damaged.

    Raises:
        ConfigError: it is damaged.
    """
    value = _decoded(content)
    records = value.get("keys") if isinstance(value, dict) and set(value) == {"version", "keys"} else None
    if not isinstance(records, list):
        raise _damaged(path, "it holds no list of keys")
    if value["version"] != _VERSION:
        raise _damaged(path, f"its version is not {_VERSION}, so another nlpsuite wrote it")
    for number, record in enumerate(records, 1):
        problem = _problem(record)
        if problem:
            raise _damaged(path, f"key {number} of {len(records)}: {problem}")
    for unique in ("id", "sha256"):
        if len({record[unique] for record in records}) != len(records):
            raise _damaged(path, f"two keys have one {unique}")
    return tuple(map(_entry, records))


def _decoded(content: bytes) -> Any:
    """What JSON says; None where it is none. The decoder's error holds the content, so it goes no further."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _problem(record: object) -> str:
    """What keeps a record from being a key. One with more fields than are known may permit less than is known."""
    if not isinstance(record, dict) or set(record) != set(_FIELDS):
        return "its fields are not those of a key"
    return next((f"{name} has a bad value" for name, fits in _FIELDS.items() if not fits(record[name])), "")


def _entry(record: dict[str, Any]) -> _Entry:
    key = Key(
        id=record["id"],
        name=record["name"],
        scopes=tuple(record["scopes"]),
        created=_time(record["created"]),
        expires=_time(record["expires"]) if record["expires"] else None,
        revoked=_time(record["revoked"]) if record["revoked"] else None,
        rate=record["rate"],
    )
    return _Entry(key, bytes.fromhex(record["sha256"]))


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def _is_scope(value: object) -> bool:
    return value == EVERY_APPLICATION or _is_name(value)


def _is_scopes(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_scope, value))


def _is_time(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(_time(value))
    except ValueError:
        return False


def _is_rate(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _matches(pattern: str) -> Callable[[object], bool]:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _or_none(fits: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: value is None or fits(value)


_FIELDS: dict[str, Callable[[object], bool]] = {
    "id": _matches(_ID.pattern),
    "name": _is_name,
    "scopes": _is_scopes,
    "created": _is_time,
    "expires": _or_none(_is_time),
    "revoked": _or_none(_is_time),
    "rate": _or_none(_is_rate),
    "sha256": _matches("[0-9a-f]{64}"),
}
"""By field of a stored key: whether a value fits."""

_HELD = "Until then the keys read before, if any, hold on."


def _damaged(path: Path, problem: str) -> ConfigError:
    return ConfigError(
        f"{path} is damaged ({problem}). Put a good copy in its place, or remove it and make new keys with "
        "`nlpsuite keys create`."
    )


def _unreadable(path: Path, error: OSError) -> str:
    return f"{path} cannot be read ({error.strerror}). Let the user that runs nlpsuite read it, or name another file."


def _unwritable(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"{path} cannot be written ({error.strerror}). Let the user that runs nlpsuite write it and its folder, "
        "or name another file."
    )
