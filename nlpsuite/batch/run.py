"""A run over a folder: compare it with the ledger, score what waits, keep each shard, tidy up, say what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from nlpsuite.batch.ledger import Changes, Ledger
from nlpsuite.batch.lock import locked
from nlpsuite.batch.outputs import write_outputs
from nlpsuite.batch.prune import prune
from nlpsuite.batch.reader import Reader
from nlpsuite.batch.reading import Order, digest_of, opened
from nlpsuite.batch.runners import LocalRunner, Runner
from nlpsuite.batch.scoring import Row
from nlpsuite.batch.settings import FORMATS, Settings
from nlpsuite.batch.shards import sweep, write_shard
from nlpsuite.batch.walk import Choice, walk
from nlpsuite.batch.work import Maker, Work
from nlpsuite.errors import ConfigError, InputError, StorageError, UsageError

LEDGER = "ledger.sqlite"
ROOM = ".unpacked"
SHARD_SIZE = 2048


class Reporter(Protocol):
    """Is told how a run goes."""

    def begin(self, changes: Changes) -> None:
        """What the folder holds that is new or not, and how much waits."""

    def shard(self, work: Work, rows: list[Row]) -> None:
        """A shard is kept."""

    def end(self) -> None:
        """The run is over."""


class Silent:
    """Says nothing."""

    def begin(self, changes: Changes) -> None:
        """Nothing."""

    def shard(self, work: Work, rows: list[Row]) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""


@dataclass(frozen=True)
class Job:
    """What is to be done.

    Attributes:
        settings: what results depend on.
        folder: with the documents.
        out: the folder for the results.
        choice: which of the files.
        form: of the shards, "jsonl" or "parquet"; what the folder has already, else "jsonl", when None.
        shard_size: documents of a shard.
        limit: documents to score at most; None for all.
        retry: whether what was refused is tried again.
    """

    settings: Settings
    folder: Path
    out: Path
    choice: Choice = field(default_factory=Choice)
    form: str | None = None
    shard_size: int = SHARD_SIZE
    limit: int | None = None
    retry: bool = False

    def __post_init__(self) -> None:
        if self.form not in (None, *FORMATS):
            raise ConfigError(f"The format is one of {', '.join(FORMATS)}, not {self.form!r}.")
        if not self.folder.is_dir():
            raise UsageError(f"{self.folder} is no folder. Name the folder that holds the documents.")
        if self.out.resolve() == self.folder.resolve():
            raise UsageError("The results cannot go into the folder of the documents itself. Name another with --out.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run.

    Attributes:
        changes: in the folder since the last run.
        documents, rows: that this run made.
        stopped: whether its user stopped it before the end.
        counts: see `Ledger.counts`.
        seconds: it took.
    """

    changes: Changes
    documents: int
    rows: int
    stopped: bool
    counts: dict[str, int]
    seconds: float


def run_batch(
    job: Job,
    *,
    runner: Runner | None = None,
    reporter: Reporter | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Score what waits in a folder, and leave its results whole, whatever happened to earlier runs.

    Args:
        job: what is to be done.
        runner: who scores; this process when None.
        reporter: is told how it goes.
        stop: asked after every shard whether to end early.

    Raises:
        UsageError: another run works on the folder.
        StorageError: results cannot be written; those that were noted are safe.
        NlpsuiteError: an application cannot be loaded.
    """
    began = time.monotonic()
    reporter, runner = reporter or Silent(), runner or LocalRunner(job.settings)
    with _at_hand(job) as ledger, closing(runner):
        form = _form(job, ledger)
        changes = _compare(job, ledger)
        reporter.begin(changes)
        made, stopped = [], False
        with closing(_scored(job, ledger, runner)) as scored:
            for work, rows in scored:
                _keep(job.out, ledger, form, work, rows)
                reporter.shard(work, rows)
                made.append((len(work.documents), len(rows)))
                if stop():
                    stopped = True
                    break
        reporter.end()
        prune(job.out, ledger, form)
        counts = ledger.counts()
        write_outputs(job.out, ledger, job.settings)
    documents, rows_made = (sum(each) for each in zip(*made, strict=True)) if made else (0, 0)
    return Outcome(changes, documents, rows_made, stopped, counts, time.monotonic() - began)


def look(job: Job) -> Changes:
    """What a run would find, without doing or noting anything."""
    file = job.out / LEDGER
    with closing(Ledger(file if file.is_file() else None)) as ledger:
        return _compare(job, ledger, keep=False)


@contextmanager
def _at_hand(job: Job) -> Iterator[Ledger]:
    """The ledger, while no other run works on the folder, and with nothing lying about that it does not know."""
    try:
        job.out.mkdir(parents=True, exist_ok=True)
        (job.out / ROOM).mkdir(exist_ok=True)
    except OSError as error:
        raise StorageError(f"{job.out} cannot be made: {error.strerror}. Name another folder with --out.") from error
    with locked(job.out), closing(Ledger(job.out / LEDGER)) as ledger:
        sweep(job.out, ledger.shards())
        for left in (job.out / ROOM).iterdir():
            left.unlink()
        yield ledger


def _form(job: Job, ledger: Ledger) -> str:
    """Of the shards: all of a folder are of one."""
    known: str | None = ledger.fact("form")
    if known and job.form not in (None, known):
        raise UsageError(f"{job.out} holds {known} files. Go on with --format {known}, or name another folder.")
    form = known or job.form or FORMATS[0]
    ledger.note_fact("form", form)
    ledger.note_fact("apps", list(job.settings.apps))
    return form


def _compare(job: Job, ledger: Ledger, *, keep: bool = True) -> Changes:
    def digest(path: bytes) -> bytes | None:
        try:
            with opened(job.folder, path, job.choice.links == "inside") as file:
                return digest_of(file)
        except InputError:
            return None

    if job.retry and keep:
        ledger.retry_refused()
    try:
        return ledger.note(walk(job.folder, job.choice, job.out), job.settings.fingerprint(), digest, keep=keep)
    except OSError as error:
        raise InputError(f"the folder cannot be read: {error.strerror}", path=job.folder) from error


def _scored(job: Job, ledger: Ledger, runner: Runner) -> Generator[tuple[Work, list[Row]], None, None]:
    settings = job.settings
    known: dict[str, tuple[str, ...]] = {}
    for application in settings.applications():
        for role, names in application.columns.items():
            known[role] = (*known.get(role, ()), *names)
    order = Order(
        str(job.folder.resolve()),
        str((job.out / ROOM).resolve()),
        settings.columns,
        known,
        settings.lines,
        job.choice.links == "inside",
        settings.limits,
    )
    lang = None if settings.lang == "auto" else settings.lang
    with closing(Reader(order)) as reader:
        maker = Maker(reader, job.shard_size, lang=lang, pairs=settings.pairs, limit=job.limit)
        yield from runner.scored(maker.works(ledger.waiting()))


def _keep(out: Path, ledger: Ledger, form: str, work: Work, rows: list[Row]) -> None:
    """See the rows onto the disk, and only then note them."""
    shard = None
    if rows:
        shard = write_shard(out, ledger.next_number(), form, rows, len(work.documents))
    ledger.keep(shard, work.pieces, work.faults, work.finished)
