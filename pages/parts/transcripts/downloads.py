"""A whole transcript as a file: subtitles, text or a table."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.export.names import safe_name
from core.export.transcript import KINDS, transcript
from core.records import Caption, Video


def download(video: Video, segments: Sequence[Caption]) -> None:
    """A button for each kind; the file is made when it is asked for."""
    with st.popover("Download", icon=":material/download:"):
        for kind, title in KINDS.items():
            st.download_button(
                title,
                lambda kind=kind: transcript(video, segments, kind),
                f"{safe_name(video.title, video.id)}.{kind}",
                mime="text/plain" if kind != "csv" else "text/csv",
                on_click="ignore",
                key=f"transcript-{kind}",
            )
