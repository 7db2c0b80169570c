"""Clusterings and projections of a run as files and rows: made once, then read."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from core.analysis.clustering import STANDARD_K, offered
from core.errors import InvalidSetting, NotFound
from core.pipeline.division import analyse
from core.records import Run
from core.storage import Database, analyses
from core.storage.progress import Progress
from tests.synthetic import make_run

NOBODY = Progress(None)


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (9, 12), latent=6, every_k=(), layouts=())


@pytest.fixture
def decoder(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A model that decodes each latent as one colour; the list counts what it decoded."""
    decoded: list[int] = []

    class OneColour:
        """As core.pipeline.decoding.decoder.Decoder of a model without words."""

        def __init__(self, _db: Database, _run_id: str) -> None:
            pass

        def pictures(self, latents: np.ndarray) -> Iterator[np.ndarray]:
            decoded.append(len(latents))
            yield from np.full((len(latents), 24, 40, 3), (250, 10, 10), np.uint8)

        def texts(self, latents: np.ndarray) -> list[str] | None:
            return None

    monkeypatch.setattr("core.pipeline.decoding.decoder.Decoder", OneColour)
    return decoded


def test_a_clustering_is_kept_with_its_decoded_centres(
    db: Database, run: Run, decoder: list[int]
) -> None:
    made = analyse.cluster(db, run.id, "kmeans", 3, 0, NOBODY)
    assert analyses.clusterings_of(db, run.id) == [made]
    division = analyses.division(db, made)
    assert sorted(division) == [
        "centres",
        "distance",
        "labels",
        "membership",
        "nearest",
        "probability",
    ]
    assert division["labels"].shape == (21,)
    for number in (1, 2, 3):
        picture = cv2.imread(str(analyses.centre_picture(db, made, number)))
        assert picture.shape == (120, 200, 3)
        blue, _, red = picture[60, 100]
        assert red > 200 > 60 > blue  # RGB from the model, not BGR
    assert analyses.centre_texts(db, made) is None  # this model has no words


def test_hdbscan_keeps_how_many_clusters_it_found(
    db: Database, run: Run, decoder: list[int]
) -> None:
    made = analyse.cluster(db, run.id, "hdbscan", 0, 0, NOBODY, smallest=4)
    labels = analyses.division(db, made)["labels"]
    assert (made.k, made.smallest) == (labels.max() + 1, 4)
    assert analyses.clusterings_of(db, run.id) == [made]
    np.testing.assert_array_equal(analyses.shown_numbers(db, made), labels + 1)
    assert analyse.cluster(db, run.id, "hdbscan", 0, 0, NOBODY, smallest=4) == made
    modes = analyses.centre_modes(db, made)
    assert decoder == [made.k + sum(map(len, modes))]


def test_the_same_request_again_is_read(db: Database, run: Run, decoder: list[int]) -> None:
    first = analyse.cluster(db, run.id, "kmeans", 3, 0, NOBODY)
    again = analyse.cluster(db, run.id, "kmeans", 3, 0, NOBODY)
    assert again == first
    modes = analyses.centre_modes(db, first)
    assert decoder == [3 + sum(map(len, modes))]
    for number, shares in enumerate(modes, start=1):
        path, share = analyses.shown_centre(db, first, number)
        assert path == analyses.centre_picture(db, first, number, 1) and path.is_file()
        assert share == shares[0] == max(shares)
    laid_out = analyse.project(db, run.id, "tsne", {}, NOBODY)
    assert analyse.project(db, run.id, "tsne", {"perplexity": 6.0}, NOBODY) == laid_out


def test_a_lost_file_is_made_again(db: Database, run: Run, decoder: list[int]) -> None:
    made = analyse.cluster(db, run.id, "kmeans", 2, 0, NOBODY)
    analyses.clustering_file(db, made).unlink()
    analyse.cluster(db, run.id, "kmeans", 2, 0, NOBODY)
    assert analyses.division(db, made)["labels"].shape == (21,)
    assert len(analyses.clusterings_of(db, run.id)) == 1


def test_a_refused_k_leaves_nothing_behind(db: Database, run: Run, decoder: list[int]) -> None:
    with pytest.raises(InvalidSetting, match="k = 21 is as many as the 21 frames"):
        analyse.cluster(db, run.id, "kmeans", 21, 0, NOBODY)
    assert analyses.clusterings_of(db, run.id) == []
    assert not (db.files.run(run.id) / "clusterings").exists()


def test_a_failed_decoding_leaves_no_row(
    db: Database, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.analysis import decoding

    def broken(_path: object) -> None:
        raise NotFound("no checkpoint")

    monkeypatch.setattr(decoding, "open_model", broken)
    with pytest.raises(NotFound):
        analyse.cluster(db, run.id, "kmeans", 3, 0, NOBODY)
    assert analyses.clusterings_of(db, run.id) == []


def test_standard_prepares_every_k_and_both_layouts(
    db: Database, run: Run, decoder: list[int]
) -> None:
    analyse.standard(db, run.id, NOBODY)
    assert [c.k for c in analyses.clusterings_of(db, run.id)] == list(offered(21))
    assert {p.method: p.settings for p in analyses.projections_of(db, run.id)} == {
        "pca": {},
        "tsne": {"perplexity": 6},
    }


def test_the_clusters_that_explore_opens_with_have_their_parts(
    db: Database, run: Run, decoder: list[int]
) -> None:
    analyse.standard(db, run.id, NOBODY)
    kept = [path.parent.name for path in db.files.run(run.id).rglob("parts-*.npy")]
    (opened,) = (c.id for c in analyses.clusterings_of(db, run.id) if c.k == STANDARD_K["kmeans"])
    assert len(kept) == 1 and opened in kept[0]


def test_a_run_without_latents_is_named(db: Database) -> None:
    with pytest.raises(NotFound, match="no run 'none'"):
        analyse.cluster(db, "none", "kmeans", 3, 0, NOBODY)
    with pytest.raises(NotFound, match="Run none has no latents yet"):
        analyse.project(db, "none", "pca", {}, NOBODY)
