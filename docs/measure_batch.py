"""Figures of `nlpsuite batch`, from the folder of the repository: python docs/measure_batch.py WHAT [N].

    kills 200         SIGKILL at random moments of a run over a folder that keeps changing, each followed by another run
    dirty 1000        files of every kind of trouble, each with the outcome that it should have
    scan 100000       small files, found and compared with the ledger, new and again
    memory 1000000    documents in files of ten: resident memory along the way, with a stub in place of the model
    big 5000          megabytes of one file of rows, with a line of 200 MB in it
    disk 8            megabytes of a disk that fills up, is made larger, and the run goes on (needs root, to mount it)
    starts 50         runs begun at once on one folder
    overhead 4000     texts of the own corpora: a run over a folder beside the engine alone
    ray 2000          of those texts, by two workers and by one process; a worker and the run itself are killed

Each prints what it did, its seed, and what it found. Only `overhead` and `ray` load a model.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from batch_troubles import Trouble, troubles  # noqa: E402

from nlpsuite.batch.ledger import Ledger  # noqa: E402
from nlpsuite.batch.reading import Limits  # noqa: E402
from nlpsuite.batch.run import LEDGER, Job, run_batch  # noqa: E402
from nlpsuite.batch.runners import LocalRunner  # noqa: E402
from nlpsuite.batch.scoring import Scorer  # noqa: E402
from nlpsuite.batch.settings import Settings  # noqa: E402
from nlpsuite.batch.verify import verify  # noqa: E402
from nlpsuite.batch.work import Work  # noqa: E402
from nlpsuite.errors import StorageError  # noqa: E402
from tests.batch.stub import StubRunner, make_job, refused_in, rows_in  # noqa: E402

SEED = 1
LIMITS = Limits()


def main() -> None:
    """Measure what the command line names, in a folder that is removed afterwards."""
    what, *rest = sys.argv[1:]
    measures: dict[str, Callable[[Path, int], None]] = {
        "kills": kills,
        "dirty": dirty,
        "scan": scan,
        "memory": memory,
        "big": big,
        "disk": disk,
        "starts": starts,
        "overhead": overhead,
        "ray": ray,
    }
    with tempfile.TemporaryDirectory(prefix="batch-") as room:
        measures[what](Path(room), int(rest[0]) if rest else 0)


def kills(room: Path, count: int) -> None:
    """Kill a run at random, again and again, and compare with one that was not killed."""
    folder, out, whole = room / "in", room / "out", room / "whole"
    folder.mkdir()
    draw = random.Random(SEED)
    missing = twice = torn = redone = 0
    scored_before = 0
    for number in range(count):
        _change(folder, draw)
        command = [sys.executable, "-m", "tests.batch.crash_child", str(folder), str(out)]
        child = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
        time.sleep(draw.uniform(0.6, 1.8))
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        if (out / LEDGER).exists():
            with closing(Ledger(out / LEDGER)) as ledger:
                noted = ledger.counts()["documents"]
                torn += sum("not that of" in problem or "be read" in problem for problem in verify(out, ledger))
            # What the next run scores although a shard with it was written: at most one shard, the one under way.
            orphans = {file.name for file in (out / "rows").glob("0*")} if (out / "rows").is_dir() else set()
            with closing(Ledger(out / LEDGER)) as ledger:
                orphans -= {shard.name for shard in ledger.shards()}
            redone = max(redone, len(orphans))
            scored_before = max(scored_before, noted)
        if number % 10 == 9:  # the run is let end, and its results are compared
            run_batch(make_job(folder, out), runner=StubRunner())
            shutil.rmtree(whole, ignore_errors=True)
            run_batch(make_job(folder, whole), runner=StubRunner())
            found, wanted = Counter(map(_key, rows_in(out))), Counter(map(_key, rows_in(whole)))
            missing += (wanted - found).total()
            twice += (found - wanted).total()
            with closing(Ledger(out / LEDGER)) as ledger:
                torn += len(list(verify(out, ledger)))
    print(f"{count} kills (seed {SEED}), compared after every tenth; up to {scored_before} documents noted at a kill")
    print(f"missing {missing}, twice or wrong {twice}, torn {torn}; shards redone after a kill: at most {redone}")


def _key(row: dict[str, object]) -> str:
    return json.dumps(row, sort_keys=True)


def _change(folder: Path, draw: random.Random) -> None:
    for _ in range(draw.randint(1, 30)):
        file = folder / f"{draw.randint(0, 300):03}.{draw.choice(['txt', 'jsonl'])}"
        if file.exists() and draw.random() < 0.2:
            file.unlink()
        elif file.suffix == ".txt":
            file.write_text(f"text {draw.random()}")
        else:
            rows = [json.dumps({"text": f"row {draw.random()}"}) for _ in range(draw.randint(1, 40))]
            file.write_text("\n".join(rows))


def dirty(room: Path, count: int) -> None:
    """Read files of every kind of trouble, and compare the outcome of each with what it should be."""
    folder, out = room / "in", room / "out"
    folder.mkdir()
    made: dict[str, Trouble] = {}
    kinds = troubles()
    used: Counter[int] = Counter()
    number = 0
    while len(made) < count:
        kind = kinds[number % len(kinds)]
        if used[number % len(kinds)] < kind.most:
            name = f"{number:04}{kind.suffix}"
            kind.make(folder / name)
            made[os.fsencode(name).decode("utf-8", "backslashreplace")] = kind
            used[number % len(kinds)] += 1
        number += 1
    began = time.monotonic()
    run_batch(make_job(folder, out, limits=LIMITS), runner=StubRunner())
    seconds = time.monotonic() - began
    scored, refused = {row["path"]: row for row in rows_in(out)}, refused_in(out)
    wrong = list(_wrong(made, scored, refused))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"{count} files of {len(kinds)} kinds in {seconds:.0f} s: {len(scored)} scored, {len(refused)} refused")
    print(f"without an outcome, or with a wrong one: {len(wrong)}")
    print(f"peak memory: {peak[0] // 1024} MB, of the reading process {peak[1] // 1024} MB")
    for line in wrong[:20]:
        print(" ", line)


def _wrong(made: dict[str, Trouble], scored: dict[str, dict[str, str]], refused: dict[str, str]) -> Iterator[str]:
    for name, kind in made.items():
        reason = refused.get(name, "")
        if (name in scored) == bool(reason):
            yield f"{name!r}: {'both' if reason else 'neither'}"
        elif kind.text and name not in scored:
            yield f"{name!r}: refused: {reason}"
        elif kind.text and scored[name]["sha256"] != hashlib.sha256(kind.text.encode()).hexdigest():
            yield f"{name!r}: another text was read"
        elif not kind.text and (name in scored or kind.reason not in reason):
            yield f"{name!r}: {reason or 'scored'} (expected: {kind.reason})"


def scan(room: Path, count: int) -> None:
    """Find small files, and compare them with the ledger, new and known."""
    folder, out = room / "in", room / "out"
    for number in range(count):
        place = folder / f"{number % 100:02}" / f"{number // 100 % 100:02}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number}.txt").write_text(f"text {number}")
    with closing(Ledger(None)) as ledger:
        from nlpsuite.batch.walk import Choice, walk

        for name in ("new", "known"):
            began = time.monotonic()
            changes = ledger.note(walk(folder, Choice(), out), "made", lambda path: None)
            seconds = time.monotonic() - began
            print(f"{count} files, {name}: {seconds:.1f} s ({changes.new} new, {changes.same} as before)")


def memory(room: Path, count: int) -> None:
    """Resident memory of a run over many documents, in files of ten, with the stub."""
    folder, out = room / "in", room / "out"
    for number in range(count // 10):
        place = folder / f"{number // 1000:04}"
        place.mkdir(parents=True, exist_ok=True)
        rows = "".join(json.dumps({"text": f"document {number} {row}"}) + "\n" for row in range(10))
        (place / f"{number}.jsonl").write_text(rows)
    marks = [count // 100, count // 10, count // 4, count // 2, count]
    seen = Seen(marks)
    began = time.monotonic()
    run_batch(make_job(folder, out, shard_size=2048), runner=seen)
    print(f"{count} documents in {count // 10} files in {time.monotonic() - began:.0f} s")
    for number, megabytes in seen.found:
        print(f"after {number:>9,} documents: {megabytes:.0f} MB")
    for name in ("again",):
        began = time.monotonic()
        run_batch(make_job(folder, out, shard_size=2048), runner=StubRunner())
        print(f"{name}, with nothing to do: {time.monotonic() - began:.1f} s, {_resident():.0f} MB")


class Seen(StubRunner):
    """Notes memory along the way."""

    def __init__(self, marks: list[int]) -> None:
        super().__init__()
        self.marks, self.done, self.found = marks, 0, []

    def scored(self, works: Iterable[Work]) -> Iterator[tuple[Work, list[dict[str, object]]]]:
        """As the stub does."""
        for work, rows in super().scored(works):
            self.scored_ids.clear()
            yield work, rows
            self.done += len(work.documents)
            while self.marks and self.done >= self.marks[0]:
                self.found.append((self.done, _resident()))
                self.marks.pop(0)


def big(room: Path, megabytes: int) -> None:
    """One file of rows that is far larger than memory should be."""
    folder, out = room / "in", room / "out"
    folder.mkdir()
    line = json.dumps({"text": "word " * 180}) + "\n"
    count = megabytes * 1_000_000 // len(line)
    with (folder / "big.jsonl").open("w") as file:
        for number in range(count):
            if number == count // 2:
                file.write(json.dumps({"text": "x" * 200_000_000}) + "\n")
            file.write(line)
    began = time.monotonic()
    run_batch(make_job(folder, out, shard_size=2048, limits=LIMITS), runner=(seen := Seen([count // 10, count])))
    reader = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{megabytes} MB, {count} rows in {time.monotonic() - began:.0f} s; {refused_in(out)}")
    tenth, end = seen.found[0][1], seen.found[-1][1]
    print(f"memory {tenth:.0f} MB after a tenth, {end:.0f} MB at the end; reading process {reader} MB")


def disk(room: Path, megabytes: int) -> None:
    """A disk that fills up while a run writes to it."""
    folder, out = room / "in", room / "out"
    folder.mkdir()
    out.mkdir()
    rows = megabytes * 6000
    (folder / "rows.jsonl").write_text("".join(json.dumps({"text": f"row {number}"}) + "\n" for number in range(rows)))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(out)], check=True)
    try:
        job = make_job(folder, out, shard_size=500)
        try:
            run_batch(job, runner=StubRunner())
            print("the disk did not fill up")
        except StorageError as error:
            print(f"full: {error}")
        with closing(Ledger(out / LEDGER)) as ledger:
            noted = ledger.counts()["documents"]
            broken = [problem for problem in verify(out, ledger) if "does not know" not in problem]
        subprocess.run(["mount", "-o", f"remount,size={megabytes * 20}m", str(out)], check=True)
        run_batch(job, runner=StubRunner())
        with closing(Ledger(out / LEDGER)) as ledger:
            print(f"noted then: {noted} documents, {len(broken)} of the shards broken")
            print(f"after there was room: {len(rows_in(out))} of {rows}")
            print(f"problems: {len(list(verify(out, ledger)))}")
    finally:
        subprocess.run(["umount", str(out)], check=True)


HOLD = """
import sys, time
from pathlib import Path
from nlpsuite.batch.lock import locked
from nlpsuite.errors import UsageError
began = time.monotonic()
try:
    with locked(Path(sys.argv[1])):
        print("owner", flush=True)
        time.sleep(60)
