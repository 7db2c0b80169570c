"""Where the cuts of a video are kept: one JSON in its folder, made again when it is missing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from core.storage.damage import reading, require
from core.storage.database import Database
from core.storage.files import read_json, write_json

_VERSION = 1  # raise it when cuts are found in another way


def read(db: Database, video_id: str) -> dict[str, Any] | None:
    """The fields of core.video.shots.Shots; None before they are found."""
    path = _file(db, video_id)
    with reading(path, "delete that file to have it made again"):
        found = read_json(path)
        require(found is None or isinstance(found, dict))
    return found


def write(db: Database, video_id: str, shots: dict[str, Any]) -> None:
    """Keep what was found."""
    write_json(_file(db, video_id), shots)


def missing(db: Database, video_ids: Iterable[str]) -> list[str]:
    """The videos whose cuts are not known."""
    return [video_id for video_id in video_ids if not _file(db, video_id).exists()]


def _file(db: Database, video_id: str) -> Path:
    return db.files.video(video_id) / f"cuts-{_VERSION}.json"
