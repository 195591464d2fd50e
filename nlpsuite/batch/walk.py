"""The files of a folder: every one is found, those that must not or cannot be read with the reason."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pathspec import GitIgnoreSpec

from nlpsuite.data.parts import ARCHIVES, suffixes
from nlpsuite.errors import ConfigError

LINKS = ("skip", "inside")


@dataclass(frozen=True, slots=True)
class Found:
    """A file, or what stands where one could.

    Attributes:
        path: from the folder, as the system has it, with slashes.
        size: in bytes.
        modified: in nanoseconds since 1970.
        problem: why it is not read; "" where it is.
    """

    path: bytes
    size: int = 0
    modified: int = 0
    problem: str = ""


@dataclass(frozen=True)
class Choice:
    """Which files of a folder are wanted.

    Attributes:
        include: patterns as in .gitignore; all files when empty.
        exclude: likewise; what matches is left out.
        links: "skip" follows none; "inside" reads files of the folder that links lead to, if they are not read at
            their own place.
    """

    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    links: str = "skip"

    def __post_init__(self) -> None:
        if self.links not in LINKS:
            raise ConfigError(f"links is one of {', '.join(LINKS)}, not {self.links!r}.")

    def wants(self, path: bytes) -> bool:
        """Whether a file is wanted, by its path from the folder."""
        name = os.fsdecode(path)
        if any(part.startswith(".") for part in name.split("/")) or self._excluded.match_file(name):
            return False
        return not self.include or self._included.match_file(name)

    def enters(self, path: bytes) -> bool:
        """Whether a folder is looked into."""
        name = os.fsdecode(path)
        return not name.rsplit("/", 1)[-1].startswith(".") and not self._excluded.match_file(f"{name}/")

    @cached_property
    def _included(self) -> GitIgnoreSpec:
        return GitIgnoreSpec.from_lines(self.include)

    @cached_property
    def _excluded(self) -> GitIgnoreSpec:
        return GitIgnoreSpec.from_lines(self.exclude)


def walk(root: Path, choice: Choice, apart: Path | None = None) -> Iterator[Found]:
    """Every wanted file of a folder and those below, in no order; hidden ones are left out.

    Args:
        root: the folder.
        choice: what is wanted.
        apart: a folder that is not looked into, such as that of the results.

    Raises:
        OSError: the folder itself cannot be read.
    """
    return _Walk(root, choice, apart).files()


class _Walk:
    def __init__(self, root: Path, choice: Choice, apart: Path | None) -> None:
        self.root, self.choice = os.fsencode(root), choice
        self.real = os.path.realpath(self.root)
        self.apart = os.path.realpath(os.fsencode(apart)) if apart else None
        self.followed: set[tuple[int, int]] = set()

    def files(self) -> Iterator[Found]:
        waiting = [b""]
        while waiting:
            folder = waiting.pop()
            try:
                with os.scandir(os.path.join(self.root, folder)) as entries:
                    for entry in entries:
                        path = b"/".join((folder, entry.name)) if folder else entry.name
                        if not entry.is_dir(follow_symlinks=False):
                            if self.choice.wants(path):
                                yield self._file(entry, path)
                        elif self.choice.enters(path) and not self._is_apart(entry):
                            waiting.append(path)
            except OSError as error:
                if not folder:
                    raise
                yield Found(folder, problem=f"the folder cannot be read: {error.strerror}")

    def _is_apart(self, entry: os.DirEntry[bytes]) -> bool:
        return self.apart is not None and os.path.realpath(entry.path) == self.apart

    def _file(self, entry: os.DirEntry[bytes], path: bytes) -> Found:
        try:
            found = entry.stat(follow_symlinks=False)
            if stat.S_ISLNK(found.st_mode):
                return self._link(entry, path)
        except OSError as error:
            return Found(path, problem=f"cannot be looked at: {error.strerror}")
        return Found(path, found.st_size, found.st_mtime_ns, _problem(path, found.st_mode))

    def _link(self, entry: os.DirEntry[bytes], path: bytes) -> Found:
        if self.choice.links == "skip":
            return Found(path, problem="is a link, which is not followed (see --links)")
        target = os.path.realpath(entry.path)
        below = target.removeprefix(self.real + b"/")
        if below == target:
            return Found(path, problem="is a link that leads out of the folder")
        found = os.stat(target)
        if self.choice.wants(below) or (found.st_dev, found.st_ino) in self.followed:
            return Found(path, problem="is a link to a file that is read at another place")
        self.followed.add((found.st_dev, found.st_ino))
        return Found(path, found.st_size, found.st_mtime_ns, _problem(path, found.st_mode))


def _problem(path: bytes, mode: int) -> str:
    """Why a file is not read, as far as that can be told without opening it."""
    if stat.S_ISDIR(mode):
        return "is a link to a folder, which is not followed"
    if not stat.S_ISREG(mode):
        return "is a pipe, socket or device, not a file"
    suffix = kind_of(os.fsdecode(path).rsplit("/", 1)[-1])
    return "" if suffix in _KNOWN else f"is of no kind that is read ({suffix})"


def kind_of(name: str) -> str:
    """A file's suffix in lower case; where it is packed, that is the archive's."""
    return Path(name.lower()).suffix


_KNOWN = frozenset((*suffixes(), *ARCHIVES))
