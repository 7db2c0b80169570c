"""Reads files that a program, a disk or a person may have damaged: one sentence, no traceback."""

from __future__ import annotations

import contextlib
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from safetensors import SafetensorError

from core.errors import CheckpointUnreadable

# What readers raise of bytes that nobody wrote so: zipfile NotImplementedError of a flag that it
# does not know, NumPy SyntaxError and TokenError of a header.
_SIGNS = (
    *(ValueError, TypeError, LookupError, AttributeError, EOFError, OverflowError, MemoryError),
    *(RecursionError, NotImplementedError, SyntaxError, tokenize.TokenError),
    *(zipfile.BadZipFile, zlib.error, SafetensorError),
)


@contextlib.contextmanager
def reading(path: Path, remedy: str = "train the run again") -> Iterator[None]:
    """Whatever a damaged file makes its reader raise becomes CheckpointUnreadable, which names it.

    A file that is not there is the caller's: it knows what that means.
    """
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise CheckpointUnreadable(
            f"{path} cannot be read ({error.strerror or error}); {remedy}."
        ) from error
    except _SIGNS as error:
        raise CheckpointUnreadable(f"{path} is damaged; {remedy}.") from error


def require(fits: object) -> None:
    """Raise ValueError, within `reading`, unless what was read can be what was written."""
    if not fits:
        raise ValueError
