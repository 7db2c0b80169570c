"""The side bar: the project that is open, and each page with its count or state."""

from __future__ import annotations

import html

import streamlit as st

from core.format import count
from core.records import Job
from core.storage import Database, acting, projects, runs, videos
from core.storage.coding import categories
from core.tables import store
from core.tables.plan import KINDS
from pages.parts.shared.choices import PROJECT
from pages.parts.shared.job_progress import active_jobs
from pages.parts.shared.wording import plain, time_left
from pages.parts.shell import routes, signed_in

_IDLE_S = 1.5  # so that what begins is seen within 2 s
# Jobs that pages show as they go.
_LISTED = ("ingest", "captions", "baseline", "train", "tables")


def side_bar(db: Database) -> None:
    """Draw it; it keeps itself up to date, and the page with the jobs that others begin or end."""
    shown = frozenset(job.id for job in active_jobs(db, _LISTED))
    with st.sidebar, st.container(key="side_bar", gap="small"):
        with st.container(gap="xxsmall"):
            st.markdown("**Video Affinity Browser**")
            _projects(db)
            _person()
        st.fragment(_entries, run_every=1 if shown else _IDLE_S)(db, shown)


def _projects(db: Database) -> None:
    """The open project's name, under which the others are.

    Their links load the page anew: Streamlit follows none of its own to the page that it shows.
    """
    own = db.files.project
    others = "".join(
        f'<a href="/?{PROJECT.name}={one.id}">{html.escape(one.name)}</a>'
        for one in projects.every(own.home)
        if one != own
    )
    with st.popover(plain(own.name), icon=":material/folder:", width="stretch"):
        if others:
            st.html(f'<nav class="projects">{others}</nav>')
        routes.link("projects", "All projects")


def _person() -> None:
    """Who is signed in, as what, and the way out."""
    who = acting.person()
    if who is None:
        return
    with st.popover(plain(f"{who.name} · {who.role}"), icon=":material/person:", width="stretch"):
        for role in acting.ROLES[: acting.ROLES.index(who.role) + 1]:
            st.caption(f"{role.title()}: you may {acting.MAY[role]}.")
        if signed_in.with_provider():
            st.button("Sign out", on_click=st.logout, icon=":material/logout:")


def _entries(db: Database, shown: frozenset[str]) -> None:
    active = active_jobs(db)
    held = videos.totals(db)
    states = {
        "library": _library_state(held),
        "transcripts": count(held.captions, "segment"),
        "train": _train_state(active),
        "explore": _explore_state(db),
        "compare": count(held.groups, "group"),
        "coding": _coding_state(db),
        "tables": _tables_state(db, active),
    }
    for name in routes.names():
        with st.container(key=f"entry_{name}", gap=None):
            routes.link(name, routes.title(name))
            st.caption(states[name])
    if {job.id for job in active if job.kind in _LISTED} != shown:
        st.rerun()  # the page may list them


def _library_state(held: videos.Totals) -> str:
    if not held.videos:
        return "Empty: begin here"
    said = f"{count(held.videos, 'video')}, {count(held.frames, 'frame')}"
    return f"{said}, {held.waiting} being read" if held.waiting else said


def _train_state(active: list[Job]) -> str:
    running = [job for job in active if job.kind == "train"]
    if not running:
        return "Nothing running"
    left = max((job.eta_s for job in running if job.eta_s is not None), default=None)
    said = f"{len(running)} running"
    return f"{said}, {time_left(left)}" if left is not None else said


def _explore_state(db: Database) -> str:
    done = sum(run.state == "done" for run in runs.every(db))
    return count(done, "map") if done else "No map yet"


def _coding_state(db: Database) -> str:
    number = len(categories.every(db))
    return count(number, "category", "categories") if number else "No codebook yet"


def _tables_state(db: Database, active: list[Job]) -> str:
    if any(job.kind == "tables" for job in active):
        return "Being made"
    made = [kind for kind in KINDS if store.load(db, kind)]
    return f"Made: {' and '.join(made)}" if made else "Not made yet"
