from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from nlpsuite import plugins
from nlpsuite.application import API_VERSION, Application
from nlpsuite.config import Config, PluginRules, config_dir
from nlpsuite.errors import ConfigError, PluginError, UnknownName
from nlpsuite.hookspecs import hookimpl
from nlpsuite.plugins import switch
from nlpsuite.plugins.discovery import PluginInfo, entries
from nlpsuite.plugins.doctor import doctor, examine_apart
from nlpsuite.plugins.judgement import RESERVED, judge
from nlpsuite.plugins.registry import Registry
from nlpsuite.plugins.verdicts import Verdict, installed, last_verdict, save_verdict
from tests.plugin_factory import APPLICATION, HEALTHY, Site

HOOK = "from nlpsuite.hookspecs import hookimpl\n"

HOSTILE = {
    "import-error": ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
    "syntax-error": ("def (", "SyntaxError"),
    "system-exit": ("import sys\nsys.exit('no licence')", "failed with SystemExit: no licence"),
    "generator-exit": ("raise GeneratorExit", "failed with GeneratorExit"),
    "base-exception": ("class Stop(BaseException): ...\nraise Stop('here')", "Stop: here"),
    "steers-terminal": ("raise ValueError('a\\x1b[31m\\nb')", "ValueError: a [31m b"),
    "misspelt-hook": (
        HOOK + "@hookimpl\ndef nlpsuite_aplications(): return []",
        "an unknown hook, nlpsuite_aplications (did you mean nlpsuite_applications?)",
    ),
    "wrong-signature": (
        HOOK + "@hookimpl\ndef nlpsuite_applications(host): return []",
        "wrong signature: Argument(s) {'host'} are declared in the hookimpl but can not be found",
    ),
    "unmarked-hook": (
        HEALTHY + "def nlpsuite_encoders(): return []",
        "it defines nlpsuite_encoders without @hookimpl",
    ),
    "no-hook": ("", "it implements no hook"),
    "wrapper": (
        HOOK + "@hookimpl(wrapper=True)\ndef nlpsuite_applications():\n    yield\n    return []",
        "its hook nlpsuite_applications is a wrapper",
    ),
    "newer-api": (HEALTHY + "NLPSUITE_API = '>=2'", f"contract >=2, and this is version {API_VERSION}"),
    "wrong-api": (HEALTHY + "NLPSUITE_API = 1", "its NLPSUITE_API is 1, and not a specifier"),
    "raising-api": (
        HOOK + "def __getattr__(name): raise SystemExit(name)",
        "reading its API version failed with SystemExit: NLPSUITE_API",
    ),
    "raising-hook": (
        HOOK + "@hookimpl\ndef nlpsuite_applications(): raise SystemExit(3)",
        "its hook nlpsuite_applications failed with SystemExit: 3",
    ),
    "no-answer": (
        HOOK + "@hookimpl\ndef nlpsuite_applications(): ...",
        "its hook nlpsuite_applications must return a list of Application, and returned None",
    ),
    "wrong-answer": (
        HOOK + "@hookimpl\ndef nlpsuite_applications(): return ['ner']",
        "must return a list of Application, and returned a list",
    ),
    "twins": (
        APPLICATION + "@hookimpl\ndef nlpsuite_applications(): return [application('{name}')] * 2",
        "its hook nlpsuite_applications gave two of the name 'twins'",
    ),
    "foreign-name": (
        APPLICATION + "@hookimpl\ndef nlpsuite_applications(): return [application('healthy')]",
        "it offers an application named 'healthy', and none of its entry points is named so",
    ),
}


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


def registry(site: Site, config: Config | None = None) -> Registry:
    return Registry(config or Config(), site.entries())


def infos(site: Site, config: Config | None = None) -> dict[str, PluginInfo]:
    return {info.distribution: info for info in judge(site.entries(), config or Config())}


def rules(**values: tuple[str, ...]) -> Config:
    return Config(plugins=(PluginRules("here.toml", **values),))  # type: ignore[arg-type]


