"""The frames that a filter lets through: what a comparison, a table or a command is about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.errors import InvalidSetting
from core.pipeline.curation.frame_columns import FrameColumns
from core.records import Clustering, FrameId, Run
from core.storage import Database, results


@dataclass(frozen=True)
class Only:
    """`frames`, which `where` lets through (core.analysis.where)."""

    where: str
    frames: frozenset[FrameId]


def only_where(
    db: Database, run: Run, clustering: Clustering | None, where: str | None
) -> Only | None:
    """None without a filter: all frames. Raises InvalidSetting as `frames_where`."""
    return Only(where, frozenset(frames_where(db, run, clustering, where))) if where else None


def only_rows(db: Database, run: Run, where: str, passing: np.ndarray) -> Only:
    """The same of (N,) bool, which of the run's rows pass."""
    every = results.frames(db, run.id)
    return Only(where, frozenset(every[row] for row in np.flatnonzero(passing).tolist()))


def frames_where(
    db: Database, run: Run, clustering: Clustering | None, where: str
) -> list[FrameId]:
    """The run's frames that pass. Raises InvalidSetting for no filter, and where none does."""
    columns = FrameColumns(db, run, clustering)
    rows = np.flatnonzero(columns.passing(where)).tolist()
    if not rows:
        raise InvalidSetting(f"No frame of this run passes {where!r}; filter by less.")
    return [columns.frames[row] for row in rows]
