"""A project copied, put into one file, and made from such a file; each whole or not at all.

The records are copied first, as they are in one moment: the files that they speak of are there by
then. Left out is what is made again: jobs, logs, and what the program downloaded for all projects.
"""

from __future__ import annotations

import json
import shutil
import stat
import time
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from core.errors import CheckpointUnreadable, DiskFull, InvalidSetting, LibraryDamaged
from core.format import size
from core.storage import projects, room
from core.storage.backups import copy_records
from core.storage.damage import reading
from core.storage.database import Database
from core.storage.files import atomic
from core.storage.progress import Progress
from core.storage.project import Project

PARTS = ("videos", "runs", "tables", "findings")  # folders of a project that hold its results
_RECORDS, _SAID = "library.db", "project.json"
_FORMAT = "video-affinity-browser-project-1"
_CHUNK = 1 << 22
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def copy(db: Database, name: str, progress: Progress) -> Project:
    """A project called `name` with all that this one holds. Raises InvalidSetting, DiskFull."""
    source = db.files.project
    with projects.being_made(source.home, name) as (project, folder):
        copy_records(db, folder / _RECORDS)
        paths = list(result_files(source.folder))
        total = sum(path.stat().st_size for path in paths)
        _check_room(folder, total)
        done = 0
        for path in paths:
            target = folder / path.relative_to(source.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
            done += target.stat().st_size
            progress(done / max(1, total), f"Copied {size(done)} of {size(total)}")
        projects.settle(folder)
    return project


def archive(db: Database, path: Path, progress: Progress) -> None:
    """All that the project holds as one ZIP; films, pictures and arrays lie in it uncompressed.

    Raises DiskFull, StorageFailed where it cannot be written, InvalidSetting where the files lie
    in a bucket.
    """
    folder = db.files.folder
    records = db.files.temporary / f"records-{uuid.uuid4().hex}.db"
    try:
        copy_records(db, records)
        listed = [(records, _RECORDS)]
        listed += [(one, one.relative_to(folder).as_posix()) for one in result_files(folder)]
        total = sum(one.stat().st_size for one, _ in listed)
        done = 0
        with atomic(path, total) as temporary, zipfile.ZipFile(temporary, "w") as out:
            said = {"format": _FORMAT, "name": db.files.project.name, "bytes": total}
            out.writestr(_entry(_SAID), json.dumps(said, ensure_ascii=False))
            for one, name in listed:
                with one.open("rb") as begun, out.open(_entry(name), "w", force_zip64=True) as to:
                    while chunk := begun.read(_CHUNK):
                        to.write(chunk)
                        done += len(chunk)
                        progress(done / max(1, total), f"Wrote {size(done)} of {size(total)}")
    finally:
        records.unlink(missing_ok=True)


def unpack(home: Path, path: Path, name: str | None, progress: Progress) -> Project:
    """The project that an archive holds, under its own name or another.

    Raises InvalidSetting for what is no archive, is damaged, or has the name of a project that is
    there; LibraryDamaged for one of a newer version; DiskFull.
    """
    remedy = "archive the project once more, or copy the file again"
    if path.is_file() and not zipfile.is_zipfile(path):
        raise InvalidSetting(f"{path} is no archive of a project.")
    try:
        with reading(path, remedy), zipfile.ZipFile(path) as archived:
            said = _described(path, archived)
            entries = [one for one in archived.infolist() if one.filename != _SAID]
            for one in entries:
                _check_entry(path, one)
            total = sum(one.file_size for one in entries)
            with projects.being_made(home, name or said) as (project, folder):
                _check_room(folder, total)
                done = 0
                for one in entries:
                    for written in _extracted(archived, one, folder / one.filename):
                        done += written
                        progress(done / max(1, total), f"Read {size(done)} of {size(total)}")
                projects.settle(folder)
    except FileNotFoundError as error:
        raise InvalidSetting(f"There is no file {path}; check its name.") from error
    except CheckpointUnreadable as error:
        raise InvalidSetting(str(error)) from error
    except LibraryDamaged as error:
        raise InvalidSetting(f"The records in {path} cannot be opened ({error}).") from error
    return project


def archive_name(project: Project) -> str:
    """A file's name for an archive that is made now."""
    return f"{projects.plain_id(project.name)}-{time.strftime('%Y%m%d-%H%M%S')}.zip"


def result_files(folder: Path) -> Iterator[Path]:
    """The files of results; what is being written or removed has a name that begins with a dot."""
    for part in PARTS:
        for path in sorted((folder / part).rglob("*")):
            inside = path.relative_to(folder).parts
            if path.is_file() and not path.is_symlink() and not any(p[0] == "." for p in inside):
                yield path


def has_place(name: str) -> bool:
    """Whether a file of that name can be one of results: no way out of their folders."""
    inside = PurePosixPath(name)
    below = len(inside.parts) > 1 and inside.parts[0] in PARTS and ".." not in inside.parts
    return below and name == inside.as_posix() and not set("\\:\0") & set(name)


def _described(path: Path, archived: zipfile.ZipFile) -> str:
    """The name of the project in an archive."""
    said = json.loads(archived.read(_SAID)) if _SAID in archived.namelist() else {}
    if not isinstance(said, dict) or said.get("format") != _FORMAT:
        raise InvalidSetting(f"{path} is no archive of a project, or one of a newer version.")
    return str(said["name"])


def _check_entry(path: Path, entry: zipfile.ZipInfo) -> None:
    """Only the records and files below the folders of results; no link, no way out of them."""
    plain = entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    file = stat.S_IFMT(entry.external_attr >> 16) in (0, stat.S_IFREG) and not entry.is_dir()
    if not (plain and file and (has_place(entry.filename) or entry.filename == _RECORDS)):
        raise InvalidSetting(
            f"{path} is no archive of a project: {entry.filename!r} has no place in one."
        )


def _extracted(archived: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> Iterator[int]:
    """Write one file; gives the bytes of each piece."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with archived.open(entry) as begun, target.open("xb") as to:
        while chunk := begun.read(_CHUNK):
            yield to.write(chunk)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    if name == _RECORDS:
        entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _check_room(folder: Path, needed: int) -> None:
    if sentence := room.shortage(folder, needed + room.FLOOR):
        raise DiskFull(sentence)
