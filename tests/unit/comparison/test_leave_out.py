"""Frames that an analyst leaves out: found, in no comparison, and taken in again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core import jobs
from core.__main__ import main
from core.analysis.faulty_frames import faulty_frames
from core.errors import InvalidSetting, NotFound
from core.pipeline.comparison.compare import compare
from core.pipeline.curation.look import look
from core.pipeline.division.cluster_facts import facts
from core.pipeline.package.reproduce import reproduce, verdict
from core.pipeline.package.tidy_tables import tidy_tables
from core.pipeline.package.write_package import write_package
from core.records import FrameId, Run
from core.storage import Database, analyses, left_out, open_library, videos
from core.storage.progress import Progress
from tests.kept_comparison import stored
from tests.synthetic import add_clustering, make_run

NOBODY = Progress(None)


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (12, 15, 9), ("us", "cn", "cn"), latent=6, every_k=(4,), layouts=("pca",))


def _pictures() -> np.ndarray:
    """(22, 27, 48): noise, three black, two of one grey, six of one picture, noise again."""
    generator = np.random.default_rng(0)
    moving = generator.integers(0, 255, (11, 27, 48))
    black = generator.integers(0, 12, (3, 27, 48))
    grey = np.full((2, 27, 48), 130)
    still = np.repeat(generator.integers(0, 255, (1, 27, 48)), 6, axis=0)
    return np.concatenate([moving[:5], black, grey, still, moving[5:]]).astype(np.uint8)


def test_black_uniform_and_frozen_frames_are_found() -> None:
    assert faulty_frames(_pictures()) == {
        "black": [5, 6, 7],
        "uniform": [8, 9],
        "frozen": [10, 11, 12, 13, 14, 15],
    }
    four = np.repeat(_pictures()[:3], 4, axis=0)
    assert not any(faulty_frames(four).values())


def test_what_is_left_out_is_in_no_figure_and_comes_back(db: Database, run: Run) -> None:
    (clustering,) = analyses.clusterings_of(db, run.id)
    before, cards = compare(db, clustering, NOBODY), facts(db, clustering)
    gone = [FrameId("video0", index) for index in range(5)]
    assert left_out.add(db, gone, "titles") == tuple(gone)
    assert left_out.add(db, gone[:2], "other") == ()
    found = compare(db, clustering, NOBODY)
    assert (found.taken_out, [group.frames for group in found.groups]) == (5, [7, 24])
    labels = analyses.division(db, clustering)["labels"][5:12]
    for cluster in found.clusters:
        assert cluster.of("us").frames == (labels == cluster.number - 1).sum()
    assert facts(db, clustering).clusters == cards.clusters  # the clusters are as they were
    tables = {table.name: table.rows for table in tidy_tables(db, clustering, None)}
    assert sum(row["frames"] for row in tables["video_clusters"]) == 31
    assert [row["left_out"] for row in tables["frames"]] == ["titles"] * 5 + [""] * 31
    assert left_out.remove(db, gone) == dict.fromkeys(gone, "titles")
    assert stored(db, clustering) == before


def test_a_video_without_a_frame_is_no_video(db: Database, run: Run) -> None:
    (clustering,) = analyses.clusterings_of(db, run.id)
    left_out.add(db, [frame.id for frame in videos.frames_of(db, "video2")], "")
    found = compare(db, clustering, NOBODY)
    assert [(group.group, group.videos) for group in found.groups] == [("us", 1), ("cn", 1)]
    for video_id in run.video_ids:
        left_out.add(db, [frame.id for frame in videos.frames_of(db, video_id)], "")
    with pytest.raises(InvalidSetting, match="Every frame is left out"):
        compare(db, clustering, NOBODY)
    with pytest.raises(NotFound):
        left_out.add(db, [FrameId("video0", 99)], "")


def test_the_command_and_the_package(
    db: Database,
    run: Run,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def found_at_once(library: Database, job_id: str, _options: object) -> bool:
        look(library, jobs.get(library, job_id).subject, NOBODY)  # as the worker does
        return True

    monkeypatch.setattr("core.commands.leave.finish", found_at_once)
    assert main(["leave", "out", "video0:0-2", "video1:4", "--why", "advert"]) == 0
    assert main(["leave", "in", "video0:1"]) == 0
    capsys.readouterr()
    assert main(["leave", "--json"]) == 0
    kept = [row["frame"] for row in json.loads(capsys.readouterr().out)]
    assert kept == ["video0:0", "video0:2", "video1:4"]
    assert main(["leave", "find"]) == 0
    assert main(["leave", "out"]) == 1
    made = add_clustering(db, run, 4)
    assert (made.left_out, made.without != "") == ({"advert": 3}, True)
    assert main(["compare", run.id, "--k", "4"]) == 0
    assert "3 frames were left out by the analyst" in capsys.readouterr().err
    labels = analyses.division(db, made)["labels"]
    assert np.flatnonzero(labels < 0).tolist() == [0, 2, 16]
    write_package(db, made, None, tmp_path / "p.zip")
    again = open_library(tmp_path / "again")
    assert verdict(reproduce(again, tmp_path / "p.zip", NOBODY)).endswith("Nothing differs.")
    assert len(left_out.every(again)) == 3
    again.close()
