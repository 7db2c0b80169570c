"""Where each file of the data folder lies, and how to write one so that it is whole or absent."""

from __future__ import annotations

import contextlib
import errno
import json
import mmap
import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import StorageFailed
from core.records import FrameId, Video
from core.storage import room
from core.storage.claim import claim
from core.storage.project import Project

if TYPE_CHECKING:
    from core.storage.stored import Stored

_allowed: list[Callable[[], None]] = []
_stored: dict[Path, Stored] = {}  # by the data folder whose files lie in a bucket


@dataclass(frozen=True)
class Files:
    """The layout of one data folder. Every id in a path is one that we made."""

    folder: Path
    stored: Stored | None = field(default=None, compare=False, repr=False)

    @property
    def project(self) -> Project:
        return Project.at(self.folder)

    @property
    def library_db(self) -> Path:
        return self.folder / "library.db"

    @property
    def jobs_db(self) -> Path:
        return self.folder / "jobs.db"

    @property
    def schema_name(self) -> Path:
        """Says which schema of PostgreSQL has the records, where they are not in library.db."""
        return self.folder / "database.json"

    @property
    def bucket_copies(self) -> Path:
        """Says which copies in buckets are this folder's own."""
        return self.folder / "bucket-copies.json"

    @property
    def unfinished(self) -> Path:
        """Names the copy in a bucket that is being fetched here, until all of it is."""
        return self.folder / "unfinished-copy.json"

    @property
    def temporary(self) -> Path:
        return self.folder / "tmp"

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    @property
    def quarantine(self) -> Path:
        return self.folder / "quarantine"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    def progress(self, job_id: str) -> Path:
        """What the job itself says of how far it is: written by it, read by everybody."""
        return self.folder / "progress" / f"{job_id}.json"

    def have(self, owner: str, part: str = "") -> Path:
        """The folder of a video, a run or the like; what of it lies in a bucket is here by then."""
        if self.stored is not None:
            self.stored.have(owner, part)
        return self.folder / owner / part

    def video(self, video_id: str) -> Path:
        """All but its film and its pictures."""
        return self.have(f"videos/{video_id}")

    def media(self, video: Video) -> Path:
        """The video's own file; of one that is not downloaded yet, a path where there is none."""
        self.have(f"videos/{video.id}", "media")
        name = Path(video.media_file or "source.none").name
        return self.folder / "videos" / video.id / name

    def frames(self, video_id: str) -> Path:
        return self.have(f"videos/{video_id}", "frames")

    def picture(self, frame: FrameId) -> Path:
        """The frame as it was taken from the video; so one is fetched, not all."""
        return fetched(self.place_of_picture(frame))

    def place_of_picture(self, frame: FrameId) -> Path:
        """The same, whether it is here or not."""
        return self.folder / "videos" / frame.video_id / "frames" / f"{frame.index:06d}.jpg"

    def atlas(self, video_id: str, page: int) -> Path:
        """Page `page` of the video's small pictures: 16 x 16 tiles of 100 x 60, WebP."""
        return self.have(f"videos/{video_id}", "atlas") / f"{page}.webp"

    def pixels(self, video_id: str, width: int, height: int) -> Path:
        """The video's frames at training size, (N, height, width, 3) uint8, made on first use."""
        path = self.video(video_id) / f"pixels-{width}x{height}.npy"
        if self.stored is not None and path.exists():
            read_at = self.stored.newest(f"videos/{video_id}", "frames")
            if path.stat().st_mtime_ns < read_at:  # another machine has read the video anew
                path.unlink()
            else:
                path.touch()  # it is in use
        return path

    def features(self, video_id: str, key: str) -> Path:
        """The video's picture features by one backbone, (N, F) float16, made on first use."""
        return self.video(video_id) / f"features-{key}.npy"

    def measures(self, video_id: str) -> Path:
        """What is measured of each frame's picture, (N, M) float32, made on first use."""
        return self.video(video_id) / "measures.npy"

    @property
    def vectors(self) -> Path:
        """Word vectors, for all projects: downloads, and what was looked up in each source."""
        return self.project.home / "vectors"

    @property
    def speech_model(self) -> Path:
        """A model that hears speech, for all projects, where one was downloaded."""
        return self.project.home / "speech" / "faster-whisper-base"

    def run(self, run_id: str) -> Path:
        """All but the pictures that are decoded from its frames' latents."""
        return self.have(f"runs/{run_id}")

    def keyframes(self, run_id: str) -> Path:
        """The pictures decoded from its frames' latents, a folder for each video."""
        return self.have(f"runs/{run_id}", "keyframes")

    def keyframe(self, run_id: str, frame: FrameId) -> Path:
        """One of them; so one is fetched, not all."""
        return fetched(self.place_of_keyframe(run_id, frame))

    def place_of_keyframe(self, run_id: str, frame: FrameId) -> Path:
        """The same, whether it is here or not."""
        pictures = self.folder / "runs" / run_id / "keyframes"
        return pictures / frame.video_id / f"{frame.index}.jpg"

    def run_atlas(self, run_id: str, page: int) -> Path:
        """Page `page` of the small pictures of those; as `atlas`, in the order of the rows."""
        return self.have(f"runs/{run_id}", "atlas") / f"{page}.webp"

    def tables(self, kind: str) -> Path:
        return self.have(f"tables/{kind}")

    @property
    def findings(self) -> Path:
        return self.have("findings")

    def make(self) -> None:
        """Create the folder and its parts. Raises StorageFailed where it may or can not be."""
        claim(self.folder)
        try:
            for part in ("videos", "runs", "progress", "tmp", "backups", "quarantine", "logs"):
                (self.folder / part).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageFailed(
                f"The data folder {self.folder} cannot be used ({error.strerror}); "
                "choose another with --data or AFFINITY_DATA."
            ) from error


