"""`nlpsuite batch`: score folders of documents, and look after what came of it."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from nlpsuite.cli.options import (
    columns_option,
    device_options,
    lang_option,
    need_packages,
    of_app,
    options_of_apps,
    parse_columns,
)
from nlpsuite.errors import UsageError

if TYPE_CHECKING:
    from nlpsuite.batch.ledger import Ledger
    from nlpsuite.batch.run import Job, Outcome
    from nlpsuite.batch.runners import Runner


class DefaultGroup(click.Group):
    """A group whose command is `default` unless another one is named."""

    default = "score"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, with the default put in."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [self.default, *args]
        return super().parse_args(ctx, args)


@click.group(cls=DefaultGroup, subcommand_metavar="APP... FOLDER --out DIR [OPTIONS] | COMMAND")
def batch() -> None:
    """Score folders of documents; `nlpsuite batch score --help` has the options.

    \b
    nlpsuite batch ner finance-sentiment archive/ --out scored/
    nlpsuite batch status scored/
    nlpsuite batch verify scored/
    """
    need_packages("Batches need", _PACKAGES, "batch")


_PACKAGES = ("docx", "filelock", "pathspec", "pyarrow", "pypdf", "selectolax", "zstandard")


@batch.command()
@click.argument("apps", nargs=-1, required=True, metavar="APP...")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for the results.")
@lang_option
@click.option("--model", "models", multiple=True, metavar="[APP=]NAME|DIR", help="A model; may be repeated.")
@click.option(
    "--option",
    "-o",
    "options",
    multiple=True,
    metavar="[APP:]NAME=VALUE",
    help="An application's option; may be repeated.",
)
@click.option(
    "--include", multiple=True, metavar="PATTERN", help="Read these files only, as in .gitignore; may be repeated."
)
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave these files out; may be repeated.")
@click.option(
    "--links",
    default="skip",
    show_default=True,
    type=click.Choice(["skip", "inside"]),
    help="Follow no link, or those to files of the folder that are not read at their own place.",
)
@columns_option
@click.option("--lines", is_flag=True, help="In text files, every line is a document.")
@click.option("--format", "form", default=None, type=click.Choice(["jsonl", "parquet"]), help="Of the shards; jsonl.")
@click.option("--text", is_flag=True, help="Write the texts into the rows, too.")
@click.option("--all-scores", is_flag=True, help="Write the confidence of every label, not only of those chosen.")
@click.option("--shard-size", default=2048, show_default=True, type=click.IntRange(1), help="Documents of a shard.")
@click.option("--limit", type=click.IntRange(1), help="Score at most so many documents now.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--retry-quarantined", "retry", is_flag=True, help="Try again what was refused.")
@click.option("--max-characters", default=1_000_000, show_default=True, type=click.IntRange(1), help="Of a document.")
@click.option("--max-unpacked", default=10_000, show_default=True, type=click.IntRange(1), help="MB, of a packed file.")
@click.option("--max-seconds", default=120, show_default=True, type=click.IntRange(1), help="To read a part of a file.")
@click.option("--max-memory", default=4096, show_default=True, type=click.IntRange(512), help="MB, for reading a file.")
@click.option(
    "--progress", default="auto", show_default=True, type=click.Choice(["auto", "bar", "lines", "json", "none"])
)
@click.option(
    "--runner",
    "runner",
    default="local",
    show_default=True,
    type=click.Choice(["local", "ray"]),
    help="Score in this process, or in workers on a Ray cluster.",
)
@click.option("--address", help="Of the Ray cluster; one is started on this machine without.")
@click.option("--workers", type=click.IntRange(1), help="Ray workers; one for each GPU or core without.")
@device_options
def score(apps: tuple[str, ...], folder: Path, out: Path, dry_run: bool, progress: str, **given: Any) -> int:
    """Score every document of FOLDER with each APP.

    Results go to DIR/rows, what could not be read to DIR/quarantine.jsonl with the reason, and a page about both to
    DIR/summary.html. Run it again at any time: only what is new, has changed or was left undone is worked on, and
    results of files that are gone are taken out. Ctrl-C finishes the shard.
    """
    from nlpsuite.batch.progress import make_reporter, told
    from nlpsuite.batch.run import look, run_batch

    job = _job(apps, folder, out, given)
    if dry_run:
        click.echo(told(look(job)))
        return 0
    with _interruptible() as stopping:
        outcome = run_batch(job, runner=_runner(job, given), reporter=make_reporter(progress), stop=stopping.is_set)
    _tell(outcome, out)
    return 130 if outcome.stopped else 0


@batch.command()
@click.argument("out", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True)
def status(out: Path, format_: str) -> None:
    """Show how far the results in DIR are."""
    from nlpsuite.batch.lock import is_locked

    with closing(_ledger(out)) as ledger:
        counts, apps = ledger.counts(), ledger.fact("apps") or []
    running = is_locked(out)
    if format_ == "json":
        click.echo(json.dumps({"apps": apps, "running": running, **counts}))
        return
    state = "a run is working on it" if running else "unfinished" if counts["waiting"] else "finished"
    click.echo(f"{out}: {state}; {', '.join(apps)}")
    for name, number in counts.items():
        click.echo(f"  {_NAMES[name]:<26}{number:>12,}")


@batch.command()
@click.argument("out", metavar="DIR", type=click.Path(path_type=Path))
def verify(out: Path) -> int:
    """Check every byte and row of the results in DIR, and that no document stands twice."""
    from nlpsuite.batch.verify import verify as check

    with closing(_ledger(out)) as ledger:
        counts, problems = ledger.counts(), 0
        for problem in check(out, ledger):
            problems += 1
            click.secho(problem, fg="red", err=True)
    if problems:
        click.echo(f"{problems} problems. Delete {out} and run the batch again.")
        return 2
    click.echo(
        f"{counts['shards']:,} shards with {counts['rows']:,} rows of {counts['documents']:,} documents are whole."
    )
    return 0


_NAMES = {
    "done": "files read",
    "waiting": "files waiting",
    "refused": "files refused",
    "documents": "documents",
    "rows": "rows",
    "shards": "shards",
    "faults": "documents refused",
}


def _job(apps: tuple[str, ...], folder: Path, out: Path, given: dict[str, Any]) -> Job:
    from nlpsuite.batch.reading import Limits
    from nlpsuite.batch.run import Job
    from nlpsuite.batch.settings import Settings
    from nlpsuite.batch.walk import Choice
    from nlpsuite.config import load_config
    from nlpsuite.text import check_language

    defaults = load_config().run
    lang = given["lang"] or defaults.lang or "auto"
    if lang != "auto":
        check_language(lang)
    limits = Limits(
        given["max_characters"], given["max_unpacked"] * 1_000_000, float(given["max_seconds"]), given["max_memory"]
    )
    settings = Settings(
        apps,
        lang,
        dict(of_app(pair, "=", apps) for pair in given["models"]),
        options_of_apps(given["options"], apps),
        given["device"] or defaults.device or "auto",
        given["dtype"],
        given["engine"],
        parse_columns(given["columns"]),
        given["lines"],
        given["text"],
        given["all_scores"],
        limits,
    )
    choice = Choice(given["include"], given["exclude"], given["links"])
    return Job(settings, folder, out, choice, given["form"], given["shard_size"], given["limit"], given["retry"])


def _runner(job: Job, given: dict[str, Any]) -> Runner:
    if given["runner"] == "local":
        from nlpsuite.batch.runners import LocalRunner

        return LocalRunner(job.settings)
    from nlpsuite.batch.ray_runner import RayRunner

    return RayRunner(job.settings, address=given["address"], workers=given["workers"])


@contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """While it lasts, the first Ctrl-C sets the event, and the second one stops at once."""
    asked = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        click.echo("Finishing the shard; Ctrl-C again stops at once.", err=True)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _tell(outcome: Outcome, out: Path) -> None:
    from nlpsuite.batch.progress import counted

    counts = outcome.counts
    made = f"{counted(outcome.documents, 'document')}, {counted(outcome.rows, 'row')}"
    click.echo(f"{'stopped' if outcome.stopped else 'done'}: {made} in {outcome.seconds:.1f} s")
    held = f"{counted(counts['rows'], 'row')} of {counted(counts['documents'], 'document')}"
    click.echo(f"{out / 'rows'}: {held} from {counted(counts['done'], 'file')}")
    if refused := counts["refused"] + counts["faults"]:
        told = f"{counted(refused, 'file')} or parts of files refused, each with its reason"
        click.echo(f"{out / 'quarantine.jsonl'}: {told}")
    if counts["waiting"]:
        click.echo(f"{counted(counts['waiting'], 'file')} left; the same command goes on")
    click.echo(f"{out / 'summary.html'}: a page about it")


def _ledger(out: Path) -> Ledger:
    from nlpsuite.batch.ledger import Ledger
    from nlpsuite.batch.run import LEDGER

    if not (out / LEDGER).is_file():
        raise UsageError(f"{out} holds no results of a batch. Name the folder that was given with --out.")
    return Ledger(out / LEDGER)
