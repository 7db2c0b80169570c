"""Files on their way out of a bucket: which the folder has already, fetched and compared."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from core.errors import BucketFailed, DiskFull, InvalidSetting
from core.storage import room
from core.storage.bucket import Bucket, each
from core.storage.bucket_sending import Meter, digests_of, equal
from core.storage.claim import MARKER, OF_THE_SYSTEM, claim
from core.storage.files import atomic, is_half_written
from core.storage.progress import Progress
from core.storage.project_copies import PARTS, result_files


def prepare(folder: Path, paths: Collection[Path], also: Collection[str]) -> None:
    """Make `folder` one that `paths` can be fetched into: new, empty, or fetched into before.

    Beside the folders of results it may have what `also` names. Raises InvalidSetting where it has
    other files, or was opened; StorageFailed where it cannot be used.
    """
    claim(folder)
    names = {path.name for path in folder.iterdir() if not is_half_written(path)} - OF_THE_SYSTEM
    if opened := names - {MARKER, *PARTS, *also}:
        raise InvalidSetting(f"{folder} has been worked in ({min(opened)}); name a new folder.")
    for broken_off in list(_broken_off(folder)):
        broken_off.unlink()
    if others := set(result_files(folder)) - set(paths):
        name = min(others).relative_to(folder).as_posix()
        raise InvalidSetting(f"{folder} holds other files ({name}); name a new folder.")


def held(
    bucket: Bucket, paths: Mapping[str, Path], sizes: Mapping[str, int], progress: Progress
) -> dict[str, str]:
    """The SHA-256 of the objects whose very bytes lie at their paths already."""
    alike = {
        name: path
        for name, path in paths.items()
        if path.is_file() and path.stat().st_size == sizes[name]
    }
    digests = digests_of(alike, progress)
    return {name: digests[name] for name in equal(bucket, list(alike), digests)}


def fetch_files(
    bucket: Bucket,
    paths: Mapping[str, Path],
    sizes: Mapping[str, int],
    remedy: str,
    progress: Progress,
) -> dict[str, str]:
    """Fetch objects to their paths, each whole or not at all; gives their SHA-256.

    `remedy` says what to do about one of other bytes than were sent. Raises BucketFailed,
    DiskFull, StorageFailed.
    """
    total = sum(sizes[name] for name in paths)
    for path in list(paths.values())[:1]:
        disk = next(folder for folder in path.parents if folder.exists())
        if sentence := room.shortage(disk, total + room.FLOOR):
            raise DiskFull(sentence)
    meter = Meter(progress, "Fetched", total)

    def fetch_one(name: str) -> str:
        with atomic(paths[name], sizes[name]) as temporary, temporary.open("wb") as out:
            said, found = bucket.receive(name, lambda piece: meter(out.write(piece)))
            if said != found or out.tell() != sizes[name]:
                raise BucketFailed(
                    f"{bucket.address}/{name} has other bytes than were sent; {remedy}."
                )
        return found

    return dict(zip(paths, each(fetch_one, list(paths), meter.end), strict=True))


def _broken_off(folder: Path) -> Iterator[Path]:
    """What a kill left half written."""
    yield from filter(is_half_written, folder.iterdir())
    for part in PARTS:
        yield from filter(Path.is_file, (folder / part).rglob(".*"))
