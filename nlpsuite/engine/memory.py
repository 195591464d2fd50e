"""Memory that was freed, given back to the system."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """Let the C library return what loading a model left behind.

    glibc keeps freed blocks of a few megabytes, the size of a layer's matrices: some 40 MB a model. Where another
    C library runs, nothing is done.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
