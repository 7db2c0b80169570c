"""A training in a process of its own: its memory is its own, and its end ends nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from core.config import PROJECT
from core.errors import DiskFull, JobEnded, OutOfMemory
from core.storage import Database
from core.storage.progress import Progress, read

_POLL_S = 0.3
_OUT_OF_MEMORY, _NO_ROOM = 3, 4  # core.pipeline.__main__ has the exit codes


def train_apart(db: Database, run_id: str, report: Progress) -> None:
    """As training.train.train, while this process waits; it uses the lock of the same job.

    The child belongs to this process's group and ends with it. Raises OutOfMemory, DiskFull, and
    JobEnded with the child's own sentence.
    """
    job_id = f"train-{run_id}"
    said = db.files.progress(job_id)
    said.unlink(missing_ok=True)
    words = ["train", json.dumps({"run_id": run_id}), "--job", job_id]
    with (db.files.logs / f"{job_id}.log").open("ab") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "core.pipeline", *words],
            stdin=subprocess.PIPE,  # it ends when this breaks
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "AFFINITY_DATA": str(db.files.folder)},
            cwd=PROJECT,
        )
    try:
        _follow(child, said, report)
    finally:
        child.kill()
        child.wait()
    if child.returncode == _NO_ROOM:
        needed = read(said).get("needed", 0)
        raise DiskFull(f"{db.files.folder} has no room for the training; free some.", needed)
    _judge(child.returncode, said, job_id)


def _follow(child: subprocess.Popen[bytes], said: Path, report: Progress) -> None:
    while child.poll() is None:
        now = read(said)
        if "fraction" in now:
            report(now["fraction"], now["message"], now["eta_s"])
        time.sleep(_POLL_S)


def _judge(code: int, said: Path, job_id: str) -> None:
    """Raise what the child's exit code means, in its own words where it left some."""
    if code == 0:
        return
    log = f"logs/{job_id}.log"
    if code < 0:
        raise OutOfMemory(
            f"The training was ended by signal {-code}, as happens when memory runs out; lower "
            f"batch_size, or width and height. The log is {log}."
        )
    sentence = read(said).get("error") or f"The training ended with code {code}; see {log}."
    raise (OutOfMemory if code == _OUT_OF_MEMORY else JobEnded)(sentence)
