"""Where a comparison of groups is kept in its run's folder: one JSON, and decoded pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.storage.damage import reading, require
from core.storage.database import Database
from core.storage.files import read_json, write_json


def read(db: Database, run_id: str, identifier: str) -> dict[str, Any] | None:
    """What was kept, None before."""
    return _read(_folder(db, run_id, identifier) / "comparison.json")


def write(db: Database, run_id: str, identifier: str, comparison: dict[str, Any]) -> None:
    """Keep a comparison; core.pipeline.comparison.compare says what is in it."""
    write_json(_folder(db, run_id, identifier) / "comparison.json", comparison)


def centre_picture(db: Database, run_id: str, identifier: str, cluster: int, place: int) -> Path:
    """The picture decoded for a cluster's frames of one group.

    Clusters are numbered from 1; `place` is the group's in the comparison, from 0.
    """
    return _folder(db, run_id, identifier) / f"{cluster}-{place}.jpg"


def centres(db: Database, run_id: str, identifier: str) -> dict[str, Any] | None:
    """What else is known of each by "cluster-place", as core.pipeline.comparison.centres says.

    None before they are decoded.
    """
    return _read(_centres_file(db, run_id, identifier))


def decoded(db: Database, run_id: str, identifier: str) -> bool:
    """Whether the pictures are there."""
    return _centres_file(db, run_id, identifier).exists()


def write_centres(db: Database, run_id: str, identifier: str, centres: dict[str, Any]) -> None:
    """Keep what is known of the centres; written last, it says that the pictures are there."""
    write_json(_centres_file(db, run_id, identifier), centres)


def _read(path: Path) -> dict[str, Any] | None:
    with reading(path, "delete that file to have it made again"):
        found = read_json(path)
        require(found is None or isinstance(found, dict))
    return found


def _centres_file(db: Database, run_id: str, identifier: str) -> Path:
    return _folder(db, run_id, identifier) / "centres.json"


def _folder(db: Database, run_id: str, identifier: str) -> Path:
    return db.files.run(run_id) / "comparisons" / identifier
