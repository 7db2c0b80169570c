"""The columns of the videos as a table to write in: add one, import and export, undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.export import csv_bytes
from core.format import count
from core.pipeline.columns.import_csv import import_csv
from core.pipeline.columns.table import video_table
from core.storage import Database, video_columns
from core.storage.annotations.validate_text import LONGEST_NAME, LONGEST_VALUE
from core.storage.video_columns import Cell, ColumnChange
from pages.parts.shared.attempt import attempt
from pages.parts.shared.wording import plain
from pages.parts.shell.notices import say

_UNDO = "last-column-change"
_VERSION = "columns-version"  # another one makes the editor forget what was typed
_ABOUT = (
    "Country, ownership, genre, date: write what you know of each video. **Compare** compares by "
    "any of these, and every export carries them. Dates such as 2022-07-14 can be compared by year "
    "and month too."
)


def video_columns_table(db: Database) -> None:
    """The table, closed until it is wanted."""
    own = video_columns.names(db)
    with st.expander("Columns of the videos", icon=":material/table_rows:", key="video-columns"):
        st.markdown(_ABOUT)
        _edit(db, own)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _add(db)
            _import(db)
            _export(db)
            if own:
                _change_column(db, own)
            _undo(db)


def _edit(db: Database, own: list[str]) -> None:
    """Titles stand still, groups and columns are written; kept with a click."""
    _, rows = video_table(db)
    version = st.session_state.setdefault(_VERSION, 0)
    text = st.column_config.TextColumn
    edited = st.data_editor(
        rows,
        hide_index=True,
        disabled=("title",),
        column_order=("title", "group", *own),
        column_config={
            "title": text("Video"),
            "group": text("Group", required=True, max_chars=100),
            **{name: text(plain(name), max_chars=LONGEST_VALUE) for name in own},
        },
        key=f"columns-{version}",
    )
    cells, groups = _differences(rows, edited, own)
    if not cells and not groups:
        return
    number = count(len(cells) + len(groups), "value")
    with st.container(horizontal=True):
        if st.button(f"Keep {number}", type="primary", icon=":material/save:"):
            _make(lambda: video_columns.write(db, cells, groups))
        if st.button("Forget what was typed"):
            _renew()
            st.rerun()


def _differences(
    rows: list[dict[str, Any]], edited: list[dict[str, Any]], own: list[str]
) -> tuple[dict[Cell, str], dict[str, str]]:
    """The cells and the groups that were typed."""
    cells, groups = {}, {}
    for before, after in zip(rows, edited, strict=True):
        for name in own:
            if (after[name] or "") != before[name]:
                cells[Cell(before["id"], name)] = after[name] or ""
        if (after["group"] or "") != before["group"]:
            groups[before["id"]] = after["group"] or ""
    return cells, groups


def _add(db: Database) -> None:
    with (
        st.popover("Add a column", icon=":material/add:"),
        st.form("add-column", border=False, clear_on_submit=True),
    ):
        name = st.text_input("Its name", max_chars=LONGEST_NAME, placeholder="country")
        if st.form_submit_button("Add", type="primary"):
            _make(lambda: ColumnChange({}, added=(video_columns.add(db, name),)))


def _import(db: Database) -> None:
    with (
        st.popover("Import CSV", icon=":material/upload:"),
        st.form("import-columns", border=False, clear_on_submit=True),
    ):
        st.markdown(
            "One row a video, named by its id, YouTube address, title or file; every further "
            "column is taken over, `group` sets the group, blank cells change nothing."
        )
        file = st.file_uploader("Table", ("csv", "tsv", "txt"))
        if not st.form_submit_button("Import", type="primary"):
            return
        if file is None:
            st.error("Choose a table first.")
            return

        def imported() -> ColumnChange:
            done = import_csv(db, file.getvalue())
            said = f"{count(done.change.size, 'value')} of {count(done.videos, 'video')} changed."
            say("success", said)
            if done.unmatched:
                left = f"{count(len(done.unmatched), 'row')} could not be used:"
                say("warning", left, done.unmatched)
            return done.change

        _make(imported)


def _export(db: Database) -> None:
    def table() -> bytes:
        columns, rows = video_table(db, origin=True)
        return csv_bytes(rows, columns)

    st.download_button(
        "Export CSV",
        data=table,
        file_name="videos.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        help="One row a video, its columns and where it is from; it can be imported again.",
    )


def _change_column(db: Database, own: list[str]) -> None:
    with st.popover("Rename or delete", icon=":material/edit:"):
        name = st.selectbox("Column", own, format_func=plain, key="changed-column")
        new = st.text_input("New name", name, max_chars=LONGEST_NAME, key=f"rename-{name}")
        if st.button("Rename", disabled=not new.strip() or new == name):
            _anew(lambda: video_columns.rename(db, name, new))
        held = len(video_columns.values(db)[name])
        if st.button(f"Delete it with {count(held, 'value')}", icon=":material/delete:"):
            _anew(lambda: _delete(db, name))


def _delete(db: Database, name: str) -> None:
    st.session_state[_UNDO] = name, video_columns.delete(db, name)


def _undo(db: Database) -> None:
    """Takes back the last change of values, import, added or deleted column."""
    kept = st.session_state.get(_UNDO)
    if kept is None:
        return
    if isinstance(kept, ColumnChange):
        new = [f"the new column {name}" for name in kept.added]
        label = " and ".join([*new, *([count(kept.size, "value")] if kept.size else [])])
        if st.button(plain(f"Undo {label}"), icon=":material/undo:"):
            _anew(lambda: (video_columns.undo(db, kept), st.session_state.pop(_UNDO)))
        return
    name, held = kept
    if st.button(plain(f"Put {name} back"), icon=":material/undo:"):
        _anew(
            lambda: (
                video_columns.write(db, held, adding=(name,)),
                st.session_state.pop(_UNDO),
            )
        )


def _make(change: Callable[[], ColumnChange]) -> None:
    """Make a change, and remember how to undo it."""

    def made() -> None:
        done = change()
        if done.size or done.added:
            st.session_state[_UNDO] = done

    _anew(made)


def _anew(make: Callable[[], object]) -> None:
    """Make the change; then the table is read anew."""
    attempt(lambda: (make(), _renew()))


def _renew() -> None:
    st.session_state[_VERSION] = st.session_state.get(_VERSION, 0) + 1
