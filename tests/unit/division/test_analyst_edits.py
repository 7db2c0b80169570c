"""What an analyst makes of clusters: moved frames, clusters from examples, the log and its undo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.__main__ import main
from core.analysis.clustering import title
from core.analysis.reassigning import NEW, NONE, moved, nearest_examples
from core.errors import InvalidSetting, NotFound
from core.export import cluster_rows
from core.pipeline.division import analyse, analyst_edits, analyst_requests
from core.pipeline.package.reproduce import reproduce, verdict
from core.pipeline.package.write_package import write_package
from core.records import FrameId, Run
from core.storage import Database, analyses, changes, left_out, open_library, results
from core.storage.annotations import cluster_marks, cluster_merges
from core.storage.progress import Progress
from tests.synthetic import make_run

NOBODY = Progress(None)


@pytest.fixture
def run(db: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(analyse, "_write_centres", lambda *_: None)  # a synthetic run has no model
    return make_run(db, (12, 15, 9), ("us", "cn", "cn"), latent=6, every_k=(4,), layouts=("pca",))


def test_frames_are_moved_and_empty_clusters_vanish() -> None:
    numbers = np.array([1, 1, 2, 3, 3, 0])
    assert moved(numbers, np.array([0]), 3)[0].tolist() == [3, 1, 2, 3, 3, 0]
    made, number = moved(numbers, np.array([0, 5]), NEW)
    assert (made.tolist(), number) == ([4, 1, 2, 3, 3, 4], 4)
    made, number = moved(numbers, np.array([2]), 3)  # 2 is empty now: 3 takes its place
    assert (made.tolist(), number) == ([1, 1, 2, 2, 2, 0], 2)
    made, number = moved(numbers, np.array([3, 4]), NONE)
    assert (made.tolist(), number) == ([1, 1, 2, 0, 0, 0], 0)
    assert numbers.tolist() == [1, 1, 2, 3, 3, 0]
    for rows, to in ((np.array([], int), 1), (np.array([0]), 4)):
        with pytest.raises(InvalidSetting):
            moved(numbers, rows, to)


def test_the_nearest_examples_within_a_ratio() -> None:
    points = np.array([[0.0], [1], [10], [11], [5.4], [30]])
    labels, ratios = nearest_examples(points, [np.array([0]), np.array([2, 3])], 0.5)
    assert labels.tolist() == [0, 0, 1, 1, -1, -1]
    mean = points.mean()
    assert ratios[1] == pytest.approx(1 / abs(1 - mean))
    assert nearest_examples(points, [np.array([0]), np.array([2, 5])], 0.01)[0][5] == 1
    for examples in ([], [np.array([0]), np.array([], int)], [np.array([0]), np.array([0, 1])]):
        with pytest.raises(InvalidSetting):
            nearest_examples(points, examples)


def test_moved_frames_are_the_analysts_and_undone(db: Database, run: Run, tmp_path: Path) -> None:
    (source,) = analyses.clusterings_of(db, run.id)
    labels = analyses.division(db, source)["labels"]
    rows = np.flatnonzero(labels == 1)[:3]
    what = analyst_requests.move(source.id, rows, 1)
    made = analyst_edits.edit(db, run.id, what, NOBODY)
    assert analyst_edits.edit(db, run.id, what, NOBODY) == made
    arrays = analyses.division(db, made)
    assert np.flatnonzero(arrays["labels"] != labels).tolist() == rows.tolist()
    latents = results.latents(db, run.id)
    own = latents[arrays["labels"] == 0].mean(axis=0)
    np.testing.assert_allclose(arrays["centres"][0], own, atol=1e-5)
    assert title(made) == "K-means, k = 4; then a selection (3 frames) into cluster 1"
    captions = {video: [] for video in run.video_ids}
    said = [row["assigned"] for row in cluster_rows(db, made, None, captions)]
    assert [row for row, one in enumerate(said) if one] == rows.tolist()
    assert "assigned" not in cluster_rows(db, source, None, captions)[0]
    further = analyst_edits.edit(db, run.id, analyst_requests.move(made.id, rows[:1], NEW), NOBODY)
    assert further.k == 5 and analyst_requests.analysts_rows(further).tolist() == rows.tolist()
    write_package(db, further, None, tmp_path / "p.zip")
    again = open_library(tmp_path / "again")
    assert verdict(reproduce(again, tmp_path / "p.zip", NOBODY)).endswith("Nothing differs.")
    again.close()
    assert changes.undo(db, run.id).clustering_id == further.id
    with pytest.raises(NotFound):
        analyses.clustering(db, further.id)
    analyses.delete_edited(db, made.id)  # as the page's own button
    with pytest.raises(InvalidSetting, match="no change"):
        changes.undo(db, run.id)


def test_an_edited_clustering_follows_what_is_left_out_later(
    db: Database, run: Run, tmp_path: Path
) -> None:
    (source,) = analyses.clusterings_of(db, run.id)
    labels = analyses.division(db, source)["labels"]
    rows = np.flatnonzero(labels == 1)[:3]
    made = analyst_edits.edit(db, run.id, analyst_requests.move(source.id, rows, 1), NOBODY)
    before = analyses.division(db, made)["labels"]
    frames = results.frames(db, run.id)
    gone = [frames[row] for row in (0, 7, int(rows[0]))]
    left_out.add(db, gone, "titles")
    logged = len(changes.every(db, run.id))
    what = analyst_requests.follow(made.id, left_out.of_run(db, run).mark)
    followed = analyst_edits.edit(db, run.id, what, NOBODY)
    after = analyses.division(db, followed)["labels"]
    out = [frames.index(frame) for frame in gone]
    assert np.flatnonzero(after < 0).tolist() == sorted(out)
    kept = np.delete(np.arange(len(after)), out)
    np.testing.assert_array_equal(after[kept], before[kept])
    assert (followed.without, followed.left_out) == (what["without"], {"titles": 3})
    assert analyst_requests.analysts_rows(followed).tolist() == rows.tolist()
    assert analyst_requests.edited_by_hand(db, followed) == made
    assert len(changes.every(db, run.id)) == logged  # that they are left out is there already
    write_package(db, followed, None, tmp_path / "p.zip")
    again = open_library(tmp_path / "again")
    assert verdict(reproduce(again, tmp_path / "p.zip", NOBODY)).endswith("Nothing differs.")
    again.close()
    further = analyst_edits.edit(
        db, run.id, analyst_requests.move(followed.id, np.array([9]), NEW), NOBODY
    )
    left_out.remove(db, gone[:2])
    what = analyst_requests.follow(further.id, left_out.of_run(db, run).mark)
    back = analyses.division(db, analyst_edits.edit(db, run.id, what, NOBODY))["labels"]
    assert np.flatnonzero(back < 0).tolist() == [out[2]]  # the others are in the nearest again


def test_clusters_from_frames_and_words(
    db: Database, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    left_out.add(db, [FrameId("video0", 0)], "titles")
    asked = ["--example", "Studio=video0:1-2,video1:3", "--example", "Talk=words:BA.5"]
    assert main(["seed", run.id, *asked[:2]]) == 1
    gone = left_out.of_run(db, run).mark
    words = analyst_requests.example_rows(db, run.id, "ba.5")
    assert len(words) and 0 not in words
    examples = {"Studio": np.array([1, 2, 15]), "Talk": "BA.5"}
    what = analyst_requests.seeds(examples, 0.8, None, None, gone)
    made = analyst_edits.edit(db, run.id, what, NOBODY)
    assert analyses.analysts_id(run.id, what) == made.id
    labels = analyses.division(db, made)["labels"]
    assert (labels[[1, 2, 15]] == 0).all() and (labels[words] == 1).all() and labels[0] == -1
    assert analyses.names(db, made.id) == {1: "Studio", 2: "Talk"}
    assert (made.without, made.left_out) == (gone, {"titles": 1})
    assert title(made) == "Nearest to the examples of Studio, Talk (at most 0.8)"
    assert analyst_requests.analysts_rows(made).tolist() == [1, 2, 15]
    moved_one = analyst_edits.edit(
        db, run.id, analyst_requests.move(made.id, np.array([1]), 2), NOBODY
    )
    assert title(moved_one).endswith("(at most 0.8); then a selection (1 frames) into cluster 2")
    capsys.readouterr()
    assert main(["assign", run.id, "--to", "0", "video0:1"]) == 1
    assert "--to takes a cluster's number" in capsys.readouterr().err


def test_every_change_is_in_the_log_and_taken_back_step_by_step(
    db: Database, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    (source,) = analyses.clusterings_of(db, run.id)
    cluster_marks.mark(db, source.id, 1, name="Expert")
    cluster_marks.mark(db, source.id, 1, name="Experts", note="two")
    merge = cluster_merges.merge(db, source.id, [1, 3])
    cluster_marks.mark(db, source.id, 3, name="Both")
    cluster_merges.undo(db, source.id, merge.position)
    left_out.add(db, [FrameId("video0", 1), FrameId("video1", 2)], "titles")
    left_out.remove(db, [FrameId("video0", 1)])
    said = [one.said for one in changes.every(db, run.id)]
    assert said == [
        "Took 1 frames in again",
        "Left out 2 frames: titles",
        "Clusters 1 and 3 shown apart again",
        "Cluster 3: name 'Both'",
        "Clusters 1 and 3 shown as one",
        "Cluster 1: name 'Experts', note 'two'",
        "Cluster 1: name 'Expert'",
    ]
    changes.undo(db, run.id)
    assert left_out.every(db) == dict.fromkeys(
        [FrameId("video0", 1), FrameId("video1", 2)], "titles"
    )
    changes.undo(db, run.id)
    assert left_out.every(db) == {}
    changes.undo(db, run.id)
    assert cluster_merges.every(db, source.id)[0].name == "Both"
    changes.undo(db, run.id)
    assert cluster_merges.every(db, source.id)[0].name == ""
    assert main(["mark", run.id, "--undo"]) == 0
    assert "Took back: Clusters 1 and 3 shown as one" in capsys.readouterr().err
    assert cluster_merges.every(db, source.id) == []
    changes.undo(db, run.id)
    mark = cluster_marks.marks(db, source.id)[1]
    assert (mark.name, mark.note) == ("Expert", "")
    changes.undo(db, run.id)
    assert cluster_marks.marks(db, source.id) == {}
    assert main(["mark", run.id, "--log", "--json"]) == 0
    assert capsys.readouterr().out.count('"undone": true') == 7
