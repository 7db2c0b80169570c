"""Projects: the studies kept apart in this installation, and their archives."""

from __future__ import annotations

import streamlit as st

from core.storage import projects
from pages.parts.projects.archives import kept_archives, open_uploaded
from pages.parts.projects.new_project import new_project
from pages.parts.projects.project_card import project_card
from pages.parts.projects.who_did_what import who_did_what
from pages.parts.shell.notices import show_notices
from pages.parts.shell.page_head import begin

db = begin("projects")
own = db.files.project

st.title("Projects")
show_notices()
st.markdown(
    "Each has videos, runs, codings and jobs of its own; jobs go on while you look at another."
)
for project in projects.every(own.home):
    project_card(project, own)
new_project(own.home)
open_uploaded(own.home)
kept_archives(own)
who_did_what(db)
