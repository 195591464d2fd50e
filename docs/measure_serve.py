"""Figures of `nlpsuite serve`, from the folder of the repository: python docs/measure_serve.py WHAT [N].

    rates        the highest rate of requests, a short text each, with a 99th percentile of 100 ms: this server, and
                 FastAPI around transformers.pipeline, one request at a time and in batches; arrivals do not wait for
                 answers
    overload 10  times the rate that it can serve, for 20 s: what is answered, how fast, and what is refused, how fast
    reloads 50   of all models under load, every fifth of a broken bundle
    stops 100    SIGTERMs under load: whether accepted requests are answered

The client runs on the same two cores, and takes its share of them from every server alike.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
APP = "finance-sentiment"
SEED = 1
TEXTS = (
    "Net profit rose by a third.",
    "The regulator fined the bank.",
    "Umsatz und Gewinn gingen zurück.",
    "公司净利润同比下降三成",
    "The board proposes a dividend of two euros.",
)
SECONDS = 8.0
BOUND = 0.1

PEER = """
import asyncio, sys
from fastapi import FastAPI
from pydantic import BaseModel
import transformers, uvicorn

class Body(BaseModel):
    text: str

model = transformers.pipeline("text-classification", sys.argv[1], device="cpu")
app = FastAPI()

if sys.argv[3] == "naive":
    @app.post("/score")
    def score(body: Body):
        return model(body.text, truncation=True)[0]
else:
    waiting = None

    @app.on_event("startup")
    async def start():
        global waiting
        waiting = asyncio.Queue()
        asyncio.create_task(work())

    async def work():
        while True:
            items = [await waiting.get()]
            while not waiting.empty() and len(items) < 32:
                items.append(waiting.get_nowait())
            texts = [text for text, _ in items]
            found = await asyncio.to_thread(model, texts, batch_size=len(texts), truncation=True)
            for (_, future), one in zip(items, found):
                future.cancelled() or future.set_result(one)

    @app.post("/score")
    async def score(body: Body):
        future = asyncio.get_running_loop().create_future()
        await waiting.put((body.text, future))
        return await future

@app.get("/readyz")
def ready():
    return {}

