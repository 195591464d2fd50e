from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from nlpsuite.config import Config, RunDefaults, cache_dir, config_dir, load_config, set_disabled, write_json
from nlpsuite.errors import ConfigError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NLPSUITE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NLPSUITE_CONFIG", raising=False)
    monkeypatch.delenv("NLPSUITE_DISABLE_PLUGINS", raising=False)
    (tmp_path / "project" / "deep" / "down").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "home"


def write_project(text: str) -> Path:
    path = Path.cwd() / "nlpsuite.toml"
    path.write_text(text, "utf-8")
    return path


def disabled(config: Config) -> dict[str, tuple[str, ...]]:
    return {rules.place: rules.disabled for rules in config.plugins if rules.disabled}


def test_without_files_nothing_is_set() -> None:
    config = load_config()
    assert config.run == RunDefaults(None, None, None)
    assert config.files == ()
    assert all(not rules.disabled and rules.allow is None and not rules.required for rules in config.plugins)


def test_reading_makes_no_folder(home: Path) -> None:
    load_config()
    assert not home.exists()


def test_project_file_is_found_from_below(monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_project('[run]\nlang = "zh"\n')
    monkeypatch.chdir("deep/down")
    assert load_config().run.lang == "zh"
    assert load_config().files == (path,)


def test_nearest_project_file_wins_alone() -> None:
    write_project('[run]\nlang = "zh"\ndevice = "cuda"\n')
    Path("deep/nlpsuite.toml").write_text('[run]\nlang = "de"\n')
    assert load_config(Path("deep/down")).run == RunDefaults("de", None, None)


def test_project_value_wins_over_users_value() -> None:
    (config_dir() / "nlpsuite.toml").write_text('[run]\nlang = "de"\ndevice = "cpu"\n')
    write_project('[run]\nlang = "zh"\n')
    assert load_config().run == RunDefaults("zh", "cpu", None)


def test_named_file_replaces_the_projects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_project('[run]\nlang = "zh"\n')
    named = tmp_path / "named.toml"
    named.write_text('[run]\ndevice = "cpu"\n')
    monkeypatch.setenv("NLPSUITE_CONFIG", str(named))
    assert load_config().run == RunDefaults(None, "cpu", None)


def test_named_file_must_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NLPSUITE_CONFIG", "nowhere.toml")
    with pytest.raises(ConfigError, match=r"NLPSUITE_CONFIG names .*nowhere\.toml, which is not a file"):
        load_config()


def test_rules_on_plugins_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    user = config_dir() / "nlpsuite.toml"
    user.write_text('[plugins]\ndisabled = ["a"]\nallow = ["x", "y"]\n')
    project = write_project('[plugins]\ndisabled = ["b"]\nallow = ["y"]\nrequired = ["nlpsuite-ner>=0.1,<0.2"]\n')
    monkeypatch.setenv("NLPSUITE_DISABLE_PLUGINS", " c, d ,")
    set_disabled("e", True)
    config = load_config()
    assert disabled(config) == {
        str(project): ("b",),
        str(user): ("a",),
        "$NLPSUITE_DISABLE_PLUGINS": ("c", "d"),
        str(config_dir() / "plugins.json"): ("e",),
    }
    assert [rules.allow for rules in config.plugins] == [("y",), ("x", "y"), None, None]
    assert config.plugins[0].required == ("nlpsuite-ner>=0.1,<0.2",)


def test_empty_allow_list_is_not_a_missing_one() -> None:
    write_project("[plugins]\nallow = []\n")
    assert load_config().plugins[0].allow == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[plugin]\ndisabled = ["a"]', "there is no setting plugin. Did you mean plugins?"),
        ('[plugins]\ndisable = ["a"]', "there is no setting plugins.disable. Did you mean plugins.disabled?"),
        ("[run]\nzzz = 1", "there is no setting run.zzz. There are: device, lang, model."),
        ('plugins = "ner"', "plugins must be a table, written [plugins], not 'ner'."),
        (
            '[plugins]\ndisabled = "ner"',
            "plugins.disabled must be a list of names such as [\"ner\"], not 'ner'.",
        ),
        ("[plugins]\nallow = [1]", 'plugins.allow must be a list of names such as ["ner"], not [1].'),
        ('[plugins]\nrequired = ["a >> 1"]', "plugins.required must be requirements such as"),
        (
            '[plugins]\nrequired = ["a @ https://b.c/d.whl"]',
            "plugins.required must be requirements without an address",
        ),
        ("[run]\nlang = 1", "run.lang must be a text in quotes, not 1."),
        ('[run]\ndevice = ""', "run.device must be a text in quotes, not ''."),
        ("[run\n", "cannot be read as TOML"),
    ],
)
def test_bad_settings_name_file_and_key(text: str, message: str) -> None:
    path = write_project(text)
    with pytest.raises(ConfigError) as caught:
        load_config()
    assert str(path) in str(caught.value)
    assert message in str(caught.value)


def test_bytes_that_are_no_text_are_refused() -> None:
    Path("nlpsuite.toml").write_bytes(b'[run]\nlang = "\xff"\n')
    with pytest.raises(ConfigError, match="cannot be read as TOML"):
        load_config()


def test_byte_order_mark_is_no_error() -> None:
    Path("nlpsuite.toml").write_bytes(b'\xef\xbb\xbf[run]\nlang = "zh"\n')
    assert load_config().run.lang == "zh"


def test_path_of_model_counts_from_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_project('[run]\nmodel = "./models/mine"\n').parent
    monkeypatch.chdir("deep")
    assert load_config().run.model == str(folder / "models" / "mine")


def test_name_of_model_stays_a_name() -> None:
    write_project('[run]\nmodel = "finance-zh"\n')
    assert load_config().run.model == "finance-zh"


def test_folders_are_made_for_their_owner_only(home: Path) -> None:
    assert (config_dir(), cache_dir()) == (home / "config", home / "cache")
    assert stat.S_IMODE(config_dir().stat().st_mode) == 0o700
    assert stat.S_IMODE(cache_dir().stat().st_mode) == 0o700


def test_without_home_the_platforms_folders_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NLPSUITE_HOME")
    for variable in ("HOME", "USERPROFILE", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert config_dir().is_relative_to(tmp_path)
    assert cache_dir().is_relative_to(tmp_path)
    assert config_dir() != cache_dir()


def test_folder_that_cannot_be_made_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NLPSUITE_HOME", str(tmp_path / "file"))
    with pytest.raises(ConfigError, match="Set NLPSUITE_HOME to a folder you can write to"):
        cache_dir()


def test_state_is_switched_off_and_on() -> None:
    set_disabled("ner", True)
    set_disabled("recommend", True)
    set_disabled("ner", False)
    state = config_dir() / "plugins.json"
    assert json.loads(state.read_text()) == {"disabled": ["recommend"]}
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    assert os.listdir(config_dir()) == ["plugins.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"disabled": "ner"}', '{"disabled": [1]}'])
def test_damaged_state_is_named(text: str) -> None:
    (config_dir() / "plugins.json").write_text(text)
    with pytest.raises(ConfigError, match=r"plugins\.json is damaged. Remove it"):
        load_config()


def test_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "value.json"
    write_json(path, {"a": 1})
    with pytest.raises(TypeError):
        write_json(path, {"a": object()})
    assert json.loads(path.read_text()) == {"a": 1}
    assert [name for name in os.listdir(tmp_path) if name.startswith("value")] == ["value.json"]


def test_removed_working_folder_is_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert load_config().files == ()
