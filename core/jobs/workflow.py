"""One job as the engine sees it: a step that runs the child, repeated when the child crashed."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from contextlib import nullcontext, suppress
from typing import Any

from dbos import DBOS, error

from core.child import KILLED
from core.errors import DatabaseUnreachable, StorageFailed
from core.jobs import attempts, rows
from core.jobs.children import Children
from core.jobs.devices import Gpus
from core.jobs.engine import WORKFLOW
from core.jobs.reconcile import guarded, queue_baseline
from core.jobs.turns import turn
from core.storage import Database, fence, job_progress, lease, results, room
from core.storage.progress import Progress, read
from core.tables import store

ATTEMPTS = 3  # of which none got further than the one before
EXPLAINED = (2, 3)  # the child said why, and another attempt would end in the same way
FULL = 4  # it found no room on the disk
_FULL_AGAIN_S = 2.0
_ROOM_POLL_S = 0.5
_AWAY_S = 1.0
_WAITS = "Waits for GPUs that other trainings have"
_DOES = {
    "ingest": "reading the video",
    "captions": "making captions",
    "train": "the training",
    "baseline": "the PCA of all videos",
    "cluster": "the clustering",
    "recluster": "the new clustering",
    "edit": "the new clustering",
    "project": "the map",
    "sweep": "the sweep of k",
    "compare": "the comparison",
    "cuts": "finding the cuts",
    "look": "the search",
    "tables": "the tables",
}
# What else a job's subject is but a run.
_SUBJECTS = {"ingest": "video_id", "captions": "video_id", "tables": "kind", "look": "what"}

Command = Callable[[str, dict[str, Any], str], list[str]]


_logger = logging.getLogger("worker")


class JobFailedError(Exception):
    """Tells the engine that a job failed; the sentence is in the job's progress file."""


def register(
    db: Database, children: Children, gpus: Gpus, command: Command, working: set[str], worker: str
) -> None:
    """Declare the workflow that every job is an instance of.

    `command` gives a child's words; `working` is kept to the ids of the jobs that are being done.
    On PostgreSQL the attempts are those of `worker`.
    """

    @DBOS.step(name="run", preemptible=True)
    async def run(kind: str, subject: str, arguments: dict[str, Any], job_id: str) -> list[int]:
        before = _written(db, kind, subject)
        number = await _begun(db, job_id, worker) if db.shared else 0
        own = _attempt(job_id, worker, number) if db.shared else {}
        trains = kind in ("train", "tables")
        processes = int(arguments.get("processes", 1)) if trains else 0
        said = Progress(db.files.progress(job_id))
        async with gpus.some(processes, lambda: said(0.0, _WAITS)) as devices:
            own |= {"CUDA_VISIBLE_DEVICES": ",".join(devices)} if devices else {}
            environment = {**os.environ, "AFFINITY_DATA": str(db.files.folder), **own}
            words = command(kind, arguments, job_id)
            # On PostgreSQL a frozen worker would keep others from taking its training over.
            waits = trains and not db.shared
            alone = turn(db, job_id, devices) if waits else nullcontext()
            async with alone:
                code = await _with_room(db, children, words, job_id, environment)
        if db.shared:
            await _require_ours(db, job_id, worker, number)
        _logger.info("The child of job %s %s", job_id, _ended(code))
        return [code, int(_written(db, kind, subject) != before)]

    @DBOS.workflow(name=WORKFLOW)
    async def job(kind: str, subject: str, arguments: dict[str, Any]) -> None:
        job_id = str(DBOS.workflow_id)
        working.add(job_id)
        try:
            await _reached(rows.mark_row_running, db, kind, subject)
            named = {**arguments, **_named(kind, subject)}
            code = await _attempts(lambda: run(kind, subject, named, job_id))
            if code != 0:
                sentence = await _reached(_fail, db, kind, subject, job_id, code)
                raise JobFailedError(sentence)
            if kind == "ingest":
                await asyncio.to_thread(guarded, queue_baseline, db, job_id)
        except error.DBOSWorkflowCancelledError:
            with suppress(StorageFailed):  # the housekeeping does it later
                rows.mark_row_ended(db, kind, subject, "cancelled", rows.CANCELLED)
            raise
        finally:
            working.discard(job_id)


