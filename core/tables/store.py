"""Where the tables lie in the data folder, tables/<quick|full>/, and how they are read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from core.storage import Database
from core.storage.files import read_json, write_json

Tables = dict[str, Any]


def folder(db: Database, kind: str) -> Path:
    """It holds report.md, tables.csv, tables.json and figures/*.png."""
    return db.files.tables(kind)


def load(db: Database, kind: str) -> Tables | None:
    """What core.tables.collect has put together, None before the first time."""
    return read_json(folder(db, kind) / "tables.json")


def save(db: Database, kind: str, collected: Tables) -> None:
    write_json(folder(db, kind) / "tables.json", collected)


def run_ids(db: Database, kind: str) -> set[str]:
    """The runs that the tables are made of, trained or not."""
    return {entry["run_id"] for entry in (load(db, kind) or {}).get("entries", [])}


def listed_files(db: Database, kind: str) -> list[Path]:
    """The files that are there, and no figure that an earlier one has left."""
    here, known = folder(db, kind), load(db, kind) or {}
    names = ["report.md", "tables.csv", "tables.json"]
    names += [f"figures/{figure['file']}" for figure in known.get("figures", [])]
    return [here / name for name in names if (here / name).exists()]


def zipped(db: Database, kind: str) -> bytes:
    """The same files in one ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in listed_files(db, kind):
            archive.write(path, Path(f"tables-{kind}") / path.relative_to(folder(db, kind)))
    return out.getvalue()
