"""Checks this installation and the data folder; --repair mends what can be mended."""

from __future__ import annotations

import argparse
import importlib
import platform
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from core import jobs
from core.records import Video
from core.storage import Database, open_library, results, runs, videos

_PACKAGES = ("av", "cv2", "dbos", "jieba", "plotly", "sklearn", "streamlit", "torch", "umap")
_LEFT_OVER_S = 24 * 3600.0
_SPACE = 2 * 1024**3


@dataclass(frozen=True)
class Finding:
    """One line of the report; `repair` mends it and says how."""

    good: bool
    text: str
    repair: Callable[[], str] | None = None


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repair", action="store_true", help="mend what can be mended")


def run(options: argparse.Namespace) -> int:
    """0 when all is well or was mended, 1 when something is left to do."""
    left = 0
    for finding in (*_installation(), *_data(open_library(options.data))):
        mended = options.repair and finding.repair is not None
        print(f"{'ok     ' if finding.good else 'PROBLEM'}  {finding.text}", flush=True)
        if finding.repair is not None:
            hint = finding.repair() if mended else "mend it with: python -m core doctor --repair"
            print(f"         {hint}")
        left += not (finding.good or mended)
    return 1 if left else 0


def _installation() -> Iterator[Finding]:
    yield Finding(True, f"Python {platform.python_version()} on {platform.platform()}")
    for name in _PACKAGES:
        try:
            package = importlib.import_module(name)
            yield Finding(True, f"{name} {getattr(package, '__version__', '')}".strip())
        except (ImportError, OSError, RuntimeError) as error:
            advice = "Debian: apt-get install libgl1" if "libGL" in str(error) else "run `make run`"
            yield Finding(False, f"{name} cannot be imported ({error}); {advice}")
    yield Finding(True, f"computes on {_device()}")


def _device() -> str:
    try:
        import torch
    except (ImportError, OSError):
        return "nothing: torch is not there"
    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    return f"the processor, {torch.get_num_threads()} threads"


def _data(db: Database) -> Iterator[Finding]:
    folder = db.files.folder
    known = videos.every(db)
    free = shutil.disk_usage(folder).free
    yield Finding(free > _SPACE, f"{folder}: {free / 1024**3:.1f} GB free")
    yield _integrity(db)
    alive = jobs.worker_alive(db)
    yield Finding(True, f"worker: {'runs' if alive else 'is started when there is work'}")
    yield Finding(True, f"{len(known)} videos, {len(runs.every(db))} runs")
    yield from (found for video in known for found in _video(db, video))
    for run in runs.every(db):
        if run.state == "done" and not (db.files.run(run.id) / "latents.npy").is_file():
            yield Finding(False, f"run {run.id} ({run.name}) has lost its latents; train it again")
        elif run.state == "done" and not results.checkpoint(db, run.id).is_dir():
            yield Finding(False, f"run {run.id} ({run.name}) has lost its model; train it again")
    yield from _strangers(db, "videos", {video.id for video in known})
    yield from _strangers(db, "runs", {run.id for run in runs.every(db)})
    yield from _left_over(db)


def _integrity(db: Database) -> Finding:
    with db.read() as connection:
        said = connection.exec_driver_sql("PRAGMA quick_check").scalar_one()
    return Finding(said == "ok", f"library.db: {said}")


def _video(db: Database, video: Video) -> Iterator[Finding]:
    """A video whose frames are gone is read again, as long as its file is there."""
    name = f"video {video.id} ({video.title})"
    media = None if video.media_file is None else db.files.video(video.id) / video.media_file
    if video.state != "ready":
        return
    if media is None or not media.is_file():
        yield Finding(False, f"{name} has lost its file; delete it and add it again")
        return
    there = sum(1 for _ in db.files.frames(video.id).glob("*.jpg"))
    if there < video.frames:
        yield Finding(
            False,
            f"{name} has {there} of its {video.frames} frames",
            partial(_read_again, db, video.id),
        )


def _read_again(db: Database, video_id: str) -> str:
    videos.update(db, video_id, state="waiting")
    return f"queued to be read again as job {jobs.submit_ingest(db, video_id)}"


def _strangers(db: Database, part: str, known: set[str]) -> Iterator[Finding]:
    """Folders that no row speaks of, left by a kill at the wrong moment."""
    for folder in sorted((db.files.folder / part).iterdir()):
        if folder.name not in known and time.time() - folder.stat().st_mtime > _LEFT_OVER_S:
            text = f"{part}/{folder.name} belongs to nothing"
            yield Finding(False, text, partial(_set_aside, db, folder))


def _set_aside(db: Database, path: Path) -> str:
    target = db.files.quarantine / f"{path.name.lstrip('.')}-{int(time.time())}"
    path.rename(target)
    return f"moved to {target}"


def _left_over(db: Database) -> Iterator[Finding]:
    old = [
        path
        for path in db.files.temporary.iterdir()
        if time.time() - path.stat().st_mtime > _LEFT_OVER_S
    ]
    if old:
        yield Finding(True, f"tmp/ holds {len(old)} old leftovers", partial(_sweep, old))


def _sweep(old: list[Path]) -> str:
    for path in old:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return f"removed {len(old)}"