# What metadata tell


def test_metadata_are_read_without_an_import(site: Site) -> None:
    module = site.add("healthy", version="0.3.1", requires=["nlpsuite>=0.1", "other"])
    (entry,) = site.entries()
    assert (entry.name, entry.distribution, entry.version, entry.target) == (
        "healthy",
        "fake-healthy",
        "0.3.1",
        module,
    )
    assert entry.requires == ("nlpsuite>=0.1", "other")
    assert infos(site)["fake-healthy"] == PluginInfo("healthy", "fake-healthy", "0.3.1", module)
    assert module not in sys.modules


def test_damaged_metadata_harm_nobody_else(site: Site) -> None:
    site.add("healthy")
    site.describe("fake-damaged", "1", (), "[nlpsuite]\nno equals sign")
    site.describe("fake-alien", "1", (), "[other]\nno equals sign")
    (site.folder / "empty-1.dist-info").mkdir()
    found = infos(site)
    assert set(found) == {"fake-healthy", "fake-damaged"}
    assert found["fake-damaged"].status == "broken"
    assert found["fake-damaged"].problem == "its entry_points.txt is damaged"
    assert "pip install --force-reinstall fake-damaged" in found["fake-damaged"].cure
    assert list(registry(site).applications()) == ["healthy"]


def test_first_copy_on_the_path_counts(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site.add("healthy", version="1")
    nearer = Site(tmp_path / "nearer", monkeypatch)
    nearer.add("healthy", version="2")
    (entry,) = site.entries()
    assert entry.version == "2"


@pytest.mark.parametrize("name", sorted(RESERVED & {"run", "train", "plugins", "serve"}))
def test_names_of_commands_cannot_be_taken(site: Site, name: str) -> None:
    site.add(name)
    info = infos(site)[f"fake-{name}"]
    assert (info.status, info.problem) == ("clash", f"{name!r} is the name of a command of nlpsuite itself")
    with pytest.raises(PluginError, match="is the name of a command"):
        registry(site).application(name)


def test_every_command_is_reserved() -> None:
    from nlpsuite.cli import COMMANDS

    assert set(COMMANDS) <= RESERVED


@pytest.mark.parametrize("name", ["--help", "two words", "a/b"])
def test_names_that_cannot_be_typed_are_refused(site: Site, name: str) -> None:
    site.add(name, distribution="fake-odd")
    assert infos(site)["fake-odd"].status == "broken"


def test_core_that_a_distribution_excludes_is_incompatible(site: Site) -> None:
    module = site.add("newer", requires=["nlpsuite>=99"])
    info = infos(site)["fake-newer"]
    assert info.status == "incompatible"
    assert info.problem.startswith("it requires nlpsuite>=99, and this is nlpsuite ")
    assert info.cure == "Update both: pip install --upgrade nlpsuite fake-newer"
    with pytest.raises(PluginError, match="it requires nlpsuite>=99"):
        registry(site).application("newer")
    assert module not in sys.modules


@pytest.mark.parametrize(
    "requires",
    [
        "nlpsuite",
        "nlpsuite>=0.0.1",
        'nlpsuite>=99; extra == "x"',
        "nlpsuite-mini>=99",
        "nlpsuite is no requirement",
    ],
)
def test_other_requirements_are_not_in_the_way(site: Site, requires: str) -> None:
    site.add("healthy", requires=[requires])
    assert infos(site)["fake-healthy"].status == "unchecked"


def test_two_distributions_with_one_name_are_both_named_and_unused(site: Site) -> None:
    modules = [site.add("twin", distribution="fake-one"), site.add("twin", distribution="fake-two")]
    site.add("healthy")
    for info in (infos(site)["fake-one"], infos(site)["fake-two"]):
        assert info.status == "clash"
        assert info.problem == "fake-one and fake-two both claim its name"
        assert "nlpsuite plugins disable fake-one or nlpsuite plugins disable fake-two" in info.cure
    host = registry(site)
    with pytest.raises(PluginError, match="fake-one and fake-two both claim its name"):
        host.application("twin")
    assert list(host.applications()) == ["healthy"]
    assert not set(modules) & set(sys.modules)


def test_disabling_one_distribution_ends_a_clash(site: Site) -> None:
    site.add("twin", distribution="fake-one")
    module = site.add("twin", distribution="fake-two")
    config = rules(disabled=("fake-one",))
    assert {key: info.status for key, info in infos(site, config).items()} == {
        "fake-one": "disabled",
        "fake-two": "unchecked",
    }
    host = registry(site, config)
    assert host.application("twin").name == "twin"
    assert host.info("twin").target == module


# What settings switch off


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        (rules(disabled=("healthy",)), "it is disabled in here.toml"),
        (rules(disabled=("Fake_Healthy",)), "it is disabled in here.toml"),
        (rules(allow=("other",)), "it is not among plugins.allow in here.toml"),
        (rules(allow=()), "it is not among plugins.allow in here.toml"),
        (
            Config((PluginRules("a", allow=("healthy",)), PluginRules("b", allow=("x",)))),
            "plugins.allow in b",
        ),
    ],
)
def test_settings_switch_plugins_off(site: Site, config: Config, problem: str) -> None:
    module = site.add("healthy")
    info = infos(site, config)["fake-healthy"]
    assert (info.status, info.enabled) == ("disabled", False)
    assert problem in info.problem
    host = registry(site, config)
    with pytest.raises(PluginError, match="cannot be used"):
        host.application("healthy")
    assert host.applications() == {}
    assert host.problems() == []
    assert module not in sys.modules


