"""A library that has its files in a folder goes on in a bucket: AFFINITY_FILES from then on.

Every file becomes an object whose version is the file's time of change, so that doing the same
again finds what went. The bucket says that it holds the project after all was compared; before,
nobody opens it. The folder stays as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import sqlalchemy as sa

from core.errors import InvalidSetting
from core.storage import postgres
from core.storage.bucket import Bucket
from core.storage.bucket_copies import Copy, Done
from core.storage.bucket_sending import check_sent, digests_of, equal, send_files
from core.storage.database import Database
from core.storage.progress import Progress
from core.storage.project_copies import result_files
from core.storage.schema import stored_files as table
from core.storage.stored import IN_USE, change_now, made_anew, object_name, place_of, version_of

_PEOPLE = "people.json"


def move_into(db: Database, address: str, progress: Progress) -> Done:
    """Put all files into the bucket at `address` and say in the records that they are there.

    Nothing may work on the project meanwhile. Raises InvalidSetting where the records are not in
    PostgreSQL, the prefix has other things, or the project was worked on in a bucket since;
    BucketFailed, StorageFailed.
    """
    if not db.shared or db.files.stored is not None:
        raise InvalidSetting(
            "Only a library whose records are in PostgreSQL, and whose files are in a folder, can "
            "go on in a bucket: set AFFINITY_DATABASE, and leave AFFINITY_FILES out until then."
        )
    bucket = Bucket.at(address)
    own = postgres.schema(db.files)
    there = bucket.sizes()
    said = bucket.read_json(IN_USE) or {}
    if there and own not in (said.get("schema"), said.get("coming")):
        raise InvalidSetting(
            f"{bucket.address} holds other things ({min(there)}); choose another prefix."
        )
    moved = said.get("changes", [])
    _check_not_worked_on(db, moved)
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
        changes = [*moved, change_now(connection)]
        bucket.write_json(IN_USE, {"coming": own, "changes": changes})  # before they may count
        _record(connection, files, versions)
    bucket.write_json(IN_USE, {"schema": own, "changes": changes})
    copy = Copy(db.files.project.name, len(files), sum(sizes.values()), "")
    return Done(len(missing), sum(sizes[name] for name in missing), copy)


def _check_not_worked_on(db: Database, moved: Sequence[int]) -> None:
    """Raise InvalidSetting where the records name files that no move to this prefix, in the
    changes `moved`, has put there: they are in a bucket, and may be newer than the folder."""
    others = sa.select(table.c.name).where(table.c.change.not_in(moved)).limit(1)
    with db.read() as connection:
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
    people = folder / _PEOPLE
    return {**found, _PEOPLE: people} if people.is_file() else found


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
