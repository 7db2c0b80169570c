"""The frames of a run's rows are kept as stretches and come back one by one, in their order."""

from __future__ import annotations

import numpy as np
import pytest

from core.records import FrameId, Run
from core.storage import Database, results, runs
from core.storage.files import read_json, write_json
from core.storage.results import Stretch

FRAMES = [FrameId("b", 3), FrameId("b", 4), FrameId("a", 0), FrameId("b", 6), FrameId("b", 5)]
STRETCHES = [Stretch("b", 3, 4), Stretch("a", 0, 0), Stretch("b", 6, 6), Stretch("b", 5, 5)]


def _run(db: Database) -> str:
    run = Run("r", "r", "compact", "fast", "done", ("a", "b"), frames=len(FRAMES), latent_size=1)
    runs.add(db, run)
    return run.id


def test_what_is_written_is_read_in_order(db: Database) -> None:
    run_id = _run(db)
    results.write_frames(db, run_id, FRAMES)
    assert results.frames(db, run_id) == FRAMES
    assert results.stretches(db, run_id) == STRETCHES
    assert results.ends(STRETCHES).tolist() == [2, 3, 4, 5]
    kept = read_json(db.files.run(run_id) / "frames.json")
    assert kept == [["b", 3, 4], ["a", 0, 0], ["b", 6, 6], ["b", 5, 5]]


def test_a_list_of_an_earlier_version_is_read_too(db: Database) -> None:
    run_id = _run(db)
    write_json(db.files.run(run_id) / "frames.json", [list(frame) for frame in FRAMES])
    assert results.frames(db, run_id) == FRAMES
    assert results.stretches(db, run_id) == STRETCHES


def test_the_row_of_each_frame_is_found_without_a_list_of_all() -> None:
    stretches = [Stretch("b", 4, 6), Stretch("a", 0, 1), Stretch("b", 0, 0), Stretch("a", 9, 9)]
    listed = results.of(stretches)
    rows = results.RowsOfFrames(stretches)
    assert dict(rows) == {frame: row for row, frame in enumerate(listed)}
    assert [rows.frame(row) for row in range(len(rows))] == listed
    assert rows.frames(np.array([5, 0, 2])) == [listed[5], listed[0], listed[2]]
    between = [listed[row] for one in rows.between("b", 0, 5) for row in one]
    assert sorted(between) == [FrameId("b", 0), FrameId("b", 4), FrameId("b", 5)]
    assert rows.between("c", 0, 9) == [] == rows.between("b", 1, 3)
    for unknown in (FrameId("b", 1), FrameId("b", 7), FrameId("a", 8), FrameId("c", 0)):
        assert unknown not in rows
    for outside in (-1, len(rows)):
        with pytest.raises(IndexError):
            rows.frame(outside)
    assert not results.RowsOfFrames([])
