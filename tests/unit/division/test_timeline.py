"""Stretches of a cluster in time, and where shots begin."""

from __future__ import annotations

import numpy as np
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.analysis.time_spread import Stretch, stretches
from core.api import routes
from core.pipeline.division import shots
from core.storage import Database, videos
from core.storage.files import save_array
from tests.synthetic import make_run


def test_stretches_are_whole_and_in_order() -> None:
    found = stretches(np.array([2, 2, 0, 0, 0, 2]))
    assert found == [Stretch(0, 1, 2), Stretch(2, 4, 0), Stretch(5, 5, 2)]
    assert [stretch.frames for stretch in found] == [2, 3, 1]
    assert stretches(np.array([], int)) == []


def test_shots_by_difference_begin_with_the_video() -> None:
    big = shots.OTHER_PICTURE
    assert shots.shots_by_difference(np.array([0.0, big, 1.0])).tolist() == [
        True,
        False,
        True,
        False,
    ]
    assert shots.shots_by_difference(np.array([])).tolist() == [True]


def test_shots_of_videos_without_features_are_told_by_their_pictures(db: Database) -> None:
    make_run(db, (30, 24), every_k=(), layouts=())
    found = shots.shots(db, videos.every(db))
    assert not found.by_features
    assert found.begins["video0"] == [0, 5, 10, 15, 20, 25]  # the six scenes that were drawn
    db.files.atlas("video1", 0).unlink()
    assert shots.shots(db, videos.every(db)).begins["video1"] == [0]


def test_kept_features_are_preferred_and_damaged_ones_passed_over(db: Database) -> None:
    make_run(db, (30, 24), every_k=(), layouts=())
    scenes = np.random.default_rng(0).normal(size=(3, 16))
    features = np.repeat(scenes, 10, axis=0).astype(np.float16)
    save_array(db.files.features("video0", "net"), features)
    db.files.features("video1", "net").write_bytes(b"not an array")
    found = shots.shots(db, videos.every(db))
    assert found.by_features == {"video0"}
    assert found.begins["video0"] == [0, 10, 20]
    assert len(found.begins["video1"]) > 1


def test_the_route_answers_with_places_and_404(db: Database) -> None:
    run = make_run(db, (30, 24), every_k=(), layouts=())
    client = TestClient(Starlette(routes=routes(lambda _: db)))
    answer = client.get(f"/api/runs/{run.id}/shots")
    assert answer.json()["begins"]["video0"] == [0, 5, 10, 15, 20, 25]
    assert answer.json()["by_features"] == []
    assert client.get("/api/runs/none/shots").status_code == 404