def guard(allowed: Callable[[], None]) -> None:
    """From now on this process asks before a file takes its place; what is raised keeps it away."""
    _allowed[:] = [allowed]


def keep_in(stored: Stored, folder: Path) -> None:
    """From now on this process keeps the files of a data folder in a bucket as well."""
    _stored[folder] = stored


def fetched(path: Path) -> Path:
    """The path of a file, which is here by then if it lies in a bucket."""
    for stored in _stored.values():
        if name := stored.name(path):
            stored.have_file(name)
    return path


def publish(*paths: Path) -> None:
    """Say that files, or folders with all that is in them, are as they should be.

    Where the data folder's files lie in a bucket they are put there, and others see them; `atomic`
    does so by itself.
    """
    for stored in _stored.values():
        owned = {name: path for path in paths if (name := stored.name(path))}
        files = [
            file
            for path in owned.values()
            for file in (path.rglob("*") if path.is_dir() else [path])
            if file.is_file()
        ]
        if owned:
            named = {name: file for file in files if (name := stored.name(file))}
            stored.publish(named, [name for name, path in owned.items() if path.is_dir()])


def remove(path: Path) -> None:
    """Remove a file, wherever it is kept; nothing where there is none."""
    _forget(path)
    path.unlink(missing_ok=True)


def _forget(path: Path) -> None:
    for stored in _stored.values():
        if name := stored.name(path):
            stored.forget(name)


def require_allowed() -> None:
    """Raises what the guard of this process raises; nothing where there is none."""
    for ask in _allowed:
        ask()


def beside(path: Path) -> Path:
    """A name for a file that becomes `path` when it is whole."""
    return path.with_name(f".{uuid.uuid4().hex}{path.suffix}")


def is_half_written(path: Path) -> bool:
    """Whether the name is one of `beside`: where nothing writes now, a kill left the file."""
    return re.fullmatch(r"\.[0-9a-f]{32}(\.[^.]*)?", path.name) is not None


@contextlib.contextmanager
def atomic(path: Path, size: int = 0) -> Iterator[Path]:
    """Give a temporary name beside `path`; when the block ends well, it becomes `path`, durably.

    `size` are the bytes to be written, where known. Raises DiskFull, and StorageFailed when the
    disk is read-only; then `path` is as it was.
    """
    with _atomic([path], size) as (temporary,):
        yield temporary


@contextlib.contextmanager
def _atomic(paths: Sequence[Path], size: int) -> Iterator[list[Path]]:
    """The same of several, which a bucket gets together: one's way there is mostly waiting."""
    temporary = [beside(path) for path in paths]
    folders = {path.parent for path in paths}
    try:
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        yield temporary
        for one in temporary:
            with one.open("r+b") as written:  # Windows syncs only what may be written
                os.fsync(written.fileno())
        require_allowed()
        for stored in _stored.values():
            placed = zip(paths, temporary, strict=True)
            if named := {name: one for path, one in placed if (name := stored.name(path))}:
                stored.publish(named)
        for path, one in zip(paths, temporary, strict=True):
            one.replace(path)
        for folder in folders:
            sync_folder(folder)
    except OSError as error:
        if room.is_full(error, paths[0].parent):
            for one in temporary:  # first, so that the sentence counts their room as free
                one.unlink(missing_ok=True)
            raise room.disk_full(paths[0].parent, size) from error
        if error.errno in (errno.EROFS, errno.EACCES):
            raise StorageFailed(f"{paths[0]} cannot be written ({error.strerror}).") from error
        raise
    finally:
        for one in temporary:
            one.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make the renames inside `folder` durable; Windows opens no folder, and orders them itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` atomically and durably."""
    with atomic(path, len(data)) as temporary:
        temporary.write_bytes(data)


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write several files, each atomically and durably; where one fails none takes its place, as
    far as that is known before."""
    if not files:
        return
    with _atomic(list(files), sum(map(len, files.values()))) as temporary:
        for one, data in zip(temporary, files.values(), strict=True):
            one.write_bytes(data)


def write_json(path: Path, value: Any) -> None:
    """Write `value` as JSON, atomically and durably."""
    write_bytes(path, json.dumps(value, ensure_ascii=False, indent=1).encode())


def read_json(path: Path) -> Any | None:
    """The value in `path`, or None where there is no such file."""
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        return None


def save_array(path: Path, array: np.ndarray) -> None:
    """Write one .npy atomically and durably."""
    with atomic(path, array.nbytes) as temporary, temporary.open("wb") as out:
        np.save(out, array, allow_pickle=False)


def load_array(path: Path, mmap: bool = False) -> np.ndarray:
    """Read one .npy; `mmap` leaves it on disk. Pickles are refused (ValueError)."""
    return np.load(path, mmap_mode="r" if mmap else None, allow_pickle=False)


def let_go(array: np.ndarray) -> None:
    """Give back the memory of what was read of a mapped file; it is read again when asked for.

    Without, a process that reads a file of some gigabytes holds them all.
    """
    mapped = getattr(array, "_mmap", None)
    if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):  # Windows has none
        mapped.madvise(mmap.MADV_DONTNEED)


def remove_tree(folder: Path) -> None:
    """Remove a folder, wherever it is kept: renamed first, so that nobody sees half of it."""
    _forget(folder)
    clear(folder)


def clear(folder: Path) -> None:
    """The same of this disk alone: another folder of that name is published next."""
    if not folder.exists():
        return
    doomed = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}")
    folder.rename(doomed)
    shutil.rmtree(doomed, ignore_errors=True)
