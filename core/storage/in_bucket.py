"""A project whose files lie in a bucket, its records in PostgreSQL: what says so, and is opened."""

from __future__ import annotations

import functools
import shlex

from core.config import cache_bytes
from core.errors import StorageFailed
from core.storage import files as data_files
from core.storage import postgres
from core.storage.bucket import Bucket
from core.storage.database import Database
from core.storage.files import Files
from core.storage.stored import IN_USE, Stored


def schema(files: Files, address: str, make: bool = False, moving: bool = False) -> str | None:
    """The schema of the project in a bucket, noted in the data folder; None where there is none.

    `make` makes one there; `moving` finds one too that is on its way out of it. Raises
    StorageFailed for a folder or a bucket with other things, or where its library is not there
    yet, or not any more.
    """
    bucket = Bucket.at(address)
    described = bucket.read_json(IN_USE) or {}
    said, left = described.get("schema"), described.get("left")
    if "coming" in described:
        raise StorageFailed(
            f"A library is on its way into {bucket.address}; end that first, where its folder is, "
            f"with move --to {shlex.quote(bucket.address)} --work."
        )
    if left is not None and not moving:
        raise StorageFailed(
            f"The library of {bucket.address} went on in {described['to']}; leave AFFINITY_FILES "
            "out, and set AFFINITY_DATA to that folder."
        )
    said = said or left
    own = postgres.schema(files)
    if own is not None and own != said:
        raise StorageFailed(
            f"{files.folder} is not that of {bucket.address}; choose an empty folder with --data."
        )
    if said is None and make:
        if there := bucket.sizes():
            raise StorageFailed(
                f"{bucket.address} holds other things ({min(there)}); choose another prefix."
            )
        said = postgres.name_schema(files)
        bucket.write_json(IN_USE, {"schema": said})
    if said is not None and postgres.bucket_of(files) is None:
        postgres.settle(files, said, bucket.address)
    return said


def opened(database: Database, address: str) -> Database:
    """The same library, its files in the bucket; the data folder has those that are in use."""
    folder = database.files.folder
    stored = Stored(Bucket.at(address), folder, database.engine, cache_bytes())
    found = Database(database.engine, Files(folder, stored))
    stored.write = functools.partial(found.write, on_reading=True)
    data_files.keep_in(stored, folder)
    data_files.fetched(found.files.project.described)
    return found
