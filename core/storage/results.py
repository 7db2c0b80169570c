"""A run's files: which there are, and how to read them. Training and analysis write them.

runs/<id>/ holds
    frames.json               [[video_id, first, last], ...]: the frames of the rows of every array
                              below, stretch by stretch; a frame alone is [video_id, index]
    latents.npy               (N, D) float32, posterior means
    maps.npy                  (N, D, h, w) float16, only of models that decode whole maps
    decoded.json              the words decoded from each row's latent, only of models of words
    neighbours.npy            (N, 8) int32, each row's nearest rows by L2, nearest first
    metrics.jsonl             one line per report of the training
    report.json               what is said beside the model: the PCA baseline, units, device
    reconstructions/<step>.jpg   originals above, reconstructions below
    keyframes/<video>/<index>.jpg   each frame decoded from its latent; of more than 50,000 frames
                              those that were looked at
    atlas/<page>.webp         the same as 16 x 16 tiles of 100 x 60, in the order of the rows
    checkpoint/               model.safetensors and model.json: opens alone
    log.txt                   what the training printed
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from itertools import pairwise, repeat
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from core.errors import NotFound
from core.records import FrameId
from core.storage import runs
from core.storage.damage import reading, require
from core.storage.database import Database
from core.storage.files import load_array, read_json, write_json

_MOST = 10_000_000  # frames: no file may say that there are more, for they are held in memory


class Stretch(NamedTuple):
    """Frames of one video that follow each other, as rows of a run do; `last` is one of them."""

    video_id: str
    first: int
    last: int

    @property
    def indices(self) -> range:
        """Where they are in the video."""
        return range(self.first, self.last + 1)


def stretches(db: Database, run_id: str) -> list[Stretch]:
    """The frames behind the rows of the run's arrays, in the order of the rows.

    Raises NotFound before there are any; CheckpointUnreadable for a damaged file, as all of these.
    """
    path = db.files.run(run_id) / "frames.json"
    with reading(path):
        listed = read_json(path)
        if listed is None:
            raise NotFound(f"Run {run_id} has no latents yet; wait until its training has ended.")
        found = list(_stretches(listed))
        require(all(a[0] != b[0] or a.last < b.first for a, b in pairwise(sorted(found))))
        count = sum(len(one.indices) for one in found)
        require(count <= _MOST)
        _require_rows(db, run_id, range(count))
    return found


def frames(db: Database, run_id: str) -> list[FrameId]:
    """The same frames, one by one."""
    return of(stretches(db, run_id))


def of(stretches: Iterable[Stretch]) -> list[FrameId]:
    """The frames of stretches, one by one."""
    return [
        frame
        for one in stretches
        for frame in map(FrameId._make, zip(repeat(one.video_id), one.indices, strict=False))
    ]


class RowsOfFrames(Mapping[FrameId, int]):
    """The row of each frame, looked up among the stretches: a dict of a million takes 200 MB."""

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self._stretches = stretches
        self._ends = ends(stretches)
        self._of: dict[str, list[tuple[int, int, int]]] = {}  # first index, last, row of the first
        for one, end in zip(stretches, self._ends.tolist(), strict=True):
            begin = end - len(one.indices)
            self._of.setdefault(one.video_id, []).append((one.first, one.last, begin))
        for listed in self._of.values():
            listed.sort()

    def __getitem__(self, frame: FrameId) -> int:
        listed = self._of.get(frame.video_id, [])
        place = bisect_right(listed, frame.index, key=lambda one: one[0]) - 1
        if place < 0 or frame.index > listed[place][1]:
            raise KeyError(frame)
        first, _, row = listed[place]
        return row + frame.index - first

    def __iter__(self) -> Iterator[FrameId]:
        return iter(of(self._stretches))

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def between(self, video_id: str, first: int, last: int) -> list[range]:
        """The rows of a video's frames from one index to another, that one too."""
        return [
            range(row + max(begin, first) - begin, row + min(end, last) - begin + 1)
            for begin, end, row in self._of.get(video_id, [])
            if begin <= last and first <= end
        ]

    def frames(self, rows: np.ndarray) -> list[FrameId]:
        """The frames of (n,) rows, which there are."""
        places = np.searchsorted(self._ends, rows, side="right")
        behind = np.array([one.last + 1 for one in self._stretches])  # index behind each stretch
        indices = (behind[places] - self._ends[places] + rows).tolist()
        of = [self._stretches[place].video_id for place in places.tolist()]
        return list(map(FrameId._make, zip(of, indices, strict=True)))

    def frame(self, row: int) -> FrameId:
        """The frame of a row. Raises IndexError where there is none."""
        if not 0 <= row < len(self):
            raise IndexError(row)
        return self.frames(np.array([row]))[0]


def rows_of(db: Database, run_id: str) -> RowsOfFrames:
    """The row of each frame of the run's arrays. Raises as `stretches`."""
    return RowsOfFrames(stretches(db, run_id))


def ends(stretches: Sequence[Stretch]) -> np.ndarray:
    """(S,) int64: the row behind the last of each stretch."""
    return np.cumsum([len(one.indices) for one in stretches], dtype=np.int64)


