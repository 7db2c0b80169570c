"""The open libraries that all sessions share, which one a page is of, and what it says of none."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from core.config import data_folder
from core.errors import AffinityError, NotFound
from core.jobs.reconcile import anything_due
from core.jobs.remove_project import remove_project
from core.storage import Database, open_library, projects
from core.storage.project import FIRST, Project
from pages.parts.shared.choices import PROJECT
from pages.parts.shared.open_project import open_project, set_open
from pages.parts.shell import routes

_in_use: dict[Path, Database] = {}  # those whose jobs go on, whoever looks at what


def home() -> Path:
    """The installation's data folder."""
    return Project.at(data_folder()).home


def shared_library(project_id: str = FIRST) -> Database:
    """A project's library, opened once. Raises NotFound, StorageFailed or LibraryDamaged."""
    return _opened(projects.there(home(), project_id).folder)


def libraries_in_use() -> Sequence[Database]:
    """Those of the projects that somebody opened here, or that had work, and that are there."""
    known = {project.folder for project in projects.every(home())}
    return [db for folder, db in list(_in_use.items()) if folder in known]


def open_those_with_work() -> None:
    """Open the project to begin with, and each other in which something is still to be done.

    One that cannot be opened keeps none of the others waiting. Raises as `shared_library`.
    """
    _use(shared_library(_to_begin_with()))
    for project in projects.every(home()):
        try:
            db = shared_library(project.id)
            due = anything_due(db)
        except AffinityError as error:
            logging.getLogger(__name__).error("%s: %s", project.name, error)
            continue
        if due:
            _use(db)


def remove(project: Project) -> str:
    """Remove a project, whose worker is not started again. Gives and raises as `remove_project`."""
    db = shared_library(project.id)
    used = _in_use.pop(project.folder, None)
    try:
        said = remove_project(db)
    except AffinityError:
        if used is not None:
            _use(db)
        raise
    _opened.clear(project.folder)
    return said


def library() -> Database | None:
    """The library of the project that the page is of: by its address, else the one that is open.

    Where it cannot be opened, the page shows the sentence, and there is none.
    """
    known = projects.every(home())
    wish = PROJECT.address or open_project() or _to_begin_with()
    try:
        db = shared_library(wish)
    except NotFound as error:
        st.error(f"{error} Choose another.", icon=":material/error:")
        routes.link("projects", "Projects", project=FIRST)
        return None
    except AffinityError as error:
        st.error(str(error), icon=":material/error:")
        return None
    _use(db)
    set_open(wish)
    PROJECT.write(wish if len(known) > 1 else "")
    return db


def _use(db: Database) -> None:
    _in_use[db.files.folder] = db


def _to_begin_with() -> str:
    """The project whose folder the data folder is."""
    return Project.at(data_folder()).id


@st.cache_resource(show_spinner=False)
def _opened(folder: Path) -> Database:
    return open_library(folder)
