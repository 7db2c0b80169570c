"""A library on PostgreSQL goes on elsewhere: its files from its folder into a bucket, or back.

Every file is an object whose version is the file's time of change, so that doing the same again
finds what went. The rows of the files say where they lie: one transaction writes or deletes them,
after all was compared. Before it, nobody opens the place that they are moved to, and after it
nobody the one they come from, which keeps its files as they were.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import sqlalchemy as sa

from core.errors import BucketFailed, Busy, InvalidSetting
from core.storage import postgres
from core.storage.bucket import Bucket
from core.storage.bucket_copies import Copy, Done
from core.storage.bucket_fetching import fetch_files, held, prepare
from core.storage.bucket_sending import check_sent, digests_of, equal, send_files
from core.storage.database import Database
from core.storage.files import Files, write_json
from core.storage.progress import Progress
from core.storage.project import Project
from core.storage.project_copies import result_files
from core.storage.schema import stored_files as table
from core.storage.stored import (
    ALONE,
    IN_USE,
    change_now,
    made_anew,
    object_name,
    place_of,
    version_of,
)

_REMEDY = "put it back there as it was, or delete what it is of, then do the same again"


def move_into(db: Database, address: str, progress: Progress) -> Done:
    """Put all files into the bucket at `address` and say in the records that they are there.

    Raises InvalidSetting where the records are not in PostgreSQL, the prefix has other things, or
    the project was worked on in a bucket since; Busy, BucketFailed, StorageFailed.
    """
    if not db.shared or db.files.stored is not None:
        raise InvalidSetting(
            "Only a library whose records are in PostgreSQL, and whose files are in a folder, can "
            "go on in a bucket: set AFFINITY_DATABASE, and leave AFFINITY_FILES out until then."
        )
    bucket, own = Bucket.at(address), _schema(db)
    there, said = bucket.sizes(), bucket.read_json(IN_USE) or {}
    if there and own not in (said.get(state) for state in ("schema", "coming", "left")):
        raise InvalidSetting(
            f"{bucket.address} holds other things ({min(there)}); choose another prefix."
        )
    moved = said.get("changes", [])
    with db.read() as connection:
        _require_alone(db, connection)
        _check_not_worked_on(db, connection, moved)
    _keep_name(db.files.project)
    files = _files(db.files.folder)
    versions = {name: version_of(path) for name, path in files.items()}
    objects = {object_name(name, versions[name]): path for name, path in files.items()}
    sizes = {name: path.stat().st_size for name, path in objects.items()}
    bucket.write_json(IN_USE, {"coming": own, "changes": moved})
    digests = digests_of(objects, progress)
    alike = [name for name in objects if there.get(name) == sizes[name]]
    same = equal(bucket, alike, digests)
    missing = {name: path for name, path in objects.items() if name not in same}
    send_files(bucket, missing, digests, progress)
    bucket.remove([name for name in there if name not in objects and name != IN_USE])
    check_sent(bucket, sizes, IN_USE)
    with db.write() as connection:
        _require_alone(db, connection)
        changes = [*moved, change_now(connection)]
        bucket.write_json(IN_USE, {"coming": own, "changes": changes})  # before they may count
        _record(connection, files, versions)
    bucket.write_json(IN_USE, {"schema": own, "changes": changes})
    postgres.settle(db.files, own, bucket.address)
    return _done(db, missing, sizes)


def move_out(db: Database, folder: Path, progress: Progress) -> Done:
    """Fetch all files from the bucket into `folder` and say in the records that they are there.

    The folder is new, empty, or one that this broke off in. Raises InvalidSetting for another one,
    or where the files are in no bucket any more; Busy, BucketFailed, DiskFull, StorageFailed.
    """
    if db.files.stored is None:
        raise InvalidSetting(
            f"The files of {db.files.project.name} are in a folder already; set AFFINITY_FILES "
            "where they are in a bucket."
        )
    bucket, own = db.files.stored.bucket, _schema(db)
    target = Files(folder.absolute())
    if target.folder.is_relative_to(db.files.folder):
        raise InvalidSetting(f"{folder} is where this machine keeps copies; name a new folder.")
    _check_not_left(db, bucket, target.folder)
    with db.read() as connection:
        _require_alone(db, connection)
        newest = _newest(connection)
        query = sa.select(table.c.name, table.c.version, table.c.size).where(table.c.gone == 0)
        rows = connection.execute(query).all()
    paths = {object_name(row.name, row.version): target.folder / row.name for row in rows}
    sizes = {object_name(row.name, row.version): row.size for row in rows}
    if lost := sizes.items() - bucket.sizes().items():
        name = min(lost)[0]
        raise BucketFailed(f"{bucket.address}/{name} is missing or has changed; {_REMEDY}.")
    prepare(target.folder, paths.values(), {*ALONE, target.schema_name.name})
    if postgres.schema(target) not in (None, own):
        raise InvalidSetting(f"{folder} is of another library; name a new folder.")
    kept = held(bucket, paths, sizes, progress)
    missing = {name: path for name, path in paths.items() if name not in kept}
    fetch_files(bucket, missing, sizes, _REMEDY, progress)
    for row in sorted(rows, key=lambda row: row.version):
        _date(target.folder / row.name, row.version)
        if place_of(row.name)["part"] == "frames":  # what is made of them asks how new they are
            _date((target.folder / row.name).parent, row.version)
    with db.write() as connection:
        _require_alone(db, connection)
        if _newest(connection) != newest:
            raise Busy(
                f"{bucket.address} was worked on meanwhile; do the same again when nothing else "
                "works on it."
            )
        postgres.settle(target, own)
        bucket.write_json(IN_USE, {"left": own, "to": str(target.folder)})
        connection.execute(sa.delete(table))
    return _done(db, missing, sizes)


def _schema(db: Database) -> str:
    return postgres.schema(db.files) or ""  # which one that is open has


def _done(db: Database, went: Mapping[str, Path], sizes: Mapping[str, int]) -> Done:
    """`went` are those of the objects in `sizes` that were not there before."""
    copy = Copy(db.files.project.name, len(sizes), sum(sizes.values()), "")
    return Done(len(went), sum(sizes[name] for name in went), copy)


def _keep_name(project: Project) -> None:
    """Write down the name that a project has by its folder, which it leaves."""
    if not project.described.is_file():
        write_json(project.described, {"name": project.name})


def _require_alone(db: Database, connection: sa.Connection) -> None:
    """Raise Busy where another process has the library open, which knows where its files were."""
    if others := postgres.open_elsewhere(connection, _schema(db)):
        raise Busy(
            f"{db.files.project.name} is open in {others[0]}; end all workers, web processes and "
            "commands that have it open, then do the same again."
        )


def _check_not_left(db: Database, bucket: Bucket, target: Path) -> None:
    """Raise InvalidSetting where the library has left the bucket, or is about to for elsewhere."""
    said = bucket.read_json(IN_USE) or {}
    if "left" not in said:
        return
    with db.read() as connection:
        whole = _newest(connection) is None
    if whole:
        raise InvalidSetting(f"The library of {bucket.address} went on in {said['to']} already.")
    if said["to"] != str(target):
        raise InvalidSetting(
            f"The library of {bucket.address} was almost moved to {said['to']}; name that folder."
        )


def _newest(connection: sa.Connection) -> int | None:
    """The last change to what lies in the bucket; None where nothing does."""
    return connection.execute(sa.select(sa.func.max(table.c.change))).scalar()


def _date(path: Path, version: int) -> None:
    os.utime(path, ns=(time.time_ns(), version))


def _check_not_worked_on(db: Database, connection: sa.Connection, moved: Sequence[int]) -> None:
    """Raise InvalidSetting where the records name files that no move to this prefix, in the
    changes `moved`, has put there: they are in a bucket, and may be newer than the folder."""
    others = sa.select(table.c.name).where(table.c.change.not_in(moved)).limit(1)
    if connection.execute(others).scalar() is not None:
        raise InvalidSetting(
            f"{db.files.project.name} lies in a bucket already, and may have been worked on "
            "there: set AFFINITY_FILES to that one."
        )


def _files(folder: Path) -> dict[str, Path]:
    """What is kept in a bucket, by name: not what each machine makes of the pictures."""
    found = {
        path.relative_to(folder).as_posix(): path
        for path in result_files(folder)
        if not made_anew(path) and _has_owner(path.relative_to(folder))
    }
    return found | {name: folder / name for name in ALONE if (folder / name).is_file()}


def _has_owner(inside: Path) -> bool:
    """Whether a file is of a video, a run or tables; what else somebody put beside them stays."""
    return inside.parts[0] == "findings" or len(inside.parts) > 2


def _record(
    connection: sa.Connection, files: Mapping[str, Path], versions: Mapping[str, int]
) -> None:
    """Say which files there are, in place of what an earlier move said."""
    change = change_now(connection)
    connection.execute(sa.delete(table))
    rows = [
        {
            **place_of(name),
            "version": versions[name],
            "before": 0,
            "size": path.stat().st_size,
            "gone": 0,
            "change": change,
        }
        for name, path in files.items()
    ]
    if rows:
        connection.execute(sa.insert(table), rows)
