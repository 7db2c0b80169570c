"""Keeps the choices of Explore under a name, and opens the page with them again."""

from __future__ import annotations

import streamlit as st

from core.errors import AffinityError
from core.records import SavedView
from core.storage import Database
from core.storage.annotations import views
from core.storage.annotations.validate_text import LONGEST_NAME
from pages.parts.shared.attempt import attempt
from pages.parts.shared.choices import open_view, view_now
from pages.parts.shared.wording import plain


def saved_views(db: Database) -> None:
    """A button that opens the list of views, and saves what the page shows now."""
    about = "Views: one keeps the run, colours, map, clusters, weights, selection and kept places."
    with st.popover("Views", icon=":material/bookmark:", width="content", help=about):
        known = {view.name: view for view in views.every(db)}
        if known:
            _open_form(db, list(known))
        _put_back(db)
        with st.form("save-view", border=False):
            name = st.text_input("Name of this view", max_chars=LONGEST_NAME, key="view-name")
            replace = st.checkbox("Replace the view of that name", key="view-replace")
            if st.form_submit_button("Save view", type="primary"):
                _save(db, name, replace or name.strip() not in known)


def _open_form(db: Database, names: list[str]) -> None:
    chosen = st.selectbox("Saved views", names, key="view-chosen")
    if chosen is None:
        return
    with st.container(horizontal=True):
        st.button("Open", on_click=_open, args=(db, chosen), key="view-open")
        if st.button("Delete", key="view-delete"):
            st.session_state["deleted-view"] = views.delete(db, chosen)
            st.rerun()


def _put_back(db: Database) -> None:
    gone: SavedView | None = st.session_state.get("deleted-view")
    if gone is not None and st.button(plain(f"Put {gone.name} back"), icon=":material/undo:"):
        views.save(db, gone.name, gone.choices)
        del st.session_state["deleted-view"]
        st.rerun()


def _open(db: Database, name: str) -> None:
    try:
        open_view(views.load(db, name).choices)
    except AffinityError as error:
        st.toast(plain(str(error)))


def _save(db: Database, name: str, allowed: bool) -> None:
    if not allowed:
        st.warning("There is a view of that name; tick the box to replace it.")
        return
    attempt(lambda: views.save(db, name, view_now()))
