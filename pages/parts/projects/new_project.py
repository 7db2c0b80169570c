"""A new project, by its name."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.errors import AffinityError
from core.jobs.new_project import begin
from core.storage import projects
from pages.parts.shared.wording import plain
from pages.parts.shell import routes


def new_project(home: Path) -> None:
    """The field and its button; the new project is opened."""
    with (
        st.form("new-project", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        name = st.text_input("New project", max_chars=80, placeholder="Its name", width=320)
        made = st.form_submit_button("Make it", type="primary", icon=":material/add:")
    if not made:
        return
    try:
        project = projects.make(home, name)
        begin(project)
    except AffinityError as error:
        st.error(plain(str(error)))
    else:
        routes.go_to("library", project=project.id)