@pytest.mark.parametrize("allow", ["healthy", "fake-healthy"])
def test_allow_list_takes_plugins_and_distributions(site: Site, allow: str) -> None:
    site.add("healthy")
    site.add("other")
    assert list(registry(site, rules(allow=(allow,))).applications()) == ["healthy"]


def test_environment_disables(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.add("healthy")
    monkeypatch.setenv("NLPSUITE_DISABLE_PLUGINS", "other,healthy")
    info = next(info for info in installed() if info.distribution == "fake-healthy")
    assert info.problem == "it is disabled in $NLPSUITE_DISABLE_PLUGINS"


def test_switching_off_and_on(site: Site) -> None:
    site.add("healthy")

    def status() -> str:
        return next(info.status for info in installed() if info.distribution == "fake-healthy")

    switch.disable("healthy")
    assert status() == "disabled"
    switch.enable("healthy")
    assert status() == "unchecked"
    switch.disable("Fake_Healthy")
    assert status() == "disabled"
    with pytest.raises(ConfigError, match="Enable it with: nlpsuite plugins enable fake-healthy"):
        switch.enable("healthy")
    switch.enable("fake-healthy")
    assert status() == "unchecked"


def test_unknown_plugin_cannot_be_switched(site: Site) -> None:
    site.add("healthy")
    with pytest.raises(UnknownName, match="Did you mean healthy"):
        switch.disable("helthy")
    with pytest.raises(UnknownName):
        switch.enable("helthy")


def test_plugin_that_was_uninstalled_can_be_enabled(site: Site) -> None:
    (config_dir() / "plugins.json").write_text('{"disabled": ["long-gone"]}')
    switch.enable("long-gone")
    assert (config_dir() / "plugins.json").read_text().split() == ["{", '"disabled":', "[]", "}"]


@pytest.mark.parametrize("wanted", ["fake-healthy>=0.2", "fake-missing"])
def test_required_distribution_must_be_there(site: Site, wanted: str) -> None:
    site.add("healthy", version="0.1.0")
    host = registry(site, rules(required=(wanted,)))
    for ask in (lambda: host.application("healthy"), host.applications, lambda: host.detect_language("x")):
        with pytest.raises(PluginError, match=f"here.toml requires {wanted}: .* pip install '{wanted}'"):
            ask()


def test_required_distribution_must_not_be_disabled(site: Site) -> None:
    site.add("healthy")
    config = rules(required=("fake-healthy",), disabled=("healthy",))
    with pytest.raises(PluginError, match=r"requires fake-healthy: it is disabled in here\.toml"):
        registry(site, config).applications()


def test_required_distribution_that_is_there_is_no_error(site: Site) -> None:
    site.add("healthy", version="0.1.5")
    host = registry(site, rules(required=("Fake_Healthy>=0.1,<0.2",)))
    assert list(host.applications()) == ["healthy"]


# What loading does


def test_one_application_loads_one_plugin(site: Site) -> None:
    wanted, other = site.add("wanted"), site.add("other")
    application = registry(site).application("wanted")
    assert isinstance(application, Application)
    assert application.name == "wanted"
    assert wanted in sys.modules
    assert other not in sys.modules


def test_plugin_may_be_an_object_of_a_module(site: Site) -> None:
    code = APPLICATION + (
        "class Plugin:\n    @hookimpl\n    def nlpsuite_applications(self): return [application('{name}')]\n"
        "plugin = Plugin()\n"
    )
    site.add("healthy", code, points={"healthy": "{module}:plugin"})
    assert registry(site).application("healthy").name == "healthy"


def test_one_plugin_may_bring_several_applications(site: Site) -> None:
    code = APPLICATION + "@hookimpl\ndef nlpsuite_applications(): return [application('a'), application('b')]"
    site.add("both", code, points={"a": "{module}", "b": "{module}"})
    host = registry(site)
    assert host.application("b").name == "b"
    assert list(host.applications()) == ["a", "b"]
    assert list(registry(site, rules(disabled=("b",))).applications()) == ["a"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_plugin_gives_cause_and_cure(site: Site, name: str) -> None:
    code, problem = HOSTILE[name]
    site.add(name, code)
    site.add("healthy")
    host = registry(site)
    for _ in range(2):
        with pytest.raises(PluginError) as caught:
            host.application(name)
        assert f"The plugin {name!r} (fake-{name} 0.1.0) cannot be used: " in str(caught.value)
        assert problem in str(caught.value)
        assert f"nlpsuite plugins disable {name}" in str(caught.value)
        assert str(caught.value).isprintable()
    assert list(host.applications()) == ["healthy"]


def test_healthy_plugin_works_beside_all_hostile_ones(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    for name, (code, _) in HOSTILE.items():
        site.add(name, code)
    site.add("healthy")
    host = registry(site)
    with caplog.at_level(logging.WARNING):
        assert list(host.applications()) == ["healthy"]
        assert list(host.applications()) == ["healthy"]
    assert [name for name, _ in host.manager().list_name_plugin()] == ["healthy"]
    assert [info.name for info in host.problems()] == sorted(HOSTILE)
    assert len(caplog.messages) == len(HOSTILE)  # each once, however often all were asked


def test_broken_plugin_is_silent_while_it_does_not_matter(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.add("broken", "raise OSError")
    site.add("healthy")
    registry(site).application("healthy")
    assert caplog.messages == []


def test_users_interrupt_comes_through(site: Site) -> None:
    site.add("slow", "raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        registry(site).application("slow")


def test_rolled_back_plugin_leaves_no_hook(site: Site) -> None:
    code = HEALTHY + "@hookimpl\ndef nlpsuite_misspelt(): return []"
    site.add("half", code)
    host = registry(site)
    with pytest.raises(PluginError):
        host.load("half")
    manager = host.manager()
    assert manager.get_plugins() == set()
    assert manager.hook.nlpsuite_applications.get_hookimpls() == []
    manager.check_pending()


def test_optional_hook_of_a_newer_core_is_permitted(site: Site) -> None:
    site.add("ahead", HEALTHY + "@hookimpl(optionalhook=True)\ndef nlpsuite_of_tomorrow(): return []")
    assert list(registry(site).applications()) == ["ahead"]


def test_unknown_application_suggests_and_imports_nothing(site: Site) -> None:
    module = site.add("finance-sentiment")
    with pytest.raises(UnknownName, match=r"Did you mean finance-sentiment\?"):
        registry(site).application("finance-sentimnt")
    assert module not in sys.modules


def test_plugin_without_application_is_no_application(site: Site) -> None:
    site.add("encoders-only", HOOK + "@hookimpl\ndef nlpsuite_encoders(): return []")
    with pytest.raises(UnknownName, match="encoders-only is a plugin that brings no application"):
        registry(site).application("encoders-only")


def test_api_range_is_known_after_loading(site: Site) -> None:
    site.add("healthy")
    host = registry(site)
    assert (host.info("healthy").status, host.info("healthy").api) == ("unchecked", None)
    host.load("healthy")
    assert (host.info("healthy").status, host.info("healthy").api) == ("ok", ">=1,<2")


def test_plugin_without_api_range_is_accepted(site: Site) -> None:
    site.add("healthy", HEALTHY.replace('NLPSUITE_API = ">=1,<2"', ""))
    assert list(registry(site).applications()) == ["healthy"]


# What plugins offer besides applications

ENCODER = HOOK + (
    "from pathlib import Path\nfrom nlpsuite.application import EncoderSpec\n@hookimpl\n"
    "def nlpsuite_encoders():\n    return [EncoderSpec('%s', 's', Path('.'), dict, '0', 'MIT')]\n"
)


def test_encoder_of_the_plugin_of_its_name_loads_that_alone(site: Site) -> None:
    site.add("mini", ENCODER % "mini")
    other = site.add("other", ENCODER % "mini")
    host = registry(site)
    assert host.encoder("mini").name == "mini"
    assert other not in sys.modules
    assert list(host.encoders()) == ["mini"]


def test_encoder_of_another_name_is_found(site: Site) -> None:
    site.add("bundle-of-encoders", ENCODER % "large")
    assert registry(site).encoder("large").name == "large"
    assert list(registry(site).encoders()) == ["large"]


def test_encoder_of_two_plugins_names_both(site: Site) -> None:
    site.add("one", ENCODER % "large")
    site.add("two", ENCODER % "large")
    host = registry(site)
    with pytest.raises(PluginError, match="fake-one and fake-two both bring an encoder named 'large'"):
        host.encoder("large")
    assert host.encoders() == {}


def test_unknown_encoder_names_the_broken_plugins(site: Site) -> None:
    site.add("mini", ENCODER % "mini")
    site.add("broken", "raise OSError")
    with pytest.raises(UnknownName, match=r"Did you mean mini\? Not used: broken; see `nlpsuite plugins doctor`"):
        registry(site).encoder("mni")


def test_segmenters_come_in_order_of_names(site: Site) -> None:
    code = HOOK + (
        "from nlpsuite.application import SegmenterSpec\n@hookimpl\n"
        "def nlpsuite_segmenters(): return [SegmenterSpec('{name}', ('ja',), object)]\n"
    )
    site.add("zeta", code)
    site.add("alpha", code)
    host = registry(site)
    host.load("zeta")
    assert [segmenter.name for segmenter in host.segmenters()] == ["alpha", "zeta"]


def test_commands_of_an_application(site: Site) -> None:
    code = HEALTHY + "@hookimpl\ndef nlpsuite_commands(): return {'{name}': {'watch': 'my_package.cli:watch'}}"
    site.add("healthy", code)
    other = site.add("other")
    host = registry(site)
    assert host.commands("healthy") == {"watch": "my_package.cli:watch"}
    assert other not in sys.modules
    assert host.commands("other") == {}


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ("['watch']", "must return a dict"),
        ("{'healthy': {'watch': 'no target'}}", "must return targets such as"),
        (
            "{'ner': {'watch': 'a:b'}}",
            "it offers a command for 'ner', and none of its entry points is named so",
        ),
    ],
)
def test_wrong_commands_are_refused(site: Site, answer: str, problem: str) -> None:
    site.add("healthy", HEALTHY + f"@hookimpl\ndef nlpsuite_commands(): return {answer}")
    with pytest.raises(PluginError, match=problem):
        registry(site).commands("healthy")


DETECT = HOOK + "@hookimpl\ndef nlpsuite_detect_language(text):\n    {body}\n"


def test_first_plugin_that_knows_the_language_answers(site: Site) -> None:
    site.add("a", DETECT.replace("{body}", "return None"))
    site.add("b", DETECT.replace("{body}", "return 'de' if 'und' in text else None"))
    site.add("c", DETECT.replace("{body}", "return 'en'"))
    host = registry(site)
    host.load("c")
    assert host.detect_language("auf und ab") == "de"
    assert host.detect_language("up and down") == "en"
    assert registry(site, rules(disabled=("c",))).detect_language("up and down") is None


@pytest.mark.parametrize(
    ("body", "problem"),
    [("raise SystemExit", "failed with SystemExit"), ("return 7", "must return a code such as 'de' or None")],
)
def test_failing_detection_is_asked_no_more(
    site: Site, caplog: pytest.LogCaptureFixture, body: str, problem: str
) -> None:
    site.add("a", DETECT.replace("{body}", body))
    site.add("b", DETECT.replace("{body}", "return 'en'"))
    host = registry(site)
    assert [host.detect_language("text") for _ in range(3)] == ["en"] * 3
    assert len(caplog.messages) == 1
    assert problem in caplog.messages[0]
    assert host.info("a").status == "broken"


def test_provenance_is_known_without_an_import(site: Site) -> None:
    module = site.add("healthy", version="0.4.2")
    made = registry(site).provenance("healthy")
    assert (made.plugin, made.distribution, made.version, made.api) == (
        "healthy",
        "fake-healthy",
        "0.4.2",
        API_VERSION,
    )
    assert module not in sys.modules


def test_plugin_that_is_not_installed_can_be_added() -> None:
    class Plugin:
        @hookimpl
        def nlpsuite_detect_language(self, text: str) -> str:
            return "pt"

    host = Registry(Config(), [])
    host.add("mine", Plugin())
    assert host.detect_language("text") == "pt"
    with pytest.raises(PluginError, match="There is a plugin named 'mine' already"):
        host.add("mine", Plugin())


def test_added_plugin_must_keep_the_contract() -> None:
    host = Registry(Config(), [])
    with pytest.raises(PluginError, match="it implements no hook"):
        host.add("mine", SimpleNamespace())
    assert host.names() == []


def test_module_functions_ask_the_plugins_of_this_process(site: Site) -> None:
    site.add("fake-healthy")
    plugins.reset()
    try:
        assert plugins.application("fake-healthy").name == "fake-healthy"
        assert plugins.registry() is plugins.registry()
        assert "fake-healthy" in plugins.names()
    finally:
        plugins.reset()


# The doctor


def examined(site: Site, name: str, limit: float = 60.0) -> Verdict:
    info = next(info for info in judge(site.entries(), Config()) if info.name == name)
    return examine_apart(info, limit)


def test_doctor_finds_a_healthy_plugin_healthy(site: Site) -> None:
    module = site.add("healthy", HEALTHY + "print('noise on stdout')\nimport threading, time\n")
    verdict = examined(site, "healthy")
    assert (verdict.status, verdict.problem, verdict.warnings) == ("ok", "", ())
    assert (verdict.applications, verdict.hooks) == (("healthy",), ("nlpsuite_applications",))
    assert verdict.api == ">=1,<2"
    assert 0 < verdict.seconds < 60
    assert verdict.checked
    assert module not in sys.modules


def test_doctor_sees_what_registry_sees(site: Site) -> None:
    code, problem = HOSTILE["system-exit"]
    site.add("system-exit", code)
    verdict = examined(site, "system-exit")
    assert verdict.status == "broken"
    assert problem in verdict.problem
    assert "sys.exit('no licence')" in verdict.traceback[2]


def test_doctor_survives_a_crash(site: Site) -> None:
    module = site.add("crash", "import os\nos.abort()")
    verdict = examined(site, "crash")
    assert verdict.status == "broken"
    assert verdict.problem == "it crashed the process (Aborted)"
    assert verdict.traceback[0].startswith("Fatal Python error")
    assert any(f"{module}.py" in line and "line 2" in line for line in verdict.traceback)
    assert verdict.deadly


def test_what_crashed_is_not_imported_in_earnest(site: Site) -> None:
    module = site.add("mended")  # so that a failure of this test does not end the tests
    site.add("healthy")
    info = infos(site)["fake-mended"]
    save_verdict(replace(verdict_on(info), problem="it crashed the process (Aborted)", deadly=True))
    host = registry(site)
    assert list(host.applications()) == ["healthy"]
    with pytest.raises(PluginError, match=r"when it was last examined, it crashed the process \(Aborted\)"):
        host.application("mended")
    assert module not in sys.modules
    (verdict,) = doctor(["mended"], 60, Config())
    assert (verdict.status, verdict.deadly) == ("ok", False)
    assert registry(site).application("mended").name == "mended"


def test_short_limit_does_not_condemn(site: Site) -> None:
    site.add("slow", "import time\ntime.sleep(300)")
    assert not examined(site, "slow", 0.1).deadly


def test_verdict_is_given_if_not_kept(site: Site, home: Path, caplog: pytest.LogCaptureFixture) -> None:
    site.add("healthy")
    home.mkdir()
    (home / "cache").write_text("in the way")
    assert [verdict.status for verdict in doctor(["healthy"], 60, Config())] == ["ok"]
    assert "cannot be made" in caplog.text
    assert last_verdict(infos(site)["fake-healthy"]) is None


def test_doctor_reports_a_quiet_end(site: Site) -> None:
    site.add("quiet", "import os\nos._exit(0)")
    assert examined(site, "quiet").problem == "it ended the process with exit code 0"


def test_doctor_does_not_wait_for_threads_left_behind(site: Site) -> None:
    site.add("lively", HEALTHY + "import threading, time\nthreading.Thread(target=time.sleep, args=(300,)).start()")
    start = time.monotonic()
    assert examined(site, "lively").status == "ok"
    assert time.monotonic() - start < 50  # the limit is 60


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_doctor_ends_a_plugin_that_hangs_and_all_it_started(site: Site, tmp_path: Path) -> None:
    code = f"""
import subprocess, time
child = subprocess.Popen(["sleep", "300"])
open({str(tmp_path / "pid")!r}, "w").write(str(child.pid))
time.sleep(300)  # here
"""
    module = site.add("hangs", code)
    for limit in (4, 20, 60):  # a busy machine may need longer to reach the plugin
        verdict = examined(site, "hangs", limit)
        if (tmp_path / "pid").exists():
            break
    assert verdict.problem == f"its examination did not end within {limit} s"
    assert verdict.traceback[0].startswith("Fatal Python error: Aborted")
    assert any(f"{module}.py" in line and "line 5" in line for line in verdict.traceback)
    assert has_ended((tmp_path / "pid").read_text())


def has_ended(process: str) -> bool:
    """Whether a process ends within ten seconds: it may still be on its way out."""
    state = Path(f"/proc/{process}/stat")
    for _ in range(100):
        if not state.exists() or state.read_text().split()[2] == "Z":
            return True
        time.sleep(0.1)
    return False


def test_doctor_warns_of_what_should_be_mended(site: Site) -> None:
    site.add(
        "careless",
        HEALTHY.replace('NLPSUITE_API = ">=1,<2"', "import numpy")
        + """
from dataclasses import replace
from pathlib import Path
@hookimpl(specname="nlpsuite_applications")
def more(): return []
@hookimpl
def nlpsuite_commands(): return {"careless": {"watch": "no_such_module:watch"}}
real = application
def application(name): return replace(real(name), samples={"en": Path("no-such-file")})
""",
    )
    verdict = examined(site, "careless")
    assert (verdict.status, verdict.heavy) == ("ok", ("numpy",))
    warnings = "\n".join(verdict.warnings)
    assert "it does not say which plugin contract it was made for" in warnings
    assert "importing it imports numpy" in warnings
    assert "the sample 'en' of careless is missing: no-such-file" in warnings
    assert "the command careless watch cannot run: importing no_such_module:watch failed" in warnings


def test_doctor_does_not_import_from_the_working_folder(site: Site, tmp_path: Path) -> None:
    (tmp_path / "pluggy.py").write_text("raise OSError('the wrong pluggy')")
    site.add("healthy")
    assert examined(site, "healthy").status == "ok"


def test_doctor_examines_by_name_even_what_is_disabled(site: Site) -> None:
    site.add("healthy")
    site.add("fake-other")
    verdicts = list(doctor(["healthy"], 60, rules(disabled=("healthy",))))
    assert [(verdict.name, verdict.status) for verdict in verdicts] == [("healthy", "ok")]
    with pytest.raises(UnknownName, match="Did you mean healthy"):
        list(doctor(["helthy"]))


def test_doctor_does_not_import_what_metadata_rule_out(site: Site, tmp_path: Path) -> None:
    mark = tmp_path / "imported"
    code = f"open({str(mark)!r}, 'w')"
    site.add("twin", code, distribution="fake-one")
    site.add("twin", code, distribution="fake-two")
    assert [verdict.status for verdict in doctor(["twin"], 60, Config())] == ["clash", "clash"]
    assert not mark.exists()


# Its verdicts


def verdict_on(info: PluginInfo) -> Verdict:
    return Verdict(info.name, info.distribution, info.version, info.target, "broken", "it fails", "Mend it", ">=1")


def test_listing_shows_the_last_verdict(site: Site) -> None:
    module = site.add("healthy")
    save_verdict(verdict_on(infos(site)["fake-healthy"]))
    info = next(info for info in installed(Config()) if info.distribution == "fake-healthy")
    assert (info.status, info.problem, info.cure, info.api) == ("broken", "it fails", "Mend it", ">=1")
    assert module not in sys.modules


def test_verdict_on_another_version_does_not_count(site: Site) -> None:
    site.add("healthy", version="0.2")
    info = infos(site)["fake-healthy"]
    save_verdict(verdict_on(PluginInfo(info.name, info.distribution, "0.1", info.target)))
    assert last_verdict(info) is None


def test_verdict_of_another_environment_does_not_count(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.add("healthy")
    info = infos(site)["fake-healthy"]
    save_verdict(verdict_on(info))
    assert last_verdict(info) is not None
    monkeypatch.setattr(sys, "prefix", "/another/environment")
    assert last_verdict(info) is None


def test_verdict_does_not_hide_a_setting(site: Site) -> None:
    site.add("healthy")
    save_verdict(verdict_on(infos(site)["fake-healthy"]))
    config = rules(disabled=("healthy",))
    info = next(info for info in installed(config) if info.distribution == "fake-healthy")
    assert info.status == "disabled"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"name": "healthy"}', "\0"])
def test_damaged_verdict_was_never_there(site: Site, home: Path, text: str) -> None:
    site.add("healthy")
    info = infos(site)["fake-healthy"]
    save_verdict(verdict_on(info))
    (path,) = (home / "cache").rglob("*.json")
    path.write_text(text)
    assert last_verdict(info) is None


def test_verdict_survives_its_way_to_disk(site: Site) -> None:
    site.add("healthy")
    info = infos(site)["fake-healthy"]
    full = Verdict("healthy", info.distribution, info.version, info.target, "ok", heavy=("numpy",), seconds=0.25)
    save_verdict(full)
    assert last_verdict(info) == full


# Start-up


def test_finding_plugins_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom nlpsuite import plugins\nplugins.names(), plugins.installed()\n"
        "heavy = {'torch', 'transformers', 'spacy', 'jieba', 'numpy', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)


def test_real_environment_can_be_read() -> None:
    assert len(judge(entries(), Config())) == len(entries())
