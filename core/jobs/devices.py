"""Where a training may run: GPUs, of which each has one at a time, and workers that have them.

Asks the system, not torch.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from core.jobs import engine
from core.records import WorkerState
from core.storage import Database, workers
from core.training.cost import Machine

_POLL_S = 0.5


def gpus() -> list[str]:
    """The names by which CUDA_VISIBLE_DEVICES knows this machine's GPUs."""
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is not None:
        return [name.strip() for name in chosen.split(",") if name.strip()]
    return [path.name[len("nvidia") :] for path in sorted(Path("/dev").glob("nvidia[0-9]*"))]


def most_at_once(db: Database) -> int:
    """How many GPUs one training can have: of this machine, or of the best of the workers."""
    if not db.shared:
        return len(gpus())
    return max((len(one.devices.split()) for one in workers.alive(db)), default=0)


def trainers(db: Database) -> list[WorkerState]:
    """The workers on PostgreSQL of which any may get what is asked to be trained now."""
    queue = engine.queue(db, "train")
    return [one for one in workers.alive(db) if queue in one.queues]


def machine_of(worker: WorkerState) -> Machine:
    """What an estimate for a worker asks."""
    return Machine(bool(worker.devices), worker.flops, worker.device_memory)


class Gpus:
    """Hands the GPUs out, one to each process of each training."""

    def __init__(self, names: list[str]) -> None:
        self._free = list(names)
        self.count = len(names)

    @contextlib.asynccontextmanager
    async def some(self, wanted: int, wait: Callable[[], None]) -> AsyncIterator[list[str]]:
        """The names of as many, once they are free; [] where there is no choice.

        `wait` is called while others have them. Who wants more than there are gets all.
        """
        wanted = min(wanted, self.count) if self.count > 1 else 0
        while len(self._free) < wanted:
            wait()
            await asyncio.sleep(_POLL_S)
        names, self._free = self._free[:wanted], self._free[wanted:]
        try:
            yield names
        finally:
            self._free += names
