"""What is known of the jobs: DBOS holds their state, a file each says how far they are.

On PostgreSQL a row each, which their workers write every second.
"""

from __future__ import annotations

import dataclasses
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from core.errors import NotFound, WorkerFailed
from core.jobs import attempts, rows
from core.jobs.engine import QUEUE_OF_KIND, WORKFLOW, client
from core.jobs.lock import Pulse, worker_alive, worker_pid
from core.records import Job, JobState
from core.storage import Database, acting, job_progress, progress, room, workers

if TYPE_CHECKING:
    from dbos import WorkflowStatus

_SILENT_S = 60.0
LIVE: tuple[JobState, ...] = ("queued", "running")
_STATES: dict[str, JobState] = {
    "DELAYED": "queued",
    "ENQUEUED": "queued",
    "PENDING": "running",
    "SUCCESS": "done",
    "ERROR": "failed",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "failed",
    "CANCELLED": "cancelled",
}


def every(db: Database, limit: int = 500) -> list[Job]:
    """The newest jobs, newest first."""
    return _listed(db, limit=limit)


def live(db: Database) -> list[Job]:
    """The jobs that are queued or running, newest first."""
    return _listed(db, status=["DELAYED", "ENQUEUED", "PENDING"])


def baselines(db: Database) -> list[Job]:
    """The newest PCA jobs, newest first."""
    return _listed(db, workflow_id_prefix="baseline-", limit=20)


def tables(db: Database) -> list[Job]:
    """The newest jobs that make the tables, newest first."""
    return _listed(db, workflow_id_prefix="tables-", limit=20)


def get(db: Database, job_id: str) -> Job:
    """Raises NotFound."""
    found = _listed(db, workflow_ids=[job_id])
    if not found:
        raise NotFound(f"There is no job {job_id!r} in this library.")
    return found[0]


def of_subject(db: Database, subject: str) -> list[Job]:
    """The jobs of a video or run, newest first."""
    prefixes = [f"{kind}-{subject}" for kind in QUEUE_OF_KIND]
    return [job for job in _listed(db, workflow_id_prefix=prefixes) if job.subject == subject]


def latest(db: Database, work: str) -> Job | None:
    """The last job that was to do `work`: jobs are named WORK, WORK-2, WORK-3 and so on."""
    name = re.compile(re.escape(work) + r"(-\d+)?")
    attempts = [
        job for job in _listed(db, workflow_id_prefix=work) if name.fullmatch(job.id) is not None
    ]
    return max(attempts, key=lambda job: attempt(work, job), default=None)


def attempt(work: str, job: Job) -> int:
    """Which attempt at `work` a job is, from 1."""
    return int(job.id[len(work) + 1 :] or 1)


def cancel(db: Database, job_id: str) -> None:
    """End a job, queued or running; one that has ended stays as it is.

    Raises NotFound, NotAllowed.
    """
    acting.require("analyst", "cancel a job")
    job = get(db, job_id)
    if job.state not in LIVE:
        return
    client(db).cancel_workflow(job_id)
    if db.shared:
        attempts.end(db, job_id)
    if get(db, job_id).state == "cancelled":
        rows.mark_row_ended(db, job.kind, job.subject, "cancelled", rows.CANCELLED)


def wait(
    db: Database, job_id: str, on_look: Callable[[Job], None] | None = None, poll_s: float = 0.2
) -> Job:
    """Return the job when it has ended; `on_look` is called with what each look shows.

    Starts a worker if none has been there for some seconds. Raises NotFound, and WorkerFailed also
    where one holds the data folder, and has done nothing for a minute.
    """
    from core.jobs.launch import ensure_worker

    seen, pulse = time.monotonic(), Pulse(db)
    while True:
        job = get(db, job_id)
        if on_look is not None:
            on_look(job)
        if job.state not in LIVE:
            return job
        time.sleep(poll_s)
        if db.shared:  # where workers look after each other
            continue
        if worker_alive(db):
            seen = time.monotonic()
            if pulse.silent_s() > _SILENT_S and not room.shortage(db.files.folder):
                raise WorkerFailed(_silent(db))
        elif time.monotonic() - seen > 3.0 and not room.shortage(db.files.folder):
            ensure_worker(db, idle_exit_s=30.0)


