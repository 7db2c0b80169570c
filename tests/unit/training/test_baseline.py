"""The PCA of all videos, which takes the place of those before it."""

from __future__ import annotations

import pytest

from core.pipeline.training import baseline as made
from core.records import RunState
from core.storage import Database, runs
from core.storage.progress import Progress
from tests.synthetic import add_video


@pytest.mark.parametrize("state", ["running", "failed", "cancelled", "done"])
def test_one_of_fewer_videos_goes_however_it_ended(
    db: Database, monkeypatch: pytest.MonkeyPatch, state: RunState
) -> None:
    """A worker that falls silent leaves one running; who takes over finds another video there."""
    ends: RunState = state

    def train(db: Database, run_id: str, report: Progress) -> None:
        runs.update(db, run_id, state=ends)

    monkeypatch.setattr(made, "train", train)
    add_video(db, "video0", "us", 3, 0)
    made.baseline(db, Progress(None))
    (first,) = runs.every(db)
    assert first.state == state

    add_video(db, "video1", "cn", 3, 1)
    ends = "done"
    made.baseline(db, Progress(None))
    assert [run.name for run in runs.every(db)] == ["PCA of 2 videos"]