except UsageError:
    print(f"{time.monotonic() - began:.3f}", flush=True)
"""


def starts(room: Path, count: int) -> None:
    """Who gets a folder when many want it, and whether its death frees it."""
    command = [sys.executable, "-c", HOLD, str(room)]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(count)]
    said = [child.stdout.readline().strip() for child in children if child.stdout]
    owners = [child for child, word in zip(children, said, strict=True) if word == "owner"]
    slowest = max(float(word) for word in said if word != "owner")
    print(f"{count} starts at once: {len(owners)} owner, the others out after at most {slowest:.2f} s")
    owners[0].kill()
    owners[0].wait()
    heir = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    print(f"after it was killed, the next one is {heir.stdout.readline().strip() if heir.stdout else ''}")
    heir.kill()
    for child in children:
        child.wait()


def _resident() -> float:
    """Megabytes."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6


def overhead(room: Path, count: int) -> None:
    """A run over a folder beside the engine alone on the same texts, in turn."""
    folder = room / "in"
    folder.mkdir()
    texts = _corpus(count)
    for number in range(0, len(texts), 100):
        rows = "".join(json.dumps({"text": one}) + "\n" for one in texts[number : number + 100])
        (folder / f"{number:06}.jsonl").write_text(rows, "utf-8")
    settings = Settings(("finance-sentiment",), "auto")
    runner = Warm(settings)
    ratios, alone, whole = [], [], []
    for number in range(6):
        began = time.monotonic()
        for first in range(0, len(texts), 2048):
            runner.scorer.together(texts[first : first + 2048])
        alone.append(time.monotonic() - began)
        began = time.monotonic()
        run_batch(Job(settings, folder, room / f"out{number}"), runner=runner)
        whole.append(time.monotonic() - began)
        if number:  # the first round warms up
            ratios.append(whole[-1] / alone[-1])
    ratios.sort()
    print(f"{len(texts)} texts, {len(ratios)} rounds: engine alone {statistics.median(alone[1:]):.2f} s,")
    print(f"run over the folder {statistics.median(whole[1:]):.2f} s:", end=" ")
    print(f"{statistics.median(ratios):.3f} times [{ratios[0]:.3f}, {ratios[-1]:.3f}]")


