"""Where an analyst leaves chosen frames, or a cluster, out of what is computed, and undoes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from core import jobs
from core.config import RunConfig
from core.errors import AffinityError
from core.format import count
from core.records import FrameId, Run, ShownCluster
from core.storage import Database, analyses, left_out, results
from core.storage.annotations.validate_text import LONGEST_NAME
from core.storage.left_out import LeftOut
from pages.parts.shared.attempt import attempt
from pages.parts.shared.choices import HIDE_LEFT_OUT
from pages.parts.shared.undo_left_out import undo_left_out
from pages.parts.shared.wording import plain

_LAST = "last-left-out"
_ABOUT = (
    "Clusters, maps and figures of this run are made anew without what is left out; its training "
    "stays as it is. What is left out is in no later training."
)


def leave_frames_out(
    db: Database,
    run: Run,
    frames: Sequence[FrameId],
    clustering_id: str | None,
    clusters: Sequence[ShownCluster],
) -> None:
    """A button that opens it; what is left out is said on it."""
    gone = left_out.of_run(db, run)
    label = f"Left out: {len(gone.frames):,}" if gone.frames else "Leave out"
    with st.popover(
        label,
        icon=":material/filter_alt_off:",
        width="content",
        help=label,
        type="primary" if gone.frames else "secondary",
    ):
        st.caption(_ABOUT)
        with st.form(f"leave-{run.id}", border=False):
            why = st.text_input("Reason", max_chars=LONGEST_NAME, placeholder="titles, adverts")
            of_cluster = None
            if clustering_id:
                titles = {c.number: f"{c.number} {c.mark.name}".rstrip() for c in clusters}
                of_cluster = st.selectbox(
                    "A whole cluster", list(titles), index=None, format_func=titles.__getitem__
                )
            chosen = f"the {count(len(frames), 'chosen frame')}" if frames else "a cluster"
            pressed = st.form_submit_button(
                f"Leave out {chosen}" + (" or the cluster" if frames and clustering_id else ""),
                help="A cluster that is named goes before the chosen frames.",
            )
        if pressed:
            wanted = frames
            if clustering_id and of_cluster is not None:
                wanted = _of_cluster(db, run, clustering_id, of_cluster)
            attempt(lambda: _leave(db, wanted, why))
        undo_left_out(db, _LAST)
        if gone.frames:
            _taken(db, run, gone)


def leave_cluster_out(
    db: Database, run: Run, clustering_id: str | None, wish: Mapping[str, Any]
) -> None:
    """What a card's button asks for; the way back is in the popover."""
    if clustering_id is None or wish.get("clustering") != clustering_id:
        return  # the card was of a division that is not shown any more
    try:
        frames = _of_cluster(db, run, clustering_id, int(wish["number"]))
        _leave(db, frames, f"cluster {int(wish['number'])}")
    except (AffinityError, KeyError, TypeError, ValueError) as error:
        st.toast(plain(f"The cluster was not left out: {error}"))
        return
    said = f"Left out: {count(len(frames), 'frame')}. Undo beside the search field."
    st.toast(said, icon=":material/filter_alt_off:")


def _of_cluster(db: Database, run: Run, clustering_id: str, number: int) -> list[FrameId]:
    numbers = analyses.shown_numbers(db, analyses.clustering(db, clustering_id))
    listed = results.frames(db, run.id)
    return [listed[row] for row in np.flatnonzero(numbers == number).tolist()]


def _leave(db: Database, frames: Sequence[FrameId], why: str) -> None:
    st.session_state[_LAST] = left_out.add(db, frames, why) if frames else ()


def _taken(db: Database, run: Run, gone: LeftOut) -> None:
    """What is left out, each reason with the way back; how the map shows it; training without."""
    for reason, number in gone.reasons.items():
        named = f"{count(number, 'frame')}, {reason or 'without a reason'}"
        if st.button(plain(f"Take in {named}"), key=f"in-{reason}", icon=":material/undo:"):
            frames = [frame for frame, why in gone.frames.items() if why == reason]
            attempt(lambda frames=frames: left_out.remove(db, frames))
    hide = st.toggle(
        "Not on the map",
        HIDE_LEFT_OUT.text == "yes",
        key="left-out-hidden",
        help="Else they are grey, each amid the three frames most like it.",
    )
    if hide != (HIDE_LEFT_OUT.text == "yes"):
        HIDE_LEFT_OUT.write("yes" if hide else "")
        st.rerun()
    if st.button("Train anew without them", icon=":material/model_training:"):
        attempt(lambda: _train(db, run, gone))


def _train(db: Database, run: Run, gone: LeftOut) -> None:
    if run.automatic:
        jobs.submit_baseline(db)
    else:
        name = f"{run.name}, without {count(len(gone.frames), 'frame')}"
        jobs.submit_training(db, RunConfig.from_json(run.config), run.video_ids, name=name)
    st.toast("Queued: Train shows it.", icon=":material/check:")
