"""One cluster's shares over the videos' course, or over the dates that a column holds."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from core.analysis.comparison.course import Course
from core.charts.colours import group_colours
from core.charts.course import Line, course_chart
from core.export import cluster_title, csv_bytes, safe_name
from core.format import count
from core.pipeline.comparison import over_time as pipeline
from core.pipeline.comparison.compare import Comparison
from core.pipeline.comparison.looked_at import note_detail
from core.pipeline.curation.only import Only
from core.records import Clustering, Run, Video
from core.storage import Database, analyses
from pages.parts.division.looking import noting
from pages.parts.shared.choices import OVER, OVER_CLUSTER
from pages.parts.shared.kept import kept
from pages.parts.shared.plot_bar import PLOT_BAR

_COURSE = "The videos’ course"
_BANDS = (
    "Bands: 95 % intervals, resampling the videos that have airtime there, where a group has 5 or "
    "more of them."
)


def shares_over_time(
    db: Database,
    run: Run,
    clustering: Clustering,
    comparison: Comparison,
    names: dict[int, str],
    known: list[Video],
    only: Only | None,
) -> None:
    """A line for each group; what is drawn is chosen above it."""
    st.subheader("Shares over time", anchor=False)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        number = _cluster(comparison, names)
        over = _over(pipeline.date_columns(db, run))
        key = over, comparison.by, only, comparison.id
        found, numbers = _cached(db, comparison.clustering_id, *key)
        _download(run, found, numbers, names, over, comparison.by)
    if over != pipeline.COURSE:  # the videos' course is shown with every comparison
        by, where = comparison.by, comparison.where
        note = partial(note_detail, db, "over-time", clustering, by, over, where=where)
        noting(f"{comparison.id} {over}", note)
    colours = group_colours(video.group for video in known)
    place = numbers.index(number)
    lines = [_line(found, g, place, colours[group]) for g, group in enumerate(found.groups)]
    across = "Part of the video, in order" if over == pipeline.COURSE else over
    up = f"{cluster_title(number, names)}, % of the group’s airtime"
    dates = over != pipeline.COURSE
    st.plotly_chart(
        course_chart(found.bins, lines, across, up, " %", dates),
        key="over-time",
        config=PLOT_BAR,
    )
    st.caption(_BANDS if not np.isnan(found.low).all() else _no_bands(found))


def _cluster(comparison: Comparison, names: dict[int, str]) -> int:
    """At first the one whose shares differ most."""
    shown = [one for one in comparison.clusters if one.frames]
    most = max(shown, key=lambda one: max(abs(s.difference) for s in one.shares))

    def draw(key: str) -> int:
        return st.selectbox(
            "Cluster",
            [one.number for one in shown],
            format_func=lambda number: cluster_title(number, names),
            key=key,
            width=260,
        )

    return OVER_CLUSTER.among([one.number for one in shown], most.number, draw)


def _over(columns: list[str]) -> str:
    offered = [pipeline.COURSE, *columns]

    def draw(key: str) -> str:
        return st.selectbox(
            "Over",
            offered,
            format_func=lambda one: _COURSE if one == pipeline.COURSE else one,
            key=key,
            width=220,
            help="The tenths of each video, or dates: a column of the videos that holds them, "
            "written in the Library, or the day of publishing.",
        )

    return OVER.among(offered, pipeline.COURSE, draw)


@kept(max_entries=20)
def _cached(
    db: Database, clustering_id: str, over: str, by: str, _only: Only | None, comparison_id: str
) -> tuple[Course, tuple[int, ...]]:
    return pipeline.over_time(db, analyses.clustering(db, clustering_id), over, by, _only)


def _line(found: Course, g: int, place: int, colour: str) -> Line:
    said = [
        f"{count(int(n), 'video')}, {seconds:,.0f} s"
        for n, seconds in zip(found.videos[g], found.seconds[g], strict=True)
    ]
    share, low, high = (100 * of[g, :, place] for of in (found.share, found.low, found.high))
    return Line(found.groups[g], colour, share, low, high, said)


def _no_bands(found: Course) -> str:
    most = int(found.videos.max())
    return f"No intervals: they need 5 videos of a group at one time; here are {most} at most."


def _download(
    run: Run, found: Course, numbers: tuple[int, ...], names: dict[int, str], over: str, by: str
) -> None:
    st.download_button(
        "Shares over time CSV",
        data=lambda: csv_bytes(
            pipeline.course_rows(found, numbers, names, over, by), pipeline.COLUMNS
        ),
        file_name=f"{safe_name(run.name, run.id)}-over-time.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        help="All clusters, one row per time, group and cluster.",
    )
