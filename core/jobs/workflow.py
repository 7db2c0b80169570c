"""One job as the engine sees it: a step that runs the child, repeated when the child crashed."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from typing import Any

from dbos import DBOS, error

from core.jobs import rows
from core.jobs.children import Children
from core.jobs.devices import Gpus
from core.jobs.engine import WORKFLOW
from core.jobs.reconcile import queue_baseline
from core.storage import Database
from core.storage.progress import Progress, read

ATTEMPTS = 3
EXPLAINED = (2, 3)  # the child said why, and another attempt would end in the same way
_DOES = {
    "ingest": "reading the video",
    "train": "the training",
    "baseline": "the PCA of all videos",
    "cluster": "the clustering",
    "project": "the map",
    "sweep": "the sweep of k",
    "compare": "the comparison",
    "tables": "the tables",
}
_SUBJECTS = {"ingest": "video_id", "tables": "kind"}  # what else a job's subject is but a run

Command = Callable[[str, dict[str, Any], str], list[str]]


class JobFailedError(Exception):
    """Tells the engine that a job failed; the sentence is in the job's progress file."""


def register(db: Database, children: Children, gpus: Gpus, command: Command) -> None:
    """Declare the workflow that every job is an instance of. `command` gives a child's words."""

    @DBOS.step(name="run", preemptible=True)
    async def run(kind: str, arguments: dict[str, Any], job_id: str) -> int:
        log = db.files.logs / f"{job_id}.log"
        environment = {**os.environ, "AFFINITY_DATA": str(db.files.folder)}
        with gpus.one(wanted=kind in ("train", "tables")) as device:
            return await children.run(
                command(kind, arguments, job_id), log, {**environment, **device}
            )

    @DBOS.workflow(name=WORKFLOW)
    async def job(kind: str, subject: str, arguments: dict[str, Any]) -> None:
        job_id = str(DBOS.workflow_id)
        try:
            code = await _attempts(run, kind, {**arguments, **_named(kind, subject)}, job_id)
        except error.DBOSWorkflowCancelledError:
            rows.ended(db, kind, subject, "cancelled", rows.CANCELLED)
            raise
        if code != 0:
            sentence = await asyncio.to_thread(_fail, db, kind, subject, job_id, code)
            raise JobFailedError(sentence)
        if kind == "ingest":
            await asyncio.to_thread(queue_baseline, db, job_id)


async def _attempts(run: Callable, kind: str, arguments: dict[str, Any], job_id: str) -> int:
    code = 0
    for _ in range(ATTEMPTS):
        code = await run(kind, arguments, job_id)
        if code == 0 or code in EXPLAINED:
            break
    return code


def _fail(db: Database, kind: str, subject: str, job_id: str, code: int) -> str:
    """Leave the reason where everybody finds it: in the progress file and in the row."""
    path = db.files.progress(job_id)
    sentence = read(path).get("error") if code > 0 else None
    if sentence is None:
        sentence = _crashed(kind, code, f"logs/{job_id}.log")
        Progress(path).fail(sentence)
    rows.ended(db, kind, subject, "failed", sentence)
    return sentence


def _crashed(kind: str, code: int, log: str) -> str:
    does = _DOES[kind]
    if code == -signal.SIGKILL:
        return (
            f"The process of {does} was killed (signal 9) {ATTEMPTS} times, as happens when memory "
            f"runs out; close other programs or ask for less. The log is {log}."
        )
    how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
    return f"The process of {does} {how} {ATTEMPTS} times; try again, or see {log}."


def _named(kind: str, subject: str) -> dict[str, str]:
    if kind == "baseline":
        return {}
    return {_SUBJECTS.get(kind, "run_id"): subject}
