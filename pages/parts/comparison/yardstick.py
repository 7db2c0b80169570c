"""How far videos lie apart: halves of one, of one group, of different groups; and log-ratios."""

from __future__ import annotations

import math

import streamlit as st

from core.analysis.comparison import sentence
from core.analysis.comparison.yardstick import Distances
from core.charts.colours import GREY, group_colours
from core.charts.comparison import Part, distances_chart, log_ratio_chart
from core.export import cluster_title
from core.pipeline.comparison.compare import Comparison, material
from core.pipeline.curation.only import Only
from core.records import Video
from core.storage import Database, analyses
from pages.parts.shared.kept import kept
from pages.parts.shared.plot_bar import PLOT_BAR
from pages.parts.shared.wording import plain

_WHISKERS = "Whiskers: 95 % intervals, resampling whole videos within their groups."
_ROWS = (
    ("halves", "Halves of one video", "#56B4E9"),
    ("alike", "Videos of one group", GREY),
    ("apart", "Different groups", "#D55E00"),
)


def distances(db: Database, comparison: Comparison, only: Only | None) -> None:
    """The yardstick: boxes of distances between halves of videos."""
    said = sentence.within_videos(comparison.yardstick)
    if not said:
        return
    st.subheader("How far apart, beside two halves of one video", anchor=False)
    found = _cached(db, comparison.clustering_id, comparison.by, only, comparison.id)
    rows = [(label, colour, getattr(found, name)) for name, label, colour in _ROWS]
    st.plotly_chart(
        distances_chart([row for row in rows if len(row[2])]), key="distances", config=PLOT_BAR
    )
    st.caption(
        f"{plain(said)} The distance is the part of airtime that lies in other clusters; of two "
        "videos it is the mean of their four pairs of halves, so that all are of as many frames. "
        "Groups that lie no further apart than halves of one video say little."
    )


def log_ratios(
    comparison: Comparison, names: dict[int, str], group: str, known: list[Video]
) -> None:
    """Each cluster against the geometric mean of all, each video counted once."""
    rows = []
    for cluster in sorted(comparison.clusters, key=lambda one: -one.of(group).log_ratio):
        share = cluster.of(group)
        if cluster.frames:
            said = f"{math.exp(share.log_ratio):.2g} times; log-ratio {share.log_ratio:+.2f}"
            label = cluster_title(cluster.number, names)
            rows.append(Part(label, share.log_ratio, share.log_ratio_interval, said))
    colour = group_colours(video.group for video in known)[group]
    rest = [total.group for total in comparison.groups if total.group != group]
    others = rest[0] if len(rest) == 1 else "the others"
    st.plotly_chart(log_ratio_chart(rows, group, others, colour), key="log-ratios", config=PLOT_BAR)
    st.caption(
        "Centred log-ratios (Aitchison 1986): each cluster against the geometric mean of all, so "
        "that one cluster’s gain is not every other’s loss. A long video counts no more than a "
        "short one. A cluster that a video never shows is taken as half a frame under Jeffreys’s "
        "prior, the others made smaller in proportion (Martín-Fernández and others 2015). "
        + plain(sentence.no_interval(comparison.groups) or _WHISKERS)
    )


@kept(max_entries=20)
def _cached(
    db: Database, clustering_id: str, by: str, _only: Only | None, comparison_id: str
) -> Distances:
    return material(db, analyses.clustering(db, clustering_id), by, only=_only).distances
