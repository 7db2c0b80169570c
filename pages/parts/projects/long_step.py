"""A step of a project that takes a while, as a bar; another click ends it, and leaves nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from core.errors import AffinityError
from core.storage.progress import Progress
from pages.parts.shared.wording import plain, time_left
from pages.parts.shell.notices import say

_EVERY_S = 0.2


class _Bar(Progress):
    """Draws what it is told; Streamlit ends the script here when something else is clicked."""

    def __init__(self) -> None:
        super().__init__(None)
        self._bar = st.progress(0.0)
        self._since = self._drawn = time.monotonic()

    def __call__(self, fraction: float, message: str, eta_s: float | None = None) -> None:
        now = time.monotonic()
        if now - self._drawn < _EVERY_S:
            return
        self._drawn = now
        left = (now - self._since) * (1 - fraction) / fraction if fraction > 0.02 else None
        said = message if left is None else f"{message} · {time_left(left)}"
        self._bar.progress(min(1.0, fraction), plain(said))


def long_step(work: Callable[[Progress], str], key: str) -> None:
    """Do it, say what came of it, and draw the page again; "Cancel" leaves nothing behind."""
    words, button = st.columns([6, 1], vertical_alignment="center")
    button.button("Cancel", key=f"cancel-{key}", width="stretch")
    with words:
        try:
            say("success", work(_Bar()))
        except AffinityError as error:
            say("error", str(error))
    st.rerun()
