"""The codebook on the page: categories with definitions and examples, made and handed over."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from core.export.codebook import codebook_csv, codebook_ecv, codebook_qdc
from core.format import count
from core.pipeline.coding.from_clusters import categories_from_clusters
from core.pipeline.coding.import_codebook import EXTENSIONS, import_codebook
from core.records import Category, FrameId
from core.storage import Database, analyses, runs
from core.storage.annotations.validate_text import LONGEST_NAME, LONGEST_NOTE
from core.storage.coding import categories
from pages.parts.coding.colours import category_colours
from pages.parts.shared.attempt import attempt
from pages.parts.shared.open_project import frame_address
from pages.parts.shared.wording import plain
from pages.parts.shell.notices import say

_TOP = ""  # the place of a category that lies below no other


def codebook(db: Database) -> None:
    """The ways to more categories, then each one as a card."""
    listed = categories.every(db)
    if not listed:
        st.info(
            "A codebook says which categories frames are coded with, and what belongs to each. "
            "Begin with one of your own, take the clusters of a run, or import one."
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.popover("Add a category", icon=":material/add:"):
            _form(db, None, listed)
        _from_clusters(db)
        _import(db)
        if listed:
            _export(db, listed)
    shown, used = categories.examples(db), categories.used(db)
    for one in listed:
        _card(db, one, listed, shown.get(one.id, ()), used.get(one.id, 0))


def _card(
    db: Database,
    one: Category,
    listed: Sequence[Category],
    shown: Sequence[FrameId],
    used: int,
) -> None:
    with st.container(border=True, key=f"category-{one.id}"):
        with st.container(horizontal=True, vertical_alignment="center", key=f"head-{one.id}"):
            st.html(_head(one, listed, used))
            with st.popover("Edit"):
                _form(db, one, listed)
            with st.popover("Delete"):
                below = sum(other.parent == one.id for other in listed)
                st.markdown(
                    f"{count(used, 'coding')} and {count(below, 'category', 'categories')} below "
                    "it go with it; this cannot be undone."
                )
                if st.button("Delete the category", key=f"delete-{one.id}", type="primary"):
                    attempt(lambda: categories.delete(db, one.id))
        if shown:
            st.html(f'<div class="film-strip">{"".join(map(_picture, shown))}</div>')


def _head(one: Category, listed: Sequence[Category], used: int) -> str:
    above = {other.id: other for other in listed}
    names, parent = [one.name], one.parent
    while parent:
        names.insert(0, above[parent].name)
        parent = above[parent].parent
    colour = category_colours(listed)[one.id]
    title = html.escape(" › ".join(names))
    texts = (("", one.definition), ("Include: ", one.inclusion), ("Exclude: ", one.exclusion))
    said = "".join(f"<div>{lead}{html.escape(text)}</div>" for lead, text in texts if text)
    return (
        f'<div class="card-head"><span class="chip"><i style="background:{colour}"></i>{title}'
        f'</span><small>{count(used, "coding")}</small></div><div class="card-facts">{said}</div>'
    )


def _picture(frame: FrameId) -> str:
    address = html.escape(frame_address(frame.video_id, frame.index))
    return f'<figure><img src="{address}" loading="lazy" alt="Example frame {frame}"></figure>'


def _form(db: Database, one: Category | None, listed: Sequence[Category]) -> None:
    """A new category, or what is written on one."""
    names = {_TOP: "No other", **{other.id: other.name for other in listed if other != one}}
    before = one or Category("", "")
    with st.form(f"category-form-{before.id}", border=False, clear_on_submit=one is None):
        name = st.text_input("Name", before.name, max_chars=LONGEST_NAME)
        parent = st.selectbox(
            "Below",
            list(names),
            list(names).index(before.parent or _TOP),
            format_func=lambda key: plain(names[key]),
        )
        definition = st.text_area("Definition", before.definition, max_chars=LONGEST_NOTE)
        inclusion = st.text_area("Include", before.inclusion, max_chars=LONGEST_NOTE)
        exclusion = st.text_area("Exclude", before.exclusion, max_chars=LONGEST_NOTE)
        colour = st.color_picker("Colour", before.colour or category_colours(listed)[before.id])
        if not st.form_submit_button("Keep", type="primary"):
            return
    written = {
        "name": name,
        "parent": parent or None,
        "colour": colour,
        "definition": definition,
        "inclusion": inclusion,
        "exclusion": exclusion,
    }
    if one is None:
        attempt(lambda: categories.add(db, Category("", **written)))
    else:
        attempt(lambda: categories.change(db, one.id, **written))


def _from_clusters(db: Database) -> None:
    done = [run for run in runs.every(db) if run.state == "done"]
    with st.popover("From clusters", icon=":material/bubble_chart:", disabled=not done):
        run = st.selectbox("Run", done, format_func=lambda one: plain(one.name), key="codebook-run")
        there = analyses.clusterings_of(db, run.id) if run else []
        if not there:
            st.caption("This run has no clusters yet.")
            return
        marked = [one for one in there if analyses.names(db, one.id)]
        of = {one.id: one for one in (*reversed(marked), *there)}
        chosen = st.selectbox(
            "Division",
            list(of),
            format_func=lambda key: f"{of[key].method}, {of[key].k} clusters",
            key="codebook-division",
            help="Divisions with named clusters come first.",
        )
        if st.button("Make a category of each cluster", type="primary"):
            _read(lambda: categories_from_clusters(db, of[chosen]))


def _import(db: Database) -> None:
    with (
        st.popover("Import", icon=":material/upload:"),
        st.form("import-codebook", border=False, clear_on_submit=True),
    ):
        st.markdown("A CSV, a REFI-QDA codebook (`.qdc`) or a vocabulary of ELAN (`.ecv`, `.eaf`).")
        file = st.file_uploader("Codebook", EXTENSIONS)
        if st.form_submit_button("Import", type="primary") and file is not None:
            _read(lambda: import_codebook(db, file.getvalue()))


def _read(make: Callable[[], Any]) -> None:
    def made() -> None:
        done = make()
        say("success", f"{done.categories} categories were read, {done.new} of them are new.")

    attempt(made)


def _export(db: Database, listed: Sequence[Category]) -> None:
    made: Mapping[str, Callable[[], bytes]] = {
        "csv": lambda: codebook_csv(listed, categories.examples(db)),
        "qdc": lambda: codebook_qdc(listed),
        "ecv": lambda: codebook_ecv(listed),
    }
    labels = {"csv": "CSV", "qdc": "REFI-QDA codebook (.qdc)", "ecv": "ELAN vocabulary (.ecv)"}
    with st.popover("Export", icon=":material/download:"):
        for kind, label in labels.items():
            st.download_button(
                label, made[kind], f"codebook.{kind}", on_click="ignore", width="stretch"
            )
