"""The cluster table and the latents as they leave the program."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest

from core.export import COLUMNS, cluster_rows, csv_bytes, latents_npz, write_csv
from core.pipeline.captions import frame_captions
from core.records import Clustering, Run
from core.storage import Database, analyses, results, videos
from core.storage.files import write_json
from tests.synthetic import add_clustering, make_run


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (9, 12), latent=6, every_k=(3,), layouts=("pca",))


def _read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def _table(db: Database, run: Run, clustering: Clustering) -> list[dict[str, str]]:
    layout = analyses.projections_of(db, run.id)[0]
    captions = {video: frame_captions(db, video) for video in run.video_ids}
    return _read(csv_bytes(cluster_rows(db, clustering, layout, captions)))


def test_one_row_per_frame_in_the_columns_agreed(db: Database, run: Run) -> None:
    clustering = analyses.clusterings_of(db, run.id)[0]
    analyses.rename(db, clustering.id, 2, "expert")
    table = _table(db, run, clustering)
    assert tuple(table[0]) == COLUMNS
    assert len(table) == 21
    first = table[0]
    assert first["video_id"] == "video0"
    assert first["frame_index"] == "0"
    assert first["time_s"] == "0.0"
    assert first["caption"] == "Good evening, and welcome."
    assert first["frame_file"] == "videos/video0/frames/000000.jpg"
    assert (db.files.folder / first["frame_file"]).is_file()
    labels = analyses.division(db, clustering)["labels"]
    assert [int(row["cluster"]) for row in table] == (labels + 1).tolist()
    assert {row["cluster_name"] for row in table if row["cluster"] == "2"} == {"expert"}
    assert {row["cluster_name"] for row in table if row["cluster"] != "2"} == {""}


def test_numbers_are_those_of_the_arrays(db: Database, run: Run) -> None:
    clustering = analyses.clusterings_of(db, run.id)[0]
    placed = analyses.layout(db, analyses.projections_of(db, run.id)[0])
    table = _table(db, run, clustering)
    np.testing.assert_allclose([float(row["x"]) for row in table], placed[:, 0], rtol=1e-5)
    np.testing.assert_allclose([float(row["y"]) for row in table], placed[:, 1], rtol=1e-5)
    assert {row["probability"] for row in table} == {""}  # K-means has none
    mixture = _table(db, run, add_clustering(db, run, 3, "gmm"))
    assert all(0 < float(row["probability"]) <= 1 for row in mixture)


def test_text_that_a_spreadsheet_would_run_is_quoted(db: Database, run: Run) -> None:
    videos.update(db, "video0", title='=HYPERLINK("http://x")', group="-us")
    layout = analyses.projections_of(db, run.id)[0]
    clustering = analyses.clusterings_of(db, run.id)[0]
    for number, bad in enumerate(("=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1"), 1):
        captions = {"video0": [bad] * 9}
        row = _read(csv_bytes(cluster_rows(db, clustering, layout, captions)))[number]
        assert row["caption"].startswith("'")
        assert row["caption"][1:].strip() == bad.strip()
    assert row["title"] == '\'=HYPERLINK("http://x")'
    assert row["group"] == "'-us"
    negative = [r for r in _table(db, run, clustering) if float(r["x"]) < 0]
    assert negative  # a number stays a number, minus sign and all


def test_a_youtube_frame_carries_the_address_of_its_moment(db: Database, run: Run) -> None:
    videos.update(db, "video1", youtube_id="dQw4w9WgXcQ", source="youtube")
    row = _table(db, run, analyses.clusterings_of(db, run.id)[0])[9 + 3]
    assert row["watch_url"] == "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=6s"


def test_without_a_projection_the_places_are_blank(db: Database, run: Run, tmp_path: Path) -> None:
    clustering = analyses.clusterings_of(db, run.id)[0]
    write_csv(tmp_path / "out.csv", cluster_rows(db, clustering, None, {}))
    table = _read((tmp_path / "out.csv").read_bytes())
    assert {(row["x"], row["y"], row["caption"]) for row in table} == {("", "", "")}


def test_decoded_words_stand_in_their_frames_row(db: Database, run: Run) -> None:
    clustering = analyses.clusterings_of(db, run.id)[0]
    assert {row["decoded_text"] for row in _table(db, run, clustering)} == {""}
    said = [f"word {row}" for row in range(20)] + ["=1+1"]
    write_json(db.files.run(run.id) / "decoded.json", said)
    table = _table(db, run, clustering)
    assert [row["decoded_text"] for row in table] == [*said[:20], "'=1+1"]
    assert table[9]["video_id"] == "video1"


def test_latents_are_in_the_order_of_the_table(db: Database, run: Run, tmp_path: Path) -> None:
    latents_npz(db, run.id, tmp_path / "latents.npz")
    with np.load(tmp_path / "latents.npz", allow_pickle=False) as kept:
        np.testing.assert_array_equal(kept["latents"], results.latents(db, run.id))
        assert kept["latents"].dtype == np.float32
        table = _table(db, run, analyses.clusterings_of(db, run.id)[0])
        assert kept["video_id"].tolist() == [row["video_id"] for row in table]
        assert kept["frame_index"].tolist() == [int(row["frame_index"]) for row in table]
        assert kept["group"].tolist() == ["us"] * 9 + ["cn"] * 12
        assert kept["time_s"][3] == 6.0
