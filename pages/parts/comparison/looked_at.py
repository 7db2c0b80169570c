"""How much was looked at, in a sentence, and all of it as a table."""

from __future__ import annotations

import streamlit as st

from core.export import csv_bytes
from core.pipeline.comparison import looked_at as pipeline
from core.storage import Database, looked_at
from pages.parts.shared.wording import plain


def how_much(db: Database) -> None:
    """The sentence, to be read before a figure is."""
    st.caption(plain(pipeline.said(looked_at.every(db))))


def everything_looked_at(db: Database) -> None:
    """Every analysis with when and how often, newest first."""
    listed = looked_at.every(db)
    st.subheader(f"What was looked at: {len(listed)}", anchor=False)
    rows = pipeline.looked_at_rows(listed)
    number = st.column_config.NumberColumn
    st.dataframe(
        rows[::-1],
        hide_index=True,
        key="looked-at",
        column_order=[name for name in pipeline.COLUMNS if any(row[name] for row in rows)],
        column_config={
            "first_at": "First (UTC)",
            "last_at": "Last (UTC)",
            "times": number("Times", width="small"),
            "kind": "What",
            "run": "Run",
            "run_name": "Run’s name",
            "model": "Model",
            "method": "Division",
            "k": number("k", width="small"),
            "seed": number("Seed", width="small"),
            "smallest": number("Smallest", width="small"),
            "weights": "Weights",
            "compared_by": "Compared by",
            "detail": "Detail",
            "left_out_frames": number("Frames left out"),
            "tests": number("Tests", width="small"),
        },
    )
    st.download_button(
        "What was looked at CSV",
        data=lambda: csv_bytes(rows, pipeline.COLUMNS),
        file_name="looked-at.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        help="For the appendix: every division, comparison and sequence that was tried.",
    )
    st.caption(
        "Each analysis is one row, kept when runs are deleted, and part of tables and package. "
        "What was read outside these pages and commands is not known here."
    )
