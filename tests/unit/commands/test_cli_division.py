"""Which clustering a command means: K-means and mixtures by k, HDBSCAN by its smallest cluster."""

from __future__ import annotations

import pytest

from core.__main__ import main
from core.records import Run
from core.storage import Database, analyses
from tests.synthetic import add_clustering, make_run


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (20, 22), every_k=(3,), layouts=("pca",))


def test_a_clustering_of_hdbscan_is_found_by_its_size(db: Database, run: Run) -> None:
    made = add_clustering(db, run, 0, "hdbscan", smallest=4)
    asked = analyses.clustering_id(run.id, "hdbscan", 0, 0, {}, 4)
    assert asked == made.id
    assert analyses.clustering(db, asked).k >= 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["cluster", "RUN"], "Say how many clusters there are to be"),
        (["cluster", "RUN", "--k", "3", "--smallest", "4"], "--smallest goes with --method"),
        (["cluster", "RUN", "--method", "hdbscan", "--k", "3"], "HDBSCAN finds k by itself"),
        (["cluster", "RUN", "--method", "hdbscan", "--smallest", "30"], "3 to 21 of this run's 42"),
        (["mark", "RUN", "--smallest", "4"], "--smallest goes with --method"),
    ],
)
def test_what_does_not_go_together_is_said(
    db: Database,
    run: Run,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    sentence: str,
) -> None:
    assert main([run.id if word == "RUN" else word for word in words]) != 0
    said = capsys.readouterr().err
    assert sentence in said
    assert len(said.splitlines()) == 1
