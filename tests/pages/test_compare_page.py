"""Compare without a browser: what it says with nothing to compare, and what of two groups."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from core.jobs import get
from core.records import Caption, Clustering, Run, Video
from core.storage import (
    Database,
    analyses,
    captions,
    comparisons,
    cuts,
    looked_at,
    video_columns,
    videos,
)
from core.storage.annotations import cluster_marks
from core.storage.video_columns import Cell
from core.video.shots import Shots
from tests.kept_comparison import stored
from tests.pages.conftest import Open, html, run, said
from tests.synthetic import make_run

pytestmark = pytest.mark.slow

_HOSTILE = '<img src=x onerror="alert(1)">'


def _made(db: Database, groups: tuple[str, ...]) -> Run:
    frames = tuple(10 + 2 * place for place in range(len(groups)))
    return make_run(db, frames, groups, latent=6, every_k=(3, 8), layouts=("pca",))


@pytest.fixture
def two_videos(db: Database) -> Run:
    return _made(db, ("us", "cn"))


def _clustering(db: Database, made: Run, k: int = 8) -> Clustering:
    return next(one for one in analyses.clusterings_of(db, made.id) if one.k == k)


def _decoded(db: Database, made: Run, k: int = 8) -> None:
    """As the job leaves it; the pictures themselves are the browser's to fetch."""
    comparison = stored(db, _clustering(db, made, k))
    parts = [(c.number, p) for c in comparison.clusters for p, s in enumerate(c.shares) if s.frames]
    typical = [{"text": _HOSTILE, "language": "en", "captions": 3}]
    centres = {f"{number}-{place}": {"share": 0.7, "typical": typical} for number, place in parts}
    comparisons.write_centres(db, made.id, comparison.id, {**centres, "1-0": {"decoded": _HOSTILE}})


def test_without_videos_the_library_is_the_way_on(open_page: Open) -> None:
    assert "add videos of both sides" in said(open_page("compare"), "info")


def test_one_group_is_not_enough(db: Database, open_page: Open) -> None:
    _made(db, ("us", "us"))
    assert "only one group" in said(open_page("compare"), "info")


def test_two_groups_without_a_run_of_both_lead_to_training(db: Database, open_page: Open) -> None:
    for name in ("us", "cn"):
        videos.add(db, Video(name, name, name, "upload", "a.mp4", "en", state="ready", frames=9))
    assert "no run of two groups yet" in said(open_page("compare"), "info")


def test_a_run_without_clusters_says_so(db: Database, open_page: Open) -> None:
    make_run(db, (10, 12), latent=6, every_k=(), layouts=("pca",))
    assert "no clusters yet" in said(open_page("compare"), "info")


def test_one_video_a_group_is_described_and_not_tested(
    db: Database, two_videos: Run, open_page: Open
) -> None:
    page = open_page("compare")
    sentence = page.markdown[0].value.replace("\\", "")
    assert "us and cn are a single video each" in sentence
    assert "may be the channel, not the culture" in sentence
    table = page.dataframe[0].value
    assert len(table) == 8
    assert {"p", "q", "low", "high"}.isdisjoint(table.columns)
    assert table["share-0"].sum() == pytest.approx(100)
    assert table["share-1"].sum() == pytest.approx(100)
    assert "us: 1 video, 10 frames, 20 s of airtime" in said(page, "caption")
    assert "45.5 %" in said(page, "caption")  # 10 of 22 frames: the overall share


def test_several_videos_a_group_are_tested(db: Database, open_page: Open) -> None:
    _made(db, ("us", "us", "cn", "cn"))
    page = open_page("compare", k="3")
    table = page.dataframe[0].value
    assert (table["p"] >= 1 / 3).all()
    assert "the smallest p that so many videos allow is 0.33" in said(page, "caption")
    assert "they need 5 videos in every group" in said(page, "caption")
    assert "No difference stands out from chance" in page.markdown[0].value


def test_pictures_are_asked_for_once_and_then_shown(
    db: Database, two_videos: Run, open_page: Open
) -> None:
    page = open_page("compare")
    (job_id,) = page.session_state["asked-jobs"].values()
    assert get(db, job_id).kind == "compare"
    assert f"/api/runs/{two_videos.id}/comparisons/" not in html(page)
    run(page)
    assert list(page.session_state["asked-jobs"].values()) == [job_id]
    _decoded(db, two_videos)
    shown = html(run(page))
    comparison = stored(db, _clustering(db, two_videos))
    for cluster in comparison.clusters:
        for place, share in enumerate(cluster.shares):
            address = f"/comparisons/{comparison.id}/{cluster.number}-{place}.jpg"
            assert (address in shown) == bool(share.frames)


