"""An application and its peers on the same texts, in turn, in one process."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch

from nlpsuite.application import Application, HeadKind
from nlpsuite.bench.contenders import Contender, Labels, suite
from nlpsuite.bench.exported import Exported
from nlpsuite.bench.peak import matrix_product, operations
from nlpsuite.bench.peers import PEERS
from nlpsuite.bench.stages import stages
from nlpsuite.bench.timing import in_turn, median, times_as_fast
from nlpsuite.engine.device import DTYPES, has_fast_bf16, has_fast_int8
from nlpsuite.engine.torch_engine import TorchEngine
from nlpsuite.errors import UsageError
from nlpsuite.evaluate.bootstrap import Estimate
from nlpsuite.model.bundle import read_manifest
from nlpsuite.model.export import export_bundle
from nlpsuite.runtime import LoadedApplication, load_folder

CPU = torch.device("cpu")

SHORT = "Net profit rose by a third."
CALLS = 50

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Standing:
    """How one contender did.

    Attributes:
        contender: which.
        seconds: of each round.
        operations_share: of the machine's fastest matrix product in its number format; None where that is not known.
        agreement: the share of texts that get the label that this suite gives in fp32.
        call_ms: a single short text, warm: the median in milliseconds.
    """

    contender: Contender
    seconds: tuple[float, ...]
    operations_share: float | None
    agreement: float
    call_ms: float

    def to_dict(self, texts: int) -> dict[str, Any]:
        """As plain values."""
        taken = median(self.seconds)
        return {
            "name": self.contender.name,
            "setting": self.contender.setting,
            "ours": self.contender.ours,
            "dtype": self.contender.dtype,
            "seconds": [round(one, 4) for one in self.seconds],
            "texts_per_second": round(texts / taken, 1),
            "share_of_peak": None if self.operations_share is None else round(self.operations_share, 4),
            "same_labels": round(self.agreement, 5),
            "single_text_ms": round(self.call_ms, 2),
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a race gave.

    Attributes:
        app, model: what was run.
        texts, tokens: how many.
        peaks: operations a second of the fastest matrix product, by number format.
        standings: of all contenders.
        ratios: by this suite's contender and a peer, how many times as fast the first is.
        stages: by this suite's contender, the share of its time that each stage takes.
    """

    app: str
    model: str
    texts: int
    tokens: int
    peaks: dict[str, float]
    standings: tuple[Standing, ...]
    ratios: dict[tuple[str, str], Estimate]
    stages: dict[str, dict[str, float]]

    def to_dict(self) -> dict[str, Any]:
        """As plain values, with the machine they were measured on."""
        return {
            "app": self.app,
            "model": self.model,
            "texts": self.texts,
            "tokens": self.tokens,
            "machine": machine(),
            "peak_gigaops": {name: round(peak / 1e9, 1) for name, peak in self.peaks.items()},
            "contenders": [standing.to_dict(self.texts) for standing in self.standings],
            "times_as_fast": [
                {"ours": ours, "peer": peer, **ratio.to_dict()} for (ours, peer), ratio in self.ratios.items()
            ],
            "stages": {
                name: {stage: round(share, 4) for stage, share in shares.items()}
                for name, shares in self.stages.items()
            },
        }


