"""A training in a process of its own: its memory is its own, and its end ends nothing else."""

from __future__ import annotations

import sys
from typing import Any

from core import child
from core.config import data_folder
from core.errors import DiskFull, JobEnded, OutOfMemory
from core.pipeline.process import hold_job_lock
from core.storage import Database, open_library, room
from core.storage.progress import Progress

_WALL_S = 30 * 24 * 3600.0  # a step may be slow, and says nothing meanwhile


def train_in_subprocess(db: Database, run_id: str, report: Progress) -> None:
    """As training.train.train, while this process waits; it uses the lock of the same job.

    The child belongs to this process's group and ends with it. Raises OutOfMemory, DiskFull
    however the system says it, and what the training raises.
    """
    log = f"logs/{_job(run_id)}.log"
    told = child.messages(
        "core.pipeline.training.train_in_subprocess",
        {"run_id": run_id},
        silence_s=_WALL_S,
        wall_s=_WALL_S,
        network=True,  # a backbone's weights may have to be fetched
        environment={"AFFINITY_DATA": str(db.files.folder)},
        log=db.files.folder / log,
    )
    try:
        for now in told:
            report(now["fraction"], now["message"], now["eta_s"])
    except child.ChildFailed as error:
        if error.code is not None and error.code < 0:
            raise OutOfMemory(
                f"The training was ended by signal {-error.code}, as happens when memory runs "
                f"out; lower batch_size, or width and height. The log is {log}."
            ) from error
        raise JobEnded(f"The training ended ({error}); see {log}.") from error


def _job(run_id: str) -> str:
    return f"train-{run_id}"


class _Told(Progress):
    """Progress that the parent hears of."""

    def __init__(self, say: child.Say) -> None:
        super().__init__(None)
        self._say = say

    def __call__(self, fraction: float, message: str, eta_s: float | None = None) -> None:
        self._say(fraction=fraction, message=message, eta_s=eta_s)


def _train(request: dict[str, Any], _data: bytes, say: child.Say) -> None:
    from core.pipeline.training.train import train  # torch takes seconds

    db = open_library(data_folder())
    try:
        with hold_job_lock(db, _job(request["run_id"])):
            train(db, request["run_id"], _Told(say))
    except Exception as error:
        if isinstance(error, DiskFull) or not room.is_full(error, db.files.folder):
            raise
        raise room.disk_full(db.files.folder) from error


if __name__ == "__main__":
    sys.exit(child.serve(_train))
