"""--where: which frames of a run a command is about, by a filter (core.analysis.where)."""

from __future__ import annotations

import argparse

import numpy as np

from core.errors import InvalidSetting
from core.pipeline.curation.frame_columns import FrameColumns
from core.records import Clustering, FrameId, Run
from core.storage import Database


def add_where(parser: argparse.ArgumentParser, note: str = "") -> None:
    parser.add_argument(
        "--where",
        metavar="FILTER",
        help="only frames like these: 'brightness > 50 and country == US'; time, sharpness, "
        "words, distance, certainty, cluster, group, video, tag, caption, and the videos' columns"
        + note,
    )


def frames_where(
    db: Database, run: Run, clustering: Clustering | None, where: str
) -> list[FrameId]:
    """The run's frames that pass. Raises InvalidSetting for no filter, and where none does."""
    columns = FrameColumns(db, run, clustering)
    rows = np.flatnonzero(columns.passing(where)).tolist()
    if not rows:
        raise InvalidSetting(f"No frame of this run passes {where!r}; filter by less.")
    return [columns.frames[row] for row in rows]
