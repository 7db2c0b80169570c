"""The whole comparison on a drawn run: what is joined, kept, made anew, decoded and printed."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core import jobs
from core.__main__ import main
from core.api import routes
from core.errors import InvalidSetting, VideoUnreadable
from core.pipeline.comparison.centres import compare_with_centres, places
from core.pipeline.comparison.compare import compare, identifier, material, nearest_frames
from core.pipeline.comparison.difference_map import DRAWN, difference_map
from core.pipeline.comparison.group_centres import group_centres
from core.pipeline.comparison.marking_words import (
    VideoLabels,
    WordCounts,
    clusters_of_segments,
    frames_of_segments,
)
from core.pipeline.comparison.table import COLUMNS, comparison_rows
from core.records import Caption, Clustering, FrameId, Run
from core.storage import Database, analyses, captions, comparisons, results, runs, videos
from core.storage.annotations import cluster_marks, cluster_merges
from core.storage.captions import Said
from core.storage.progress import Progress
from tests.kept_comparison import stored
from tests.left_out import leave_out
from tests.synthetic import THREE_BLOCKS, make_run

NOBODY = Progress(None)


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(
        db, (12, 15, 9, 12), ("us", "us", "cn", "cn"), latent=6, every_k=(4,), layouts=("pca",)
    )


@pytest.fixture
def clustering(db: Database, run: Run) -> Clustering:
    return analyses.clusterings_of(db, run.id)[0]


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """Stands in for a trained model; notes which latents were decoded."""
    asked: list[np.ndarray] = []

    class Spoken:
        """As core.pipeline.decoding.decoder.Decoder of a model of words."""

        exact = True

        def __init__(self, _db: Database, _run_id: str) -> None:
            pass

        def pictures(self, latents: np.ndarray) -> Iterator[np.ndarray]:
            asked.append(latents)
            yield from np.full((len(latents), 24, 40, 3), (250, 10, 10), np.uint8)

        def texts(self, latents: np.ndarray) -> list[str] | None:
            return [f"said {row}" for row in range(len(latents))]

    monkeypatch.setattr("core.pipeline.decoding.decoder.Decoder", Spoken)
    return asked


def test_the_shares_are_those_of_the_frames(db: Database, run: Run, clustering: Clustering) -> None:
    found = compare(db, clustering, NOBODY)
    assert [(g.group, g.videos, g.frames) for g in found.groups] == [("us", 2, 27), ("cn", 2, 21)]
    labels = analyses.division(db, clustering)["labels"]
    for cluster in found.clusters:
        us = int((labels[:27] == cluster.number - 1).sum())
        assert cluster.of("us").frames == us
        assert cluster.of("us").share == pytest.approx(us / 27)
        assert cluster.frames == int((labels == cluster.number - 1).sum())
        assert cluster.of("us").p >= found.groups[0].smallest_p == pytest.approx(2 / 6)
    assert not found.confounded


def test_what_was_made_is_read_and_a_change_makes_it_anew(
    db: Database, run: Run, clustering: Clustering, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stored(db, clustering) is None
    first = compare(db, clustering, NOBODY)
    assert stored(db, clustering) == first
    assert first.id == identifier(db, clustering)
    with monkeypatch.context() as patched:
        patched.setattr(
            "core.pipeline.comparison.compare.compare_groups", None
        )  # would fail if called
        assert compare(db, clustering, NOBODY) == first
    captions.correct(db, "video0", 0, text="Another word.", start_s=0, end_s=6)
    assert stored(db, clustering) is None
    captions.revert(db, "video0", 0)
    assert stored(db, clustering) == first
    videos.update(db, "video1", group="cn")
    moved = compare(db, clustering, NOBODY)
    assert [group.videos for group in moved.groups] == [1, 3]
    assert moved.confounded
    assert {share.p for cluster in moved.clusters for share in cluster.shares} == {None}


def test_merged_clusters_are_compared_as_one(
    db: Database, run: Run, clustering: Clustering
) -> None:
    whole = {cluster.number: cluster for cluster in compare(db, clustering, NOBODY).clusters}
    cluster_merges.merge(db, clustering.id, [2, 4])
    merged = compare(db, clustering, NOBODY)
    assert [cluster.number for cluster in merged.clusters] == [1, 2, 3]
    assert merged.cluster(2).frames == whole[2].frames + whole[4].frames
    assert merged.cluster(3).frames == whole[3].frames
    assert [words.number for words in merged.words] == [1, 2, 3]


def test_one_group_cannot_be_compared(db: Database, run: Run, clustering: Clustering) -> None:
    for video_id in run.video_ids:
        videos.update(db, video_id, group="us")
    with pytest.raises(InvalidSetting, match="are of the group 'us'; train on videos of two"):
        compare(db, clustering, NOBODY)


def test_missing_small_pictures_are_named(db: Database, run: Run, clustering: Clustering) -> None:
    shutil.rmtree(db.files.video("video1") / "atlas")
    with pytest.raises(VideoUnreadable, match="small pictures of News of us"):
        compare(db, clustering, NOBODY)


def test_footage_shown_by_two_channels_is_linked(
    db: Database, run: Run, clustering: Clustering
) -> None:
    own = cv2.imread(str(db.files.atlas("video0", 0)))
    other = cv2.imread(str(db.files.atlas("video2", 0)))
    generator = np.random.default_rng(1)
    for tile in range(5):  # us shows at 4-12 s what cn shows at 6-14 s, and nobody else
        drawn = generator.integers(0, 255, (7, 10, 3)).astype(np.uint8)
        picture = cv2.resize(drawn, (100, 60), interpolation=cv2.INTER_CUBIC)
        own[:60, 100 * (tile + 2) : 100 * (tile + 3)] = picture
        other[:60, 100 * (tile + 3) : 100 * (tile + 4)] = picture
    cv2.imwrite(str(db.files.atlas("video0", 0)), own)
    cv2.imwrite(str(db.files.atlas("video2", 0)), other)
    found = compare(db, clustering, NOBODY).footage
    linked = [
        one for one in found if {one.first.video_id, one.second.video_id} == {"video0", "video2"}
    ]
    assert ((4.0, 12.0), (6.0, 14.0), False) in [
        (one.first_s, one.second_s, one.same_group) for one in linked
    ]
    between = [one.same_group for one in found]
    assert between == sorted(between)  # across groups first


def test_each_segment_counts_once_where_most_of_its_frames_lie() -> None:
    def segment(position: int, start_s: float, end_s: float, text: str) -> Caption:
        return Caption("v", position, start_s, end_s, text)

    said = [
        segment(0, 0, 6, "omicron omicron spreads"),  # frames 0, 2, 4 s: 0, 0, 1
        segment(1, 6, 10, "vaccines help"),  # 6 and 8 s: 1, 1
        segment(2, 8.4, 9.0, "vaccines arrive"),  # between two frames, nearest to 8 s
    ]
    labels = np.array([0, 0, 1, 1, 1, 0])
    video = VideoLabels("us", "en", np.arange(6) * 2.0, labels, said)
    assert clusters_of_segments(video) == [0, 1, 1]
    frames = frames_of_segments([Said(-2, -1, ""), *said, Said(11, 12, "")], video.times_s)
    assert frames == [slice(0, 1), slice(0, 3), slice(3, 5), slice(4, 5), slice(5, 6)]
    assert frames_of_segments(said, np.zeros(1)) == [slice(0, 1)] * 3
    counts = WordCounts([video])
    assert counts.segments == 3
    first, second = counts.of_cluster(1, 0, ["us"]), counts.of_cluster(2, 1, ["us"])
    assert [(mark.word, mark.count) for mark in first.words] == []  # too few to stand out
    assert second.groups[0].against == "elsewhere"
    many = WordCounts([VideoLabels("us", "en", video.times_s, labels, said[:2] * 8)])
    marked = {mark.word: mark for mark in many.of_cluster(1, 0, ["us"]).words}
    assert (marked["omicron"].count, marked["omicron"].elsewhere) == (16, 0)


def test_groups_of_one_language_are_set_against_each_other_others_against_themselves() -> None:
    def video(group: str, language: str, *texts: str) -> VideoLabels:
        said = [Caption(group, i, 2.0 * i, 2.0 * i + 2, text) for i, text in enumerate(texts)]
        labels = np.zeros(len(texts), int)
        labels[-4:] = 1
        return VideoLabels(group, language, np.arange(len(texts)) * 2.0, labels, said)

    us = video("us", "en", *["masks work"] * 9, *["hospital beds"] * 4)
    uk = video("uk", "en", *["pubs close"] * 9, *["hospital beds"] * 4)
    cn = video("cn", "zh", *["疫苗接种"] * 9, *["医院床位"] * 4)
    counts = WordCounts([us, uk, cn])
    us_words, _, cn_words = counts.of_cluster(1, 0, ["us", "uk", "cn"]).groups
    assert us_words.against == "groups"
    assert {"masks", "work"} <= {mark.word for mark in us_words.words}
    assert cn_words.against == "elsewhere"
    assert "疫苗" in {mark.word for mark in cn_words.words}


def test_each_groups_part_of_a_cluster_is_decoded_once(
    db: Database, run: Run, clustering: Clustering, decoded: list[np.ndarray]
) -> None:
    runs.update(db, run.id, model="crvae")  # published: the mean stands for several frames
    run = runs.get(db, run.id)
    found = compare_with_centres(db, clustering.id, NOBODY)
    assert compare_with_centres(db, clustering.id, NOBODY) == found
    assert len(decoded) == 1
    labels = analyses.division(db, clustering)["labels"]
    latents = results.latents(db, run.id)
    centres = places(run, latents, material(db, clustering), ["us", "cn"])
    for (number, place), (centre, share) in centres.items():
        assert share is None
        group = np.arange(48) >= 27 if place else np.arange(48) < 27
        assert centre == pytest.approx(latents[(labels == number - 1) & group].mean(axis=0))
        path = comparisons.centre_picture(db, run.id, found.id, number, place)
        picture = cv2.imread(str(path))
        assert picture.shape == (120, 200, 3)
        assert picture[60, 100, 2] > 200 > picture[60, 100, 0]
    empty = [(c.number, p) for c in found.clusters for p in (0, 1) if not c.shares[p].frames]
    assert not set(empty) & set(centres)
    assert group_centres(db, found)[found.clusters[0].number, 0].decoded == "said 0"
    client = TestClient(Starlette(routes=routes(lambda _: db)))
    number, place = next(iter(centres))
    address = f"/api/runs/{run.id}/comparisons/{found.id}"
    assert client.get(f"{address}/{number}-{place}.jpg").headers["content-type"] == "image/jpeg"
    assert client.get(f"{address}/999-0.jpg").status_code == 404
    assert client.get(f"/api/runs/{run.id}/comparisons/..%2f..%2f/1-0.jpg").status_code == 404


def test_a_model_of_ours_shows_the_mode_of_the_groups_own_frames(
    db: Database, run: Run, clustering: Clustering
) -> None:
    found, latents = material(db, clustering), results.latents(db, run.id)
    shown = places(run, latents, found, ["us", "cn"])
    for (number, place), (centre, share) in shown.items():
        own = (found.labels == number - 1) & ((np.arange(48) >= 27) == bool(place))
        assert share is not None and 0 < share <= 1
        nearest = np.linalg.norm(latents[own] - centre, axis=1).min()
        spread = np.linalg.norm(latents[own] - latents[own].mean(axis=0), axis=1)
        assert nearest <= spread.min() + 1e-6  # at least as near to a frame as the mean is


def test_words_of_a_groups_part_were_said_in_it(db: Database, decoded: list[np.ndarray]) -> None:
    run = make_run(db, (18, 22), ("us", "cn"), every_k=(3,), layouts=(), model=THREE_BLOCKS)
    (clustering,) = analyses.clusterings_of(db, run.id)
    for one in captions.of_video(db, "video1"):
        when = {"start_s": one.start_s, "end_s": one.end_s}
        captions.correct(db, "video1", one.position, text="老年人接种疫苗", **when)
    centres = group_centres(db, compare_with_centres(db, clustering.id, NOBODY))
    assert {centre.decoded for centre in centres.values()} == {""}
    languages = {place: set() for place in (0, 1)}
    for (_, place), centre in centres.items():
        languages[place] |= {line.language for line in centre.typical}
    assert languages == {0: {"en"}, 1: {"zh"}}


def test_each_group_has_its_own_nearest_frame(
    db: Database, run: Run, clustering: Clustering
) -> None:
    cluster_merges.merge(db, clustering.id, [1, 3])
    leave_out(db, clustering, [0])
    listed = results.frames(db, run.id)
    numbers = analyses.shown_numbers(db, clustering)
    groups = [videos.get(db, frame.video_id).group for frame in listed]
    distance = analyses.division(db, clustering)["distance"]
    expected: dict[tuple[int, str], FrameId] = {}
    for row in sorted(range(1, len(listed)), key=lambda row: distance[row]):
        expected.setdefault((int(numbers[row]), groups[row]), listed[row])
    assert nearest_frames(db, clustering) == expected
    assert {number for number, _ in expected} == {1, 2, 4}


def test_a_model_of_maps_shows_the_groups_own_frame(
    db: Database, run: Run, clustering: Clustering
) -> None:
    latents = results.latents(db, run.id)
    of_maps = replace(run, model="pure-cvae")
    found = places(of_maps, latents, material(db, clustering), ["us", "cn"])
    for (_, place), (centre, _share) in found.items():
        row = int(np.abs(latents - centre).sum(axis=1).argmin())
        assert (latents[row] == centre).all()
        assert (row >= 27) == bool(place)


def test_the_same_comparison_is_one_job(db: Database, run: Run, clustering: Clustering) -> None:
    content = identifier(db, clustering)
    job_id = jobs.submit_comparison(db, clustering.id, content)
    assert jobs.submit_comparison(db, clustering.id, content) == job_id
    job = jobs.get(db, job_id)
    assert (job.kind, job.subject, job.state) == ("compare", run.id, "queued")


def test_the_job_makes_what_the_page_reads(
    db: Database,
    run: Run,
    clustering: Clustering,
    decoded: list[np.ndarray],
) -> None:
    from core.pipeline.__main__ import ACTIONS

    ACTIONS["compare"](db, run_id=run.id, clustering_id=clustering.id, report=NOBODY)
    assert comparisons.decoded(db, run.id, stored(db, clustering).id)


def test_the_difference_map_draws_both_groups(db: Database, run: Run) -> None:
    projection = analyses.projections_of(db, run.id)[0]
    found = difference_map(db, projection, "us", "cn")
    assert len(found.frames) == found.every == 48 <= DRAWN
    assert found.side.tolist() == [0] * 27 + [1] * 21
    assert found.places == pytest.approx(analyses.layout(db, projection))
    assert difference_map(db, projection, "us", "fr") is None


def test_many_frames_are_thinned_in_proportion(
    db: Database, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.pipeline.comparison.difference_map.DRAWN", 16)
    found = difference_map(db, analyses.projections_of(db, run.id)[0], "us", "cn")
    assert found.every == 48
    assert np.bincount(found.side).tolist() == [9, 7]
    assert all(frame.video_id in run.video_ids for frame in found.frames)


def test_the_command_prints_json_and_writes_csv(
    db: Database,
    run: Run,
    clustering: Clustering,
    data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    cluster_marks.mark(db, clustering.id, 1, name="=studio")
    videos.update(db, "video2", group="-cn")
    videos.update(db, "video3", group="-cn")
    assert main(["compare", run.id, "--json", "--data", str(data)]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert set(listed[0]) == set(COLUMNS)
    assert [(row["cluster"], row["group"]) for row in listed[:2]] == [(1, "us"), (1, "-cn")]
    assert listed == comparison_rows(stored(db, clustering), {1: "=studio"})
    assert sum(row["share_percent"] for row in listed[::2]) == pytest.approx(100, abs=1e-3)
    target = tmp_path / "groups.csv"
    assert main(["compare", run.id, "--csv", str(target), "--data", str(data)]) == 0
    rows = list(csv.DictReader(target.open(newline="", encoding="utf-8-sig")))
    assert (rows[0]["cluster_name"], rows[1]["group"]) == ("'=studio", "'-cn")
    assert rows[0]["log_odds_low"] == ""  # two videos each: no interval
    assert float(rows[0]["p"]) > 0.333
    capsys.readouterr()
    assert main(["compare", run.id, "--data", str(data)]) == 0
    said = capsys.readouterr()
    assert "so few videos allow no p below 0.33" in said.err
    assert said.out.splitlines()[0].startswith("cluster  cluster name")
