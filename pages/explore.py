"""Explore: the map of a run's frames, what lies behind each point, and the clusters among them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from core.analysis import limits
from core.api.run_rows import run_rows
from core.errors import AffinityError
from core.pipeline.columns.known import GROUP, comparable, known_columns
from core.pipeline.comparison.looked_at import note_clusters, note_map
from core.storage import Database, analyses, runs, videos
from core.storage.annotations import cluster_marks, selections
from pages.parts.division.cluster_editing import bring_names, edit_clusters
from pages.parts.division.edited_clusterings import edited_clusterings
from pages.parts.division.filter_frames import filter_frames
from pages.parts.division.looking import noting
from pages.parts.division.map_analyses import chosen_clustering, chosen_projection
from pages.parts.division.map_choices import (
    MapChoices,
    choose_map,
    choose_run,
    explorable,
)
from pages.parts.division.map_weights import choose_weights
from pages.parts.explore.cluster_sweep import cluster_sweep
from pages.parts.explore.exports import exports
from pages.parts.explore.frame_annotations import annotate_frames
from pages.parts.explore.leave_frames_out import leave_cluster_out, leave_frames_out
from pages.parts.explore.linked_selection import keep_linked, open_linked
from pages.parts.explore.move_frames import move_frames
from pages.parts.explore.named_frames import frame_of, frames_of
from pages.parts.explore.recluster import recluster
from pages.parts.explore.run_figures import run_figures
from pages.parts.explore.saved_views import saved_views
from pages.parts.explore.search_frames import Answers, search_bar, search_results
from pages.parts.explore.second_map import second_map
from pages.parts.explore.sieve import sieve_of
from pages.parts.explore.timeline import timeline
from pages.parts.map import SecondMap, cluster_cards, frame_map
from pages.parts.shared.choices import FRAME, SELECTION, WHERE
from pages.parts.shared.job_progress import active_jobs, watch
from pages.parts.shared.wording import plain
from pages.parts.shell import routes
from pages.parts.shell.page_head import begin

_MAKING_MAPS = ("ingest", "baseline", "train")

db = begin("explore")


def explore(
    chosen: MapChoices,
    projection: str,
    clustering: str | None,
    passing: np.ndarray | None,
    second: SecondMap | None,
    selection_id: str | None,
    answers: Answers,
) -> None:
    """The map with its panel; below it what is done with frames, the timeline and the clusters."""
    known = videos.every(db)
    ids = chosen.run.video_ids
    shown = {*ids, *(second.run.video_ids if second else ())}
    on_maps = [video for video in known if video.id in shown]
    of_run = [video for video in on_maps if video.id in ids]
    groups = [video.group for video in known]
    clusters = cluster_marks.shown(db, clustering) if clustering else ()
    events = frame_map(
        chosen.run,
        on_maps,
        groups,
        projection=projection,
        clustering=clustering,
        clusters=clusters,
        rename=partial(rename, db),
        leave=partial(leave_cluster_out, db, chosen.run, clustering),
        saved=list(selections.counts(db)),
        columns=[one for one in comparable(known_columns(db, of_run), ids) if one != GROUP],
        sieve=sieve_of(db, chosen.run, clustering, passing),
        second=second,
        selection_id=selection_id,
    )
    if events.left or (events.chosen and SELECTION.name in events.chosen):
        st.rerun()  # the exports above know of it too
    with st.container(key="annotating", horizontal=True, gap="small", vertical_alignment="center"):
        known_frames = run_rows(db, chosen.run.id).row_of
        selected = frames_of(SELECTION.text, known_frames)
        chosen_now = selected or frame_of(FRAME.text, known_frames)
        if clustering:
            edit_clusters(db, clustering)
            recluster(db, clustering, [known_frames[frame] for frame in selected])
            with st.container(key="icon_move", width="content"):
                moving = [known_frames[frame] for frame in chosen_now]
                move_frames(db, chosen.run, clustering, clusters, moving)
        with st.container(key="icon_leave", width="content"):
            leave_frames_out(db, chosen.run, chosen_now, clustering, clusters)
        annotate_frames(db, chosen_now)
        search_bar(db, chosen.run)
    with st.container(key="finding", gap="small"):
        search_results(db, chosen.run, clustering, known, answers)
        timeline(chosen.run, of_run, groups, clustering=clustering, clusters=clusters)
    cluster_cards()


def rename(library: Database, wish: Mapping[str, Any]) -> None:
    """Keep the names that an analyst gave to clusters."""
    try:
        for number, name in wish["names"].items():
            analyses.rename(library, str(wish["clustering"]), int(number), str(name)[:80])
    except (AffinityError, AttributeError, KeyError, ValueError) as error:
        st.toast(plain(f"The name was not kept: {error}"))


open_linked(db)
finished = explorable(runs.every(db))
if not finished:
    st.title("Explore", anchor=False)
    if not videos.every(db):
        st.info("There is nothing to explore yet: add the videos of each side in the Library.")
        routes.link("library", "Go to the Library")
    elif active_jobs(db, _MAKING_MAPS):
        st.info("The first map comes by itself as soon as the videos have been read.")
        watch(db, _MAKING_MAPS, "On the way")
    else:
        st.info("There is no map yet: train a model on the videos of the library.")
        routes.link("train", "Train a model")
    st.stop()

with st.container(key="explore_head", horizontal=True, gap="small", vertical_alignment="center"):
    st.title("Explore", width="content", anchor=False)
    run = choose_run(finished)
    choices = choose_map(run, choose_weights, edited_clusterings(db, run.id))
    with (
        st.container(key="icon_figures", width="content"),
        st.popover("Figures", icon=":material/info:", width="content", help="Figures of this run"),
    ):
        run_figures(db, run)
    sift = st.container(key="icon_filter", width="content")
    beside = st.container(width="content")
    export = st.container(key="icon_export", width="content")
    keep = st.container(key="icon_views", width="content")
with keep:
    saved_views(db)
shown_projection = chosen_projection(db, choices)
shown_clustering = chosen_clustering(db, choices)
if shown_projection is None:
    st.stop()
layout = analyses.projection(db, shown_projection)
noting(shown_projection, partial(note_map, db, layout))
if said := limits.said(run.frames):
    st.caption(f"Clusters, t-SNE and UMAP of this run are {said}.")
with sift:
    filtered = filter_frames(db, run, shown_clustering, WHERE, select=True)
    passing = None if filtered is None else filtered.passing
if shown_clustering is not None:
    bring_names(db, shown_clustering)
    division = analyses.clustering(db, shown_clustering)
    noting(shown_clustering, partial(note_clusters, db, division))
    with export:
        chosen_frames = frames_of(SELECTION.text, run_rows(db, run.id).row_of)
        exports(db, run, shown_clustering, shown_projection, chosen_frames)
second = second_map(db, run, shown_projection, finished, videos.every(db), beside)
kept = keep_linked(db)
st.fragment(explore)(choices, shown_projection, shown_clustering, passing, second, kept, {})
cluster_sweep(db, choices)
