"""Where an analyst divides a cluster, or the frames chosen on the map, anew."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.analysis.clustering import title
from core.analysis.reclustering import proposed
from core.format import count
from core.pipeline.division import recluster_proposals as proposals
from core.records import Clustering
from core.storage import Database, analyses
from core.storage.annotations import cluster_marks
from core.storage.annotations.validate_text import LONGEST_NAME
from pages.parts.division.edited_clusterings import ask, take_back
from pages.parts.shared.opened_popover import opened_popover
from pages.parts.shared.wording import plain

_SELECTION = 0  # in place of a cluster's number
_ABOUT = (
    "Divide one cluster, or the frames selected on the map, into clusters of their own. The "
    "division you see stays; the edited one stands beside it in the list of methods."
)
_ABOUT_PARTS = (
    "In brackets the silhouette of so many parts: how much nearer frames are to their own part "
    "than to the next one, from -1 to 1; under 0.25 there are hardly any parts. The fewest parts "
    "within 0.02 of the best are proposed."
)


def recluster(db: Database, clustering_id: str, selected: Sequence[int]) -> None:
    """A button that opens the form; `selected` are rows of the run. It is filled when it opens."""
    icon = ":material/account_tree:"
    with opened_popover("Re-cluster", "recluster", icon=icon, help=_ABOUT) as is_open:
        if not is_open:
            return
        clustering = analyses.clustering(db, clustering_id)
        if clustering.edit:
            _edited(db, clustering)
        _form(db, clustering, np.array(selected, int))


def _form(db: Database, clustering: Clustering, selected: np.ndarray) -> None:
    shown = {one.number: one for one in cluster_marks.shown(db, clustering.id)}
    numbers = analyses.shown_numbers(db, clustering)
    sizes = {number: int(np.count_nonzero(numbers == number)) for number in shown}
    sizes = ({_SELECTION: len(selected)} if len(selected) else {}) | sizes

    def said(number: int) -> str:
        name = "The selection" if not number else f"{number} {shown[number].mark.name}".strip()
        return f"{name} ({count(sizes[number], 'frame')})"

    of = f"{clustering.id}-{len(selected)}"
    number = st.selectbox("Divide anew", list(sizes), format_func=said, key=f"anew-{of}")
    rows = selected if number == _SELECTION else np.flatnonzero(numbers == number)
    if len(rows) < 4:
        st.info("Fewer than four frames are not divided; choose another cluster.")
        return
    found = proposals.silhouettes(db, clustering, rows)
    if not found:
        st.info("These frames are all alike; choose another cluster.")
        return
    best = proposed(found)
    parts = st.segmented_control(
        f"Into how many (proposed: {best})",
        list(found),
        default=best,
        required=True,
        format_func=lambda k: f"{k} ({found[k]:.2f})",
        help=_ABOUT_PARTS,
        key=f"parts-{of}-{number}",
    )
    if st.button("Re-cluster", key="recluster-go", type="primary"):
        ask(clustering, rows, parts or best, number, db)
        st.rerun()  # all of the page, of which this is a fragment: the method is another


def _edited(db: Database, clustering: Clustering) -> None:
    """What was done, names to give to what is new, and the way back."""
    st.markdown(plain(f"{title(clustering)}."))
    named = analyses.names(db, clustering.id)
    with st.form(f"new-names-{clustering.id}", border=False):
        given = {
            number: st.text_input(
                f"Name of {number}",
                name,
                max_chars=LONGEST_NAME,
                key=f"new-{clustering.id}-{number}",
            )
            for number, name in proposals.proposed_names(db, clustering).items()
            if number not in named
        }
        if given and st.form_submit_button("Keep these names"):
            for number, name in given.items():
                cluster_marks.mark(db, clustering.id, number, name=name)
            st.rerun()
    marks = [one.mark for one in cluster_marks.shown(db, clustering.id)]
    own = sum(not mark.blank and not mark.carried_from for mark in marks)
    lost = f" The names, colours and notes of {count(own, 'cluster')} go with it." if own else ""
    if st.button(
        "Undo",
        icon=":material/undo:",
        key="recluster-undo",
        help=f"Take this division back and show the one before.{lost}",
    ):
        take_back(db, clustering)
        st.rerun()
    st.divider()
