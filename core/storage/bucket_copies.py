"""A project's copy in a bucket: sent to it and fetched from it, all of it compared by SHA-256.

Under the prefix lie the files of the project under the names that they have in its folder, its
records (library.db, or database.json where the rows are in PostgreSQL), and copy.json, which says
how many files there are and one digest of them all. It says so before the first file goes, and
that the copy is whole after the last was compared: what breaks off is known to be unfinished, and
doing the same again does the rest.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import BucketFailed, InvalidSetting
from core.format import count
from core.storage.backups import copy_records
from core.storage.bucket import Bucket
from core.storage.bucket_fetching import fetch_files, held, prepare
from core.storage.bucket_sending import check_sent, digests_of, equal, send_files
from core.storage.database import Database
from core.storage.files import Files, read_json, write_json
from core.storage.progress import Progress
from core.storage.project_copies import has_place, result_files

_SAID = "copy.json"
_FORMAT = "video-affinity-browser-copy-1"
_NAME, _RECORDS = "project.json", ("library.db", "database.json")
_REMEDY = "remove that object, and send the copy again with move --to"


@dataclass(frozen=True)
class Copy:
    """What copy.json says; `digest` is that of all names and their SHA-256."""

    name: str
    files: int
    bytes: int
    digest: str
    whole: bool = True


@dataclass(frozen=True)
class Done:
    """How many files went, their bytes, and the copy that both places hold now."""

    files: int
    bytes: int
    copy: Copy


def send(db: Database, address: str, progress: Progress) -> Done:
    """Make the copy at `address` equal to the project, to which nothing may write meanwhile.

    Raises InvalidSetting for a prefix with other things, or with a copy that this folder has not
    seen; BucketFailed, StorageFailed.
    """
    if db.files.stored is not None:
        raise InvalidSetting(
            f"The files of {db.files.project.name} lie in {db.files.stored.bucket.address}: copy "
            "that with the store's own tools, and the database by pg_dump."
        )
    bucket = Bucket.at(address)
    there = bucket.sizes()
    with _with_records(db) as paths:
        digests = digests_of(paths, progress)
        sizes = {name: path.stat().st_size for name, path in paths.items()}
        copy = Copy(db.files.project.name, len(paths), sum(sizes.values()), _digest(digests))
        before = _described(bucket, there)
        _check_seen(db.files, bucket, before, copy, there)
        same = equal(bucket, [name for name in paths if there.get(name) == sizes[name]], digests)
        other = {name: path for name, path in paths.items() if name not in same}
        if before != copy or other or len(there) != len(paths) + 1:
            _remember(db.files, bucket, {copy.digest, *([before.digest] if before else [])})
            _describe(bucket, dataclasses.replace(copy, whole=False))
            send_files(bucket, other, digests, progress)
            bucket.remove([name for name in there if name not in paths and name != _SAID])
            check_sent(bucket, sizes, _SAID)
            _describe(bucket, copy)
        _remember(db.files, bucket, {copy.digest})
        return Done(len(other), sum(sizes[name] for name in other), copy)


def fetch(address: str, folder: Path, progress: Progress) -> Done:
    """Make `folder` the project whose copy is at `address`; its records come last.

    The folder is new, empty, or one that was fetched into and never opened. Raises InvalidSetting
    for another one, and where there is no whole copy; BucketFailed for a damaged one; DiskFull.
    """
    bucket = Bucket.at(address)
    there = bucket.sizes()
    copy, record = _fetchable(bucket, there)
    folder = folder.absolute()
    paths = {name: folder / name for name in there}
    own = Files(folder)
    prepare(folder, paths.values(), {own.bucket_copies.name, own.unfinished.name, _NAME, *_RECORDS})
    write_json(own.unfinished, {"from": bucket.address})
    kept = held(bucket, paths, there, progress)
    missing = there.keys() - kept.keys()
    if missing:
        missing.add(record)
        for name in (record, _NAME):  # without them the folder is no project
            (folder / name).unlink(missing_ok=True)
    last = {record: paths[record]} if missing else {}
    results = {name: paths[name] for name in sorted(missing - last.keys())}
    kept |= fetch_files(bucket, results, there, _REMEDY, progress)
    if missing:
        kept[record] = bucket.digest(record) or ""
    _require(_digest(kept) == copy.digest, bucket, "files that were not sent together")
    fetch_files(bucket, last, there, _REMEDY, progress)
    write_json(folder / _NAME, {"name": copy.name})
    _remember(own, bucket, {copy.digest})
    own.unfinished.unlink()
    return Done(len(missing), sum(there[name] for name in missing), copy)


@contextlib.contextmanager
def _with_records(db: Database) -> Iterator[dict[str, Path]]:
    """All files that a copy has, by name: the records as they are in one moment."""
    folder = db.files.folder
    records = db.files.temporary / f"records-{uuid.uuid4().hex}.db"
    try:
        if db.shared:
            kept = {db.files.schema_name.name: db.files.schema_name}
        else:
            copy_records(db, records)
            kept = {db.files.library_db.name: records}
        yield kept | {one.relative_to(folder).as_posix(): one for one in result_files(folder)}
    except FileNotFoundError as error:
        raise BucketFailed(
            f"{error.filename} was removed while it was copied; do the same again."
        ) from error
    finally:
        records.unlink(missing_ok=True)


def _check_seen(
    files: Files, bucket: Bucket, before: Copy | None, copy: Copy, there: Mapping[str, int]
) -> None:
    """Only a copy that this folder has sent or fetched is written over."""
    if before is None and there:
        raise InvalidSetting(
            f"{bucket.address} holds other things ({min(there)}); choose another prefix."
        )
    if before is None or before.digest in {copy.digest, *_remembered(files, bucket)}:
        return
    raise InvalidSetting(
        f"{bucket.address} holds a copy of {before.name} that was sent from elsewhere; choose "
        "another prefix, or fetch that copy into a new folder."
    )


def _fetchable(bucket: Bucket, there: dict[str, int]) -> tuple[Copy, str]:
    """The whole copy, whose files alone stay in `there`, and the name of its records."""
    copy = _described(bucket, there)
    if copy is None or not copy.whole:
        what = "no copy of a project" if copy is None else "an unfinished copy"
        raise InvalidSetting(f"{bucket.address} holds {what}; send it with move --to.")
    there.pop(_SAID)
    records = [name for name in there if name in _RECORDS]
    for name in there:
        if not (has_place(name) or name in records):
            raise InvalidSetting(f"{bucket.address} holds {name!r}, which has no place in a copy.")
    held = f"{count(len(there), 'file')} of {copy.files:,}"
    _require((len(there), len(records)) == (copy.files, 1), bucket, held)
    _require(sum(there.values()) == copy.bytes, bucket, "files of another length")
    return copy, records[0]


def _described(bucket: Bucket, there: Mapping[str, int]) -> Copy | None:
    """What copy.json says, None where there is none. Raises InvalidSetting for one of others."""
    if _SAID not in there:
        return None
    try:
        said = dict(bucket.read_json(_SAID))
        if said.pop("format") == _FORMAT:
            return Copy(**said)
    except (TypeError, ValueError, KeyError):
        pass
    raise InvalidSetting(f"{bucket.address}/{_SAID} is not of this program, or of a newer version.")


def _describe(bucket: Bucket, copy: Copy) -> None:
    bucket.write_json(_SAID, {"format": _FORMAT, **dataclasses.asdict(copy)})


def _digest(digests: Mapping[str, str]) -> str:
    lines = (f"{digest}  {name}\n" for name, digest in sorted(digests.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _remembered(files: Files, bucket: Bucket) -> list[str]:
    return (read_json(files.bucket_copies) or {}).get(bucket.address, [])


def _remember(files: Files, bucket: Bucket, digests: set[str]) -> None:
    """Keep which copies of the bucket are the folder's own: one, or two while one is replaced."""
    known = read_json(files.bucket_copies) or {}
    if known.get(bucket.address) != sorted(digests):
        write_json(files.bucket_copies, {**known, bucket.address: sorted(digests)})


def _require(fits: bool, bucket: Bucket, held: str) -> None:
    if not fits:
        raise BucketFailed(
            f"The copy in {bucket.address} is damaged: it holds {held}. Send it again with "
            "move --to."
        )
