"""Probes and samples videos in a child process and keeps its results; decodes nothing itself."""

from __future__ import annotations

import json
import os
import selectors
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.config import PROJECT
from core.errors import StorageFailed, VideoUnreadable
from core.storage.files import remove_tree, sync_folder

PROBE_SILENCE_S = 120.0
SILENCE_S = 180.0  # a decoder that says nothing for so long hangs
WALL_S = 12 * 3600.0  # for a whole video, however steadily it moves on
_LONGEST_LINE = 100_000
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


def probe(path: Path, name: str) -> Facts:
    """Whether `path` holds a video, and what it is. Raises VideoUnreadable naming `name`."""
    facts: Facts | None = None
    for said in _child([str(path), "--probe"], name, PROBE_SILENCE_S):
        facts = Facts(**said["facts"])
    return _known(facts, name)


def sample_into(
    path: Path, name: str, out: Path, every_s: float, report: Callable[[float, str], None]
) -> tuple[Facts, int]:
    """Write one picture per `every_s` to out/frames and small ones to out/atlas.

    Returns the video's facts and the number of frames. `out` is emptied first. Raises
    VideoUnreadable naming `name`, StorageFailed when the disk is full.
    """
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    facts: Facts | None = None
    done = 0
    for said in _child([str(path), str(out), "--every", repr(every_s)], name, SILENCE_S):
        if "facts" in said:
            facts = Facts(**said["facts"])
        else:
            done = said["done"]
            report(done / said["of"], f"Sampling frames {done} of {said['of']}")
    return _known(facts, name), done


def _known(facts: Facts | None, name: str) -> Facts:
    if facts is None:
        raise VideoUnreadable(f"{name} could not be decoded; {_ADVICE}")
    return facts


def _child(arguments: list[str], name: str, silence_s: float) -> Iterator[dict[str, Any]]:
    """What the decoding child says. Its errors, crash or silence become errors naming `name`."""
    child = subprocess.Popen(
        _command(arguments),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=PROJECT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"},
    )
    try:
        for line in _lines(child, name, silence_s):
            said = _said(line, name)
            if "error" in said:
                raise VideoUnreadable(f"{name} {said['error']}")
            if "full" in said:
                raise StorageFailed(f"The frames of {name} cannot be written ({said['full']}).")
            yield said
        if child.wait() != 0:
            raise VideoUnreadable(f"{name} made the decoder stop; {_ADVICE}")
    finally:
        child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()


def _said(line: bytes, name: str) -> dict[str, Any]:
    try:
        return dict(json.loads(line))
    except (ValueError, TypeError) as error:
        raise VideoUnreadable(f"{name} made the decoder stop; {_ADVICE}") from error


def _command(arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", "core.video.decode", *arguments]


def _lines(child: subprocess.Popen[bytes], name: str, silence_s: float) -> Iterator[bytes]:
    if child.stdout is None:
        raise RuntimeError("the decoder was started without a pipe")
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        end = time.monotonic() + WALL_S
        deadline = time.monotonic() + silence_s
        while True:
            left_s = min(deadline, end) - time.monotonic()
            if left_s <= 0 or not selector.select(left_s):
                raise VideoUnreadable(f"{name} made the decoder hang; {_ADVICE}")
            data = os.read(child.stdout.fileno(), 65536)
            if not data or len(rest) > _LONGEST_LINE:
                return
            deadline = time.monotonic() + silence_s
            *whole, rest = (rest + data).split(b"\n")
            yield from whole


def keep(new: Path, place: Path) -> None:
    """Put the finished folder `new` at `place`, durably; what was there is removed."""
    for file in new.iterdir():
        descriptor = os.open(file, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    sync_folder(new)
    remove_tree(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    new.rename(place)
    sync_folder(place.parent)