uvicorn.run(app, port=int(sys.argv[2]), log_level="error")
"""


@dataclass
class Load:
    """What came of requests at some rate.

    Attributes:
        answered: seconds of each that was answered with 200, from when it was due.
        refused: seconds of each that was answered with 429.
        statuses: how often each; 0 where the connection broke.
    """

    answered: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def p99(self) -> float:
        """Of those that were answered, in seconds."""
        return statistics.quantiles(self.answered, n=100)[98] if len(self.answered) > 1 else float("inf")


class Client:
    """Sends requests over connections that it keeps."""

    def __init__(self, port: int, body: Callable[[str], tuple[str, bytes]]) -> None:
        self.port, self.body = port, body
        self.free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def request(self, text: str, due: float, load: Load) -> None:
        """Send one, and note what came of it."""
        path, content = self.body(text)
        head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        status = await self._status(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)
        load.statuses[status] += 1
        taken = time.monotonic() - due
        if status == 200:
            load.answered.append(taken)
        elif status == 429:
            load.refused.append(taken)

    async def _status(self, whole: bytes) -> int:
        """Of the answer; 0 where a new connection breaks. One that was kept may have been closed meanwhile."""
        while True:
            kept = bool(self.free)
            try:
                reader, writer = self.free.pop() if kept else await asyncio.open_connection("127.0.0.1", self.port)
                writer.write(whole)
                start = await reader.readuntil(b"\r\n\r\n")
                length = next(line for line in start.lower().split(b"\r\n") if line.startswith(b"content-length"))
                await reader.readexactly(int(length.split(b":")[1]))
            except (OSError, EOFError, StopIteration):
                if not kept:
                    return 0
                continue
            self.free.append((reader, writer))
            return int(start.split(b" ", 2)[1])

    async def at(self, rate: float, seconds: float) -> Load:
        """Requests at a rate, at random moments, whether others were answered or not."""
        draw, load, tasks = random.Random(SEED), Load(), []
        due = time.monotonic()
        end = due + seconds
        while due < end:
            due += draw.expovariate(rate)
            await asyncio.sleep(max(due - time.monotonic(), 0))
            # No two texts are alike: those that are would be computed once.
            text = f"{draw.choice(TEXTS)} {draw.randrange(10**6)}"
            tasks.append(asyncio.create_task(self.request(text, due, load)))
        await asyncio.gather(*tasks)
        return load


def ours(text: str) -> tuple[str, bytes]:
    """A request to this server."""
    return f"/v1/{APP}", json.dumps({"documents": [{"text": text}]}).encode()


def theirs(text: str) -> tuple[str, bytes]:
    """A request to a peer."""
    return "/score", json.dumps({"text": text}).encode()


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Server:
    """A server in a process of its own, ready."""

    def __init__(self, command: list[str], port: int) -> None:
        self.port = port
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
        while subprocess.run(
            ["curl", "-sf", "-o", os.devnull, f"http://127.0.0.1:{port}/readyz"], check=False
        ).returncode:
            time.sleep(0.1)

    def memory(self) -> float:
        """Resident megabytes, of it and its worker."""
        found = subprocess.run(
            ["ps", "-o", "rss=", "--ppid", str(self.process.pid), "--pid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=True,
        )
        return sum(map(int, found.stdout.split())) / 1024

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait()


def suite(*words: str) -> Server:
    """This server."""
    port = free_port()
    return Server([sys.executable, "-m", "nlpsuite", "serve", APP, "--port", str(port), *words], port)


async def highest(client: Client, low: float, high: float) -> tuple[float, Load]:
    """The highest rate, to five in a hundred, whose 99th percentile is within the bound."""
    for rate in (low, high / 4, low):  # what is compiled or cached for the first time should not count, for nobody
        await client.at(rate, 4)
        await asyncio.sleep(2)
    best = 0.0, Load()
    while high / low > 1.05:
        rate = (low * high) ** 0.5
        load = await client.at(rate, SECONDS)
        good = load.p99() <= BOUND and set(load.statuses) == {200}
        low, high = (rate, high) if good else (low, rate)
        best = (rate, load) if good else best
        p99 = 1000 * load.p99()
        print(f"  {rate:.0f} a second: 99th percentile {p99:.0f} ms, statuses {dict(load.statuses)}", flush=True)
        await asyncio.sleep(1)
    return best


def rates(_: int) -> None:
    """The highest rates of all."""
    with tempfile.TemporaryDirectory() as room:
        folder, script = Path(room) / "hf", Path(room) / "peer.py"
        export = ["models", "export", APP, "--format", "hf", "--head", "sentiment", "--out", str(folder)]
        subprocess.run([sys.executable, "-m", "nlpsuite", *export], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
        script.write_text(PEER)
        found: dict[str, float] = {}
        for name in ("nlpsuite", "naive", "batching"):
            port = free_port()
            server = (
                suite()
                if name == "nlpsuite"
                else Server([sys.executable, str(script), str(folder), str(port), name], port)
            )
            client = Client(server.port, ours if name == "nlpsuite" else theirs)
            rate, load = asyncio.run(highest(client, 5, 800))
            found[name] = rate
            print(f"{name}: {rate:.0f} a second, 99th percentile {1000 * load.p99():.0f} ms", flush=True)
            server.stop()
        naive, batching = (found["nlpsuite"] / found[name] for name in ("naive", "batching"))
        print(f"{naive:.1f} times the naive, {batching:.1f} times the one with batches")


def overload(times: int) -> None:
    """Many times more than can be served."""
    server = suite("--request-seconds", "2", "--queue", "256")
    client = Client(server.port, ours)
    capacity, _ = asyncio.run(highest(client, 20, 800))
    before = server.memory()
    client = Client(server.port, ours)  # the last loop's connections are of no use to another one
    load = asyncio.run(client.at(capacity * times, 20))
    good = len(load.answered) / 20
    refused = statistics.quantiles(load.refused, n=100)[98] if len(load.refused) > 1 else 0
    print(f"{capacity:.0f} a second within the bound; {times} times that for 20 s: statuses {dict(load.statuses)}")
    print(f"answered {good:.0f} a second ({good / capacity:.0%}), 99th percentile {1000 * load.p99():.0f} ms;", end=" ")
    print(
        f"refused within {1000 * refused:.0f} ms (99th percentile); memory {before:.0f} MB, then {server.memory():.0f}"
    )
    server.stop()


def reloads(count: int) -> None:
    """Models are loaded anew under load, some of them broken."""
    with tempfile.TemporaryDirectory() as room:
        bundle = Path(room) / "finance-mini"
        shutil.copytree(ROOT / "plugins/nlpsuite-finance/nlpsuite_finance/bundles/finance-mini", bundle)
        whole = (bundle / "weights.safetensors").read_bytes()
        server = suite("--model", str(bundle))
        client = Client(server.port, ours)
        url = f"http://127.0.0.1:{server.port}/v1/models/reload"
        before = server.memory()

        async def under_load() -> tuple[Load, Counter[str]]:
            statuses: Counter[str] = Counter()
            load, done = Load(), asyncio.Event()

            async def ask() -> None:
                while not done.is_set():
                    await client.request(TEXTS[0], time.monotonic(), load)
                    await asyncio.sleep(0.02)

            asking = asyncio.create_task(ask())
            for number in range(count):
                broken = number % 5 == 4
                (bundle / "weights.safetensors").write_bytes(whole[:-8] + b"\0" * 8 if broken else whole)
                reload = await asyncio.create_subprocess_exec(
                    *("curl", "-s", "-o", os.devnull, "-w", "%{http_code}", "-X", "POST", url),
                    stdout=asyncio.subprocess.PIPE,
                )
                found, _ = await reload.communicate()
                statuses[f"{'broken' if broken else 'whole'} {found.decode()}"] += 1
            done.set()
            await asking
            return load, statuses

        load, statuses = asyncio.run(under_load())
        print(f"{count} reloads: {dict(statuses)}; requests meanwhile: {dict(load.statuses)}")
        print(f"memory {before:.0f} MB, then {server.memory():.0f} MB")
        server.stop()


def stops(count: int) -> None:
    """A server is told to stop while it has requests."""
    lost = answered = 0
    for number in range(count):
        server = suite()
        client = Client(server.port, ours)

        async def until_it_stops(client: Client = client, server: Server = server, number: int = number) -> Load:
            load, tasks = Load(), []
            for _ in range(40):
                tasks.append(asyncio.create_task(client.request(TEXTS[0], time.monotonic(), load)))
            await asyncio.sleep(0.01 + random.Random(number).random() * 0.1)
            server.process.send_signal(signal.SIGTERM)
            await asyncio.gather(*tasks)
            return load

        load = asyncio.run(until_it_stops())
        answered += load.statuses[200]
        lost += sum(load.statuses.values()) - load.statuses[200]
        server.process.wait()
    print(f"{count} SIGTERMs, {answered + lost} requests under way: {answered} answered, {lost} not")


def main() -> None:
    """Measure what the command line names."""
    what, *rest = sys.argv[1:]
    measures: dict[str, Callable[[int], None]] = {
        "rates": rates,
        "overload": overload,
        "reloads": reloads,
        "stops": stops,
    }
    measures[what](int(rest[0]) if rest else 0)


if __name__ == "__main__":
    main()
