"""Documentation breaks the build: generated pages are current, commands exist, links lead somewhere."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted(ROOT.glob("*/**/README.md"))]
PAGES = [page for page in PAGES if ".venv" not in page.parts and "build" not in page.parts]


def test_generated_pages_are_current():
    # In a process of its own, for click remembers how its commands were first called.
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / "generate.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def commands_in(page: Path) -> list[str]:
    blocks = re.findall(r"```(?:console|bash|sh)\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return [line for line in lines if line.startswith("nlpsuite ")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_that_are_told_exist_with_their_options(page):
    from nlpsuite.cli import cli
    from nlpsuite.cli.batch import DefaultGroup

    for line in commands_in(page):
        words = shlex.split(line.split(" | ")[0].split(" > ")[0], comments=True)[1:]
        command: click.Command = cli
        context = click.Context(cli)
        while isinstance(command, click.Group) and words and not words[0].startswith("-"):
            name = words.pop(0)
            found = command.get_command(context, name)
            if found is None and isinstance(command, DefaultGroup):
                found = command.get_command(context, command.default)
            assert found is not None, f"{page.name}: {line}: no command {name}"
            command = found
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        used = {word.split("=")[0] for word in words if word.startswith("--")}
        assert used <= known | {"--help", "--version"}, f"{page.name}: {line}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_option_of_a_recipe_is_explained():
    from dataclasses import fields

    from nlpsuite.train.recipe import Recipe

    assert all(item.metadata["help"] for item in fields(Recipe))


def test_queries_that_are_told_can_be_asked(tmp_path, monkeypatch):
    import duckdb

    from nlpsuite.batch.run import run_batch
    from tests.batch.stub import StubRunner, fill, make_job

    run_batch(make_job(fill(tmp_path / "in"), tmp_path / "scored"), runner=StubRunner())
    (page,) = re.findall(r"```sql\n(.*?)```", (ROOT / "docs" / "batch.md").read_text("utf-8"), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    for query in filter(str.strip, page.split(";")):
        duckdb.sql(query.replace("'finance-sentiment'", "'ner'")).fetchall()
