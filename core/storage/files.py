"""Where each file of the data folder lies, and how to write one so that it is whole or absent."""

from __future__ import annotations

import contextlib
import errno
import json
import mmap
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import StorageFailed
from core.records import FrameId, Video
from core.storage import room
from core.storage.claim import claim
from core.storage.project import Project

_allowed: list[Callable[[], None]] = []


@dataclass(frozen=True)
class Files:
    """The layout of one data folder. Every id in a path is one that we made."""

    folder: Path

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

    def video(self, video_id: str) -> Path:
        return self.folder / "videos" / video_id

    def media(self, video: Video) -> Path:
        """The video's own file; of one that is not downloaded yet, a path where there is none."""
        return self.video(video.id) / Path(video.media_file or "source.none").name

    def frames(self, video_id: str) -> Path:
        return self.video(video_id) / "frames"

    def picture(self, frame: FrameId) -> Path:
        """The frame as it was taken from the video."""
        return self.frames(frame.video_id) / f"{frame.index:06d}.jpg"

    def atlas(self, video_id: str, page: int) -> Path:
        """Page `page` of the video's small pictures: 16 x 16 tiles of 100 x 60, WebP."""
        return self.video(video_id) / "atlas" / f"{page}.webp"

    def pixels(self, video_id: str, width: int, height: int) -> Path:
        """The video's frames at training size, (N, height, width, 3) uint8, made on first use."""
        return self.video(video_id) / f"pixels-{width}x{height}.npy"

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
        return self.folder / "runs" / run_id

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


def require_allowed() -> None:
    """Raises what the guard of this process raises; nothing where there is none."""
    for ask in _allowed:
        ask()


@contextlib.contextmanager
def atomic(path: Path, size: int = 0) -> Iterator[Path]:
    """Give a temporary name beside `path`; when the block ends well, it becomes `path`, durably.

    `size` are the bytes to be written, where known. Raises DiskFull, and StorageFailed when the
    disk is read-only; then `path` is as it was.
    """
    temporary = path.with_name(f".{uuid.uuid4().hex}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        with temporary.open("r+b") as written:  # Windows syncs only what may be written
            os.fsync(written.fileno())
        require_allowed()
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        if room.is_full(error, path.parent):
            temporary.unlink(missing_ok=True)  # first, so that the sentence counts its room as free
            raise room.disk_full(path.parent, size) from error
        if error.errno in (errno.EROFS, errno.EACCES):
            raise StorageFailed(f"{path} cannot be written ({error.strerror}).") from error
        raise
    finally:
        temporary.unlink(missing_ok=True)


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
    """Remove a folder: renamed first, so that nobody sees half of it."""
    if not folder.exists():
        return
    doomed = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}")
    folder.rename(doomed)
    shutil.rmtree(doomed, ignore_errors=True)
