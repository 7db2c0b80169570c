"""Makes the tables: trains what is not trained yet, and after each training writes them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from core.config import RunConfig
from core.errors import AffinityError, DiskFull
from core.pipeline.tables.write_tables import write_tables
from core.pipeline.training.train_in_subprocess import train_in_subprocess
from core.storage import Database, runs
from core.storage.progress import Progress
from core.tables.plan import TABLE_MODELS, Entry, check_models, datasets, plan
from core.training.cost import estimate

Trainer = Callable[[Database, str, Progress], None]


def make_tables(
    db: Database,
    kind: str,
    named: Mapping[str, Sequence[str]],
    models: Sequence[str],
    progress: Progress,
    trainer: Trainer = train_in_subprocess,
) -> None:
    """Train the entries of the tables and write the tables after each; what is done is kept.

    `named` are the datasets, {} for those of the library; `models` are those to train, [] for all.
    An entry that fails says why in the tables, and the rest goes on. Raises InvalidSetting where
    there is nothing to train on, NotFound for an unknown video.
    """
    check_models(models)
    entries = plan(kind, datasets(db, named))
    wanted = [e for e in entries if e.variant.model in (models or TABLE_MODELS)]
    asked = {entry.run.id for entry in wanted}
    progress(0.0, "Writing the tables")
    write_tables(db, kind, entries, asked)
    waiting = [entry for entry in wanted if not _is_done(db, entry)]
    weights = [_weight(entry) for entry in waiting]
    for place, entry in enumerate(waiting):
        start, end = (sum(weights[:n]) / sum(weights) for n in (place, place + 1))
        said = f"{place + 1} of {len(waiting)}: {entry.variant.title}, {entry.dataset.name}"
        _train(db, entry, trainer, _Named(progress.part(start, end), said))
        progress(end, "Writing the tables")
        write_tables(db, kind, entries, asked)


def _train(db: Database, entry: Entry, trainer: Trainer, progress: Progress) -> None:
    """Train one entry, from its last checkpoint where it has one; a failure is left in its row."""
    runs.add(db, entry.run)
    again = {"state": "queued", "message": "", "finished_at": None}
    runs.change_state(db, entry.run.id, ("failed", "cancelled"), **again)
    progress(0.0, "Starting")
    try:
        trainer(db, entry.run.id, progress)
    except DiskFull:
        raise  # the tables go on from here when there is room
    except AffinityError as error:
        ended = {"state": "failed", "message": str(error), "finished_at": time.time()}
        runs.change_state(db, entry.run.id, ("queued", "running"), **ended)


def _is_done(db: Database, entry: Entry) -> bool:
    return any(run.id == entry.run.id and run.state == "done" for run in runs.every(db))


def _weight(entry: Entry) -> float:
    """Seconds that the training is expected to take: its share of the progress."""
    return estimate(RunConfig.from_json(entry.run.config), entry.run.frames).seconds


class _Named(Progress):
    """A part of the progress that says which training it is; the time left is the whole's."""

    def __init__(self, part: Progress, name: str) -> None:
        super().__init__(None)
        self._part, self._name = part, name

    def __call__(self, fraction: float, message: str, eta_s: float | None = None) -> None:
        self._part(fraction, f"{self._name} · {message}")