def ray(room: Path, count: int) -> None:
    """Two workers beside one process; then a worker and the run are killed, and it goes on."""
    folder = room / "in"
    folder.mkdir()
    (folder / "rows.jsonl").write_text("".join(json.dumps({"text": one}) + "\n" for one in _corpus(count)), "utf-8")
    command = [sys.executable, "-m", "nlpsuite", "batch", "finance-sentiment", str(folder), "--shard-size", "100"]
    local, remote = room / "local", room / "ray"
    # One thread, as a worker has: with two, the rounding of sums would differ.
    alone = os.environ | {"OMP_NUM_THREADS": "1"}
    subprocess.run([*command, "--out", str(local)], check=True, env=alone)
    on_ray = [*command, "--out", str(remote), "--runner", "ray", "--workers", "2"]
    draw = random.Random(SEED)
    child = subprocess.Popen(on_ray)
    while not list(remote.glob("rows/*.jsonl")):
        time.sleep(0.1)
    workers = subprocess.run(["pgrep", "-f", "ray::_Worker"], capture_output=True, text=True, check=True).stdout.split()
    os.kill(int(draw.choice(workers)), signal.SIGKILL)
    before = len(list(remote.glob("rows/*.jsonl")))
    while len(list(remote.glob("rows/*.jsonl"))) < before + 3:
        time.sleep(0.1)
    child.kill()
    child.wait()
    done = len(rows_in(remote))
    subprocess.run(on_ray, check=True)
    found, wanted = Counter(map(_key, rows_in(remote))), Counter(map(_key, rows_in(local)))
    print(f"{count} documents; a worker killed, then the run after {done}; refused {refused_in(remote)}")
    print(f"missing {(wanted - found).total()}, others {(found - wanted).total()} of {wanted.total()}")


class Warm(LocalRunner):
    """Has its models loaded."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._scorer = self.scorer = Scorer(settings)


def _corpus(count: int) -> list[str]:
    found = []
    for file in sorted((ROOT / "corpora" / "finance-sentiment").glob("*/*.jsonl")):
        found += [json.loads(line)["text"] for line in file.read_text("utf-8").splitlines()]
    random.Random(SEED).shuffle(found)
    return found[:count]


if __name__ == "__main__":
    main()
