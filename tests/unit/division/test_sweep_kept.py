"""The sweep of a run as it is kept and asked for: by weights, once, as far as the frames go."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core import jobs
from core.errors import InvalidSetting
from core.pipeline.division.sweep import kept_sweep, make_sweep, robust_clusters, swept_run
from core.records import Run
from core.storage import Database, analyses
from core.storage.files import save_array
from core.storage.progress import Progress, read
from tests.synthetic import THREE_BLOCKS, add_clustering, make_run

pytestmark = pytest.mark.slow

NOBODY = Progress(None)


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (9, 12), every_k=(2, 3), layouts=(), model=THREE_BLOCKS)


def test_a_sweep_is_kept_and_read_again(db: Database, run: Run, tmp_path: Path) -> None:
    assert kept_sweep(db, run.id) is None
    swept = make_sweep(db, run.id, Progress(tmp_path / "progress.json", interval_s=0))
    assert [one.k for one in swept] == list(range(2, 21))
    assert all(sum(one.sizes) == 21 and len(one.sizes) == one.k for one in swept)
    assert read(tmp_path / "progress.json")["message"] == "Comparing divisions into 20 clusters"
    assert kept_sweep(db, run.id) == swept
    assert swept[-1].robust is None  # 21 frames do not give 21 clusters, let alone 23


def test_other_weights_are_another_sweep(db: Database, run: Run) -> None:
    plain = make_sweep(db, run.id, NOBODY)
    weighed = make_sweep(db, run.id, NOBODY, {"words": 0.0})
    assert weighed != plain
    assert kept_sweep(db, run.id, {"words": 0, "content": 1.0}) == weighed
    with pytest.raises(InvalidSetting, match="no block 'sound'"):
        make_sweep(db, run.id, NOBODY, {"sound": 1.0})


def test_the_distances_are_those_of_the_weights(db: Database, run: Run) -> None:
    (plain,) = swept_run(db, run.id, [3], NOBODY)
    every = {"appearance": 4.0, "content": 4.0, "words": 4.0}
    (twice,) = swept_run(db, run.id, [3], NOBODY, every)
    assert twice.to_centre == pytest.approx(2 * plain.to_centre, rel=1e-4)
    assert twice.sizes == plain.sizes


def test_equal_frames_end_the_sweep(db: Database, run: Run) -> None:
    few = np.repeat(np.eye(7, dtype=np.float32)[:4], [5, 5, 5, 6], axis=0)
    save_array(db.files.run(run.id) / "latents.npy", few)
    for known in analyses.clusterings_of(db, run.id):
        analyses.clustering_file(db, known).unlink()
    assert [one.k for one in make_sweep(db, run.id, NOBODY)] == [2, 3, 4]
    with pytest.raises(InvalidSetting, match="5 is more than the 4 different frames"):
        swept_run(db, run.id, [5], NOBODY)


def test_robust_clusters_are_those_of_the_kept_sweep(db: Database, run: Run) -> None:
    clustering = next(c for c in analyses.clusterings_of(db, run.id) if c.k == 3)
    assert robust_clusters(db, clustering) is None
    three = next(one for one in make_sweep(db, run.id, NOBODY) if one.k == 3)
    assert three.robust is not None
    assert robust_clusters(db, clustering) == dict(enumerate(three.robust, start=1))
    assert robust_clusters(db, add_clustering(db, run, 3, "gmm")) is None


def test_the_same_request_is_one_job(db: Database, run: Run) -> None:
    first = jobs.submit_sweep(db, run.id, {"words": 1.0})
    assert jobs.submit_sweep(db, run.id) == first
    assert jobs.get(db, first).kind == "sweep"
    assert jobs.submit_sweep(db, run.id, {"words": 0.5}) != first
