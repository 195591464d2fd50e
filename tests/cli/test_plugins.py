from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from nlpsuite.cli.plugins import plugins
from nlpsuite.errors import ConfigError, UnknownName
from tests.plugin_factory import HEALTHY, Site


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NLPSUITE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NLPSUITE_CONFIG", raising=False)
    monkeypatch.delenv("NLPSUITE_DISABLE_PLUGINS", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    made = Site(tmp_path / "site", monkeypatch)
    yield made
    made.forget()


def call(*arguments: str) -> Result:
    return CliRunner().invoke(plugins, arguments)


def rows(result: Result) -> dict[str, dict[str, Any]]:
    return {row["distribution"]: row for row in json.loads(result.stdout)}


def line(result: Result, start: str) -> str:
    return next(line for line in result.stdout.splitlines() if line.startswith(start))


def test_list_shows_every_plugin_and_its_status(site: Site) -> None:
    site.add("healthy", version="0.3.1")
    site.add("newer", requires=["nlpsuite>=99"])
    result = call("list")
    assert result.exit_code == 0
    assert line(result, "healthy ").split() == ["healthy", "fake-healthy", "0.3.1", "unchecked"]
    assert line(result, "newer ").split()[-1] == "incompatible"
    problem = line(result, "newer (fake-newer): it requires nlpsuite>=99")
    assert "Update both: pip install --upgrade nlpsuite fake-newer." in problem
    assert "\x1b" not in result.stdout


def test_list_as_json(site: Site) -> None:
    site.add("healthy")
    row = rows(call("list", "--format", "json"))["fake-healthy"]
    assert set(row) == {
        *("name", "distribution", "version", "target", "enabled", "status", "problem", "cure", "api"),
    }
    assert (row["name"], row["enabled"], row["status"]) == ("healthy", True, "unchecked")


def test_no_command_but_doctor_imports_a_plugin(site: Site, tmp_path: Path) -> None:
    mark = tmp_path / "imported"
    site.add("healthy", HEALTHY + f"open({str(mark)!r}, 'w').close()\n")
    for command in (
        "list",
        "list --format json",
        "info healthy",
        "disable healthy",
        "enable healthy",
        "list",
    ):
        assert call(*command.split()).exit_code == 0
        assert not mark.exists(), command
    assert call("doctor", "healthy").exit_code == 0
    assert mark.exists()


def test_disable_and_enable(site: Site) -> None:
    site.add("healthy")
    assert call("disable", "healthy").stdout == "healthy is disabled.\n"
    row = rows(call("list", "--format", "json"))["fake-healthy"]
    assert (row["status"], row["enabled"]) == ("disabled", False)
    assert row["cure"] == "Enable it with: nlpsuite plugins enable healthy"
    assert call("enable", "healthy").stdout == "healthy is enabled.\n"
    assert rows(call("list", "--format", "json"))["fake-healthy"]["enabled"] is True


def test_unknown_name_is_an_error_with_suggestions(site: Site) -> None:
    site.add("healthy")
    for command in ("disable", "enable", "info", "doctor"):
        error = call(command, "helthy").exception
        assert isinstance(error, UnknownName), command
        assert "Did you mean healthy" in str(error)


def test_enable_says_what_keeps_a_plugin_off(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.add("healthy")
    monkeypatch.setenv("NLPSUITE_DISABLE_PLUGINS", "healthy")
    error = call("enable", "healthy").exception
    assert isinstance(error, ConfigError)
    assert "healthy stays switched off: it is disabled in $NLPSUITE_DISABLE_PLUGINS" in str(error)


def test_bad_settings_are_an_error(site: Site, tmp_path: Path) -> None:
    (tmp_path / "nlpsuite.toml").write_text("[plugins]\ndisable = []\n")
    assert isinstance(call("list").exception, ConfigError)


def test_doctor_reports_and_list_remembers(site: Site) -> None:
    site.add("healthy")
    site.add("broken", "raise OSError('no disk')")
    result = call("doctor", "healthy", "broken", "--timeout", "60")
    assert result.exit_code == 1
    assert line(result, "healthy ").split()[3] == "ok"
    assert line(result, "broken ").split()[3] == "broken"
    assert "failed with OSError: no disk" in line(result, "broken (fake-broken)")
    assert "broken | OSError: no disk" in result.stdout
    listed = rows(call("list", "--format", "json"))
    assert (listed["fake-healthy"]["status"], listed["fake-broken"]["status"]) == ("ok", "broken")
    assert "no disk" in listed["fake-broken"]["problem"]


def test_doctor_as_json(site: Site) -> None:
    site.add("healthy")
    result = call("doctor", "healthy", "--format", "json")
    assert result.exit_code == 0
    row = rows(result)["fake-healthy"]
    assert (row["status"], row["applications"], row["api"]) == ("ok", ["healthy"], ">=1,<2")


def test_doctor_names_what_is_required_and_missing(site: Site, tmp_path: Path) -> None:
    (tmp_path / "nlpsuite.toml").write_text('[plugins]\nallow = []\nrequired = ["fake-missing>=2"]\n')
    result = call("doctor")
    assert result.exit_code == 1
    assert "requires fake-missing>=2: it is not installed. Install it: pip install 'fake-missing>=2'" in result.stderr


def test_info_shows_both_that_claim_a_name(site: Site) -> None:
    site.add("twin", distribution="fake-one")
    site.add("twin", distribution="fake-two")
    assert set(rows(call("info", "twin", "--format", "json"))) == {"fake-one", "fake-two"}
    assert set(rows(call("info", "fake-one", "--format", "json"))) == {"fake-one"}


def test_info_shows_the_last_verdict(site: Site) -> None:
    site.add("healthy")
    assert rows(call("info", "healthy", "--format", "json"))["fake-healthy"]["verdict"] is None
    call("doctor", "healthy")
    assert rows(call("info", "healthy", "--format", "json"))["fake-healthy"]["verdict"]["status"] == "ok"
    assert line(call("info", "healthy"), "applications").split() == ["applications", "healthy"]


def test_what_plugins_say_cannot_steer_the_terminal(site: Site) -> None:
    site.add("evil", points={"evil": "no_module\x1b[2J"})
    result = call("info", "evil")
    assert result.exit_code == 0
    assert "no_module" in result.stdout
    assert "\x1b" not in result.stdout
