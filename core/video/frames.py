"""Probes, samples and hears videos in a child process; decodes nothing itself."""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core import child
from core.errors import VideoUnreadable
from core.storage.files import clear, sync_folder
from core.video import limits
from core.video.part import WHOLE, Part
from core.video.shots import Shots

PROBE_SILENCE_S = 120.0
SILENCE_S = 180.0  # a decoder that says nothing for so long hangs
WALL_S = 12 * 3600.0  # for a whole video, however steadily it moves on
_PROBE_CPU_S, _DECODE_CPU_S = 60, 12 * 3600
_SILENT_BLOCK = 60 * 16_000  # samples
_ADVICE = "convert it to MP4 (H.264) and add it again."


@dataclass(frozen=True)
class Facts:
    """What a video is; sizes upright and in square pixels."""

    duration_s: float
    width: int
    height: int
    promised_s: float | None = None  # what its header says, longer where the file is cut off

    @property
    def cut_off(self) -> bool:
        """Whether a good part of what the header promises is missing."""
        return self.promised_s is not None and self.promised_s > self.duration_s * 1.05 + 5


@dataclass(frozen=True)
class Sampled:
    """What was taken of a video, and what is to be said of it."""

    facts: Facts
    times_s: tuple[float, ...]  # of the pictures, in the order of their files
    notes: tuple[str, ...] = ()  # sentences: what is missing, and when


def probe(path: Path, name: str) -> Facts:
    """Whether `path` holds a video, and what it is. Raises VideoUnreadable naming `name`."""
    facts: Facts | None = None
    for said in _told("probe", path, name, PROBE_SILENCE_S, _PROBE_CPU_S):
        facts = Facts(**said["facts"])
    return _known(facts, name)


def sample_into(
    path: Path,
    name: str,
    out: Path,
    every_s: float,
    report: Callable[[float, str], None],
    part: Part = WHOLE,
) -> Sampled:
    """Write one picture per `every_s` of `part` to out/frames and small ones to out/atlas.

    `out` is emptied first. Raises VideoUnreadable naming `name`, StorageFailed when the disk is
    full.
    """
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    facts: Facts | None = None
    taken: list[float] = []
    notes: list[str] = []
    wanted = {"out": str(out), "every_s": every_s, "part": [part.from_s, part.until_s]}
    for said in _told("sample", path, name, SILENCE_S, _DECODE_CPU_S, **wanted):
        if "facts" in said:
            facts = Facts(**said["facts"])
        elif "notes" in said:
            taken, notes = said["times_s"], said["notes"]
        else:
            report(said["done"] / said["of"], f"Sampling frames {said['done']} of {said['of']}")
    return Sampled(_known(facts, name), tuple(taken), tuple(notes))


def _known(facts: Facts | None, name: str) -> Facts:
    if facts is None:
        raise VideoUnreadable(f"{name} could not be decoded; {_ADVICE}")
    return facts


def subtitles(path: Path, name: str) -> dict[str, Any]:
    """What core.video.subtitles.read finds in `path`. Raises VideoUnreadable naming `name`."""
    (said,) = _told("subtitles", path, name, SILENCE_S, _DECODE_CPU_S)
    return said


def cuts(path: Path, name: str, report: Callable[[float, str], None], part: Part = WHOLE) -> Shots:
    """Watch every picture of `part`. Raises VideoUnreadable naming `name`."""
    found: Shots | None = None
    for said in _told(
        "cuts", path, name, SILENCE_S, _DECODE_CPU_S, part=[part.from_s, part.until_s]
    ):
        if "cuts_s" in said:
            found = Shots.from_json(said)
        else:
            report(said["done"] / max(said["of"], 1e-3), f"Watching {name}")
    if found is None:
        raise VideoUnreadable(f"{name} could not be decoded; {_ADVICE}")
    return found


def clip(path: Path, name: str, out: Path, part: Part) -> tuple[Path, float]:
    """The part copied to `out` with an ending, and when it begins (core.video.clip.copy_part).

    Raises VideoUnreadable naming `name`, StorageFailed when the disk is full.
    """
    wanted = {"out": str(out.absolute()), "part": [part.from_s, part.until_s]}
    (said,) = _told("clip", path, name, SILENCE_S, _DECODE_CPU_S, **wanted)
    return Path(said["path"]), float(said["begins_s"])


def sound(path: Path, name: str) -> Iterator[np.ndarray]:
    """The sound of `path` from 0 s of its clock on: blocks of (n,) float32, mono, `sound.RATE` a
    second, of at most a minute.

    Raises SoundUnreadable and VideoUnreadable naming `name`.
    """
    for said in _told("sound", path, name, SILENCE_S, _DECODE_CPU_S):
        if "silence" in said:
            for start in range(0, said["silence"], _SILENT_BLOCK):
                yield np.zeros(min(_SILENT_BLOCK, said["silence"] - start), np.float32)
        else:
            yield np.frombuffer(base64.b64decode(said["sound"]), "<f4")


def _told(
    what: str, path: Path, name: str, silence_s: float, cpu_s: int, **wanted: Any
) -> Iterator[dict[str, Any]]:
    """What the decoding child says; its crash or silence become errors that name the video."""
    try:
        yield from child.messages(
            "core.video.decode",
            {"do": what, "file": str(path), "name": name, **wanted},
            silence_s=silence_s,
            wall_s=WALL_S,
            limits=child.Limits(limits.MEMORY_BYTES, cpu_s, limits.FILE_BYTES),
            environment={"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"},
        )
    except child.ChildFailed as error:
        ended = "hang" if error.code is None else "stop"
        raise VideoUnreadable(f"{name} made the decoder {ended}; {_ADVICE}") from error


def make_durable(new: Path) -> None:
    """Wait until a finished folder's files are on the disk."""
    for file in new.iterdir():
        descriptor = os.open(file, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    sync_folder(new)


def keep(new: Path, place: Path) -> None:
    """Put the finished, durable folder `new` at `place`; what was there is removed."""
    clear(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    new.rename(place)
    sync_folder(place.parent)
