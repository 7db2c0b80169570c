"""Where an analyst names, colours, annotates and merges the clusters that Explore shows."""

from __future__ import annotations

import streamlit as st

from core.analysis.clustering import title
from core.analysis.weighting import written
from core.charts.colours import cluster_colour
from core.errors import AffinityError
from core.pipeline.division.carried_names import carry_over
from core.records import ClusterMark, ShownCluster
from core.storage import Database, analyses
from core.storage.annotations import cluster_marks, cluster_merges
from core.storage.annotations.validate_text import LONGEST_NAME, LONGEST_NOTE
from pages.parts.shared.attempt import attempt
from pages.parts.shared.wording import plain


def bring_names(db: Database, clustering_id: str) -> None:
    """Carry names over to the clustering, once for each time that somebody has written any."""
    written = cluster_marks.written(db)
    seen = st.session_state.setdefault("carried-over", {})
    if seen.get(clustering_id) == written:
        return
    try:
        carry_over(db, analyses.clustering(db, clustering_id))
    except AffinityError as error:
        st.warning(plain(f"No names were carried over from other clusterings: {error}"))
    seen[clustering_id] = written


def edit_clusters(db: Database, clustering_id: str) -> None:
    """A button that opens the form; what is saved is shown at once, and merges can be undone."""
    shown = {cluster.number: cluster for cluster in cluster_marks.shown(db, clustering_id)}
    with st.popover("Edit clusters", icon=":material/edit:", width="content"):
        number = st.selectbox(
            "Cluster",
            list(shown),
            format_func=lambda n: _title(shown[n]),
            key=f"edited-{clustering_id}",
        )
        if number is not None:
            _mark_form(db, clustering_id, shown[number])
        _merge_form(db, clustering_id, shown)


def _title(cluster: ShownCluster) -> str:
    parts = f" ({', '.join(map(str, cluster.members))})" if cluster.merged else ""
    return f"{cluster.number} {cluster.mark.name}".rstrip() + parts


def _mark_form(db: Database, clustering_id: str, cluster: ShownCluster) -> None:
    mark, number = cluster.mark, cluster.number
    own = cluster_colour(number)
    of = f"{clustering_id}-{number}-{mark.changed_at}"  # fresh widgets whenever the mark is another
    with st.form(f"mark-{of}", border=False):
        name = st.text_input("Name", mark.name, max_chars=LONGEST_NAME, key=f"name-{of}")
        colour = st.color_picker("Colour", mark.colour or own, key=f"colour-{of}")
        note = st.text_area("Note", mark.note, max_chars=LONGEST_NOTE, key=f"note-{of}")
        if mark.carried_from:
            st.caption(plain(_origin(db, mark)))
        if st.form_submit_button("Save", type="primary"):
            given = "" if colour.upper() == own.upper() else colour
            attempt(
                lambda: cluster_marks.mark(
                    db, clustering_id, number, name=name, colour=given, note=note
                )
            )


def _origin(db: Database, mark: ClusterMark) -> str:
    """Where a name comes from that nobody gave to this cluster."""
    share = f"{100 * (mark.agreement or 0):.0f} %"
    said = f"Carried over: {share} of the frames in this cluster or the one named are in both"
    try:
        source = analyses.clustering(db, mark.carried_from or "")
    except AffinityError:  # deleted with its run; what it gave stays until the next look-up
        return f"{said}."
    weighed = f", weights {written(source.weights)}" if source.weights else ""
    return f"{said} ({title(source)}{weighed})."


def _merge_form(db: Database, clustering_id: str, shown: dict[int, ShownCluster]) -> None:
    with st.form(f"merge-{clustering_id}", border=False, clear_on_submit=True):
        chosen = st.multiselect(
            "Show as one cluster", list(shown), format_func=lambda n: _title(shown[n])
        )
        if st.form_submit_button("Merge"):
            attempt(lambda: cluster_merges.merge(db, clustering_id, chosen))
    for one in cluster_merges.every(db, clustering_id):
        said, undo = st.columns([3, 1], vertical_alignment="center")
        said.caption(f"{' and '.join(map(str, one.members))} are shown as one.")
        if undo.button("Undo", key=f"undo-{clustering_id}-{one.position}"):
            attempt(lambda one=one: cluster_merges.undo(db, clustering_id, one.position))
