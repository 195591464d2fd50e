"""The house stays a house: plugins take the public route, and the public names are those that are documented."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import nlpsuite

ROOT = Path(__file__).parents[1]


def imports_of(file: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_plugins_import_only_the_public_package():
    for file in (ROOT / "plugins").glob("*/nlpsuite_*/**/*.py"):
        inner = {name for name in imports_of(file) if name.startswith("nlpsuite.")}
        assert not inner, f"{file} imports {inner}"


def test_every_public_name_is_there_and_listed():
    assert sorted(nlpsuite.__all__) == nlpsuite.__all__
    for name in nlpsuite.__all__:
        assert getattr(nlpsuite, name) is not None


def test_the_type_checker_and_the_runtime_agree_on_the_public_names():
    source = ast.parse((ROOT / "nlpsuite" / "__init__.py").read_text("utf-8"))
    checked = next(node for node in source.body if isinstance(node, ast.If))
    typed = {alias.name for node in checked.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert typed | {"__version__"} == set(nlpsuite.__all__)


def test_no_module_reads_pickle_or_runs_foreign_code():
    banned = ("import pickle", "torch.load(", "joblib", "trust_remote_code=True", "yaml.load(", "eval(", "exec(")
    for file in [*(ROOT / "nlpsuite").rglob("*.py"), *(ROOT / "plugins").glob("*/nlpsuite_*/**/*.py")]:
        text = file.read_text("utf-8")
        found = [word for word in banned if word in text.replace(".eval()", "").replace("subprocess_exec(", "")]
        assert not found, f"{file}: {found}"


def test_the_module_runs_as_a_program():
    done = subprocess.run([sys.executable, "-m", "nlpsuite", "--version"], capture_output=True, text=True, check=True)
    assert nlpsuite.__version__ in done.stdout
