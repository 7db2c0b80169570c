"""Train: choose videos and a model, see what it costs, start it, watch it, and compare the runs."""

from __future__ import annotations

import streamlit as st

from core import jobs
from core.errors import NotFound
from core.storage import runs, videos
from pages.parts.shared.choices import TRAINING
from pages.parts.shell import routes
from pages.parts.shell.notices import show_notices
from pages.parts.shell.page_head import begin
from pages.parts.training.run_list import run_list
from pages.parts.training.run_view import run_view
from pages.parts.training.train_form import train_form

db = begin("train")

st.title("Train")
show_notices()

known = runs.every(db)
# What was not started here, the automatic PCA and the tables' trainings, leaves the form open.
active = next((job.subject for job in jobs.live(db) if job.kind == "train"), None)
shown = TRAINING.text or active
if shown:
    TRAINING.write(shown)  # so that it stays on the page when it has ended
    try:
        run_view(db, runs.get(db, shown))
    except NotFound:
        st.warning("The run in this address is not in the library; choose one from the list below.")

if videos.ready(db):
    with st.expander(
        "New training", icon=":material/add:", expanded=not shown, key=f"new-training-{shown}"
    ):
        st.fragment(train_form)(db)
else:
    st.info("There is nothing to train on yet: add a video in the Library first.")
    routes.link("library", "Go to the Library")

run_list(db, known)
