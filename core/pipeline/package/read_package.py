"""Opens a replication package: whole, unchanged, and of a kind that this version knows."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import CheckpointUnreadable, InvalidSetting
from core.pipeline.package.manifest import FORMAT
from core.pipeline.package.write_package import DECODED, LATENTS, MANIFEST, SUMS
from core.storage.damage import reading

_LARGEST = 8 << 30  # bytes of all files together


@dataclass(frozen=True)
class Package:
    """What a package holds."""

    said: dict[str, Any]  # the manifest
    arrays: dict[str, np.ndarray]
    decoded: list[str] | None
    tables: dict[str, str]  # each table's CSV by its name


def read_package(path: Path) -> Package:
    """Raises InvalidSetting for what is no package, damaged, or of a newer version."""
    files = _checked(path)
    try:
        with reading(path):
            said = json.loads(files[MANIFEST])
            with np.load(io.BytesIO(files[LATENTS]), allow_pickle=False) as arrays:
                kept = dict(arrays)
            decoded = json.loads(files[DECODED]) if DECODED in files else None
    except CheckpointUnreadable as error:
        raise InvalidSetting(f"{path} is no replication package.") from error
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise InvalidSetting(f"{path} is a package of another version; update the program.")
    tables = {
        name.removeprefix("tables/").removesuffix(".csv"): data.decode()
        for name, data in files.items()
        if name.startswith("tables/") and name != "tables/dictionary.csv"
    }
    return Package(said, kept, decoded, tables)


def _checked(path: Path) -> dict[str, bytes]:
    """The files by name, every one with the checksum that the package says."""
    try:
        with reading(path), zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _LARGEST:
                raise InvalidSetting(f"{path} unpacks to more than 8 GB; it is not opened.")
            files = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    except FileNotFoundError as error:
        raise InvalidSetting(f"There is no file {path}; check its name.") from error
    except CheckpointUnreadable as error:
        raise InvalidSetting(f"{path} cannot be read as a package; copy it again.") from error
    if SUMS not in files:
        raise InvalidSetting(f"{path} is no replication package: it has no {SUMS}.")
    for line in files[SUMS].decode(errors="replace").splitlines():
        digest, _, name = line.partition("  ")
        if name not in files or hashlib.sha256(files[name]).hexdigest() != digest:
            raise InvalidSetting(f"{path} is damaged or was changed: {name} is not as it was.")
    return files
