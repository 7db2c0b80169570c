"""Workers on PostgreSQL as processes of their own, which a test kills, freezes and thaws."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from core import jobs
from core.jobs import engine
from core.records import Job
from core.storage import Database, workers
from tests.waiting import until

SILENCE_S = 9.0  # in place of 30, so that a takeover is not waited for so long
PLAYED = (str(Path(__file__).parents[1] / "unit" / "jobs" / "jobs_worker.py"),)
REAL = ("-m", "core.jobs.worker")


class Team:
    """Workers by name; their jobs are played by jobs_worker.py, or real ones."""

    def __init__(self, db: Database) -> None:
        self.db, self.silence_s, self.program = db, SILENCE_S, PLAYED
        self.apart = False  # whether each has a data folder of its own
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *words: str) -> None:
        folder = self.db.files.folder
        if self.apart:
            folder = folder.with_name(f"of-{name}")
        out = (self.db.files.logs / f"{name}.out").open("ab")
        environment = {
            **os.environ,
            "AFFINITY_DATA": str(folder),
            "AFFINITY_TAKEOVER_S": str(self.silence_s),
        }
        command = [sys.executable, *self.program, "--name", name, *words]
        self.processes[name] = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, env=environment
        )
        until(lambda: name in {one.name for one in workers.alive(self.db)})

    def send(self, name: str, number: int) -> None:
        self.processes[name].send_signal(number)

    def end(self, name: str) -> int:
        self.send(name, signal.SIGTERM)
        return self.processes[name].wait(20)

    def log(self, name: str) -> str:
        return (self.db.files.logs / f"{name}.out").read_text()

    def owner(self, job_id: str) -> str:
        found = engine.client(self.db).list_workflows(workflow_ids=[job_id])
        return str(found[0].executor_id)

    def close(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
                process.wait()


def ended(db: Database, job_id: str, patience_s: float = 60.0) -> Job:
    until(lambda: jobs.get(db, job_id).state not in ("queued", "running"), patience_s)
    return jobs.get(db, job_id)


def child(db: Database, subject: str) -> int:
    """The process that works on a subject, once it says so."""
    file = db.files.folder / f"pid-{subject}"
    until(lambda: file.exists() and file.read_text())
    return int(file.read_text())


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def release(db: Database) -> None:
    """Let the jobs that are titled "hold" go on."""
    (db.files.folder / "released").touch()
