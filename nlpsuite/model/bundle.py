"""A bundle: the folder that keeps what was trained, with sums over every byte and nothing executable.

bundle.json            what it is, how it was made, what it scored, SHA-256 of every file and of itself
weights.safetensors    the heads, and those weights of the encoder that differ from the base
encoder/               configuration and tokenizer of the base, where no package carries it
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpsuite.application import API_VERSION
from nlpsuite.errors import BundleError
from nlpsuite.files import write_durably

if TYPE_CHECKING:
    from torch import Tensor

FORMAT = 1
MANIFEST = "bundle.json"
WEIGHTS = "weights.safetensors"
ENCODER = "encoder"


@dataclass(frozen=True, slots=True)
class Rejection:
    """When a text is about none of a head's labels; see `engine.rejection`.

    Attributes:
        energy, lead, offset: weights of the log-odds that it is.
        threshold: the confidence from which the answer is none.
    """

    energy: float
    lead: float
    offset: float
    threshold: float


@dataclass(frozen=True, slots=True)
class PlaceCalibration:
    """How a token head says what type a known place is.

    Attributes:
        temperature: divides the logits of the types.
        threshold: a best type below it is an abstention.
    """

    temperature: float = 1.0
    threshold: float = 0.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """What turns a head's logits into answers that mean something.

    Attributes:
        temperature: logits are divided by it (Guo et al. 2017, arXiv 1706.04599).
        threshold: a best label below it is an abstention; 0 never abstains.
        label_thresholds: for a multi-label head, the confidence at which each label is chosen.
        slope, offset: for a token head, turn the log-odds of an entity's mean token confidence into those of its
            being right (Platt 1999).
        place: for a token head, how the type of what is known to stand somewhere is read.
        rejection: for a head that may answer none of its labels.
    """

    temperature: float = 1.0
    threshold: float = 0.0
    label_thresholds: Mapping[str, float] = field(default_factory=dict)
    slope: float = 1.0
    offset: float = 0.0
    place: PlaceCalibration = PlaceCalibration()
    rejection: Rejection | None = None

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "temperature": self.temperature,
            "threshold": self.threshold,
            "label_thresholds": dict(self.label_thresholds),
            "slope": self.slope,
            "offset": self.offset,
            "place": asdict(self.place),
            "rejection": asdict(self.rejection) if self.rejection else None,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Calibration:
        """The reverse of `to_dict`."""
        rejection, place = values.get("rejection"), values.get("place", {})
        made = {"rejection": Rejection(**rejection) if rejection else None, "place": PlaceCalibration(**place)}
        return cls(**{**values, **made})


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of `bundle.json`; plain values only.

    Attributes:
        name, version: of the bundle.
        app: the application it serves.
        plugin: distribution and version that brought the application when it was trained.
        encoder: name and sha256 of the base, and whether the bundle carries all of it.
        heads: see `HeadConfig.to_dict`.
        adapter: see `AdapterConfig.to_dict`, or None.
        calibration: by head.
        languages: of the training data.
        max_tokens: of a window, in training and after.
        metrics: measured on development data, with intervals.
        data: the training data's card: files, sizes, hashes, licence.
        recipe: the options of training.
        licence: of the bundle.
        int8: what the test for it gave, where scales for it were fitted: whether it `passed`, and the figures.
        api: the plugin contract's version it was made under.
        files: SHA-256 by relative path; filled in when saved.
    """

    name: str
    version: str
    app: str
    plugin: Mapping[str, str]
    encoder: Mapping[str, Any]
    heads: tuple[Mapping[str, Any], ...]
    calibration: Mapping[str, Calibration]
    languages: tuple[str, ...]
    max_tokens: int
    adapter: Mapping[str, Any] | None = None
    metrics: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    recipe: Mapping[str, Any] = field(default_factory=dict)
    licence: str = ""
    int8: Mapping[str, Any] | None = None
    api: int = API_VERSION
    files: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As plain values, ready for JSON."""
        plain = {item.name: getattr(self, item.name) for item in fields(self)}
        plain["calibration"] = {name: value.to_dict() for name, value in self.calibration.items()}
        return {"format": FORMAT} | plain

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Manifest:
        """The reverse of `to_dict`.

        Raises:
            BundleError: the bundle has another format, or keys are missing or unknown.
        """
        values = dict(values)
        found = values.pop("format", None)
        if found != FORMAT:
            raise BundleError(f"The bundle has format {found}; this nlpsuite reads format {FORMAT}.")
        try:
            values["calibration"] = {
                name: Calibration.from_dict(value) for name, value in values["calibration"].items()
            }
            values["heads"], values["languages"] = tuple(values["heads"]), tuple(values["languages"])
            return cls(**values)
        except (KeyError, TypeError, AttributeError) as error:
            raise BundleError(f"The bundle's {MANIFEST} is incomplete: {error}.") from error


def save_bundle(
    folder: Path, manifest: Manifest, weights: Mapping[str, Tensor], extra: Mapping[str, bytes] | None = None
) -> Manifest:
    """Write a bundle; the manifest comes last, so that a half-written folder is never taken for one.

    Args:
        folder: made if it is not there.
        manifest: without `files`, which this fills in.
        weights: by the names of the network's parameters.
        extra: more files by relative path, such as the tokenizer of a foreign base.

    Returns:
        The manifest as written.
    """
    from safetensors.torch import save

    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    shutil.rmtree(folder / ENCODER, ignore_errors=True)
    contiguous = {name: tensor.detach().cpu().contiguous() for name, tensor in weights.items()}
    files = {WEIGHTS: save(contiguous)} | dict(extra or {})
    return add_files(folder, replace(manifest, files={}), files)


def add_files(folder: Path, manifest: Manifest, files: Mapping[str, bytes]) -> Manifest:
    """Write files of a bundle, or write them anew, and then its manifest.

    Args:
        folder: of the bundle.
        manifest: its `files` are kept, but for those that are written.
        files: content by relative path.

    Returns:
        The manifest as written.
    """
    sums = dict(manifest.files)
    for name, content in files.items():
        write_durably(folder / name, content)
        sums[name] = hashlib.sha256(content).hexdigest()
    values = manifest.to_dict() | {"files": sums}
    values["sha256"] = _self_sum(values)
    write_durably(folder / MANIFEST, (json.dumps(values, ensure_ascii=False, indent=1) + "\n").encode())
    return read_manifest(folder)


def read_manifest(folder: Path) -> Manifest:
    """Read a bundle's manifest and check its own sum, not the weights.

    Raises:
        BundleError: the folder is no bundle, or its manifest is damaged.
    """
    file = folder / MANIFEST
    if not file.is_file():
        raise BundleError(f"{folder} is not a model bundle: it has no {MANIFEST}.")
    try:
        values = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise BundleError(f"{file} is damaged: {error}. Restore it from where it came.") from error
    if not isinstance(values, dict) or values.pop("sha256", None) != _self_sum(values):
        raise BundleError(f"{file} was changed after it was written. Restore it from where it came.")
    return Manifest.from_dict(values)


def verify_bundle(folder: Path) -> Manifest:
    """Read the manifest and check every file against its sum.

    Files that nlpsuite would not read, such as a report, may lie beside those listed.

    Raises:
        BundleError: a file is missing or changed, or is to be read and not listed.
    """
    manifest = read_manifest(folder)
    to_read = [folder / WEIGHTS, *(path for path in (folder / ENCODER).rglob("*") if not path.is_dir())]
    unlisted = [path for path in to_read if path.relative_to(folder).as_posix() not in manifest.files]
    if unlisted:
        raise BundleError(f"{unlisted[0]} is not listed in {MANIFEST}. Restore the bundle from its source.")
    for name, expected in manifest.files.items():
        file = folder / name
        if not file.resolve().is_relative_to(folder.resolve()):
            raise BundleError(f"{folder} lists a file outside of itself: {name}.")
        if not file.is_file():
            raise BundleError(f"{file} is missing. Restore the bundle from where it came.")
        with file.open("rb") as opened:
            actual = hashlib.file_digest(opened, "sha256").hexdigest()
        if actual != expected:
            raise BundleError(
                f"{file} was changed after it was written (SHA-256 {actual[:12]}…, not {expected[:12]}…). "
                "Restore the bundle from where it came."
            )
    return manifest


def read_bundle_weights(folder: Path) -> dict[str, Tensor]:
    """The tensors of a bundle, by parameter name."""
    from safetensors.torch import load_file

    return load_file(folder / WEIGHTS)


def _self_sum(values: Mapping[str, Any]) -> str:
    plain = {key: value for key, value in values.items() if key != "sha256"}
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
