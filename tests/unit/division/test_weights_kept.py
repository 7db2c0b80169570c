"""Weights in the library: ids that stay, a migration that loses nothing, analyses by weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from core import jobs
from core.analysis import projection
from core.analysis.weighting import weighted
from core.errors import InvalidSetting
from core.pipeline.__main__ import ACTIONS
from core.pipeline.division import analyse
from core.records import Clustering, Run
from core.storage import Database, analyses, database, open_library, results
from core.storage.progress import Progress
from tests.synthetic import THREE_BLOCKS, make_run

NOBODY = Progress(None)
BLOCKS = {"appearance": 3, "content": 2, "words": 2}
WEIGHTS = {"appearance": 0.0, "content": 2.0}


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (9, 12), every_k=(3,), layouts=("pca",), model=THREE_BLOCKS)


def test_ids_without_weights_are_those_of_earlier_libraries() -> None:
    assert analyses.clustering_id("synthetic-run", "kmeans", 8, 0) == "db716dbf2b6a4db3"
    assert analyses.clustering_id("r", "kmeans", 3, 7, {}) == analyses.clustering_id(
        "r", "kmeans", 3, 7
    )
    # A mixture is fitted in another way since, so one that is kept is not taken for a new one.
    assert analyses.clustering_id("r", "gmm", 3, 7, {}) != "5b0c7b1943110a3c"
    for run_id, method, settings, expected in (
        ("synthetic-run", "tsne", projection.settings_of("tsne", 487, 15), "dd78222e7911f969"),
        ("synthetic-run", "pca", projection.settings_of("pca", 9, None, {}), "a5ab0ce4fd3f1efa"),
        ("r", "umap", projection.settings_of("umap", 9), "a3f3161004a5afd5"),
    ):
        assert analyses.projection_id(run_id, method, settings) == expected


def test_ids_with_weights_are_others_whatever_their_order() -> None:
    plain = analyses.clustering_id("r", "kmeans", 3, 0)
    first = analyses.clustering_id("r", "kmeans", 3, 0, {"a": 2.0, "b": 0.0})
    assert first == analyses.clustering_id("r", "kmeans", 3, 0, {"b": 0.0, "a": 2.0})
    assert len({plain, first, analyses.clustering_id("r", "kmeans", 3, 0, {"a": 2.5})}) == 3


def test_a_library_of_before_the_weights_keeps_everything(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    engine = sa.create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO runs VALUES ('r', 'n', 'pca', 'fast', 'done', '[\"v\"]', '{}', 0, 9, 4, "
            "1.5, NULL, 2.0, 'cpu', '', 7.0, 8.0)"
        )
        connection.exec_driver_sql("INSERT INTO clusterings VALUES ('c', 'r', 'kmeans', 3, 0, 9.5)")
        connection.exec_driver_sql("INSERT INTO cluster_names VALUES ('c', 1, 'Expert')")
        connection.exec_driver_sql("INSERT INTO projections VALUES ('p', 'r', 'pca', '{}', 9.5)")
    engine.dispose()
    db = open_library(tmp_path)
    assert analyses.clusterings_of(db, "r") == [Clustering("c", "r", "kmeans", 3, 0, 9.5, {})]
    assert analyses.names(db, "c") == {1: "Expert"}
    assert [p.id for p in analyses.projections_of(db, "r")] == ["p"]
    weighed = Clustering("w", "r", "kmeans", 3, 0, 10.0, WEIGHTS)
    analyses.add_clustering(db, weighed)
    db.close()
    again = open_library(tmp_path)  # the migration is not run twice
    assert analyses.clustering(again, "w") == weighed
    with again.read() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == (
            database.REVISION
        )
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
    again.close()


def test_a_clustering_by_weights_stands_beside_the_plain_one(
    db: Database, run: Run, black_decoder: list[np.ndarray]
) -> None:
    given = {"words": 1, "content": 2, "appearance": 0}
    made = analyse.cluster(db, run.id, "kmeans", 3, 0, NOBODY, given)
    assert made.weights == WEIGHTS
    assert made in analyses.clusterings_of(db, run.id)
    assert made.id == analyses.clustering_id(run.id, "kmeans", 3, 0, WEIGHTS)
    assert analyse.cluster(db, run.id, "kmeans", 3, 0, NOBODY, WEIGHTS) == made
    assert len(black_decoder) == 1  # the second time it was read
    latents, division = results.latents(db, run.id), analyses.division(db, made)
    np.testing.assert_array_equal(black_decoder[0][:3], division["centres"])  # then modes
    for number in range(3):
        members = latents[division["labels"] == number]
        np.testing.assert_allclose(division["centres"][number], members.mean(axis=0), atol=1e-4)
    own = division["centres"][division["labels"]]
    apart = weighted(latents, BLOCKS, WEIGHTS) - weighted(own, BLOCKS, WEIGHTS)
    np.testing.assert_allclose(division["distance"], np.linalg.norm(apart, axis=1), atol=1e-4)


def test_a_map_by_weights_stands_beside_the_plain_one(db: Database, run: Run) -> None:
    plain = analyse.project(db, run.id, "pca", {}, NOBODY)
    made = analyse.project(db, run.id, "pca", {"weights": WEIGHTS}, NOBODY)
    assert made.settings == {"weights": WEIGHTS}
    assert made.id != plain.id
    expected = projection.project(weighted(results.latents(db, run.id), BLOCKS, WEIGHTS), "pca")
    np.testing.assert_allclose(analyses.layout(db, made), expected, atol=1e-5)
    ones = {"weights": dict.fromkeys(BLOCKS, 1)}
    assert analyse.project(db, run.id, "pca", ones, NOBODY) == plain


def test_the_job_makes_what_was_asked_for(
    db: Database, run: Run, black_decoder: list[np.ndarray]
) -> None:
    words = {"run_id": run.id, "method": "kmeans", "k": 2, "seed": 0, "report": NOBODY}
    ACTIONS["cluster"](db, **words, weights=WEIGHTS)
    ACTIONS["cluster"](db, **words)  # as an earlier version queued it
    made = [c for c in analyses.clusterings_of(db, run.id) if c.k == 2]
    assert [c.weights for c in made] == [WEIGHTS, {}]


def test_a_job_is_named_by_its_weights(db: Database, run: Run) -> None:
    def ask(weights: dict[str, float] | None) -> str:
        return jobs.submit_clustering(db, run.id, "kmeans", 4, weights=weights)

    plain, other = ask(None), ask(WEIGHTS)
    assert plain == ask({"content": 1}) != other
    assert analyses.clustering_id(run.id, "kmeans", 4, 0, WEIGHTS) in other
    ones = jobs.submit_projection(db, run.id, "umap", {"weights": {"words": 1}})
    assert ones == jobs.submit_projection(db, run.id, "umap", {})
    assert ones != jobs.submit_projection(db, run.id, "umap", {"weights": {"words": 2}})


def test_weights_of_another_models_blocks_are_refused(db: Database, run: Run) -> None:
    with pytest.raises(InvalidSetting, match="no block 'latent'; choose from appearance"):
        jobs.submit_clustering(db, run.id, "kmeans", 3, weights={"latent": 2})
    with pytest.raises(InvalidSetting, match="All weights are 0"):
        jobs.submit_projection(db, run.id, "pca", {"weights": dict.fromkeys(BLOCKS, 0)})
    with pytest.raises(InvalidSetting, match="no block 'latent'"):
        analyse.cluster(db, run.id, "kmeans", 3, 0, NOBODY, {"latent": 2})
    assert jobs.every(db) == []
