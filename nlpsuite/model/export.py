"""A bundle's head taken out, for those who run it without nlpsuite."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from nlpsuite.errors import UnknownName, UsageError
from nlpsuite.model.bundle import Manifest, verify_bundle
from nlpsuite.model.encoder import Encoder
from nlpsuite.model.export_files import Card
from nlpsuite.model.export_hf import export_hf
from nlpsuite.model.export_onnx import export_onnx
from nlpsuite.model.network import Network
from nlpsuite.model.restore import restore_network

Exporter = Callable[[Network, Encoder, str, Path, Card], None]

FORMATS: dict[str, Exporter] = {"hf": export_hf, "onnx": export_onnx}
"""What writes a head into a folder, by the name of the format."""


def export_bundle(folder: Path, format: str, out: Path, head: str | None = None) -> Path:
    """Export one head of a bundle with its encoder; `out` appears when it is whole and checked.

    Args:
        folder: of the bundle.
        format: "hf" for a folder that transformers loads unaided, "onnx" for a graph for ONNX Runtime.
        out: the folder to make; it may be there if it is empty.
        head: its name; the first head, which gives a result its label, when None.

    Returns:
        `out`.

    Raises:
        UnknownName: there is no such format or head.
        UsageError: `out` is in use, the head cannot be laid out so, or packages are missing.
        BundleError: the bundle is damaged, or the export gives other outputs.
    """
    if format not in FORMATS:
        raise UnknownName("export format", format, FORMATS)
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise UsageError(f"{out} exists already and is not an empty folder. Name another one, or remove it.")
    manifest = verify_bundle(folder)
    name = _choose_head(manifest, head)
    network, encoder = restore_network(folder, manifest)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as part:
        whole = Path(part) / out.name
        whole.mkdir()
        FORMATS[format](network, encoder, name, whole, Card.of(manifest, name))
        if out.exists():
            out.rmdir()
        whole.rename(out)
    return out


def _choose_head(manifest: Manifest, head: str | None) -> str:
    names = [str(config["name"]) for config in manifest.heads]
    if head is not None and head not in names:
        raise UnknownName("head", head, names)
    return head or names[0]
