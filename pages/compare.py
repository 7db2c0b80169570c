"""Compare: each group's share of every cluster, what they share and what only one of them has."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.analysis.comparison import sentence
from core.format import count
from core.pipeline.columns.known import GROUP, comparable, known_columns, regrouped
from core.pipeline.comparison.looked_at import note_comparison
from core.pipeline.curation.only import only_rows
from core.storage import analyses, runs, videos
from core.storage.annotations import cluster_marks
from pages.parts.comparison.choices import choose_clustering, choose_group, choose_measure
from pages.parts.comparison.cluster_cards import cluster_cards, marking_words
from pages.parts.comparison.difference_map import difference_maps
from pages.parts.comparison.editing import video_editing
from pages.parts.comparison.footage import linked_footage
from pages.parts.comparison.looked_at import everything_looked_at, how_much
from pages.parts.comparison.over_time import shares_over_time
from pages.parts.comparison.ready import pictures_ready, ready_comparison
from pages.parts.comparison.sequences import sequences
from pages.parts.comparison.table import comparison_table, parts_figure
from pages.parts.comparison.yardstick import distances, log_ratios
from pages.parts.division.cluster_editing import bring_names
from pages.parts.division.filter_frames import filter_frames
from pages.parts.division.looking import noting
from pages.parts.division.map_choices import choose_run, explorable
from pages.parts.division.map_weights import choose_weights
from pages.parts.shared.choices import COMPARE_WHERE
from pages.parts.shared.wording import plain
from pages.parts.shell import routes
from pages.parts.shell.page_head import begin

db = begin("compare")

finished = explorable(runs.every(db))
known = {video.id: video for video in videos.every(db)}
columns = known_columns(db, list(known.values()))
several = [one for one in finished if comparable(columns, one.video_ids)]
if not several:
    st.title("Compare", anchor=False)
    if not comparable(columns, known):
        st.info(
            "There is only one group, or none: add videos of both sides in the Library, and say "
            "there which group each video stands for."
        )
        routes.link("library", "Go to the Library")
    else:
        st.info("There is no run of two groups yet: train a model on videos of both.")
        routes.link("train", "Train a model")
    st.stop()

with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
    st.title("Compare", width="content", anchor=False)
    run = choose_run(several)
    weights = choose_weights(run)
    sift = st.container(width="content")
clustering_id, by = choose_clustering(db, run, weights, comparable(columns, run.video_ids))
if clustering_id is None:
    st.info("This run has no clusters yet: they appear here as soon as they are made.")
    st.stop()

bring_names(db, clustering_id)
clustering = analyses.clustering(db, clustering_id)
with sift:
    filtered = filter_frames(db, run, clustering_id, COMPARE_WHERE)
only = filtered and only_rows(db, run, filtered.where, filtered.passing)
comparison = ready_comparison(db, run, clustering, by, only)
if comparison is None:
    st.stop()
noting(comparison.id, partial(note_comparison, db, clustering, comparison))
shown = cluster_marks.shown(db, clustering_id)
names = {one.number: one.mark.name for one in shown if one.mark.name}

how_much(db)
first = sentence.before_reading(comparison.omnibus, comparison.groups, comparison.clusters)
if first:
    st.caption(plain(first))
st.markdown(plain(sentence.summary(comparison.groups, comparison.clusters, names)))
without = sentence.without_value(comparison.by, comparison.without_value)
if only is not None:
    st.caption(
        plain(
            f"Compared are the {count(len(only.frames), 'frame')} of {run.frames:,} where "
            f"{only.where}."
        )
    )
gone = sentence.taken_out(comparison.taken_out)
for said in filter(None, (gone, without, sentence.left_out(comparison.groups))):
    st.caption(plain(said))
if by != GROUP:
    known = regrouped(db, [known[video_id] for video_id in run.video_ids], by)
with st.container(horizontal=True, gap="medium"):
    group = choose_group([total.group for total in comparison.groups])
    measure = choose_measure()
if measure == "log-ratios":
    log_ratios(comparison, names, group, list(known.values()))
else:
    parts_figure(comparison, names, group, list(known.values()))
comparison_table(run, comparison, names, group)
drawn = pictures_ready(db, clustering, comparison)
cluster_cards(db, comparison, names, list(known.values()), drawn, only)
marking_words(comparison, names)
linked_footage(comparison, known)
difference_maps(db, run, comparison, weights, list(known.values()), only)
distances(db, comparison, only)
shares_over_time(db, run, clustering, comparison, names, list(known.values()), only)
sequences(db, run, clustering, comparison, only)
video_editing(db, run, by, list(known.values()), only)
everything_looked_at(db)
