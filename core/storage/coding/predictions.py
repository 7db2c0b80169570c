"""Where a run's predicted categories are kept: what is said of them, and one value a frame."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from core.storage import files
from core.storage.database import Database
from core.storage.files import atomic, read_json, write_json


def write(db: Database, run_id: str, said: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
    """Keep a run's prediction in place of the one before; what is said is written last."""
    path = _arrays_file(db, run_id)
    files.remove(_said_file(db, run_id))
    with atomic(path) as temporary, temporary.open("wb") as out:
        np.savez(out, allow_pickle=False, **arrays)
    write_json(_said_file(db, run_id), said)


def read(db: Database, run_id: str) -> tuple[dict[str, Any], dict[str, np.ndarray]] | None:
    """What was kept, None before."""
    said = read_json(_said_file(db, run_id))
    if said is None:
        return None
    with np.load(_arrays_file(db, run_id), allow_pickle=False) as arrays:
        return said, dict(arrays)


def remove(db: Database, run_id: str) -> None:
    """Take a run's prediction away."""
    for file in (_said_file(db, run_id), _arrays_file(db, run_id)):
        files.remove(file)


def _said_file(db: Database, run_id: str) -> Path:
    return db.files.run(run_id) / "predicted-categories.json"


def _arrays_file(db: Database, run_id: str) -> Path:
    return db.files.run(run_id) / "predicted-categories.npz"
