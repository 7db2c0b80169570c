"""A head on the latents that carries a coded sample over to every frame, and how good it is."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from core.errors import AffinityError
from core.format import percent
from core.pipeline.coding.predict import Prediction, predict, predicted
from core.storage import Database, runs
from core.storage.coding import predictions
from pages.parts.coding.choices import choose_sample
from pages.parts.division.map_choices import choose_run, explorable
from pages.parts.shared.wording import plain

_ABOUT = (
    "Logistic regression on the run’s latents learns what most coders gave to the sample’s "
    "frames, and gives every frame of the run a category. It is judged on videos that it was not "
    "fitted on; the certainty is calibrated on them."
)


def predict_categories(db: Database) -> None:
    """Fit, judge and keep; exports carry the category and its certainty."""
    name = choose_sample(db)
    finished = explorable(runs.every(db))
    if name is None or not finished:
        st.info("Code a sample of frames first; this carries it over to all others.")
        return
    st.markdown(_ABOUT)
    run = choose_run(finished)
    if st.button("Predict every frame’s category", type="primary", icon=":material/auto_awesome:"):
        try:
            with st.spinner("Fitting on the coded frames: a few seconds."):
                predict(db, run.id, name)
        except AffinityError as error:
            st.error(plain(str(error)))
    found = predicted(db, run.id)
    if found is not None:
        _said(db, found)


def _said(db: Database, found: Prediction) -> None:
    st.subheader(f"From the sample {plain(found.sample)}", anchor=False)
    first, second, third = st.columns(3)
    first.metric("Right on held-out videos", percent(found.accuracy))
    second.metric("Most frequent category", percent(found.baseline), help="The baseline.")
    third.metric("Log loss, held out", f"{found.log_loss:.2f}", help="Nats a frame, calibrated.")
    st.markdown(plain(found.said))
    if found.accuracy <= found.baseline:
        st.warning("It is no better than always saying the most frequent category: do not use it.")
    times = Counter(found.given.tolist())
    st.dataframe(
        [
            {
                "Category": name,
                "Frames": times[place],
                "Mean certainty, %": 100 * float(found.certainty[found.given == place].mean())
                if times[place]
                else None,
            }
            for place, name in enumerate(found.names)
        ],
        hide_index=True,
        column_config={"Mean certainty, %": st.column_config.NumberColumn(format="%.0f")},
    )
    st.caption(
        "The frame CSV and the JSON carry predicted_category and predicted_certainty until this is "
        "taken away."
    )
    if st.button("Take it away", icon=":material/delete:", help="It can be made again."):
        predictions.remove(db, found.run_id)
        st.rerun()