def _silent(db: Database) -> str:
    held = f"process {pid}" if (pid := worker_pid(db)) else "another process"
    return (
        f"The background worker of {db.files.folder} ({held}) holds the folder, and has done "
        f"nothing for {_SILENT_S:.0f} s; end that process and ask again. The job is kept."
    )


def _listed(
    db: Database,
    *,
    limit: int | None = None,
    status: list[str] | None = None,
    workflow_ids: list[str] | None = None,
    workflow_id_prefix: str | list[str] | None = None,
) -> list[Job]:
    found = client(db).list_workflows(
        name=WORKFLOW,
        sort_desc=True,
        load_input=False,
        load_output=False,
        limit=limit,
        status=status,
        workflow_ids=workflow_ids,
        workflow_id_prefix=workflow_id_prefix,
    )
    said = _said(db, [one.workflow_id for one in found])
    jobs = [_job(one, said[one.workflow_id]) for one in found]
    jobs.sort(key=lambda job: job.created_at, reverse=True)
    if db.shared:
        jobs = _without_worker(db, jobs, {one.workflow_id: one for one in found})
    elif any(job.state == "running" for job in jobs) and not worker_alive(db):
        waits = "Waiting for the worker, which is not running."
        jobs = [
            dataclasses.replace(job, eta_s=None, message=waits) if job.state == "running" else job
            for job in jobs
        ]
    return [
        _held(db, job, said[job.id].get("needed", room.FLOOR)) if job.state in LIVE else job
        for job in jobs
    ]


def _said(db: Database, job_ids: list[str]) -> dict[str, dict]:
    if db.shared:
        return job_progress.of(db, job_ids)
    return {job_id: progress.read(db.files.progress(job_id)) for job_id in job_ids}


def _without_worker(db: Database, jobs: list[Job], found: dict[str, WorkflowStatus]) -> list[Job]:
    """Those that nobody does at the moment say so: PostgreSQL's, of which each may be another's."""
    if not any(job.state in LIVE for job in jobs):
        return jobs
    there = workers.alive(db)
    names = {worker.name for worker in there}
    served = {queue for worker in there for queue in worker.queues}

    def told(job: Job) -> Job:
        owner, queue = found[job.id].executor_id, found[job.id].queue_name
        if job.state == "running" and owner not in names:
            message = f"The worker {owner} is silent; another one takes this over."
        elif job.state == "queued" and queue not in served:
            message = f"Waiting for a worker of the queue {queue}; none is there."
        else:
            return job
        return dataclasses.replace(job, eta_s=None, message=message)

    return [told(job) for job in jobs]


def _job(status: WorkflowStatus, said: dict) -> Job:
    about = status.attributes or {}
    state = _STATES[status.status]
    return Job(
        id=status.workflow_id,
        kind=about.get("kind", ""),
        state=state,
        subject=about.get("subject", ""),
        title=about.get("title", ""),
        progress=1.0 if state == "done" else said.get("fraction", 0.0),
        message=_message(state, said),
        eta_s=_left_s(said) if state == "running" else None,
        created_at=about.get("at", 0.0),  # SQLite would say it in whole seconds
        finished_at=None if status.completed_at is None else status.completed_at / 1000,
        processes=about.get("processes", 1),
    )


def _message(state: JobState, said: dict) -> str:
    if state == "failed":
        return said.get("error", "It ended without a reason; the log may say more.")
    if state == "cancelled":
        return rows.CANCELLED
    if state == "done":
        return said.get("conclusion", "")
    return said.get("message", "Starting") if state == "running" else ""


def _left_s(said: dict) -> float | None:
    """The seconds left as the job saw them, less those that have passed since it said so."""
    if said.get("eta_s") is None:
        return None
    return max(0.0, said["eta_s"] - max(0.0, time.time() - said.get("at", time.time())))


def _held(db: Database, job: Job, needed: int) -> Job:
    """A job that waits for room on the disk says so; nothing can be written there, so we look."""
    sentence = room.shortage(db.files.folder, needed)
    return dataclasses.replace(job, eta_s=None, message=sentence) if sentence else job
