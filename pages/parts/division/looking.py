"""Notes what is looked at, once in a while in each session: the page is drawn far more often."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

_NOTED = "noted-looks"
_AGAIN_S = 600.0


def noting(key: str, note: Callable[[], None]) -> None:
    """Call `note` unless this session did so for the same `key` within the last ten minutes."""
    noted: dict[str, float] = st.session_state.setdefault(_NOTED, {})
    now = time.monotonic()
    if now - noted.get(key, -_AGAIN_S) >= _AGAIN_S:
        note()
        noted[key] = now
