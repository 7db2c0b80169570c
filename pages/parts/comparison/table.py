"""The comparison in figures: a group's part of each cluster as a chart, and the whole table."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.analysis.comparison import sentence
from core.charts.colours import group_colours
from core.charts.comparison import Part, parts_chart
from core.export import cluster_title, csv_bytes, safe_name
from core.format import count
from core.pipeline.comparison.compare import Comparison
from core.pipeline.comparison.table import COLUMNS, comparison_rows
from core.records import Run, Video
from pages.parts.shared.plot_bar import PLOT_BAR
from pages.parts.shared.wording import plain

_KINDS = {"shared": "shared", "exclusive": "only", "leaning": "mostly", "empty": "empty"}


def parts_figure(
    comparison: Comparison, names: dict[int, str], group: str, known: list[Video]
) -> None:
    """The published reading: the group's part of each cluster beside its part of everything."""
    total = next(one for one in comparison.groups if one.group == group)
    rows = []
    for cluster in sorted(comparison.clusters, key=lambda one: -one.of(group).of_cluster):
        share = cluster.of(group)
        if not cluster.frames:
            continue
        said = f"{share.frames} of {count(cluster.frames, 'frame')}"
        label = cluster_title(cluster.number, names)
        rows.append(Part(label, share.of_cluster, share.of_cluster_interval, said))
    colour = group_colours(video.group for video in known)[group]
    figure = parts_chart(rows, group, total.overall, colour)
    st.plotly_chart(figure, key="parts", config=PLOT_BAR)
    st.caption(
        f"Each row is a cluster. Right of the broken line {plain(group)} has more of it than its "
        f"share of all airtime, {100 * total.overall:.1f} %; left of it, less. "
        + plain(sentence.no_interval(comparison.groups) or _WHISKERS)
    )


_TESTED = ("p", "q", "family p", "without low", "without high", "detectable")
_WHISKERS = "Whiskers: 95 % intervals, resampling whole videos within their groups."


def comparison_table(run: Run, comparison: Comparison, names: dict[int, str], group: str) -> None:
    """One row per cluster, `group` against the others; sorted by a click on a column's head."""
    groups = [total.group for total in comparison.groups]
    rows = [_row(cluster, names, group) for cluster in comparison.clusters]
    tested = rows and rows[0]["p"] is not None
    whole = any(row["low"] is not None for row in rows)
    left_out = [] if tested else list(_TESTED)
    left_out += [] if whole else ["low", "high"]
    st.dataframe(
        [{name: row[name] for name in row if name not in left_out} for row in rows],
        hide_index=True,
        column_config=_columns(groups, group),
        key="comparison-table",
    )
    _download(run, comparison, names)
    st.caption(_basis(comparison, group, bool(tested)))


def _row(cluster: Any, names: dict[int, str], group: str) -> dict[str, Any]:
    own = cluster.of(group)
    low, high = own.interval or (None, None)
    whose = f"{_KINDS[cluster.kind]} {cluster.group}" if cluster.group else _KINDS[cluster.kind]
    row: dict[str, Any] = {
        "cluster": cluster.number,
        "name": names.get(cluster.number, ""),
        "kind": whose,
        "frames": cluster.frames,
        "airtime": cluster.airtime_s,
    }
    for place, share in enumerate(cluster.shares):
        row[f"share-{place}"] = 100 * share.share
    return row | {
        "of cluster": 100 * own.of_cluster,
        "points": 100 * own.difference,
        "ratio": own.ratio if own.frames not in (0, cluster.frames) else None,
        "log odds": own.log_odds_ratio,
        "low": low,
        "high": high,
        "p": own.p,
        "q": own.q,
        "family p": own.family_p,
        "without low": None if own.without_one is None else 100 * own.without_one[0],
        "without high": None if own.without_one is None else 100 * own.without_one[1],
        "detectable": None if own.detectable is None else 100 * own.detectable,
    }


def _columns(groups: list[str], group: str) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    shares = {
        f"share-{place}": number(
            f"{name}, % of its airtime", format="%.1f", help="Of all airtime of this group."
        )
        for place, name in enumerate(groups)
    }
    return {
        "cluster": number("Cluster", width="small"),
        "name": "Name",
        "kind": st.column_config.TextColumn(
            "Shown by",
            help="Shared: no group gives it more than 3 times the share another does. Only: 95 % "
            "of it would be one group’s, had all groups as much airtime. Mostly: in between.",
        ),
        "frames": number("Frames", width="small"),
        "airtime": number("Airtime, s", format="%.0f"),
        **shares,
        "of cluster": number(f"{group}, % of the cluster", format="%.1f"),
        "points": number("Difference, points", format="%+.1f", help="Percentage points."),
        "ratio": number("Times as frequent", format="%.2f", help="Blank where a side has none."),
        "log odds": number(
            "Log odds ratio",
            format="%+.2f",
            help="Natural logarithm, half a frame added to each cell. Above 0: more in this group.",
        ),
        "low": number("95 % from", format="%+.2f"),
        "high": number("to", format="%+.2f"),
        "p": number("p", format="%.4f", help="Group names exchanged among whole videos."),
        "q": number("q", format="%.4f", help="p after Benjamini and Hochberg, over all clusters."),
        "family p": number(
            "p of all", format="%.4f", help="Over all clusters and groups together (max-T)."
        ),
        "without low": number(
            "Without a video, from", format="%+.1f", help="Points, any one video left out."
        ),
        "without high": number("to ", format="%+.1f"),
        "detectable": number(
            "Detectable, points",
            format="%.1f",
            help="A difference that 4 of 5 studies with such videos would find (p up to 0.05).",
        ),
    }


def _download(run: Run, comparison: Comparison, names: dict[int, str]) -> None:
    st.download_button(
        "Comparison CSV",
        data=lambda: csv_bytes(comparison_rows(comparison, names), COLUMNS),
        file_name=f"{safe_name(run.name, run.id)}-groups.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        help="One row per cluster and group, with the words that mark it.",
    )


def _basis(comparison: Comparison, group: str, tested: bool) -> str:
    """What the figures rest on."""
    said = [
        f"{plain(total.group)}: {count(total.videos, 'video')}, {count(total.frames, 'frame')}, "
        f"{total.airtime_s:,.0f} s of airtime"
        for total in comparison.groups
    ]
    against = "the others together" if len(comparison.groups) > 2 else "the other group"
    said.append(f"differences are of {plain(group)} against {against}")
    if tested:
        total = next(one for one in comparison.groups if one.group == group)
        smallest = sentence.figure(total.smallest_p)
        said.append(f"the smallest p that so many videos allow is {smallest}")
    return " · ".join(said)
