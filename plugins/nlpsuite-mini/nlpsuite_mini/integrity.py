"""Are the packaged files the ones that were built?"""

from __future__ import annotations

import hashlib

from nlpsuite_mini import DATA

SUMS = "SHA256SUMS"


class DamagedFileError(ValueError):
    """A packaged file is missing or is not the one that was built."""


def expected_sums() -> dict[str, str]:
    """Return the SHA-256 of each data file as recorded when it was built: file name -> hexadecimal."""
    lines = (DATA / SUMS).read_text(encoding="ascii").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def check_file(name: str) -> None:
    """Compare one data file with its recorded SHA-256.

    Raises:
        DamagedFileError: it is missing or differs.
    """
    path = DATA / name
    if not path.is_file():
        raise DamagedFileError(f"{path} is missing; install nlpsuite-mini again.")
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected_sums().get(name):
        raise DamagedFileError(f"{path} is damaged (SHA-256 {found}); install nlpsuite-mini again.")
