"""Where it is kept what was found wrong with a library's videos: one JSON for each search."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, NamedTuple

from core.storage.damage import reading, require
from core.storage.database import Database
from core.storage.files import read_json, write_json

_VERSION = 1  # raise it when something else is kept


class Findings(NamedTuple):
    """`found` as it was kept; `at` in seconds since the epoch; of which videos."""

    found: list[dict[str, Any]]
    at: float
    video_ids: tuple[str, ...]


def read(db: Database, what: str) -> Findings | None:
    """None before it was looked for."""
    path = _file(db, what)
    with reading(path, "delete that file and look again"):
        kept = read_json(path)
        require(kept is None or isinstance(kept, dict))
        if kept is None:
            return None
        return Findings(kept["found"], kept["at"], tuple(kept["videos"]))


def write(db: Database, what: str, found: list[dict[str, Any]], video_ids: list[str]) -> None:
    """Keep what was found in these videos."""
    write_json(_file(db, what), {"found": found, "at": time.time(), "videos": video_ids})


def change(db: Database, what: str, found: list[dict[str, Any]]) -> None:
    """Keep it as it is after a change of what was found, at its time."""
    kept = read(db, what)
    if kept is not None:
        said = {"found": found, "at": kept.at, "videos": list(kept.video_ids)}
        write_json(_file(db, what), said)


def _file(db: Database, what: str) -> Path:
    return db.files.findings / f"{what}-{_VERSION}.json"
