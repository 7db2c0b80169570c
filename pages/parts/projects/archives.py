"""Archives of projects: opened from a file, and those that lie in the data folder."""

from __future__ import annotations

import shutil
import uuid
from functools import partial
from pathlib import Path

import streamlit as st

from core.format import size
from core.jobs import new_project
from core.storage import project_copies
from core.storage.progress import Progress
from core.storage.project import Project
from pages.parts.projects.long_step import long_step
from pages.parts.shared.open_project import base_address

_TURN = "archive-turn"  # another uploader after each file


def open_uploaded(home: Path) -> None:
    """The field for an archive; it becomes a project."""
    key = f"archive-{st.session_state.setdefault(_TURN, 0)}"
    with st.expander("Open an archive", icon=":material/unarchive:"):
        given = st.file_uploader("Archive", type="zip", key=key)
        name = st.text_input("Name", max_chars=80, placeholder="As it was", key="archive-as")
        if not st.button("Open it", disabled=given is None, type="primary") or given is None:
            return
        st.session_state[_TURN] += 1

        def opened(progress: Progress) -> str:
            whole = home / "tmp" / f"{uuid.uuid4().hex}.zip"
            try:
                with whole.open("wb") as out:
                    shutil.copyfileobj(given, out)
                return _opened(home, whole, name, progress)
            finally:
                whole.unlink(missing_ok=True)

        long_step(opened, "upload")


def kept_archives(own: Project) -> None:
    """Those made here: to download, to open again, to delete."""
    kept = sorted(own.archives.glob("[!.]*.zip"), reverse=True)
    if not kept:
        return
    st.subheader("Archives", anchor=False)
    for path in kept:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"`{path.name}` · {size(path.stat().st_size)}", width="stretch")
            st.link_button(
                "Download", f"{base_address()}/archives/{path.name}", icon=":material/download:"
            )
            with st.popover("Open"):
                name = st.text_input(
                    "Name", max_chars=80, placeholder="As it was", key=f"name-{path.name}"
                )
                opening = st.button("Open it", key=f"open-{path.name}", type="primary")
            with st.popover("Delete"):
                st.markdown("This deletes the archive for good.")
                if st.button("Delete for good", key=f"delete-{path.name}", type="primary"):
                    path.unlink(missing_ok=True)
                    st.rerun()
        if opening:
            long_step(partial(_opened, own.home, path, name), path.name)


def _opened(home: Path, path: Path, name: str, progress: Progress) -> str:
    return new_project.begin(project_copies.unpack(home, path, name.strip() or None, progress))
