"""What is compared, and which group is read: choices that are kept in the address."""

from __future__ import annotations

import streamlit as st

from core.analysis.weighting import Weights
from core.records import Run
from core.storage import Database
from pages.parts.division.cluster_choices import choose_division
from pages.parts.division.edited_clusterings import edited_clusterings
from pages.parts.division.map_analyses import chosen_clustering
from pages.parts.division.map_choices import MapChoices
from pages.parts.shared.choices import COMPARE_BY, GROUP, MEASURE, Choice
from pages.parts.shared.wording import plain

_MEASURES = {"shares": "Part of each cluster", "log-ratios": "Log-ratios"}


def choose_clustering(
    db: Database, run: Run, weights: Weights, columns: list[str]
) -> tuple[str | None, str]:
    """The clustering by these weights, None while the run has none, and the column."""
    with st.container(key="map_choices", horizontal=True, gap="medium"):
        by = choose_column(columns)
        division = choose_division(run, edited_clusterings(db, run.id))
    method, k, smallest, edited = division
    chosen = MapChoices(run, "pca", {}, method, k, weights, smallest, edited)
    return chosen_clustering(db, chosen), by


def choose_column(columns: list[str]) -> str:
    """The videos' column whose values are compared."""

    def draw(key: str) -> str:
        return st.selectbox(
            "Compare by", columns, key=key, width=220, help="Columns are written in the Library."
        )

    return COMPARE_BY.among(columns, columns[0], draw)


def choose_group(groups: list[str]) -> str:
    """The group whose part of every cluster is shown."""
    return one_group("Group", groups, GROUP, groups[0])


def one_group(label: str, groups: list[str], choice: Choice, default: str) -> str:
    """One of the groups, as buttons while they are few."""

    def draw(key: str) -> str | None:
        if len(groups) <= 6:
            return st.segmented_control(label, groups, required=True, format_func=plain, key=key)
        return st.selectbox(label, groups, key=key, width=240)

    return choice.among(groups, default, draw)


def choose_measure() -> str:
    """What the figure of all clusters shows: "shares" or "log-ratios"."""

    def draw(key: str) -> str | None:
        return st.segmented_control(
            "Shown", list(_MEASURES), required=True, format_func=_MEASURES.__getitem__, key=key
        )

    return MEASURE.among(_MEASURES, "shares", draw)
