"""Frames that are left out: of trainings, clusters and maps; each says what it was made without."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.__main__ import main
from core.config import RunConfig
from core.pipeline.division.analyse import cluster, project
from core.pipeline.division.cluster_facts import facts
from core.pipeline.division.taken import Taken
from core.pipeline.html_report.method import method_lines
from core.pipeline.training.baseline import baseline
from core.pipeline.training.corpus import kept_frames, published_pairs, read_corpus
from core.records import Caption, FrameId
from core.storage import Database, analyses, captions, left_out, results, runs, videos
from core.storage.left_out import LeftOut, from_spans
from core.storage.new_run import new_run, trainable
from core.storage.progress import Progress
from core.training.dataset import Picked
from tests.synthetic import add_video
from tests.unit.training.test_train_published import SHORT, VECTORS, words

NOBODY = Progress(None)


def _frames(video: str, *indices: int) -> list[FrameId]:
    return [FrameId(video, index) for index in indices]


def test_stretches_are_kept_as_they_were() -> None:
    frames = dict.fromkeys(_frames("a", 0, 1, 2, 7), "titles") | {FrameId("b", 3): ""}
    gone = LeftOut(frames)
    assert gone.spans == {"titles": {"a": [[0, 2], [7, 7]]}, "": {"b": [[3, 3]]}}
    assert from_spans(gone.spans).frames == frames
    assert gone.reasons == {"titles": 4, "": 1}
    assert left_out.said(gone.reasons) == "4 titles, 1 without a reason"
    other = LeftOut(dict.fromkeys(frames, "other"))
    assert (gone.mark == other.mark, LeftOut().mark) == (True, "")
    assert LeftOut({FrameId("a", 0): ""}).mark != gone.mark


def test_picked_rows_are_an_array_of_these_alone() -> None:
    whole = np.arange(40).reshape(10, 4)
    picked = Picked(whole, np.array([1, 4, 9]))
    assert (len(picked), picked.nbytes) == (3, whole[:3].nbytes)
    assert (np.array(picked) == whole[[1, 4, 9]]).all()
    assert (picked[1] == whole[4]).all() and (picked[1:3] == whole[[4, 9]]).all()


@pytest.mark.thorough
@pytest.mark.slow
def test_a_run_is_trained_and_divided_without_what_is_left_out(
    db: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    for place, count in enumerate((14, 12)):
        add_video(db, f"video{place}", ("us", "cn")[place], count, place)
    titles = _frames("video0", 0, 1, 2)
    left_out.add(db, titles, "titles")
    baseline(db, NOBODY)
    (run,) = runs.every(db)
    assert (run.frames, run.left_out) == (23, {"titles": {"video0": [[0, 2]]}})
    assert not set(titles) & set(results.frames(db, run.id))
    assert left_out.of_run(db, run).frames == {}
    first = cluster(db, run.id, "kmeans", 3, 0, NOBODY)
    assert (first.without, first.left_out) == ("", {})

    assert main(["leave", "out", "video1", "--from", "4", "--until", "0:12", "--why", "black"]) == 0
    gone = _frames("video1", 2, 3, 4, 5)
    assert left_out.of_run(db, run).frames == dict.fromkeys(gone, "black")
    made = cluster(db, run.id, "kmeans", 3, 0, NOBODY)
    listed = results.frames(db, run.id)
    out = np.array([listed.index(frame) for frame in gone])
    arrays = analyses.division(db, made)
    assert np.flatnonzero(arrays["labels"] < 0).tolist() == out.tolist()
    assert (made.left_out, made.id != first.id) == ({"black": 4}, True)
    assert facts(db, made).outside == ()
    latents = results.latents(db, run.id)
    rest = np.setdiff1d(np.arange(23), out)
    for number, centre in enumerate(arrays["centres"]):
        own = latents[rest][arrays["labels"][rest] == number]
        np.testing.assert_allclose(centre, own.mean(axis=0), atol=1e-5)
    said = " ".join(method_lines(run, made, None, {}))
    assert "(3 titles)" in said and "Left out by the analyst" in said and "4 black" in said

    layout = project(db, run.id, "tsne", {}, NOBODY)
    places = analyses.layout(db, layout)
    assert (np.isfinite(places).all(), layout.left_out) == (True, {"black": 4})
    near = np.linalg.norm(latents[rest] - latents[out[0]], axis=1).argsort()[:3]
    np.testing.assert_allclose(places[out[0]], places[rest][near].mean(axis=0), atol=1e-4)

    capsys.readouterr()
    assert main(["leave", "out", "--run", run.id, "--cluster", "1", "--k", "3"]) == 0
    assert f"Left {(arrays['labels'] == 0).sum()} frames out" in capsys.readouterr().err
    assert main(["leave", "in", "--all"]) == 0
    assert cluster(db, run.id, "kmeans", 3, 0, NOBODY).id == first.id
    baseline(db, NOBODY)
    assert runs.every(db)[0].frames == 26


def test_captions_go_with_the_frames_that_are_kept(db: Database, tmp_path: Path) -> None:
    add_video(db, "video0", "us", 12, 0)
    said = [Caption("video0", i, 2.0 * i, 2.0 * i + 2, f"word{i}") for i in range(12)]
    captions.replace(db, "video0", said, origin="uploaded", timed=True, language="en")
    left_out.add(db, _frames("video0", 0, 1, 5), "titles")
    (tmp_path / VECTORS).write_text("word1 1 2 3 4 5 6\n")
    config = RunConfig(words(tmp_path), replace(SHORT, pairs="segments"))
    gone = left_out.of_videos(db, ["video0"])
    run = new_run(config, trainable(db, ["video0"]), None, gone)
    assert run.id != new_run(config, trainable(db, ["video0"])).id
    kept = kept_frames(db, run)
    assert kept["video0"].tolist() == [2, 3, 4, 6, 7, 8, 9, 10, 11]
    corpus = read_corpus(db, run, config, NOBODY)
    assert corpus is not None and len(corpus.of_frames) == run.frames == 9
    pairs = [
        (frame, c.text) for frame, c in published_pairs(db, "video0") if frame not in (0, 1, 5)
    ]
    assert len(corpus.rows) == len(pairs) == 9
    for row, (frame, _) in zip(corpus.rows, pairs, strict=True):
        assert kept["video0"][row] == frame


def test_few_rows_that_are_taken(db: Database) -> None:
    rows = np.array([0, 2, 3])
    used = Taken(rows, 5, LeftOut({FrameId("a", 1): "", FrameId("a", 4): ""}))
    assert used.over(np.array([1, 2, 3]), -1).tolist() == [1, -1, 2, 3, -1]
    places = np.array([[0.0, 0], [3, 0], [0, 3]])
    whole = used.placed(places, np.arange(10.0).reshape(5, 2))
    assert whole[[1, 4]].tolist() == [[1, 1], [1, 1]]


def test_nothing_left_out_is_every_row(db: Database) -> None:
    add_video(db, "video0", "us", 6, 0)
    assert videos.frames_between(db, "video0", 2.0, 6.0) == _frames("video0", 1, 2)
    assert videos.frames_between(db, "video0", 9.0, None) == _frames("video0", 5)
