"""API keys: kept as hashes, found in constant time, refused when revoked, expired or out of scope, and never shown."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import stat
import subprocess
import sys
import threading
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import assume, given
from hypothesis import strategies as st

from nlpsuite.cli.keys import keys
from nlpsuite.errors import ConfigError, StorageError, UnknownName, UsageError
from nlpsuite.serve.keys import Key, KeyStore

DAMAGED = {
    "empty": b"",
    "cut": b'{"version": 1, "keys": [',
    "no text": b"\xff\xfe\x00",
    "deep": b"[" * 100_000,
    "list": b"[]",
    "no keys": b'{"version": 1}',
    "more than keys": b'{"version": 1, "keys": [], "open": true}',
    "keys of a dict": b'{"version": 1, "keys": {}}',
    "newer": b'{"version": 2, "keys": []}',
    "no record": b'{"version": 1, "keys": [null]}',
}

CREATE = """
import sys
from pathlib import Path
from nlpsuite.serve.keys import KeyStore
store = KeyStore(Path(sys.argv[1]))
for number in range(10):
    print(store.create(f"{sys.argv[2]}{number}", ["*"])[0])
"""


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "keys.json")


def call(*arguments: str) -> Result:
    return CliRunner().invoke(keys, arguments)


def records(store: KeyStore) -> list[dict[str, Any]]:
    return json.loads(store.path.read_text("utf-8"))["keys"]


def rewrite(store: KeyStore, **changes: Any) -> None:
    found = records(store)
    found[0] |= changes
    store.path.write_text(json.dumps({"version": 1, "keys": found}), "utf-8")


def test_a_key_is_made_and_found(store: KeyStore) -> None:
    secret, key = store.create("shop", ["ner", "metrics", "ner"], days=7, rate=60)
    assert secret.startswith("nlps_") and len(secret) == len("nlps_") + 43
    assert len(key.id) == 8 and key.id not in secret
    assert (key.name, key.scopes, key.rate, key.revoked) == ("shop", ("ner", "metrics"), 60, None)
    assert key.created.tzinfo is UTC and key.expires == key.created + timedelta(days=7)
    assert store.find(secret) == key == store.list()[0]
    assert KeyStore(store.path).find(secret) == key


def test_the_file_holds_the_hash_for_its_owner_only(store: KeyStore) -> None:
    secret, key = store.create("shop", ["*"])
    assert records(store) == [key.to_dict() | {"sha256": hashlib.sha256(secret.encode()).hexdigest()}]
    assert secret[5:] not in store.path.read_text("utf-8")
    store.path.chmod(0o644)
    store.create("other", ["*"])
    for path in store.path.parent.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_without_a_path_the_file_is_among_the_settings(own_home: Path) -> None:
    KeyStore().create("shop", ["*"])
    assert KeyStore().path == own_home / "config" / "keys.json"
    assert stat.S_IMODE((own_home / "config").stat().st_mode) == 0o700
    assert [key.name for key in KeyStore().list()] == ["shop"]


def test_a_link_to_the_file_stays_one(store: KeyStore, tmp_path: Path) -> None:
    link = tmp_path / "link" / "keys.json"
    link.parent.mkdir()
    link.symlink_to(store.path)
    secret, key = KeyStore(link).create("shop", ["*"])
    assert link.is_symlink() and store.find(secret) == key


@pytest.mark.parametrize("presented", ["", "nlps_", "x" * 257, "x" * 10_000_000, "nlps_é", "\udcff", "词", "\0"])
def test_what_is_no_key_is_refused(store: KeyStore, presented: str) -> None:
    store.create("shop", ["*"])
    assert store.find(presented) is None


@given(presented=st.text(st.characters(), max_size=300))
def test_no_text_is_taken_for_a_key_or_breaks_the_search(
    presented: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "any_text_keys.json"
    if not path.exists():
        KeyStore(path).create("shop", ["*"])
    assert KeyStore(path).find(presented) is None


def test_near_misses_are_refused(store: KeyStore) -> None:
    secret, key = store.create("shop", ["*"])
    digest = records(store)[0]["sha256"]
    for near in (secret[:-1], secret + "A", secret.swapcase(), f" {secret}", secret[5:], key.id, "shop", digest):
        assert store.find(near) is None


def test_revoked_keys_are_refused(store: KeyStore) -> None:
    secret, key = store.create("shop", ["*"])
    other, _ = store.create("other", ["*"])
    revoked = store.revoke("shop")
    assert revoked.id == key.id and revoked.state() == "revoked"
    assert store.find(secret) is None and store.find(other)
    assert store.revoke(key.id) == store.revoke("shop") == revoked
    assert [key.state() for key in store.list()] == ["revoked", "active"]


def test_expired_keys_are_refused_from_the_second_on(store: KeyStore) -> None:
    secret, key = store.create("shop", ["*"], days=1)
    assert key.expires
    assert store.find(secret, key.expires - timedelta(seconds=1)) == key
    assert store.find(secret, key.expires) is None
    assert key.state(key.expires) == "expired"
    rewrite(store, expires="2020-01-01T00:00:00Z")
    assert store.find(secret) is None and store.list()[0].state() == "expired"


@pytest.mark.parametrize(
    ("scopes", "allowed", "refused"),
    [
        (("ner",), ("ner",), ("finance-sentiment", "NER", "ne", "metrics", "models", "*", "")),
        (("*",), ("ner", "finance-sentiment", "not.installed"), ("metrics", "models", "", "../ner", "ner\n")),
        (("metrics",), ("metrics",), ("models", "ner")),
        (("*", "models"), ("models", "ner"), ("metrics",)),
    ],
)
def test_scopes(scopes: tuple[str, ...], allowed: tuple[str, ...], refused: tuple[str, ...]) -> None:
    key = Key("abcdefgh", "shop", scopes, datetime.now(UTC))
    assert [scope for scope in (*allowed, *refused) if key.allows(scope)] == list(allowed)


@given(scopes=st.sets(st.sampled_from(["*", "metrics", "models", "ner", "mini"]), min_size=1))
def test_metrics_and_models_must_be_named(scopes: set[str]) -> None:
    key = Key("abcdefgh", "shop", tuple(scopes), datetime.now(UTC))
    for scope in ("metrics", "models"):
        assert key.allows(scope) == (scope in scopes)
    for scope in ("ner", "mini"):
        assert key.allows(scope) == bool(scopes & {scope, "*"})


@pytest.mark.parametrize("name", ["", "-x", ".x", "a b", "a/b", "é", "x" * 41, "nlps_abc", "a\n", "**"])
def test_bad_names_are_refused_without_being_repeated(store: KeyStore, name: str) -> None:
    for arguments in ((name, ["*"]), ("shop", ["ner", name])):
        with pytest.raises(UsageError, match="is no name") as caught:
            store.create(*arguments)
        assert not name or name not in str(caught.value)
    assert not store.path.exists()


@pytest.mark.parametrize("limits", [{"days": 0}, {"days": -1}, {"days": 10**9}, {"rate": 0}, {"rate": -5}])
def test_bad_numbers_are_refused(store: KeyStore, limits: dict[str, int]) -> None:
    with pytest.raises(UsageError, match="A key cannot"):
        store.create("shop", ["*"], **limits)
    with pytest.raises(UsageError, match="needs a scope"):
        store.create("shop", [])
    assert not store.path.exists()


def test_a_name_that_means_nothing_or_two_keys(store: KeyStore) -> None:
    with pytest.raises(UnknownName, match="There is none"):
        store.revoke("shop")
    _, first = store.create("shop", ["*"])
    _, second = store.create("shop", ["*"])
    with pytest.raises(UnknownName, match="Did you mean shop"):
        store.revoke("shap")
    with pytest.raises(UsageError, match=f"{first.id} or {second.id}"):
        store.revoke("shop")
    store.revoke(first.id)
    assert store.revoke("shop").id == second.id
    with pytest.raises(UsageError, match="is the id of a key"):
        store.create(first.id, ["*"])


@given(
    name=st.from_regex(r"[a-z0-9][A-Za-z0-9._-]{0,30}", fullmatch=True),
    scopes=st.lists(st.from_regex(r"[A-Z][A-Za-z0-9._-]{0,30}|\*", fullmatch=True), min_size=1),
    days=st.none() | st.integers(1, 36_500),
    rate=st.none() | st.integers(1),
)
def test_what_is_made_is_read_again(
    name: str, scopes: list[str], days: int | None, rate: int | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assume(not name.startswith("nlps_"))
    store = KeyStore(tmp_path_factory.mktemp("made") / "keys.json")
    secret, key = store.create(name, scopes, days=days, rate=rate)
    assert store.list() == [key] and store.find(secret) == key
    assert key.scopes == tuple(dict.fromkeys(scopes))


@given(data=st.data())
def test_damage_anywhere_never_lets_more_keys_in(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    store = KeyStore(tmp_path_factory.mktemp("hurt") / "keys.json")
    secret, _ = store.create("shop", ["ner"])
    content = bytearray(store.path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place : place + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=5))
    store.path.write_bytes(content)
    server = KeyStore(store.path)
    assert server.find("nlps_" + "A" * 43) is None
    found = server.find(secret)
    try:
        assert (found in store.list()) or found is None
    except ConfigError:
        assert found is None


@pytest.mark.parametrize("present", [0, 1, 4, None])
def test_every_hash_is_compared_whichever_fits(
    store: KeyStore, monkeypatch: pytest.MonkeyPatch, present: int | None
) -> None:
    made = [store.create(f"key{number}", ["*"])[0] for number in range(5)]
    store.revoke("key1")
    calls: list[tuple[bytes, bytes]] = []
    compare = hmac.compare_digest

    def counted(left: bytes, right: bytes) -> bool:
        calls.append((left, right))
        return compare(left, right)

    monkeypatch.setattr(hmac, "compare_digest", counted)
    store.find("nlps_" + "A" * 43 if present is None else made[present])
    assert len(calls) == 5
    assert [right.hex() for _, right in calls] == [record["sha256"] for record in records(store)]
    assert len({left for left, _ in calls}) == 1


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_an_error_and_stays_as_it_is(store: KeyStore, content: bytes) -> None:
    store.path.write_bytes(content)
    for action in (store.list, lambda: store.create("shop", ["*"]), lambda: store.revoke("shop")):
        with pytest.raises(ConfigError, match=r"keys\.json is damaged \(.+\)\. Put a good copy"):
            action()
    assert store.path.read_bytes() == content
    assert store.find("nlps_" + "A" * 43) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "../x"},
        {"id": None},
        {"name": "nlps_x"},
        {"scopes": "ner"},
        {"scopes": []},
        {"scopes": ["a b"]},
        {"created": None},
        {"expires": "2030-01-01"},
        {"expires": 0},
        {"expires": ""},
        {"revoked": False},
        {"revoked": "yesterday"},
        {"rate": 0},
        {"rate": True},
        {"rate": "60"},
        {"sha256": "00"},
        {"sha256": None},
        {"only_from": "10.0.0.0/8"},
    ],
)
def test_a_damaged_key_is_an_error(store: KeyStore, changes: dict[str, Any]) -> None:
    secret, _ = store.create("shop", ["*"])
    rewrite(store, **changes)
    with pytest.raises(ConfigError, match="key 1 of 1"):
        store.list()
    assert KeyStore(store.path).find(secret) is None


def test_two_keys_with_one_id_or_one_hash_are_an_error(store: KeyStore) -> None:
    store.create("shop", ["*"])
    _, other = store.create("other", ["*"])
    digest = records(store)[1]["sha256"]
    rewrite(store, id=other.id)
    with pytest.raises(ConfigError, match="two keys have one id"):
        store.list()
    rewrite(store, id="abcdefgh", sha256=digest)
    with pytest.raises(ConfigError, match="two keys have one sha256"):
        store.list()


def test_a_server_sees_changes_at_once(store: KeyStore) -> None:
    server = KeyStore(store.path)
    assert server.find("nlps_" + "A" * 43) is None
    secret, key = store.create("shop", ["*"])
    assert server.find(secret) == key
    store.revoke("shop")
    assert server.find(secret) is None


def test_an_unchanged_file_is_not_read_again(store: KeyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, key = store.create("shop", ["*"])
    assert store.find(secret) == key

    def fail(*_: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr("nlpsuite.serve.keys._read", fail)
    assert store.find(secret) == key


def test_damage_leaves_the_last_good_keys_and_is_logged_once(store: KeyStore, caplog: pytest.LogCaptureFixture) -> None:
    secret, key = store.create("shop", ["*"], days=1)
    assert store.find(secret) == key and not caplog.records
    good = store.path.read_bytes()
    store.path.write_bytes(good[:-9])
    assert store.find(secret) == store.find(secret) == key
    assert store.find("nlps_" + "A" * 43) is None
    assert key.expires and store.find(secret, key.expires) is None
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "is damaged" in caplog.text and "the keys read before, if any, hold on" in caplog.text
    store.path.write_bytes(good)
    store.revoke("shop")
    assert store.find(secret) is None


def test_a_store_that_never_loaded_refuses_all(store: KeyStore, caplog: pytest.LogCaptureFixture) -> None:
    secret, key = store.create("shop", ["*"])
    good = store.path.read_bytes()
    store.path.write_bytes(b"{")
    server = KeyStore(store.path)
    assert server.find(secret) is None
    store.path.write_bytes(good)
    assert server.find(secret) == key


def test_without_its_file_every_key_is_refused(store: KeyStore, caplog: pytest.LogCaptureFixture) -> None:
    secret, key = store.create("shop", ["*"])
    assert store.find(secret) == key
    kept = store.path.rename(store.path.with_name("kept"))
    assert store.find(secret) is None and store.find(secret) is None
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert store.list() == []
    kept.rename(store.path)
    assert store.find(secret) == key


def test_a_file_that_cannot_be_read(
    store: KeyStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    secret, key = store.create("shop", ["*"])
    assert store.find(secret) == key
    store.revoke("shop")

    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("nlpsuite.serve.keys._read", fail)
        assert store.find(secret) == store.find(secret) == key
        assert KeyStore(store.path).find(secret) is None
        with pytest.raises(ConfigError, match="cannot be read"):
            store.list()
    assert caplog.text.count("cannot be read (Permission denied)") == 2  # once by each store
    assert store.find(secret) is None  # the file is as it was, and must be read all the same


def test_a_file_that_cannot_be_written(store: KeyStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    store.create("shop", ["*"])
    before = store.path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(StorageError, match="No space left"):
        store.revoke("shop")
    assert store.path.read_bytes() == before
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be written"):
        KeyStore(tmp_path / "file" / "keys.json").create("shop", ["*"])


def test_two_processes_lose_nothing(store: KeyStore) -> None:
    command = [sys.executable, "-c", CREATE, str(store.path)]
    running = [subprocess.Popen([*command, name], stdout=subprocess.PIPE, text=True) for name in ("one-", "two-")]
    made = [secret for process in running for secret in process.communicate(timeout=60)[0].split()]
    assert [process.returncode for process in running] == [0, 0]
    assert len(made) == len(set(made)) == len(store.list()) == 20
    assert all(map(store.find, made))


def test_threads_find_while_keys_change(store: KeyStore) -> None:
    secret, key = store.create("shop", ["*"])
    missed: list[object] = []

    def find() -> None:
        missed.extend(found for _ in range(200) if (found := store.find(secret)) != key)

    threads = [threading.Thread(target=find) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(5):
        store.create(f"other{number}", ["*"])
    for thread in threads:
        thread.join()
    assert not missed


def test_nothing_secret_is_shown(store: KeyStore, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret, key = store.create("shop", ["*"])
    digest = records(store)[0]["sha256"]
    shown = [repr(key), str(asdict(key)), repr(store), repr(store.list()), repr(store.find(secret))]
    shown += [repr(vars(store)), call("list", "--format", "json", "--file", str(store.path)).output]
    shown += [call("list", "--file", str(store.path)).output]
    for misused in (secret, digest, secret[5:]):
        for action in (store.revoke, lambda text: store.create(text, ["*"]), lambda text: store.create("x", [text])):
            with pytest.raises(UsageError) as caught:
                action(misused)
            shown += [repr(caught.value), repr(vars(caught.value))]
    store.path.write_bytes(store.path.read_bytes()[:-9])
    assert store.find(secret) == key and KeyStore(store.path).find(secret) is None
    with pytest.raises(ConfigError) as caught_damage:
        store.list()
    shown += [repr(caught_damage.value), repr(caught_damage.value.__context__), caplog.text]
    raw = bytes.fromhex(digest)
    assert key.id in shown[0] and "is damaged" in caplog.text
    for text in shown:
        assert secret not in text and secret[5:] not in text and digest not in text and repr(raw) not in text


def test_create_prints_the_key_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    result = call("create", "shop", "--scope", "ner", "--scope", "metrics", "--days", "2", "--file", str(path))
    assert result.exit_code == 0
    secret = result.stdout.removesuffix(os.linesep)
    key = KeyStore(path).find(secret)
    assert key and key.scopes == ("ner", "metrics") and key.expires == key.created + timedelta(days=2)
    assert key.id in result.stderr and "Authorization: Bearer KEY" in result.stderr
    assert f"nlpsuite keys revoke {key.id} --file {path}" in result.stderr
    assert secret not in result.stderr


def test_create_without_scopes_is_for_every_application(own_home: Path) -> None:
    result = call("create", "shop", "--rate", "60")
    key = KeyStore().find(result.stdout.strip())
    assert key and key.scopes == ("*",) and key.rate == 60 and key.expires is None
    assert "until it is revoked" in result.stderr


def test_list_shows_the_keys_and_their_state(own_home: Path) -> None:
    empty = call("list", "--format", "json")
    assert json.loads(empty.stdout) == [] and "There is no key" in empty.stderr
    assert call("list").stdout == ""
    call("create", "shop", "--days", "1")
    call("create", "old")
    assert "is revoked." in call("revoke", "old").stdout
    rows = [line.split() for line in call("list").stdout.splitlines()]
    assert rows[0] == ["id", "name", "scopes", "created", "expires", "rate", "state"]
    assert [(row[1], row[-1]) for row in rows[1:]] == [("shop", "active"), ("old", "revoked")]
    assert rows[2][4] == "never"
    found = json.loads(call("list", "--format", "json").stdout)
    assert set(found[0]) == {"id", "name", "scopes", "created", "expires", "revoked", "rate", "state"}
    assert found[1]["state"] == "revoked"


def test_commands_hand_on_errors(own_home: Path) -> None:
    assert isinstance(call("revoke", "shop").exception, UnknownName)
    assert call("create", "shop", "--days", "0").exit_code == 2
    (own_home / "config" / "keys.json").write_text("{")
    assert isinstance(call("list").exception, ConfigError)
