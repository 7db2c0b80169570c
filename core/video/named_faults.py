"""What goes wrong while a file is read, said with the name that its user gave it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import SoundUnreadable, VideoUnreadable


@contextmanager
def named_faults(name: str) -> Iterator[None]:
    """Raises VideoUnreadable and SoundUnreadable, whose text begins with the name."""
    try:
        yield
    except VideoUnreadable as error:
        raise VideoUnreadable(f"{name} {error}") from error
    except SoundUnreadable as error:
        raise SoundUnreadable(f"{name} {error}") from error
    except MemoryError as error:
        raise VideoUnreadable(
            f"{name} needs more memory than a video may take; convert it to at most 1080p."
        ) from error
    except FileNotFoundError as error:
        raise VideoUnreadable(f"{name} is no longer there; add it again.") from error
