"""Who changed what in the open project, and asked for which jobs, where people sign in."""

from __future__ import annotations

import streamlit as st

from core.export import csv_bytes
from core.storage import Database, acts

_SHOWN = 100  # the file has all
_TITLES = {"at": "When (UTC)", "who": "Who", "did": "Did", "subject": "Of"}


def who_did_what(db: Database) -> None:
    """The newest first; nothing where nobody who was signed in did anything."""
    with db.read() as connection:
        newest = acts.newest(connection, _SHOWN)
    if not newest:
        return
    with st.expander("Who did what", icon=":material/history:"):
        rows = [acts.row(one) for one in newest]
        st.dataframe(rows, column_order=acts.COLUMNS, column_config=_TITLES, hide_index=True)
        st.download_button("CSV of all", lambda: _csv(db), "acts.csv", "text/csv")


def _csv(db: Database) -> bytes:
    with db.read() as connection:
        every = acts.newest(connection, None)
    return csv_bytes([acts.row(one) for one in every], acts.COLUMNS)
