"""Where an analyst moves chosen frames to another cluster, or makes clusters from examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from core import jobs
from core.analysis.reassigning import AS_NEAR, NEW, NONE, nearest_examples
from core.analysis.weighting import blocks_of, weighted
from core.format import count
from core.pipeline.division import analyst_requests
from core.pipeline.division.taken import taken
from core.records import Clustering, Run, ShownCluster
from core.storage import Database, analyses, left_out, results
from core.storage.annotations import selections
from pages.parts.division.change_history import change_history
from pages.parts.division.edited_clusterings import ask_for
from pages.parts.shared.opened_popover import opened_popover
from pages.parts.shared.wording import plain

_ABOUT = (
    "Move the frames selected on the map to another cluster, or make clusters from examples. The "
    "division you see stays; the edited one stands beside it in the list of methods."
)
_ABOUT_WITHIN = (
    "How far from the mean of its examples a frame may be, of its distance to the mean of all "
    "frames: what is farther is in no cluster."
)
_MOST = 8  # clusters from examples


def move_frames(
    db: Database,
    run: Run,
    clustering_id: str,
    clusters: Sequence[ShownCluster],
    selected: Sequence[int],
) -> None:
    """A button that opens both, and the log; `selected` are rows of the run."""
    icon = ":material/move_item:"
    with opened_popover("Move frames", "move-frames", icon=icon, help=_ABOUT) as is_open:
        if not is_open:
            return
        clustering = analyses.clustering(db, clustering_id)
        move, examples, log = st.tabs(["Move", "From examples", "Changes"])
        with log:
            change_history(db, run.id)
        with move:
            _move(db, clustering, clusters, np.array(selected, int))
        with examples:
            _examples(db, run, clustering)


def _move(
    db: Database, clustering: Clustering, clusters: Sequence[ShownCluster], rows: np.ndarray
) -> None:
    if not len(rows):
        st.caption("Select frames on the map first, with a box or a lasso, or click one.")
        return
    titles = {one.number: f"{one.number} {one.mark.name}".strip() for one in clusters}
    titles |= {NEW: "A new cluster", NONE: "No cluster"}
    to = st.selectbox("To", list(titles), format_func=titles.__getitem__, key="move-to")
    st.button(
        f"Move {count(len(rows), 'frame')}",
        type="primary",
        key="move-go",
        on_click=_ask,
        args=(
            db,
            clustering.run_id,
            analyst_requests.move(clustering.id, rows, to),
            "Moved frames",
        ),
    )


def _examples(db: Database, run: Run, clustering: Clustering) -> None:
    """Saved selections, and words that captions have, a line each as NAME: words."""
    known = list(selections.counts(db))
    chosen = st.multiselect(
        "Selections",
        known,
        key="seed-selections",
        max_selections=_MOST,
        placeholder="Keep frames as a selection first" if not known else "A cluster of each",
    )
    lines = st.text_area(
        "Words", key="seed-words", placeholder="Street: on the street", height=80,
        help="One cluster a line: its name, a colon, words that its captions have.",
    )  # fmt: skip
    within = st.slider("Within", 0.5, 1.5, AS_NEAR, 0.05, key="seed-within", help=_ABOUT_WITHIN)
    examples = {**_of_selections(db, run, chosen), **_of_words(lines)}
    if len(examples) < 2:
        st.caption("Two examples or more make clusters.")
        return
    sizes = _sizes(db, run, clustering, examples, within)
    st.caption(plain(", ".join(f"{name} {size:,}" for name, size in sizes.items())))
    gone = left_out.of_run(db, run).mark
    what = analyst_requests.seeds(examples, within, clustering.weights, clustering, gone)
    st.button(
        "Make the clusters",
        type="primary",
        key="seed-go",
        on_click=_ask,
        args=(db, run.id, what, f"Examples {', '.join(examples)}"[:60]),
    )


def _of_selections(db: Database, run: Run, chosen: Sequence[str]) -> dict[str, np.ndarray]:
    row_of = results.rows_of(db, run.id) if chosen else {}
    found = {}
    for name in chosen:
        rows = [row_of[frame] for frame in selections.get(db, name).frames if frame in row_of]
        found[name] = np.array(sorted(rows), int)
    return found


def _of_words(lines: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in lines.splitlines())
    return {name.strip(): of.strip() for name, _, of in pairs if name.strip() and of.strip()}


def _sizes(
    db: Database,
    run: Run,
    clustering: Clustering,
    examples: Mapping[str, np.ndarray | str],
    within: float,
) -> dict[str, int]:
    """How many frames each cluster would have. Raises InvalidSetting."""
    used = taken(db, run)
    place = used.over(np.arange(len(used.rows)), -1)
    rows = [place[analyst_requests.example_rows(db, run.id, of)] for of in examples.values()]
    latents = weighted(results.latents(db, run.id), blocks_of(run), clustering.weights)
    own = [one[one >= 0] for one in rows]
    labels, _ = nearest_examples(latents[used.rows], own, within)
    sizes = {name: int((labels == number).sum()) for number, name in enumerate(examples)}
    return {**sizes, "in no cluster": int((labels < 0).sum())}


def _ask(db: Database, run_id: str, what: dict[str, Any], label: str) -> None:
    """In a callback: have it made, and show it."""
    identifier = analyses.analysts_id(run_id, what)
    ask_for(run_id, identifier, label, partial(jobs.submit_edit, db, run_id, what))
