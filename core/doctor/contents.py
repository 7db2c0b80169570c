"""Whether rows, files and jobs agree: each row has its files and its job, each folder its row."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from core import jobs
from core.doctor import stored_files
from core.doctor.finding import Finding
from core.errors import AffinityError, LibraryDamaged
from core.jobs import rows
from core.records import FrameId, Run, Video
from core.storage import Database, runs, videos

_YOUNG_S = 600.0  # a folder this young may belong to an upload that is still arriving
_STALE_S = 24 * 3600.0
_HINT = "`python -m core doctor --repair`"


def findings(db: Database, repair: bool) -> Iterator[Finding]:
    """Problems, and one line of counts."""
    known_videos, known_runs = videos.every(db), runs.every(db)
    yield Finding("library", True, f"{len(known_videos)} videos, {len(known_runs)} runs")
    if db.files.stored is not None:
        yield from stored_files.findings(db.files.stored, repair)
        for video in [one for one in known_videos if one.frames][:1]:
            first = db.files.place_of_picture(FrameId(video.id, 0))
            yield from stored_files.shown(db.files.stored, first)
    else:
        for video in known_videos:
            yield from _lost_video(db, video, repair)
        for run in known_runs:
            yield from _lost_run(db, run, repair)
        yield from _strangers(db, "videos", {video.id for video in known_videos}, repair)
        yield from _strangers(db, "runs", {run.id for run in known_runs}, repair)
    yield from _without_job(db, repair)
    yield from _left_over(db, repair)


def _lost_video(db: Database, video: Video, repair: bool) -> Iterator[Finding]:
    if video.state != "ready":
        return
    there = sum(1 for _ in db.files.frames(video.id).glob("*.jpg"))
    media = db.files.media(video)
    if there >= video.frames and media.is_file():
        return
    name = f"video {video.id} ({video.title})"
    what = f"has {there} of its {video.frames} frames" if media.is_file() else "has lost its file"
    readable = media.is_file() or video.youtube_id is not None
    hint = f"{_HINT} reads it again" if readable else "delete it and add it again"
    if not repair:
        yield Finding("files", False, f"{name} {what}; {hint}")
        return
    message = f"This video {what}; delete it and add it again."
    videos.change_state(db, video.id, ("ready",), state="failed", message=message)
    if readable:
        job_id = jobs.submit_ingest(db, video.id)
        yield Finding("files", True, f"{name} {what}; it is read again by job {job_id}")
    else:
        yield Finding("files", False, f"{name} {what}; delete it and add it again")


def _lost_run(db: Database, run: Run, repair: bool) -> Iterator[Finding]:
    folder = db.files.run(run.id)
    parts = ("frames.json", "latents.npy", "checkpoint")
    lost = [part for part in parts if not (folder / part).exists()]
    if run.state != "done" or not lost:
        return
    text = f"run {run.id} ({run.name}) has lost {', '.join(lost)}; train it again"
    if repair:
        message = f"This run has lost {', '.join(lost)}; train it again."
        runs.change_state(db, run.id, ("done",), state="failed", message=message)
    yield Finding("files", False, text)


def _strangers(db: Database, part: str, known: set[str], repair: bool) -> Iterator[Finding]:
    """Folders that no row speaks of, left by a kill at the wrong moment."""
    for folder in sorted(_inside(db.files.folder / part)):
        if folder.name in known or _age_s(folder) < _YOUNG_S:
            continue
        text = f"{part}/{folder.name} belongs to nothing"
        if repair:
            target = db.files.quarantine / f"{folder.name.lstrip('.')}-{int(time.time())}"
            folder.rename(target)
            yield Finding("orphans", True, f"{text}; moved to {target}")
        else:
            yield Finding("orphans", False, f"{text}; {_HINT} moves it to quarantine/")


def _without_job(db: Database, repair: bool) -> Iterator[Finding]:
    """Rows that wait for a job which is not there; one that is there is left to it."""
    try:
        live = {(job.kind, job.subject) for job in jobs.live(db)}
    except LibraryDamaged:
        return  # said of jobs.db already
    for video in videos.every(db):
        if video.state == "waiting" and ("ingest", video.id) not in live:
            again = partial(jobs.submit_ingest, db, video.id)
            yield _queued(f"video {video.id} ({video.title})", again, repair)
    for run in runs.every(db):
        awaited = ("baseline", "all") if run.automatic else ("train", run.id)
        if run.state in ("queued", "running") and awaited not in live:
            again = partial(_compute_again, db, run)
            yield _queued(f"run {run.id} ({run.name})", again, repair)


def _queued(name: str, again: Callable[[], str], repair: bool) -> Finding:
    if not repair:
        return Finding("jobs", False, f"{name} waits for a job that is gone; {_HINT} queues it")
    try:
        return Finding("jobs", True, f"{name} waited for a job that was gone; queued as {again()}")
    except AffinityError as error:
        return Finding("jobs", False, f"{name}: {error}")


def _compute_again(db: Database, run: Run) -> str:
    if not run.automatic:
        return jobs.submit_run(db, run.id)
    rows.mark_row_ended(db, "train", run.id, "failed", "Its job was lost.")
    return jobs.submit_baseline(db)


def _left_over(db: Database, repair: bool) -> Iterator[Finding]:
    paths = [path for path in _inside(db.files.temporary) if _age_s(path) > _STALE_S]
    if paths and repair:
        for path in paths:
            _remove(path)
    if paths:
        done = "removed" if repair else f"{_HINT} removes them"
        yield Finding("tmp", True, f"{len(paths)} old leftovers; {done}")


def _inside(part: Path) -> list[Path]:
    """What lies in a part of the data folder; none where the part is a link to elsewhere."""
    return [] if part.is_symlink() else list(part.iterdir())


def _age_s(path: Path) -> float:
    return time.time() - path.lstat().st_mtime


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
