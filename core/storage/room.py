"""Whether the disk has room for what is to be kept, and the sentence where it has not."""

from __future__ import annotations

import errno
import os
import re
import shutil
from pathlib import Path

from core.errors import DiskFull, StorageFailed

FLOOR = 1_000_000  # bytes free: with less the databases cannot say how far the work is
_FULL = (errno.ENOSPC, errno.EDQUOT)
_SAYS = re.compile(
    rf"database or disk is full|{os.strerror(errno.ENOSPC)}"
    r"|\d+ requested and \d+ written"  # numpy says it so
)


def free(folder: Path) -> int:
    """The bytes that are free where `folder` lies."""
    return shutil.disk_usage(folder).free


def shortage(folder: Path, needed: int = FLOOR) -> str | None:
    """A sentence that names the folder and the room it lacks; None where there is `needed`."""
    there = free(folder)
    if there >= needed:
        return None
    return (
        f"The disk of {folder} is full: {there / 1e6:.1f} MB are free, "
        f"{(needed - there) / 1e6:.1f} MB more are needed. Make room there; the work goes on by "
        "itself."
    )


def is_full(error: BaseException, folder: Path) -> bool:
    """Whether an error, or what caused it, means that the disk of `folder` is full."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, DiskFull) or getattr(cause, "errno", None) in _FULL:
            return True
        if _SAYS.search(str(cause)):
            return True
        cause = cause.__cause__ or cause.__context__
    # SQLite has other names for it too: it could not make its journal, or make it longer.
    unkept = isinstance(error, StorageFailed) or type(error).__name__ == "OperationalError"
    return unkept and free(folder) < FLOOR


def disk_full(folder: Path, wanted: int = 0) -> DiskFull:
    """The error that says so; `wanted` are the bytes that could not be written, where known."""
    needed = needed_after(folder, wanted)
    return DiskFull(shortage(folder, needed) or f"{folder} has no room left; free some.", needed)


def needed_after(folder: Path, wanted: int = 0) -> int:
    """How many bytes must be free before what has just failed is worth another attempt.

    More than are free now: those were not enough.
    """
    there = free(folder)
    return there + max(FLOOR, there // 4, wanted - there)
