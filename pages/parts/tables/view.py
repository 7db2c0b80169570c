"""The tables themselves: published beside ours, what stands beside each model, and the files."""

from __future__ import annotations

import streamlit as st

from core.charts.tables import comparison
from core.storage import Database
from core.tables import store, wording
from core.tables.markdown import part
from core.tables.store import Tables
from pages.parts.shared.plot_bar import PLOT_BAR


def published_tables(tables: Tables) -> None:
    """Both tables with a figure each, and whether the published order of the variants holds."""
    if tables["kind"] == "quick":
        st.warning(f"These are the quick tables: {wording.QUICK}.", icon=":material/speed:")
    for table in (1, 2):
        st.subheader(wording.caption(tables, table), anchor=False)
        st.markdown(part("published_table", tables, table))
        _missing(tables, table)
        figure = comparison(tables, table)
        if figure is not None:
            st.plotly_chart(figure, key=f"comparison-{table}", config=PLOT_BAR)
    if tables["order"]:
        st.markdown(part("order", tables))


def downloads(db: Database, tables: Tables) -> None:
    """The tables as Markdown, CSV, and all of it with the figures as a ZIP."""
    kind = tables["kind"]
    folder = store.folder(db, kind)
    with st.container(horizontal=True):
        for label, name, mime in (
            ("Markdown", "report.md", "text/markdown"),
            ("CSV", "tables.csv", "text/csv"),
        ):
            st.download_button(
                label,
                data=(folder / name).read_bytes,
                file_name=f"{kind}-{name}",
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
            )
        st.download_button(
            "All with figures (ZIP)",
            data=lambda: store.zipped(db, kind),
            file_name=f"tables-{kind}.zip",
            mime="application/zip",
            on_click="ignore",
            icon=":material/download:",
        )


def details(tables: Tables) -> None:
    """What stands beside each model, and how all of it was measured."""
    for heading, table in (
        ("On frames not trained on, beside PCA (255 x MSE)", part("errors_table", tables)),
        ("Text: share of tokens right", part("text_table", tables)),
        ("The trainings", part("trainings_table", tables)),
    ):
        st.subheader(heading, anchor=False)
        st.markdown(table)
    with st.expander("How each figure was measured"):
        st.markdown(part("measured", tables))


def _missing(tables: Tables, table: int) -> None:
    """Why an entry has no figures."""
    said = part("missing", tables, table)
    if said:
        with st.expander(f"{len(said.splitlines())} without figures: why"):
            st.markdown(said)
