"""Cutting rate, shot length, brightness and colour of the videos, by group, from every picture."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core import jobs
from core.charts.colours import group_colours
from core.charts.course import Line, course_chart
from core.errors import AffinityError
from core.export import csv_bytes, safe_name
from core.format import count
from core.pipeline.comparison import editing as pipeline
from core.pipeline.comparison.looked_at import note_run
from core.pipeline.comparison.rate_rows import rate_rows
from core.pipeline.curation.only import Only
from core.records import Run, Video
from core.storage import Database, cuts
from pages.parts.comparison.rates import rate_table
from pages.parts.division.looking import noting
from pages.parts.shared.choices import EDITING
from pages.parts.shared.job_progress import active_jobs, follow
from pages.parts.shared.plot_bar import PLOT_BAR
from pages.parts.shared.wording import plain

_ABOUT = (
    "Every picture is decoded once: a cut is one that differs much from the picture before it, and "
    "more than its neighbours do. Dissolves and fades are not found. Brightness is the mean CIELAB "
    "lightness, colour the mean chroma. What was left out is not counted; each frame that "
    "a filter lets through stands for the time halfway to its neighbours."
)


def video_editing(db: Database, run: Run, by: str, known: list[Video], only: Only | None) -> None:
    """The measures where the cuts are known, else the button that finds them."""
    st.subheader("Cuts, brightness and colour", anchor=False)
    try:
        unknown = cuts.missing(db, run.video_ids)
        if unknown:
            _find(db, run, len(unknown), known)
            return
        found = pipeline.editing(db, run, by, only)
    except AffinityError as error:
        st.warning(plain(str(error)))
        return
    where = only.where if only else ""
    note = partial(note_run, db, "cuts", run.id, by, pipeline.tests_of(found), where)
    noting(f"cuts {run.id} {by} {where}", note)
    rows = [
        row for name, of in found.rates.items() for row in rate_rows(pipeline.MEASURES[name], of)
    ]
    rate_table(rows, "editing-rates")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        measure = _measure()
        st.download_button(
            "Videos CSV",
            data=lambda: csv_bytes(pipeline.editing_rows(found), pipeline.COLUMNS),
            file_name=f"{safe_name(run.name, run.id)}-cuts.csv",
            mime="text/csv",
            on_click="ignore",
            icon=":material/download:",
        )
    course = pipeline.editing_course(found, measure)
    colours = group_colours(video.group for video in known)
    lines = [
        Line(
            group,
            colours[group],
            *(of[g, :, 0] for of in (course.share, course.low, course.high)),
            [count(int(number), "video") for number in course.videos[g]],
        )
        for g, group in enumerate(course.groups)
    ]
    up = pipeline.MEASURES[measure]
    figure = course_chart(course.bins, lines, "Part of the video, in order", up, "", False)
    st.plotly_chart(figure, key="editing-course", config=PLOT_BAR)
    st.caption(_ABOUT)


def _find(db: Database, run: Run, number: int, known: list[Video]) -> None:
    minutes = sum(video.duration_s for video in known if video.id in run.video_ids) / 60
    under_way = any(job.subject == run.id for job in active_jobs(db, ("cuts",)))
    asked = st.session_state.get("cuts-asked") == run.id
    if not (asked or under_way):
        st.caption(
            f"Of {count(number, 'video')} the cuts are not known yet. Every picture is decoded for "
            f"them, in the background: the run’s videos are {minutes:,.0f} min long."
        )
        if not st.button("Find the cuts", icon=":material/content_cut:"):
            return
        st.session_state["cuts-asked"] = run.id
    follow(db, f"cuts-{run.id}", partial(jobs.submit_cuts, db, run.id), "Finding the cuts")


def _measure() -> str:
    def draw(key: str) -> str | None:
        return st.segmented_control(
            "Over the videos’ course",
            list(pipeline.MEASURES),
            required=True,
            format_func=lambda name: pipeline.MEASURES[name].partition(",")[0],
            key=key,
        )

    return EDITING.among(pipeline.MEASURES, "cuts_per_minute", draw)
