"""Coding: a codebook, frames coded by people, how far they agree, and whether clusters hold."""

from __future__ import annotations

import streamlit as st

from core.storage import videos
from pages.parts.coding.agreement import agreement
from pages.parts.coding.choices import choose_section
from pages.parts.coding.code_frames import code_frames
from pages.parts.coding.codebook import codebook
from pages.parts.coding.intruders import intruders
from pages.parts.coding.predict import predict_categories
from pages.parts.shell import routes
from pages.parts.shell.notices import show_notices
from pages.parts.shell.page_head import begin

db = begin("coding")
st.title("Coding", anchor=False)
if not videos.ready(db):
    st.info("There is nothing to code yet: add videos in the Library.")
    routes.link("library", "Go to the Library")
    st.stop()

show_notices()
section = choose_section()
if section == "Codebook":
    codebook(db)
elif section == "Code frames":
    code_frames(db)
elif section == "Agreement":
    agreement(db)
elif section == "Test clusters":
    intruders(db)
else:
    predict_categories(db)
