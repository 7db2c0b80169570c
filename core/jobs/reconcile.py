"""Keeps the library and the jobs agreed: rows whose job is gone, and the baseline that is due."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from typing import Any

from core.jobs import rows, status, submit
from core.records import Job, Run, RunState, Video
from core.storage import Database, runs, videos
from core.tables import store
from core.tables.plan import KINDS

_GRACE_S = 20.0  # between a row's being written and its job's being queued
_BASELINE_EVERY_S = 30.0  # while more videos are being read
_JITTER_S = 1.0  # that clocks of machines on one folder, or their rounding, may be apart
_logger = logging.getLogger("worker")
_NO_RESULT = "It ended without a result; start it again."


def guarded(act: Callable[..., Any], *given: Any) -> Any:
    """One failure of the housekeeping ends no worker and no job: it comes round again."""
    try:
        return act(*given)
    except Exception:
        _logger.exception("%s failed", act.__name__)
        return None


def reconcile(db: Database) -> None:
    """Give each row that waits for a result, or for another attempt, a job when it is time; or say
    in it how its job ended."""
    known = videos.every(db)
    waiting = [video for video in known if video.state == "waiting"]
    active = [run for run in runs.every(db) if run.state in status.LIVE]
    read = {job.subject for job in status.live(db) if job.kind == "ingest"} if waiting else set()
    for video in waiting:
        if video.id not in read:
            _settle_video(db, video)
    for run in active:
        _settle_run(db, run)
    for video in known:
        _retry_if_due(db, video)


def anything_due(db: Database) -> bool:
    """Whether a job waits or runs, or a row waits for one, now or at a later time."""
    due = any(one.state == "waiting" or one.retry_at is not None for one in videos.every(db))
    return due or any(one.state in status.LIVE for one in runs.every(db)) or bool(status.live(db))


def queue_baseline(db: Database, finishing: str | None = None) -> str | None:
    """Queue the PCA of all ready videos if it is due; `finishing` is an ingest as good as over.

    While more videos are being read it is computed when there are twice as many frames as the
    last one had, and not within half a minute: there is something to explore at once, and all of
    them together take no more than twice the work of the last.
    """
    work = submit.baseline_work(db)
    last = status.latest(db, work) if work else None
    lost = last is not None and last.state == "done" and not _has_baseline(db)
    if work is None or (last is not None and not lost):
        return None
    live = [job for job in status.live(db) if job.id != finishing]
    newest = max((job.created_at for job in status.baselines(db)), default=0.0)
    if any(job.kind == "ingest" for job in live) and (
        _since(newest) < _BASELINE_EVERY_S
        or any(job.kind == "baseline" for job in live)
        or not _doubled(db)
    ):
        return None
    return submit.submit_baseline(db)


def _doubled(db: Database) -> bool:
    """Whether there are twice as many frames as the automatic run had that had most."""
    done = [run.frames for run in runs.every(db) if run.automatic and run.state == "done"]
    return sum(video.frames for video in videos.ready(db)) >= 2 * max(done, default=0)


def _has_baseline(db: Database) -> bool:
    """Whether the PCA of just the ready videos is there; deleting a video takes its runs along."""
    ready = {video.id for video in videos.ready(db)}
    return any(run.automatic and set(run.video_ids) == ready for run in runs.every(db))


def _settle_video(db: Database, video: Video) -> None:
    job = status.latest(db, f"ingest-{video.id}")
    if job is None:
        if _since(video.added_at) > _GRACE_S:
            submit.submit_ingest(db, video.id)
    elif job.state not in status.LIVE:
        rows.mark_row_ended(db, "ingest", video.id, "failed", _reason(job))


def _retry_if_due(db: Database, video: Video) -> None:
    """What YouTube refused for now is asked for again at the time that the row says."""
    if video.retry_at is None or video.state == "waiting":
        return
    if video.retry_at > time.time() and _since(video.refusal.get("at", 0.0)) < math.inf:
        return
    if video.state == "ready" and video.captions:  # they came in another way
        videos.update(db, video.id, retry_at=None, refusal={})
    else:
        submit.submit_ingest(db, video.id, by_itself=True)


def _settle_run(db: Database, run: Run) -> None:
    job = _job_of(db, run)
    if job is None:
        if _since(run.created_at) <= _GRACE_S:
            return
        if run.automatic:
            rows.mark_row_ended(db, "train", run.id, "failed", _NO_RESULT)
        else:
            submit.submit_run(db, run.id)
    elif job.state not in status.LIVE:
        state: RunState = "cancelled" if job.state == "cancelled" else "failed"
        rows.mark_row_ended(db, "train", run.id, state, _reason(job))


def _job_of(db: Database, run: Run) -> Job | None:
    if not run.automatic:
        return _tables_job(db, run) or status.latest(db, f"train-{run.id}")
    baselines = status.baselines(db)
    live = [job for job in baselines if job.state in status.LIVE]
    return next(iter(live or baselines), None)


def _tables_job(db: Database, run: Run) -> Job | None:
    """The job that trains the run for the tables, where one is about to or was the last to."""
    of_tables = [kind for kind in KINDS if run.id in store.run_ids(db, kind)]
    jobs = [job for job in status.tables(db) if job.subject in of_tables] if of_tables else []
    own = status.latest(db, f"train-{run.id}") if jobs else None
    live = [job for job in jobs if job.state in status.LIVE]
    return next(iter(live or ([] if own else jobs)), None)


def _since(at: float) -> float:
    """Seconds since a time that was written down; endless where the clock was set back behind it:
    how long it is ago cannot be told then, and nothing may wait until the clock is there again."""
    passed_s = time.time() - at
    return passed_s if passed_s > -_JITTER_S else math.inf


def _reason(job: Job) -> str:
    return job.message or _NO_RESULT