def by_row(
    stretches: Sequence[Stretch],
) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """The videos by first appearance; (N,) int64 each row's place in them, (N,) int64 its index."""
    of = {video_id: place for place, video_id in enumerate(dict.fromkeys(s[0] for s in stretches))}
    counts = [len(one.indices) for one in stretches]
    begins = np.array([one.first for one in stretches], np.int64) - (ends(stretches) - counts)
    places = np.array([of[one.video_id] for one in stretches], np.int64)
    return tuple(of), np.repeat(places, counts), np.repeat(begins, counts) + np.arange(sum(counts))


def write_frames(db: Database, run_id: str, frames: Iterable[tuple[str, int]]) -> None:
    """Keep which frames the rows are, whose arrays lie there already."""
    write_json(db.files.run(run_id) / "frames.json", list(_stretches(frames)))


def _stretches(listed: Iterable[Sequence[Any]]) -> Iterator[Stretch]:
    """Frames [video_id, index] and stretches [video_id, first, last] as the longest stretches."""
    of, begin, end = "", 0, -1
    for video_id, first, *more in listed:
        (last,) = more or (first,)
        require(isinstance(video_id, str) and type(first) is int and type(last) is int)
        require(0 <= first <= last)
        if first != end + 1 or video_id != of:
            if end >= 0:
                yield Stretch(of, begin, end)
            of, begin = video_id, first
        end = last
    if end >= 0:
        yield Stretch(of, begin, end)


def latents(db: Database, run_id: str, mmap: bool = False) -> np.ndarray:
    """(N, D) float32 posterior means. Raises NotFound before there are any."""
    path = db.files.run(run_id) / "latents.npy"
    found = _array(db, path, run_id, mmap)
    with reading(path):
        require(found.ndim == 2 and (mmap or np.isfinite(found).all()))
    return found


def maps(db: Database, run_id: str) -> np.ndarray:
    """(N, D, h, w) float16 posterior means, memory-mapped. Raises NotFound for a run without."""
    return _array(db, db.files.run(run_id) / "maps.npy", run_id, mmap=True)


def neighbours(db: Database, run_id: str) -> np.ndarray:
    """(N, <= 8) int32: the rows nearest to each row in latent space, nearest first."""
    path = db.files.run(run_id) / "neighbours.npy"
    found = _array(db, path, run_id, mmap=True)
    with reading(path):
        require(found.ndim == 2 and found.dtype.kind in "iu")
        require(not found.size or (found.min() >= 0 and found.max() < len(found)))
    return found


def decoded_texts(db: Database, run_id: str) -> list[str] | None:
    """The words decoded from each row's latent alone; None for a model without words."""
    path = db.files.run(run_id) / "decoded.json"
    with reading(path):
        found = read_json(path)
        require(found is None or all(isinstance(text, str) for text in found))
        if found is not None:
            _require_rows(db, run_id, found)
    return found


def metrics_file(db: Database, run_id: str) -> Path:
    """Where the training appends its reports."""
    return db.files.run(run_id) / "metrics.jsonl"


def metrics(db: Database, run_id: str) -> list[dict[str, Any]]:
    """The training's reports so far; a last line that is still being written is left out."""
    path = metrics_file(db, run_id)
    if not path.exists():
        return []
    with reading(path):
        whole = path.read_text().rpartition("\n")[0]
        found = [json.loads(line) for line in whole.splitlines()]
        require(all(isinstance(one, dict) for one in found))
    return found


def report(db: Database, run_id: str) -> dict[str, Any]:
    """What the training said of itself when it ended, {} before."""
    path = db.files.run(run_id) / "report.json"
    with reading(path):
        return dict(read_json(path) or {})


def reconstructions(db: Database, run_id: str) -> list[tuple[int, Path]]:
    """(step, picture) pairs, oldest first: originals above, reconstructions below."""
    folder = db.files.run(run_id) / "reconstructions"
    return sorted((int(path.stem), path) for path in folder.glob("[0-9]*.jpg"))


def keyframe(db: Database, run_id: str, frame: FrameId) -> Path:
    """The picture decoded from a frame's latent."""
    return db.files.keyframe(run_id, frame)


def atlas(db: Database, run_id: str, page: int) -> Path:
    return db.files.run_atlas(run_id, page)


def resume_file(db: Database, run_id: str) -> Path:
    """What a training that was ended goes on from; there until it is done."""
    return db.files.run(run_id) / "resume.safetensors"


def checkpoint(db: Database, run_id: str) -> Path:
    return db.files.run(run_id) / "checkpoint"


def log(db: Database, run_id: str) -> str:
    """What the training printed so far."""
    path = db.files.run(run_id) / "log.txt"
    return path.read_text(errors="replace") if path.exists() else ""


def _array(db: Database, path: Path, run_id: str, mmap: bool) -> np.ndarray:
    if not path.exists():
        raise NotFound(f"Run {run_id} has no latents yet; wait until its training has ended.")
    with reading(path):
        found = load_array(path, mmap)
        require(found.dtype.kind in "iuf")
        _require_rows(db, run_id, found)
    return found


def _require_rows(db: Database, run_id: str, rows: Sized) -> None:
    """Raise ValueError for another number of rows than the run has frames, where it says so."""
    frames = runs.frames(db, run_id)
    require(not frames or len(rows) == frames)
