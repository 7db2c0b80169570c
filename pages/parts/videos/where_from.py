"""Where a video is from, and which other one it looks like: what a study has to report of it."""

from __future__ import annotations

import streamlit as st

from core.errors import NotFound
from core.export import provenance
from core.export.provenance import moved
from core.format import percent
from core.records import Video
from core.storage import Database, videos
from pages.parts.shared.wording import plain


def where_from(video: Video) -> None:
    """A button that opens what is known; nothing where nothing is."""
    known = provenance.said(video)
    if not known:
        return
    if "retrieved" in known:
        known["retrieved"] = known["retrieved"].replace("T", " ").replace("+00:00", " UTC")
    with st.popover("Where it is from", type="tertiary", icon=":material/info:"):
        facts = {"Address": video.origin} if video.youtube_id else {}
        facts |= {provenance.FIELDS[name]: value for name, value in known.items()}
        st.markdown("\n\n".join(f"**{title}** {plain(value)}" for title, value in facts.items()))
        if provenance.by_machine(video):
            st.caption("The captions were made by machine: words may be wrong.")


def looks_like(db: Database, video: Video) -> None:
    """That another video shows the same pictures, while that one is there."""
    found = video.provenance.get("looks_like")
    if not found:
        return
    try:
        other = videos.get(db, found["video"])
    except NotFound:
        return
    shorter = "" if found.get("offset_s", 0.0) == 0 else " of the shorter one"
    st.caption(
        f"Looks like **{plain(other.title)}** ({plain(other.group)}): {percent(found['share'])} of "
        f"the frames{shorter} are the same{moved(found)}. If it is a copy, delete one of the two."
    )
