"""Where a run's k sweeps are kept: one JSON for each weighting of the latent's blocks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.storage.damage import reading
from core.storage.database import Database
from core.storage.files import read_json, write_json

_VERSION = 1  # raise it when a sweep measures something else


def sweep_id(run_id: str, weights: Mapping[str, float] | None = None, without: str = "") -> str:
    """The same request has the same id; `weights` are normalised ones (core.analysis.weighting).

    `without` marks the frames that are left out (core.storage.left_out).
    """
    marked = [without] if without else []
    content = json.dumps([_VERSION, run_id, dict(weights or {}), *marked], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def read(db: Database, run_id: str, identifier: str) -> list[dict[str, Any]] | None:
    """The rows (core.analysis.sweep.SweptK.row) that were kept, smallest k first; None before."""
    path = _file(db, run_id, identifier)
    with reading(path, "delete that file to have it made again"):
        kept = read_json(path)
        return None if kept is None else [dict(row) for row in kept["rows"]]


def write(db: Database, run_id: str, identifier: str, rows: list[dict[str, Any]]) -> None:
    """Keep a sweep."""
    write_json(_file(db, run_id, identifier), {"rows": rows})


def _file(db: Database, run_id: str, identifier: str) -> Path:
    return db.files.run(run_id) / "sweeps" / f"{identifier}.json"
