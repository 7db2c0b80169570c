"""Codings made elsewhere, read from a table or an ELAN file, behind a button."""

from __future__ import annotations

import streamlit as st

from core.errors import AffinityError
from core.format import count
from core.pipeline.coding import import_elan
from core.pipeline.coding.import_codings import import_codings
from core.records import Video
from core.storage import Database, videos
from pages.parts.shared.wording import plain
from pages.parts.shell.notices import say

_ABOUT = (
    "A CSV with the columns coder, video_id, frame_index and category, or an ELAN file: its tiers "
    "in which a value is a category’s name, each for one coder."
)
_BY_FILE = "As the file says"


def read_codings(db: Database, sample: str) -> None:
    """A form; what was read is said, what cannot be read changes nothing."""
    with (
        st.popover("Read codings", icon=":material/upload:"),
        st.form("read-codings", border=False, clear_on_submit=True),
    ):
        st.caption(_ABOUT)
        file = st.file_uploader("Codings", ["csv", "eaf"], max_upload_size=50)
        known = videos.ready(db)
        video = st.selectbox(
            "Video of the ELAN file",
            [None, *known],
            format_func=lambda one: _BY_FILE if one is None else one.title,
        )
        if st.form_submit_button("Read", type="primary") and file is not None:
            try:
                done = _read(db, sample, file.name, file.getvalue(), video)
            except AffinityError as error:
                st.error(plain(str(error)))
                return
            say("success", done)
            st.rerun()


def _read(db: Database, sample: str, name: str, data: bytes, video: Video | None) -> str:
    if not name.casefold().endswith(".eaf"):
        return f"{count(import_codings(db, sample, data), 'coding')} were read."
    taken = import_elan.import_codings(db, sample, data, video.id if video else "")
    return f"Coded {taken.said}"
