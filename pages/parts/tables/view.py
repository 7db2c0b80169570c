"""The tables themselves: published beside ours, what stands beside each model, and the files."""

from __future__ import annotations

import streamlit as st

from core.charts.tables import comparison
from core.storage import Database
from core.tables import store, wording
from core.tables.markdown import (
    errors_table,
    escaped,
    measured,
    published_table,
    text_table,
    trainings_table,
)
from core.tables.store import Report
from pages.parts.shared.plot_bar import PLOT_BAR


def published_tables(report: Report) -> None:
    """Both tables with a figure each, and whether the published order of the variants holds."""
    if report["kind"] == "quick":
        st.warning(f"These are the quick tables: {wording.QUICK}.", icon=":material/speed:")
    for table in (1, 2):
        st.subheader(wording.caption(report, table), anchor=False)
        st.markdown(published_table(report, table))
        _missing(report, table)
        figure = comparison(report, table)
        if figure is not None:
            st.plotly_chart(figure, key=f"comparison-{table}", config=PLOT_BAR)
    if report["order"]:
        st.markdown("Does the published order of the variants hold?")
        st.markdown("\n".join(f"- {escaped(wording.order(one))}" for one in report["order"]))


def downloads(db: Database, report: Report) -> None:
    """The report as Markdown, CSV, and all of it with the figures as a ZIP."""
    kind = report["kind"]
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


def details(report: Report) -> None:
    """What stands beside each model, and how all of it was measured."""
    for heading, table in (
        ("On frames not trained on, beside PCA (255 x MSE)", errors_table(report)),
        ("Text: share of tokens right", text_table(report)),
        ("The trainings", trainings_table(report)),
    ):
        st.subheader(heading, anchor=False)
        st.markdown(table)
    with st.expander("How each figure was measured"):
        st.markdown(measured(report))


def _missing(report: Report, table: int) -> None:
    """Why an entry has no figures."""
    said = [
        f"- {escaped(entry['title'])}, {escaped(entry['dataset'])}: {escaped(wording.state(entry))}"
        for entry in report["entries"]
        if entry["table"] == table and entry["state"] != "done"
    ]
    if said:
        with st.expander(f"{len(said)} without figures: why"):
            st.markdown("\n".join(said))
