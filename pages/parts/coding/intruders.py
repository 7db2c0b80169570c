"""The intruder task on the page: which of five frames does not belong? Keys 1 to 5."""

from __future__ import annotations

import html

import streamlit as st

from core.errors import AffinityError
from core.export import cluster_title
from core.format import count, percent
from core.pipeline.coding.intruder_task import BY_CHANCE, Trial, next_trial, scores, trial
from core.records import Clustering
from core.storage import Database, analyses, runs
from core.storage.coding import intruders as answers
from pages.parts.coding.choices import choose_coder
from pages.parts.division.cluster_choices import choose_division
from pages.parts.division.edited_clusterings import edited_clusterings
from pages.parts.division.map_analyses import chosen_clustering
from pages.parts.division.map_choices import MapChoices, choose_run, explorable
from pages.parts.shared.open_project import frame_address
from pages.parts.shared.wording import plain

_UNDO = "intruder-undo"
_ABOUT = (
    "Four of these frames are of one cluster, one is not: which? Whoever sees the cluster as "
    f"one thing finds the intruder; guessing finds {percent(BY_CHANCE)}. "
    "Keys: 1 to 5; Backspace undoes."
)


def intruders(db: Database) -> None:
    """Five frames to choose from, and below what was found so far."""
    finished = explorable(runs.every(db))
    if not finished:
        st.info("There are no clusters yet: they appear as soon as videos are read.")
        return
    run = choose_run(finished)
    with st.container(key="map_choices", horizontal=True, gap="medium"):
        coder = choose_coder()
        division = choose_division(run, edited_clusterings(db, run.id))
    method, k, smallest, edited = division
    chosen = chosen_clustering(db, MapChoices(run, "pca", {}, method, k, {}, smallest, edited))
    if chosen is None:
        st.info("This run has no clusters yet.")
        return
    clustering = analyses.clustering(db, chosen)
    if coder:
        _ask(db, clustering, coder)
    else:
        st.info("Type your name to begin.")
    _scores(db, clustering)


def _ask(db: Database, clustering: Clustering, coder: str) -> None:
    try:
        number = next_trial(answers.every(db, clustering.id), coder)
        asked = trial(db, clustering, coder, number)
    except AffinityError as error:
        st.info(plain(str(error)))
        return
    st.markdown(_ABOUT)
    columns = st.columns(len(asked.frames))
    for place, (column, frame) in enumerate(zip(columns, asked.frames, strict=True)):
        with column:
            address = html.escape(frame_address(*frame))
            st.html(f'<img class="coded-frame" src="{address}" alt="Frame {place + 1} of five">')
            st.button(
                str(place + 1),
                key=f"intruder-{place}",
                shortcut=str(place + 1),
                width="stretch",
                on_click=_answer,
                args=(db, clustering, coder, asked, place),
            )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{count(number, 'answer')} of {plain(coder)} so far.")
        st.button(
            "Undo",
            icon=":material/undo:",
            shortcut="Backspace",
            disabled=not st.session_state.get(_UNDO),
            on_click=_undo,
            args=(db,),
        )


def _answer(db: Database, clustering: Clustering, coder: str, asked: Trial, place: int) -> None:
    answer = asked.answer(coder, place)
    try:
        answers.write(db, clustering.id, answer)
    except AffinityError as error:
        st.toast(plain(str(error)))
        return
    st.session_state.setdefault(_UNDO, []).append((clustering.id, answer))


def _undo(db: Database) -> None:
    answers.remove(db, *st.session_state[_UNDO].pop())


def _scores(db: Database, clustering: Clustering) -> None:
    found = scores(db, clustering)
    if not found:
        return
    names = analyses.names(db, clustering.id)
    with st.expander("Found so far", key="intruder-scores"):
        st.caption("Open this when you are done: who knows the scores looks otherwise.")
        st.dataframe(
            [
                {
                    "Cluster": cluster_title(one.number, names),
                    "Found": f"{one.found} of {one.of}",
                    "Share, %": 100 * one.found / one.of,
                    "95 % from": 100 * one.interval[0],
                    "to": 100 * one.interval[1],
                    "People": one.coders,
                }
                for one in found.values()
            ],
            hide_index=True,
            column_config={
                name: st.column_config.NumberColumn(format="%.0f")
                for name in ("Share, %", "95 % from", "to")
            },
        )
        st.caption(
            f"Wilson’s intervals; a cluster is one thing to people where the lower end is "
            f"above {percent(BY_CHANCE)}, which is chance."
        )