def test_decoded_pictures_have_the_shape_of_their_videos(
    db: Database, two_videos: Run, open_page: Open
) -> None:
    for video in two_videos.video_ids:
        videos.update(db, video, width=400, height=300)
    page = open_page("compare")
    _decoded(db, two_videos)
    shown = html(run(page))
    assert shown.count('style="--aspect: 1.3333"') == shown.count('class="compare-decoded"') > 0


def test_the_group_and_the_division_are_in_the_address(
    db: Database, two_videos: Run, open_page: Open
) -> None:
    page = open_page("compare", k="3", group="cn")
    assert len(page.dataframe[0].value) == 3
    assert "cn has more of it than its share of all airtime, 54.5 %" in said(page, "caption")
    page = open_page("compare", k="1e309", group="<script>", run="-1")
    assert len(page.dataframe[0].value) == 8
    assert "group" not in page.query_params or page.query_params["group"] == ["<script>"]


def test_titles_groups_names_and_words_stay_text(
    db: Database, two_videos: Run, open_page: Open
) -> None:
    videos.update(db, "video0", group=_HOSTILE)
    line = f"{_HOSTILE} omicron spreads"
    said_often = [Caption("video0", i, 2.0 * i, 2.0 * i + 2, line) for i in range(9)]
    captions.replace(db, "video0", said_often, origin="uploaded", timed=True, language="en")
    clustering = _clustering(db, two_videos)
    for number in range(1, 9):
        cluster_marks.mark(db, clustering.id, number, name=f"{_HOSTILE}{number}")
    page = open_page("compare")
    _decoded(db, two_videos)
    shown = html(run(page))
    assert "onerror=&quot;alert(1)&quot;" in shown
    assert "<img src=x" not in shown
    for element in (*page.markdown, *page.caption):
        assert "<img" not in element.value.replace("\\<", "")  # escaped for Markdown
    charts = [chart.proto.spec for chart in page.get("plotly_chart")]
    assert len(charts) == 4
    assert all("<img" not in spec for spec in charts)
    assert any("&lt;img" in spec for spec in charts)


def test_log_ratios_and_dates_are_shown_where_they_are_asked_for(
    db: Database, open_page: Open
) -> None:
    _made(db, ("us", "us", "cn", "cn"))
    days = {Cell(f"video{n}", "aired"): f"2022-0{n + 1}-02" for n in range(4)}
    video_columns.write(db, days, adding=("aired",))
    page = open_page("compare", k="3", measure="log-ratios", over="aired, month")
    charts = [chart.proto.spec for chart in page.get("plotly_chart")]
    assert "each video counted once (times, log scale)" in charts[0]
    assert "Halves of one video" in charts[-2]
    assert '"2022-04"' in charts[-1]
    assert "of videos of different groups in" in said(page, "caption")


def test_sequences_and_known_cuts_are_compared_and_all_of_it_is_noted(
    db: Database, open_page: Open
) -> None:
    _made(db, ("us", "us", "cn", "cn"))
    for n in range(4):
        watched = Shots(0.0, 20.0, 40, [4.0 + n], list(range(20)), [50.0 + n] * 20, [9.0] * 20)
        cuts.write(db, f"video{n}", asdict(watched))
    query = "cluster 1 then cluster 2 within 9 s"
    page = open_page("compare", k="3", sequence=query, editing="brightness")
    assert not page.exception
    tables = [frame.value for frame in page.dataframe]
    measured = next(t for t in tables if "Brightness, 0 to 100" in set(t.iloc[:, 0]))
    assert set(measured["value"].round(1)) >= {3.0, 50.5, 52.5}
    assert "Looked at so far: 1 comparison, 1 sequence, 1 comparison of cuts" in said(
        run(page), "caption"
    )
    assert [one.kind for one in looked_at.every(db)] == ["comparison", "sequence", "cuts"]


def test_words_are_counted_and_footage_is_accounted_for(
    db: Database, two_videos: Run, open_page: Open
) -> None:
    page = open_page("compare")
    segments = sum(video.captions for video in videos.every(db))
    assert f"Of {segments} caption segments, each counted once" in said(page, "caption")
    heads = [head.value for head in page.subheader]
    assert any(head.startswith("Near-identical footage: ") for head in heads)
    assert "Where on the map they differ" in heads


def test_without_captions_the_way_to_some_is_said(
    db: Database, two_videos: Run, open_page: Open
) -> None:
    for video_id in two_videos.video_ids:
        captions.replace(db, video_id, [], origin="none", timed=True, language="none")
    assert "upload some in Transcripts" in said(open_page("compare"), "info")
