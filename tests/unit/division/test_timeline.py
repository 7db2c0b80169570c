"""Stretches of a cluster in time, and where shots begin."""

from __future__ import annotations

import numpy as np
import torch
from starlette.applications import Starlette
from starlette.testclient import TestClient
from torch.nn.functional import normalize

from core.analysis import timeline
from core.analysis.timeline import Stretch
from core.api import routes
from core.pipeline.division import shots
from core.storage import Database, videos
from core.storage.files import save_array
from models.affinity import neighbourhood
from tests.synthetic import make_run


def test_stretches_are_whole_and_in_order() -> None:
    found = timeline.stretches(np.array([2, 2, 0, 0, 0, 2]))
    assert found == [Stretch(0, 1, 2), Stretch(2, 4, 0), Stretch(5, 5, 2)]
    assert [stretch.frames for stretch in found] == [2, 3, 1]
    assert timeline.stretches(np.array([], int)) == []


def test_the_longest_stretch_is_a_share_of_the_clusters_own_frames() -> None:
    shares = timeline.longest_stretch_share(np.array([1, 1, 1, 0, 1, -1, -1]))
    assert shares == {1: 3 / 4, 0: 1.0, -1: 1.0}
    assert timeline.longest_stretch_share(np.array([], int)) == {}


def test_shots_are_those_that_our_own_model_is_made_with() -> None:
    generator = np.random.default_rng(0)
    scenes = generator.normal(size=(40, 24))
    features = np.repeat(scenes, 75, axis=0) + generator.normal(size=(3000, 24)) * 0.55
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    middle = features.mean(axis=0)
    seen = normalize(torch.from_numpy(features - middle), dim=1)
    theirs = neighbourhood.shots(seen, torch.ones(len(seen), dtype=torch.bool)).numpy()
    begins = timeline.shots_by_features(features.astype(np.float16), middle)
    assert timeline.SAME_SHOT == neighbourhood.SAME_SHOT
    assert 40 < begins.sum() < 3000  # some neighbours of one scene are far apart, not all
    assert np.mean(begins == np.diff(theirs, prepend=-1).astype(bool)) > 0.999  # float16


def test_a_frame_without_features_begins_no_shot() -> None:
    features = np.eye(4, dtype=np.float32)[[0, 0, 1, 1]]
    features[1] = 0
    begins = timeline.shots_by_features(features, np.full(4, 0.25, np.float32))
    assert begins.tolist() == [True, False, False, False]


def test_shots_by_difference_begin_with_the_video() -> None:
    big = timeline.OTHER_PICTURE
    assert timeline.shots_by_difference(np.array([0.0, big, 1.0])).tolist() == [
        True,
        False,
        True,
        False,
    ]
    assert timeline.shots_by_difference(np.array([])).tolist() == [True]


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
    client = TestClient(Starlette(routes=routes(lambda: db)))
    answer = client.get(f"/api/runs/{run.id}/shots")
    assert answer.json()["begins"]["video0"] == [0, 5, 10, 15, 20, 25]
    assert answer.json()["by_features"] == []
    assert client.get("/api/runs/none/shots").status_code == 404
