"""The figures behind the tables: the curves of a dataset's trainings, and the pictures of one."""

from __future__ import annotations

import streamlit as st

from core.charts.tables import curves
from core.storage import Database
from core.tables import store
from core.tables.store import Tables
from pages.parts.shared.plot_bar import PLOT_BAR
from pages.parts.shared.wording import plain


def tables_figures(db: Database, tables: Tables) -> None:
    """Choose a dataset and a training, and see how it went and what it found."""
    done = [entry for entry in tables["entries"] if entry["state"] == "done"]
    if not done:
        return
    st.subheader("Figures", anchor=False)
    st.fragment(_figures)(db, tables)


def _figures(db: Database, tables: Tables) -> None:
    done = [entry for entry in tables["entries"] if entry["state"] == "done"]
    names = list(dict.fromkeys(entry["dataset"] for entry in done))
    dataset = st.segmented_control(
        "Videos", names, default=names[0], required=True, format_func=plain, key="tables-dataset"
    )
    for table in (1, 2):
        figure = curves(tables, table, dataset)
        if figure is not None:
            st.caption(f"Table {table}")
            st.plotly_chart(figure, key=f"curves-{table}", config=PLOT_BAR)
    titles = {entry["run_id"]: entry["title"] for entry in done if entry["dataset"] == dataset}
    run_id = st.selectbox("Training", list(titles), format_func=titles.__getitem__)
    folder = store.folder(db, tables["kind"]) / "figures"
    for figure in tables["figures"]:
        path = folder / figure["file"]
        if [one[0] for one in figure["of"]] == [run_id] and path.exists() and _of_one(figure):
            st.image(path, caption=plain(figure["title"]))


def _of_one(figure: dict) -> bool:
    """Whether it shows one training: curves and bars are drawn above already."""
    return figure["file"].startswith(("samples-", "map-", "sweep-"))
