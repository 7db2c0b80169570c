"""Tables: both published tables with ours beside them, their figures, and what makes them."""

from __future__ import annotations

import streamlit as st

from core.storage import videos
from core.tables import store
from core.tables.plan import KINDS
from pages.parts.shared.choices import TABLES
from pages.parts.shell import routes
from pages.parts.shell.page_head import begin
from pages.parts.tables.figures import tables_figures
from pages.parts.tables.making import about_tables, make_tables, progress
from pages.parts.tables.view import details, downloads, published_tables

db = begin("tables")

st.title("Tables")
made = [kind for kind in KINDS if store.load(db, kind)]

if not videos.ready(db) and not made:
    st.info("There is nothing to make the tables of yet: add videos with captions in the Library.")
    routes.link("library", "Go to the Library")
    st.stop()

if not made:
    about_tables()
if videos.ready(db):
    make_tables(db)
progress(db)

if not made:
    st.stop()
shown = made[0]
if len(made) > 1:
    shown = TABLES.among(
        made,
        made[0],
        lambda key: st.segmented_control(
            "Which tables", made, required=True, format_func=str.capitalize, key=key
        ),
    )
tables = store.load(db, shown)
published_tables(tables)
downloads(db, tables)
tables_figures(db, tables)
details(tables)
