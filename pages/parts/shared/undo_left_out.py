"""The way back from leaving frames out, once: what was left out last is taken in again."""

from __future__ import annotations

import streamlit as st

from core.format import count
from core.records import FrameId
from core.storage import Database, left_out
from pages.parts.shared.attempt import attempt


def undo_left_out(db: Database, key: str) -> None:
    """A button, where `key` of the session holds frames that were left out last."""
    last: tuple[FrameId, ...] = st.session_state.get(key, ())
    if last and st.button(
        f"Undo: take {count(len(last), 'frame')} in again", icon=":material/undo:"
    ):
        del st.session_state[key]
        attempt(lambda: left_out.remove(db, last))
