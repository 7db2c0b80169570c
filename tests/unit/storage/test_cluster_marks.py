"""Names, colours, notes and merges of clusters: what is shown, what is undone, what is carried."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import InvalidSetting, NotFound
from core.pipeline.division.carried_names import carry_over
from core.records import Clustering, ClusterMark, Frame, FrameId, Run, Video
from core.storage import Database, analyses, open_library, results, runs, videos
from core.storage.annotations import cluster_marks, cluster_merges, notes
from core.storage.files import atomic

SIZES = (40, 30, 20, 10)
LABELS = np.repeat([0, 1, 2, 3], SIZES)  # (100,) of the clustering "four"


def divide(db: Database, identifier: str, labels: np.ndarray, run_id: str = "r") -> Clustering:
    """Keep a division of a run under an id of our choice."""
    k = int(labels.max()) + 1
    one = Clustering(identifier, run_id, "kmeans", k, 0)
    path = analyses.clustering_file(db, one)
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic(path) as temporary, temporary.open("wb") as out:
        rows = {"distance": np.zeros(len(labels)), "probability": np.zeros(len(labels))}
        parts = {"centres": np.zeros((k, 2)), "nearest": np.zeros(k, np.int32)}
        np.savez(out, labels=labels.astype(np.int32), **rows, **parts)
    analyses.add_clustering(db, one)
    return one


def finished(db: Database, run_id: str, frames: list[FrameId]) -> None:
    """A run whose rows are these frames."""
    video_ids = tuple(dict.fromkeys(frame.video_id for frame in frames))
    runs.add(db, Run(run_id, run_id, "pca", "fast", "done", video_ids, frames=len(frames)))
    results.write_frames(db, run_id, frames)


@pytest.fixture
def four(db: Database) -> Clustering:
    videos.add(db, Video("us", "us", "us", "upload", "x.mp4", "en"))
    videos.finish_ingest(db, "us", [Frame("us", i, 2.0 * i, f"{i}.jpg") for i in range(100)], [])
    finished(db, "r", [FrameId("us", i) for i in range(100)])
    return divide(db, "four", LABELS)


def shown(db: Database, identifier: str = "four") -> dict[tuple[int, ...], str]:
    return {one.members: one.mark.name for one in cluster_marks.shown(db, identifier)}


def sizes(db: Database, clustering: Clustering) -> dict[int, int]:
    numbers, counts = np.unique(analyses.shown_numbers(db, clustering), return_counts=True)
    return dict(zip(numbers.tolist(), counts.tolist(), strict=True))


def test_a_cluster_is_named_coloured_and_noted_one_by_one(db: Database, four: Clustering) -> None:
    cluster_marks.mark(db, "four", 2, name="  Expert ")
    before = cluster_marks.mark(db, "four", 2, colour="#0072b2")
    assert (before.name, before.colour) == ("Expert", "")
    cluster_marks.mark(db, "four", 2, note="Alone at a desk.\nSee 1:24.")
    mark = cluster_marks.shown(db, "four")[1].mark
    assert (mark.name, mark.colour, mark.note) == (
        "Expert",
        "#0072B2",
        "Alone at a desk.\nSee 1:24.",
    )
    cluster_marks.mark(db, "four", 2, name="", colour="")
    mark = cluster_marks.shown(db, "four")[1].mark
    assert (mark.name, mark.colour, mark.note[:5]) == ("", "", "Alone")


@pytest.mark.parametrize("colour", ["red", "#12345", "#1234567", "#12345g", "#000000;}", "url(x)"])
def test_only_a_hexadecimal_colour_is_kept(db: Database, four: Clustering, colour: str) -> None:
    with pytest.raises(InvalidSetting, match="#0072B2"):
        cluster_marks.mark(db, "four", 1, colour=colour)
    assert cluster_marks.marks(db, "four") == {}


def test_what_is_not_there_cannot_be_marked(db: Database, four: Clustering) -> None:
    for number in (0, 5, -1):
        with pytest.raises(NotFound, match="1 to 4"):
            cluster_marks.mark(db, "four", number, name="x")
        with pytest.raises(NotFound, match="1 to 4"):
            cluster_merges.merge(db, "four", [1, number])
    with pytest.raises(NotFound, match="'five'"):
        cluster_marks.mark(db, "five", 1, name="x")
    with pytest.raises(InvalidSetting, match="80 characters"):
        cluster_marks.mark(db, "four", 1, name="x" * 81)


def test_merged_clusters_are_one_and_the_division_stays(db: Database, four: Clustering) -> None:
    file = analyses.clustering_file(db, four).read_bytes()
    cluster_marks.mark(db, "four", 3, name="Street", colour="#111111", note="s")
    cluster_marks.mark(db, "four", 4, name="Park", colour="#222222")
    cluster_merges.merge(db, "four", [4, 3])
    assert shown(db) == {(1,): "", (2,): "", (3, 4): "Street + Park"}
    assert sizes(db, four) == {1: 40, 2: 30, 3: 30}
    merged = cluster_marks.shown(db, "four")[2]
    assert (merged.number, merged.mark.colour, merged.mark.note) == (3, "#111111", "s")
    assert analyses.names(db, "four") == {3: "Street + Park", 4: "Street + Park"}
    assert analyses.clustering_file(db, four).read_bytes() == file


def test_a_merge_is_named_by_itself_and_its_members_keep_theirs(
    db: Database, four: Clustering
) -> None:
    cluster_marks.mark(db, "four", 3, name="Street")
    made = cluster_merges.merge(db, "four", [1, 3], name="Outside")
    assert shown(db)[1, 3] == "Outside"
    before = cluster_marks.mark(db, "four", 3, name="Open air", colour="#333333")  # any member
    assert before.name == "Outside"
    assert shown(db)[1, 3] == "Open air"
    cluster_marks.mark(db, "four", 1, name="")
    assert shown(db)[1, 3] == "Street"
    cluster_merges.undo(db, "four", made.position)
    assert shown(db) == {(1,): "", (2,): "", (3,): "Street", (4,): ""}
    assert {one.mark.colour for one in cluster_marks.shown(db, "four")} == {""}


def test_merges_are_undone_in_any_order(db: Database, four: Clustering) -> None:
    first = cluster_merges.merge(db, "four", [1, 3], name="first")
    second = cluster_merges.merge(db, "four", [3, 4], name="second")  # 3 brings 1 with it
    assert shown(db) == {(1, 3, 4): "second", (2,): ""}
    cluster_merges.undo(db, "four", first.position)
    assert shown(db) == {(1, 4): "second", (2,): "", (3,): ""}
    cluster_merges.restore(db, [first])
    assert shown(db) == {(1, 3, 4): "second", (2,): ""}
    cluster_merges.undo(db, "four", second.position)
    assert shown(db) == {(1, 3): "first", (2,): "", (4,): ""}
    with pytest.raises(NotFound, match="undone already"):
        cluster_merges.undo(db, "four", second.position)


def test_a_merged_cluster_is_split_and_put_back(db: Database, four: Clustering) -> None:
    cluster_merges.merge(db, "four", [1, 2])
    cluster_merges.merge(db, "four", [1, 3], name="all three")
    cluster_merges.merge(db, "four", [3, 4])
    before = cluster_marks.shown(db, "four")
    undone = cluster_merges.split(db, "four", 4)
    assert len(undone) == 3
    assert sizes(db, four) == {1: 40, 2: 30, 3: 20, 4: 10}
    for _ in range(2):  # twice is once
        cluster_merges.restore(db, undone)
        assert cluster_marks.shown(db, "four") == before
    with pytest.raises(InvalidSetting, match="at least two"):
        cluster_merges.merge(db, "four", [1, 2, 3, 4])


def test_a_merge_undone_comes_back_beside_a_later_one(db: Database, four: Clustering) -> None:
    old = cluster_merges.merge(db, "four", [1, 2], name="old")
    cluster_merges.undo(db, "four", old.position)
    cluster_merges.merge(db, "four", [3, 4], name="new")
    cluster_merges.restore(db, [old])
    assert shown(db) == {(1, 2): "old", (3, 4): "new"}


def test_merging_and_splitting_what_cannot_be_is_said(db: Database, four: Clustering) -> None:
    for numbers in ([], [1], [2, 2]):
        with pytest.raises(InvalidSetting, match="at least two"):
            cluster_merges.merge(db, "four", numbers)
    with pytest.raises(InvalidSetting, match="not merged"):
        cluster_merges.split(db, "four", 1)
    assert cluster_merges.every(db, "four") == []


def test_frames_without_a_cluster_have_number_0(db: Database, four: Clustering) -> None:
    noisy = divide(db, "noisy", np.repeat([-1, 0, 1, -1], SIZES))
    cluster_merges.merge(db, "noisy", [1, 2])
    assert sizes(db, noisy) == {0: 50, 1: 50}


def test_a_run_with_marks_or_merges_holds_work(db: Database, four: Clustering) -> None:
    assert not runs.has_named_clusters(db, "r")
    cluster_marks.mark(db, "four", 1, name="x")
    cluster_marks.mark(db, "four", 1, name="")
    assert not runs.has_named_clusters(db, "r")
    cluster_marks.mark(db, "four", 1, note="x")
    assert runs.has_named_clusters(db, "r")
    cluster_marks.mark(db, "four", 1, note="")
    cluster_merges.merge(db, "four", [1, 2])
    assert runs.has_named_clusters(db, "r")
    assert not runs.has_named_clusters(db, "another")


def test_all_notes_as_plain_records(db: Database, four: Clustering) -> None:
    cluster_marks.mark(db, "four", 2, name="only named")
    cluster_marks.mark(db, "four", 1, note="<b>big</b>")
    notes.write(db, FrameId("us", 7), "=1+1")
    blank = {"video_id": "", "frame_index": ""}
    assert notes.every(db) == [
        {"kind": "frame", "of": "us:7", "video_id": "us", "frame_index": 7, "note": "=1+1"},
        {"kind": "cluster", "of": "four:1", **blank, "note": "<b>big</b>"},
    ]
    assert len(notes.every(db, [])) == 1
    assert set(notes.every(db)[0]) == set(notes.COLUMNS)


def test_names_are_carried_to_another_k(db: Database, four: Clustering) -> None:
    """The last two clusters become one of 30; the others change their numbers."""
    cluster_marks.mark(db, "four", 1, name="Studio", colour="#111111", note="n")
    cluster_marks.mark(db, "four", 2, name="Expert")
    cluster_marks.mark(db, "four", 4, name="Map")
    three = divide(db, "three", np.repeat([1, 0, 2, 2], SIZES))
    carried = carry_over(db, three)
    assert {n: (one.name, one.agreement) for n, one in carried.items()} == {
        1: ("Expert", 1.0),
        2: ("Studio", 1.0),
    }
    assert cluster_marks.marks(db, "three") == carried
    assert (carried[2].colour, carried[2].note, carried[2].carried_from) == ("#111111", "n", "four")
    assert not runs.has_named_clusters(db, "another")


def test_a_merged_clusters_name_goes_to_the_one_that_is_both(
    db: Database, four: Clustering
) -> None:
    cluster_merges.merge(db, "four", [3, 4], name="Outside")
    three = divide(db, "three", np.repeat([0, 1, 2, 2], SIZES))
    assert {n: one.name for n, one in carry_over(db, three).items()} == {3: "Outside"}


def test_what_the_analyst_wrote_is_never_overwritten(db: Database, four: Clustering) -> None:
    cluster_marks.mark(db, "four", 1, name="Studio")
    cluster_marks.mark(db, "four", 2, name="Expert")
    same = divide(db, "same", LABELS)
    cluster_marks.mark(db, "same", 2, name="Dr. Lee")
    carry_over(db, same)
    assert shown(db, "same") == {(1,): "Studio", (2,): "Dr. Lee", (3,): "", (4,): ""}
    cluster_marks.mark(db, "same", 1, name="")  # what was carried here is not wanted
    carry_over(db, same)
    assert shown(db, "same")[1,] == ""
    assert shown(db, "four")[1,] == "Studio"


def test_what_changed_at_its_source_changes_where_it_was_carried(
    db: Database, four: Clustering
) -> None:
    cluster_marks.mark(db, "four", 1, name="Studio")
    same = divide(db, "same", LABELS)
    carry_over(db, same)
    cluster_marks.mark(db, "four", 1, name="Newsroom")
    assert carry_over(db, same)[1].name == "Newsroom"
    cluster_marks.mark(db, "four", 1, name="")
    assert carry_over(db, same) == {}
    assert shown(db, "same")[1,] == ""


def test_what_was_carried_is_not_carried_on(db: Database, four: Clustering) -> None:
    """Else names would wander from division to division, far from the members they were given."""
    cluster_marks.mark(db, "four", 1, name="Studio")  # frames 0 to 39
    near = divide(db, "near", np.repeat([0, 1], [24, 76]))  # 24 of 40
    far = divide(db, "far", np.repeat([0, 1], [14, 86]))  # 14 of 40, but 14 of 24 of the middle one
    assert carry_over(db, near)[1].name == "Studio"
    assert carry_over(db, far) == {}
    assert not cluster_marks.marked_clusterings(db, ["another"])
    assert cluster_marks.marked_clusterings(db) == ["four"]


def test_of_several_sources_the_one_that_agrees_best_counts(db: Database, four: Clustering) -> None:
    cluster_marks.mark(db, "four", 1, name="Exact")
    divide(db, "about", np.repeat([0, 1], [50, 50]))
    cluster_marks.mark(db, "about", 1, name="About")
    assert carry_over(db, divide(db, "same", LABELS))[1].name == "Exact"
    same_again = divide(db, "again", LABELS)
    cluster_marks.mark(db, "same", 1, name="Later")
    assert carry_over(db, same_again)[1].name == "Later"


def test_names_are_carried_to_another_run_of_the_video(db: Database, four: Clustering) -> None:
    order = np.random.default_rng(1).permutation(100)
    finished(db, "other", [FrameId("us", int(i)) for i in order])
    cluster_marks.mark(db, "four", 2, name="Expert")
    other = divide(db, "theirs", LABELS[order], "other")
    assert {n: one.name for n, one in carry_over(db, other).items()} == {2: "Expert"}
    assert results.frames(db, "other") != results.frames(db, "r")
    finished(db, "apart", [FrameId("cn", i) for i in range(100)])
    assert carry_over(db, divide(db, "apart", LABELS, "apart")) == {}


def test_whatever_an_analyst_writes_can_be_noticed(db: Database, four: Clustering) -> None:
    seen = [cluster_marks.written(db)]
    for change in (
        lambda: cluster_marks.mark(db, "four", 1, name="Studio"),
        lambda: cluster_marks.mark(db, "four", 1, name=""),
        lambda: cluster_merges.merge(db, "four", [1, 2]),
        lambda: cluster_marks.mark(db, "four", 1, colour="#111111"),
        lambda: cluster_merges.split(db, "four", 1),
    ):
        change()
        assert cluster_marks.written(db) not in seen[-1:]
        seen.append(cluster_marks.written(db))
    cluster_marks.mark(db, "four", 1, name="Studio")
    before = cluster_marks.written(db)
    assert carry_over(db, divide(db, "same", LABELS))
    assert cluster_marks.written(db) == before


def test_a_source_whose_file_is_gone_carries_nothing(db: Database, four: Clustering) -> None:
    cluster_marks.mark(db, "four", 1, name="Studio")
    analyses.clustering_file(db, four).unlink()
    assert carry_over(db, divide(db, "same", LABELS)) == {}


def test_marks_and_merges_are_there_when_the_library_is_opened_again(
    db: Database, four: Clustering, data: Path
) -> None:
    cluster_marks.mark(db, "four", 1, name="Studio", colour="#0072B2", note="n")
    cluster_merges.merge(db, "four", [2, 3], name="Both")
    carry_over(db, divide(db, "same", LABELS))
    before = [cluster_marks.shown(db, one) for one in ("four", "same")]
    assert before[1][0].mark != ClusterMark()
    db.close()
    again = open_library(data)
    assert [cluster_marks.shown(again, one) for one in ("four", "same")] == before
    again.close()
