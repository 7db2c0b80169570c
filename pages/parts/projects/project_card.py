"""One project: what it holds, and what can be done with it."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from core.errors import AffinityError
from core.format import count
from core.jobs import new_project
from core.storage import Database, project_copies, projects, runs, videos
from core.storage.progress import Progress
from core.storage.project import FIRST, Project
from pages.parts.projects.long_step import long_step
from pages.parts.shared.attempt import attempt
from pages.parts.shared.job_progress import active_jobs
from pages.parts.shared.wording import plain
from pages.parts.shell import routes
from pages.parts.shell.library_access import remove, shared_library
from pages.parts.shell.notices import say


def project_card(project: Project, own: Project) -> None:
    """Name and contents, and buttons; one that cannot be opened says why."""
    with st.container(border=True, key=f"project-{project.id}"):
        try:
            db = shared_library(project.id)
            facts, busy = _facts(db), [job.title for job in active_jobs(db)]
        except AffinityError as error:
            st.error(plain(f"{project.name}: {error}"))
            return
        with st.container(horizontal=True, vertical_alignment="center", key=f"head-{project.id}"):
            said = ", ".join([*facts, *([f"at work: {busy[0]}"] if busy else [])])
            opened = '<span class="chip">open</span>' if project == own else ""
            st.html(
                f'<div class="card-head"><strong>{html.escape(project.name)}</strong>{opened}</div>'
                f'<div class="card-facts">{html.escape(said)}</div>'
            )
            if project != own:
                routes.link("library", "Open", project=project.id)
            with st.popover("Rename"):
                _rename(project)
            with st.popover("Copy"):
                copying = _copy(project)
            archiving = st.button("Archive", key=f"archive-{project.id}")
            if not project.first:
                with st.popover("Remove"):
                    _remove(project, own, facts)
        if copying:
            long_step(partial(_copied, db, copying), f"copy-{project.id}")
        if archiving:
            long_step(partial(_archived, db), f"archive-{project.id}")


def _facts(db: Database) -> list[str]:
    known = videos.every(db)
    return [
        count(len(known), "video"),
        count(sum(video.frames for video in known), "frame"),
        count(len(runs.every(db)), "run"),
    ]


def _rename(project: Project) -> None:
    with st.form(f"rename-{project.id}", border=False):
        name = st.text_input("Name", project.name, max_chars=80)
        if st.form_submit_button("Save", type="primary"):
            attempt(partial(projects.rename, project, name))


def _copy(project: Project) -> str:
    """The name to copy it under, "" before the button is pressed."""
    with st.form(f"copy-{project.id}", border=False):
        name = st.text_input(
            "Name of the copy", f"{project.name} 2", max_chars=80, key=f"copy-name-{project.id}"
        )
        return name if st.form_submit_button("Copy", type="primary") else ""


def _copied(db: Database, name: str, progress: Progress) -> str:
    return new_project.begin(project_copies.copy(db, name, progress))


def _archived(db: Database, progress: Progress) -> str:
    project = db.files.project
    path = project.archives / project_copies.archive_name(project)
    project_copies.archive(db, path, progress)
    return f"{path.name} is below, under Archives."


def _remove(project: Project, own: Project, facts: list[str]) -> None:
    lost = plain(", ".join(facts))
    st.markdown(f"This removes **{plain(project.name)}** for good: {lost}. Archive it to keep it.")
    if not st.button("Remove for good", key=f"remove-{project.id}", type="primary"):
        return
    try:
        say("success", remove(project))
    except AffinityError as error:
        say("error", str(error))
    else:
        if project == own:
            routes.go_to("projects", project=FIRST)
    st.rerun()