def race(
    application: Application,
    folder: Path,
    texts: Sequence[str],
    *,
    room: Path,
    lang: str | None,
    runs: int,
    peers: Sequence[str],
    told: Told = lambda _: None,
) -> Outcome:
    """Measure an application beside its peers.

    Args:
        application: what to run; its first head gives a text one label, or labels its tokens.
        folder: of its bundle.
        texts: in the order they come.
        room: an empty folder, for what peers need.
        lang: of all of them.
        runs: rounds, each contender once a round.
        peers: names of `PEERS`.
        told: is told what is being done.

    Raises:
        UsageError: the first head is of another kind, or there is no text.
    """
    if not texts:
        raise UsageError("There is no text to measure with.")
    kind = application.heads[0].kind
    if kind not in (HeadKind.SINGLE_LABEL, HeadKind.TOKEN_LABELS):
        raise UsageError(f"Peers are known for heads that give one label or label tokens, not for {application.name}.")
    apps = load_formats(application, folder, lang)
    exact = apps["fp32"]
    default = load_folder(application, folder, lang=lang).engine.dtype
    contenders = [suite(app, form, app.engine.dtype is default) for form, app in apps.items()]
    contenders += _peers(folder, room, exact.manifest.max_tokens, kind is HeadKind.TOKEN_LABELS, texts, peers, told)
    told(f"{runs} rounds of {len(contenders)} contenders on {len(texts)} texts")
    before = _peaks(apps)
    taken, answers = in_turn({one.name: partial(one.run, texts) for one in contenders}, runs)
    calls, _ = in_turn({one.name: partial(one.run, [SHORT]) for one in contenders}, CALLS)
    # Measured twice, since what slows the machine for a while would make a peak that is none.
    peaks = {form: max(peak, before[form]) for form, peak in _peaks(apps).items()}
    lengths = _lengths(exact, texts)
    work = _work(exact, lengths)
    standings = tuple(
        Standing(
            one,
            tuple(taken[one.name]),
            _share(work, median(taken[one.name]), peaks.get(one.dtype)),
            _agreement(answers[one.name], answers[contenders[0].name]),
            1000 * median(calls[one.name]),
        )
        for one in contenders
    )
    ratios = {
        (ours.name, peer.name): times_as_fast(taken[ours.name], taken[peer.name])
        for ours in contenders
        if ours.ours
        for peer in contenders
        if not peer.ours
    }
    shares = {one.name: stages(app, texts) for one, app in zip(contenders, apps.values(), strict=False)}
    return Outcome(application.name, exact.model, len(texts), sum(lengths), peaks, standings, ratios, shares)


def load_formats(application: Application, folder: Path, lang: str | None) -> dict[str, LoadedApplication]:
    """The application in every number format that this machine and the bundle can use, fp32 first."""
    forms = ["fp32"]
    forms += ["bf16"] if has_fast_bf16(CPU) else []
    forms += ["int8"] if has_fast_int8(CPU) and read_manifest(folder).int8 else []
    return {form: load_folder(application, folder, lang=lang, device="cpu", dtype=form) for form in forms}


def machine() -> dict[str, Any]:
    """What figures were measured on."""
    return {
        "processor": _processor(),
        "cores": torch.get_num_threads(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "date": time.strftime("%Y-%m-%d"),
    }


def _peers(
    folder: Path, room: Path, max_tokens: int, tags: bool, texts: Sequence[str], names: Sequence[str], told: Told
) -> list[Contender]:
    made = []
    for name in names:
        peer = PEERS[name]
        told(f"{name}: the best setting")
        out = room / peer.form
        if not out.exists():
            export_bundle(folder, peer.form, out)
        made.append(peer.make(Exported(out, max_tokens, tags), texts))
    return made


def _peaks(forms: Iterable[str]) -> dict[str, float]:
    return {form: matrix_product(DTYPES[form], CPU) for form in forms}


def _lengths(app: LoadedApplication, texts: Sequence[str]) -> list[int]:
    prepared = app.maker.prepare([app.document(number, text) for number, text in enumerate(texts)])
    return [len(window.ids) for text in prepared for window in text.windows]


def _work(app: LoadedApplication, lengths: Sequence[int]) -> float | None:
    trunk = app.engine.network.trunk if isinstance(app.engine, TorchEngine) else None
    return None if trunk is None else operations(trunk.config, lengths)


def _share(work: float | None, seconds: float, peak: float | None) -> float | None:
    return None if work is None or peak is None else work / seconds / peak


def _agreement(found: Labels, reference: Labels) -> float:
    return sum(one == other for one, other in zip(found, reference, strict=True)) / len(reference)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
