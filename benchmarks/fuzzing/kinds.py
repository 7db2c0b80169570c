"""Which kinds of input there are, and how many of 100 each gets: the dear ones get few."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from benchmarks.fuzzing import (
    addresses,
    captions,
    commands,
    media,
    screens,
    settings,
    stored,
    tables,
    web,
    words,
)
from benchmarks.fuzzing.place import Place

Attempt = Callable[[Place, Random], None]

KINDS: dict[str, tuple[float, Attempt]] = {
    "captions": (19, captions.files),
    "web": (14, web.attempt),
    "addresses": (11, addresses.attempt),
    "words": (9, words.attempt),
    "commands": (8, commands.attempt),
    "settings": (8, settings.attempt),
    "run files": (7, stored.run_files),
    "clips": (8, media.clips),
    "tables": (6, tables.attempt),
    "pasted": (5, captions.pasted),
    "databases": (2.4, stored.databases),
    "screens": (2, screens.attempt),
    "pictures": (0.6, media.pictures),
}


def kind_of(rng: Random) -> str:
    """By the shares."""
    return rng.choices(list(KINDS), [share for share, _ in KINDS.values()])[0]
