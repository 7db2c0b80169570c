"""Says what downloads from YouTube lack here, once that is known: asking takes half a second."""

from __future__ import annotations

import functools
import threading

import streamlit as st

from core.video.youtube import runtime
from pages.parts.shared.wording import plain


def missing_parts() -> None:
    """A warning that names them, and the line that mends it; nothing while it is not known."""
    if said := _asked().get("said"):
        st.warning(plain(f"{' '.join(said)} This mends it:"), icon=":material/build:")
        st.code(runtime.MEND, language="bash")


@functools.cache
def _asked() -> dict[str, list[str]]:
    """Filled by a thread: no page waits for it."""
    found: dict[str, list[str]] = {}
    threading.Thread(target=_ask, args=(found,), daemon=True).start()
    return found


def _ask(found: dict[str, list[str]]) -> None:
    found["said"] = runtime.shortcomings()
