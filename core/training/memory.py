"""Lets a training process keep the memory it frees, where the C library allows it."""

from __future__ import annotations

import ctypes
import sys

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # of glibc's mallopt
_KEEP = 2**31 - 1  # bytes: what is freed below this is not given back
_OWN_MAPPING = 2**30  # bytes: only larger tensors get pages of their own from the system


def keep_freed_memory() -> bool:
    """Have glibc reuse freed tensors; False where there is no glibc.

    Each step of a training frees and asks for the same tensors. By default those above 32 MiB go
    back to the system each time and come as new pages that have to be cleared first: that took
    longer than the arithmetic of an activation.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    return bool(mallopt(_M_MMAP_THRESHOLD, _OWN_MAPPING) and mallopt(_M_TRIM_THRESHOLD, _KEEP))