async def _reached(act: Callable[..., Any], *given: Any) -> Any:
    """What `act` gives, done in a thread, as soon as the database can be reached."""
    while True:
        try:
            return await asyncio.to_thread(act, *given)
        except DatabaseUnreachable:
            await asyncio.sleep(_AWAY_S)


async def _begun(db: Database, job_id: str, worker: str) -> int:
    """The number of this attempt; it never comes where the job is another worker's by now."""
    number = await _reached(attempts.begin, db, job_id, worker)
    return number if number is not None else await _left_to_others()


async def _require_ours(db: Database, job_id: str, worker: str, number: int) -> None:
    """Put down what the child said last, and go on only where it was this worker's to say."""
    await _reached(job_progress.put, db, job_id)
    if not await _reached(attempts.is_ours, db, job_id, worker, number):
        await _left_to_others()


async def _left_to_others() -> Any:
    """Nothing of a job that is another's may be recorded here: wait, until one is cancelled."""
    await asyncio.Event().wait()


def _attempt(job_id: str, worker: str, number: int) -> dict[str, str]:
    return {fence.VARIABLE: fence.held(fence.work_of(job_id), number), lease.VARIABLE: worker}


async def _attempts(run: Callable[[], Awaitable[list[int] | int]]) -> int:
    """Give the last attempt's exit code. One that leaves a new checkpoint is not counted."""
    failed = 0
    while True:
        outcome = await run()  # a number alone is one of an earlier version
        code, further = outcome if isinstance(outcome, list) else (outcome, 0)
        failed = 1 if further else failed + 1
        if code == 0 or code in EXPLAINED or failed == ATTEMPTS:
            return code


def _written(db: Database, kind: str, subject: str) -> dict[str, int]:
    """When the last checkpoint of each of a job's trainings was written."""
    run_ids = [subject] if kind == "train" else []
    if kind == "tables":
        run_ids = sorted(store.run_ids(db, subject))
    files = [results.resume_file(db, run_id) for run_id in run_ids]
    return {str(file): file.stat().st_mtime_ns for file in files if file.exists()}


async def _with_room(
    db: Database, children: Children, words: list[str], job_id: str, environment: dict[str, str]
) -> int:
    """Run a child, and again each time the disk was full; give its exit code.

    There is room when it begins and when it has ended, for the engine keeps that in its database.
    """
    while True:
        await _room(db, read(db.files.progress(job_id)).get("needed", room.FLOOR))
        try:
            code = await children.run(words, db.files.logs / f"{job_id}.log", environment)
        except OSError as fault:
            if not room.is_full(fault, db.files.folder):
                raise
            code = FULL
        lacking = code not in (0, *EXPLAINED) and room.shortage(db.files.folder)
        if code != FULL and not lacking:
            await _room(db, room.FLOOR)
            return code
        await asyncio.sleep(_FULL_AGAIN_S)


async def _room(db: Database, needed: int) -> None:
    while room.shortage(db.files.folder, needed):
        await asyncio.sleep(_ROOM_POLL_S)


def _fail(db: Database, kind: str, subject: str, job_id: str, code: int) -> str:
    """Leave the reason where everybody finds it: in the progress file and in the row."""
    path = db.files.progress(job_id)
    sentence = read(path).get("error") if code > 0 else None
    if sentence is None:
        sentence = _crashed(kind, code, f"logs/{job_id}.log")
        Progress(path).fail(sentence)
    if db.shared:
        job_progress.put(db, job_id)
    rows.mark_row_ended(db, kind, subject, "failed", sentence)
    return sentence


def _crashed(kind: str, code: int, log: str) -> str:
    does = _DOES[kind]
    often = f"{ATTEMPTS} times without getting further"
    if code == -KILLED:
        return (
            f"The process of {does} was killed (signal {KILLED}) {often}, as happens when memory "
            f"runs out; close other programs or ask for less. The log is {log}."
        )
    return f"The process of {does} {_ended(code)} {often}; try again, or see {log}."


def _ended(code: int) -> str:
    return f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"


def _named(kind: str, subject: str) -> dict[str, str]:
    if kind == "baseline":
        return {}
    return {_SUBJECTS.get(kind, "run_id"): subject}
